/** A plan whose values are polled: from a source that is tried and kept to the value it brought. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutbound } from '@uptake/io/outbound';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from '../adoption.fixture.ts';
import type { SourceInput } from '../port.ts';
import { createPullingDrivers } from './index.ts';

const TOKEN = 'canary-token';
const authorised: string[] = [];
let answer: unknown;
let opened: Opened;
let held = Promise.resolve();
const server = createServer(async (request, response) => {
  authorised.push(request.headers.authorization ?? '');
  await held;
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});
const outbound = createOutbound({
  allow: ['127.0.0.1'],
  userAgent: 'Uptake/test',
  nowMs: () => NOW_MS,
  random: () => 0,
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  opened = await openAdoption(createPullingDrivers({ outbound, nowMs: () => NOW_MS }));
  await opened.jobs.start();
});
afterAll(async () => {
  await opened?.remove();
  await outbound.close();
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/usage/{{tenant_id}}`;
const polling = (adoptionPlanId: string, more: Partial<SourceInput> = {}): SourceInput => ({
  adoptionPlanId,
  kind: 'API_POLLING',
  name: 'CRM',
  config: {
    url: url(),
    auth: { kind: 'bearer' },
    mapping: { kind: 'rows', rows: '$[*]', attribute: '$.name', value: '$.value' },
  },
  credentials: { token: TOKEN },
  ...more,
});
const row = (name: string, value: unknown) => ({ name, value });

test('a source is tried on real data, kept, run, and brings its values; what has another type is refused', async () => {
  const { plan } = await opened.assigned('Polled', 'polled-tenant');
  answer = [row('sso_enabled', true), row('users_trained', '140'), row('no_such', 1)];
  const tested = await opened.service.testSource(opened.admin, polling(plan.id));
  expect(tested).toMatchObject({
    ok: false,
    message: '3 values found, 2 refused. Nothing was stored.',
    sample: answer,
    rows: [
      { row: 1, task: undefined, attribute: 'sso_enabled', value: true, day: '2026-11-21', problem: undefined },
      { row: 2, raw: '140', value: undefined, problem: expect.stringContaining('users_trained') },
      { row: 3, problem: 'The plan has no attribute "no_such".' },
    ],
  });
  expect((await opened.attribute(plan.id, 'sso_enabled')).latestValue).toBeUndefined();

  const { source } = await opened.service.saveSource(opened.admin, polling(plan.id));
  expect(JSON.stringify(source)).not.toContain(TOKEN);
  await opened.service.runSource(opened.admin, source.id);
  await expect
    .poll(async () => (await opened.service.runsOf(opened.admin, [plan.id], 5)).get(plan.id)?.[0], { timeout: 10_000 })
    .toMatchObject({ state: 'SUCCEEDED', valuesStored: 1, valuesRefused: 2, reason: expect.stringContaining('Row 2') });
  expect(await opened.attribute(plan.id, 'sso_enabled')).toMatchObject({ isMet: true, latestValue: { value: true } });
});

test('a source has one run at a time: of several who ask for one at once the others are told', async () => {
  const { plan } = await opened.assigned('Busy', 'busy-tenant');
  const { source } = await opened.service.saveSource(opened.admin, polling(plan.id));
  const { promise, resolve: release } = Promise.withResolvers<void>();
  held = promise;
  const asked = await Promise.allSettled([1, 2, 3].map(() => opened.service.runSource(opened.admin, source.id)));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(asked).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'conflict' }) });
  release();
  const newest = async () => (await opened.service.runsOf(opened.admin, [plan.id], 5)).get(plan.id)?.[0];
  await expect.poll(newest, { timeout: 10_000 }).toMatchObject({ state: 'SUCCEEDED' });
  await opened.service.runSource(opened.admin, source.id);
});

test('a run tells what it refused in words that can be kept, whatever a system answers', async () => {
  const { plan } = await opened.assigned('Strange', 'strange-tenant');
  answer = [row(`${'x'.repeat(100_000)}`, 1), row('a\0b\ud83d', 1), row('users_trained', [[[1]]])];
  const { source } = await opened.service.saveSource(opened.admin, polling(plan.id));
  await opened.service.runSource(opened.admin, source.id);
  await expect
    .poll(async () => (await opened.service.runsOf(opened.admin, [plan.id], 5)).get(plan.id)?.[0], { timeout: 10_000 })
    .toMatchObject({
      state: 'SUCCEEDED',
      valuesRefused: 3,
      reason: `Row 1: The plan has no attribute "${'x'.repeat(60)}…". Row 2: The plan has no attribute "a b\ufffd". Row 3: The value of users_trained must be a number.`,
    });
});

test('a value deeper than JSON can be written is refused as a value, and the others of its push are kept', async () => {
  const { plan } = await opened.assigned('Deep');
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  const supplied = await opened.adoption.supply({
    workspaceId: opened.workspaceId,
    planId: plan.id,
    rows: [
      { attribute: 'users_trained', value: deep },
      { attribute: 'sso_enabled', value: true },
    ],
    source: 'api',
    by: { kind: 'system' },
  });
  expect(supplied).toMatchObject({
    stored: 1,
    refused: [{ row: 1, problem: 'The value of users_trained must be a number.' }],
  });
});

test('kept credentials go nowhere but where they were entered for, in a test as little as in a run', async () => {
  const { plan } = await opened.assigned('Moved', 'moved-tenant');
  answer = [row('sso_enabled', true)];
  const { source } = await opened.service.saveSource(opened.admin, polling(plan.id));
  const same = polling(plan.id, { id: source.id, credentials: undefined });
  authorised.length = 0;
  expect(await opened.service.testSource(opened.admin, same)).toMatchObject({ ok: true });
  expect(authorised).toEqual([`Bearer ${TOKEN}`]);

  const elsewhere = { ...same, config: { ...(same.config as object), url: 'https://thief.example/collect' } };
  const refusal = { code: 'invalid_request', errors: [{ path: '/input/credentials' }] };
  await expect(opened.service.testSource(opened.admin, elsewhere)).rejects.toMatchObject(refusal);
  await expect(opened.service.saveSource(opened.admin, elsewhere)).rejects.toMatchObject(refusal);
  await opened.service.saveSource(opened.admin, { ...elsewhere, credentials: { token: 'another' } });
});

test('mistakes in a configuration are told with the place of each', async () => {
  const { plan } = await opened.assigned('Mistaken', 'mistaken-tenant');
  const wrong = polling(plan.id, { config: { url: 'ftp://x', mapping: {} }, credentials: { tokn: 'x' } });
  await expect(opened.service.saveSource(opened.admin, wrong)).rejects.toMatchObject({
    errors: expect.arrayContaining([
      expect.objectContaining({ path: '/input/config/url' }),
      expect.objectContaining({ path: '/input/config/mapping/rows' }),
      expect.objectContaining({ path: '/input/credentials/tokn' }),
    ]),
  });
});
