import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@uptake/io/config';
import { layTestControlStore } from '@uptake/io/control-store/testing';
import { layoutOf } from '@uptake/io/data-directory';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withInstallation } from '../installation.ts';
import { createProgram } from '../program.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-operators-'));
const GRACE = 'grace@example.com';

beforeAll(async () => {
  await layTestControlStore(layoutOf(directory).controlStore);
  const config = readConfig({ UPTAKE_DATA_DIR: directory });
  await withInstallation(config, Date.now, async ({ access }) => {
    const first = await access.bootstrap();
    if (!first.isFirstStart) throw new Error('a fresh directory had a workspace already');
    const grace = { email: GRACE, name: 'Grace', role: 'viewer' as const };
    await access.members.add(first.workspaceId, grace, { kind: 'system' });
  });
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a command of the program printed. */
async function printed(...parameters: string[]): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  try {
    await createProgram().parseAsync(['node', 'uptake', ...parameters, '--data-dir', directory]);
  } finally {
    write.mockRestore();
  }
  return text;
}

const operators = (...parameters: string[]) => printed('operators', ...parameters);
const listed = async () => {
  const answer = JSON.parse(await operators('list', '--json')) as { operators: { email: string }[] };
  return answer.operators.map(({ email }) => email);
};

test('operators are listed, added by their address and removed, down to the last one', async () => {
  expect(await listed()).toEqual(['admin@localhost']);
  await operators('add', 'Grace@Example.com');
  expect(await listed()).toEqual(['admin@localhost', GRACE]);
  await expect(operators('add', 'nobody@example.com')).rejects.toThrow(/Nobody here has this email/);
  await operators('remove', 'admin@localhost');
  await expect(operators('remove', GRACE)).rejects.toThrow(/last operator stays/);
  await expect(operators('remove', 'admin@localhost')).rejects.toThrow(/is no operator/);
  expect(await listed()).toEqual([GRACE]);
});

test('doctor writes what it found into a bundle for its owner’s eyes, without the path of the machine', async () => {
  const file = join(directory, 'diagnostics.json');
  await printed('doctor', '--port', '0', '--bundle', file);
  const text = readFileSync(file, 'utf8');
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ format: 'uptake-diagnostics/1', health: { findings: expect.any(Array) } });
  expect(text).toContain('[data directory]');
  expect(text).not.toContain(directory);
  expect(text).not.toContain(readFileSync(join(directory, 'secret.key'), 'utf8').trim());
  await expect(printed('doctor', '--port', '0', '--bundle', file)).rejects.toThrow(/EEXIST/);
});
