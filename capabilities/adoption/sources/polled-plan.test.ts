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
const server = createServer((request, response) => {
  authorised.push(request.headers.authorization ?? '');
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
    message: '3 values found, 2 of them refused. Nothing was stored.',
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
