import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import { createFiles, type Files } from './files.ts';

const KB = 1024;
let opened: Opened;
let nowMs = NOW_MS;
let files: Files;

beforeAll(async () => {
  opened = await openAdoption();
  const { controlStore, secrets } = opened;
  files = createFiles({ controlStore, secrets, nowMs: () => nowMs, randomBytes, baseUrl: '' }, 8 * KB);
});
afterAll(() => opened.remove());

const keep = (fileName: string, bytes: number) => {
  nowMs += 1_000;
  const { controlStore, workspaceId } = opened;
  return controlStore.withWorkspace(workspaceId, async (tx) => {
    const { url } = await files.keep(tx, workspaceId, { fileName, bytes: new Uint8Array(bytes) });
    return url.split('/').at(-1)!;
  });
};
const isThere = (token: string) =>
  files.fetch(token).then(
    () => true,
    () => false,
  );

test('the oldest files give way to the newest, which stays whatever its size', async () => {
  const first = await keep('first.xlsx', KB);
  const second = await keep('second.xlsx', 3 * KB);
  expect(await Promise.all([first, second].map(isThere))).toEqual([true, true]);
  const third = await keep('third.xlsx', KB);
  expect(await Promise.all([first, second, third].map(isThere))).toEqual([false, true, true]);
  const large = await keep('large.xlsx', 20 * KB);
  expect(await Promise.all([second, third, large].map(isThere))).toEqual([false, false, true]);
  const after = await keep('after.xlsx', KB);
  expect(await Promise.all([large, after].map(isThere))).toEqual([false, true]);
});
