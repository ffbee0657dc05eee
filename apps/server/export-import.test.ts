/** What leaves by an export and comes in again counts as it did, sampled events included. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, startOwnServer } from './own-server.fixture.ts';

let own: OwnServer;
let person: Asker;
let productId: string;

beforeAll(async () => {
  own = await startOwnServer();
  person = await own.signIn(OPERATOR.email, OPERATOR.password);
  const { products } = (await person('GET', '/api/v1/workspace')).body as { products: { id: string }[] };
  productId = products[0]!.id;
}, 120_000);
afterAll(() => own.close(), 60_000);

/** An environment of its own, with a key that may do everything in it. */
async function environmentNamed(name: string): Promise<{ id: string; key: Asker }> {
  const made = await person('POST', `/api/v1/products/${productId}/environments`, { name });
  const { id } = made.body as { id: string };
  const wanted = { kind: 'secret', name, scopes: ['admin'], environment_id: id };
  const { key } = (await person('POST', '/api/v1/keys', wanted)).body as { key: string };
  return { id, key: own.withKey(key) };
}

/** Exact as binary fractions, so that sums do not depend on their order. */
const WEIGHTS = [0, 1, 2.5, 8, 100] as const;

/** As a budget leaves them: many tell of more than themselves, and some are kept for the panel alone. */
const SAMPLED = Array.from({ length: 400 }, (_, index) => ({
  event_name: index % 3 === 0 ? 'task_created' : 'page_viewed',
  user_id: `user ${index % 90}`,
  session_id: `session ${index % 200}`,
  tenant_id: `tenant ${index % 7}`,
  consent: { location: 'granted' },
  country: index % 2 === 0 ? 'SE' : 'DE',
  timestamp: new Date(Date.now() - index * 60_000).toISOString(),
  properties: { duration_ms: index },
  weight: WEIGHTS[index % WEIGHTS.length]!,
}));
const EXPECTED_EVENTS = SAMPLED.reduce((sum, { weight }) => sum + weight, 0);

async function answersOf(id: string): Promise<unknown> {
  const query = {
    kind: 'trend',
    environment_id: id,
    series: [
      { event: null, measure: { kind: 'total' } },
      { event: 'task_created', measure: { kind: 'unique', of: 'user' } },
      { event: null, measure: { kind: 'unique', of: 'session' } },
      { event: 'page_viewed', measure: { kind: 'property', property: 'duration_ms', aggregate: 'sum' } },
    ],
    period: { last: 3, unit: 'day' },
    interval: 'day',
    time_zone: 'UTC',
    breakdown: { field: 'country' },
  };
  const { status, body } = await person('POST', '/api/v1/insights/query', query);
  expect(status).toBe(200);
  const { series, sampled } = body as { series: unknown; sampled: unknown };
  return { series, sampled };
}

test('an exported file of sampled events gives the same answers where it is imported, be there a budget or not', async () => {
  const [from, to] = [await environmentNamed('Source'), await environmentNamed('Copy')];
  await person('PUT', '/api/v1/budgets', { environment_id: to.id, events_per_day: 10, areas: [] });
  const totalOf = async ({ id }: { id: string }) => {
    const { body } = await person('GET', `/api/v1/telemetry/analytics?environment_id=${id}`);
    return (body as { total_events: number }).total_events;
  };
  const takeIn = async (key: Asker, events: readonly unknown[]) => {
    const { body } = await key('POST', '/api/v1/import', { events });
    expect(body).toMatchObject({ accepted: SAMPLED.length, rejected: 0, sampled: 0 });
  };
  await takeIn(from.key, SAMPLED);
  await vi.waitUntil(async () => (await totalOf(from)) > 0, { timeout: 10_000 });
  expect(await totalOf(from)).toBeCloseTo(EXPECTED_EVENTS, 6);

  const { text } = await from.key('GET', '/api/v1/export');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { weight: number; schema_version: number });
  expect(lines).toHaveLength(SAMPLED.length);
  expect(lines.every(({ weight, schema_version }) => weight >= 0 && schema_version === 0)).toBe(true);
  await takeIn(to.key, lines);
  await vi.waitUntil(async () => (await totalOf(to)) > 0, { timeout: 10_000 });

  const answers = await answersOf(to.id);
  expect(answers).toEqual(await answersOf(from.id));
  expect(answers).toMatchObject({ sampled: true });
}, 60_000);
