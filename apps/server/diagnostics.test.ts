import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

let own: OwnServer;
let operator: Asker;

beforeAll(async () => {
  own = await startOwnServer({ UPTAKE_COUNTRY_HEADER: 'x-canary-country' });
  operator = await own.signIn(OPERATOR.email, OPERATOR.password);
}, 120_000);
afterAll(() => own.close());

test('the diagnostics bundle says how the installation is, and holds nothing secret or personal of it', async () => {
  const sent = { event_name: 'project_created', user_id: 'ada.canary@example.com', tenant_id: 'canary-tenant' };
  await own.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', sent);
  const { status, headers, body, text } = await operator('GET', '/api/v1/system/diagnostics');
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="uptake-diagnostics-[\dT-]+\.json"$/);
  expect(body).toMatchObject({
    format: 'uptake-diagnostics/1',
    versions: { uptake: expect.any(String), node: process.versions.node, event_store_schema: expect.any(Number) },
    health: { ready: true },
    stores: { event_store: { bytesOnDisk: expect.any(Number) } },
    counters: { 'uptake_events_total{result="accepted",reason=""}': 1 },
  });
  const { settings } = body as { settings: { variable: string; value: unknown }[] };
  expect(settings).toContainEqual({ variable: 'UPTAKE_COUNTRY_HEADER', value: 'set', is_default: false });
  const secretKeyFile = readFileSync(join(own.directory, 'secret.key'), 'utf8').trim();
  const forbidden = [SECRET_KEY, WRITE_KEY, OPERATOR.email, OPERATOR.password, secretKeyFile, own.directory, 'canary'];
  for (const each of forbidden) expect({ [each]: text.includes(each) }).toEqual({ [each]: false });
});

test('opening diagnostics is a milestone; being turned away is none', async () => {
  const opened = async () => {
    const { body } = await operator('GET', '/api/v1/system/usage');
    const { families } = body as { families: { family: string; count: number }[] };
    return families.find(({ family }) => family === 'support_diagnostics_opened')?.count;
  };
  expect((await own.withKey(SECRET_KEY)('GET', '/api/v1/system/diagnostics')).status).toBe(403);
  await expect.poll(opened, { timeout: 10_000 }).toBe(1);
  await operator('GET', '/api/v1/system/diagnostics');
  await expect.poll(opened, { timeout: 10_000 }).toBe(2);
});
