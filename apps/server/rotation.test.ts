/** Whoever keeps or hands on a number of people is told where it crosses a change of pseudonyms (requirement E2). */
import { rotationOf, rotationStartMs } from '@uptake/domain/privacy';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, startOwnServer } from './own-server.fixture.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const BORDER = rotationStartMs(rotationOf(NOW));
/** One person on either side of the last change, and one on this side alone. */
const EVENTS = [
  { user_id: 'u-both', timestamp: BORDER - 2 * DAY_MS },
  { user_id: 'u-both', timestamp: BORDER + 1_000 },
  { user_id: 'u-new', timestamp: BORDER + 2_000 },
].map(({ user_id, timestamp }) => ({
  event_name: 'document_opened',
  feature_area: 'documents',
  tenant_id: 'acme',
  user_id,
  timestamp: new Date(timestamp).toISOString(),
}));
const ACROSS = { from: dayOf(BORDER - 5 * DAY_MS), to: dayOf(BORDER) };
const WITHIN = { from: dayOf(BORDER), to: dayOf(Math.min(NOW, BORDER + 20 * DAY_MS)) };
const CHANGED = `Pseudonyms change every 30 days, within this period on ${dayOf(BORDER)}`;

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

let own: OwnServer;
let person: Asker;
const environments = { plain: '', bridged: '' };

beforeAll(async () => {
  own = await startOwnServer();
  person = await own.signIn(OPERATOR.email, OPERATOR.password);
  const { products } = (await person('GET', '/api/v1/workspace')).body as { products: { id: string }[] };
  for (const name of ['plain', 'bridged'] as const) {
    const made = await person('POST', `/api/v1/products/${products[0]!.id}/environments`, { name });
    const { id } = made.body as { id: string };
    environments[name] = id;
    const bridge = name === 'bridged' ? { days: 120 } : null;
    expect((await person('PATCH', `/api/v1/environments/${id}/privacy`, { bridge })).status).toBe(200);
    const wanted = { kind: 'write', name, environment_id: id };
    const { key } = (await person('POST', '/api/v1/keys', wanted)).body as { key: string };
    await own.withKey(key)('POST', '/api/v1/telemetry/events', { events: EVENTS });
  }
  const counted = async (id: string) => {
    const { body } = await person('GET', `/api/v1/telemetry/analytics?from=${ACROSS.from}&environment_id=${id}`);
    return body as { total_events: number; unique_users: number };
  };
  await vi.waitUntil(async () => (await counted(environments.plain)).total_events === EVENTS.length, {
    timeout: 10_000,
  });
  // Links are written a moment after the events.
  await vi.waitUntil(async () => (await counted(environments.bridged)).unique_users === 2, { timeout: 10_000 });
}, 120_000);
afterAll(() => own.close(), 60_000);

type Pack = {
  readonly state: string;
  readonly contents: {
    readonly totals: { readonly active_users: { readonly value: number } };
    readonly features: readonly { readonly users: { readonly value: number } }[];
    readonly crosses_rotation: boolean;
    readonly explanation: string | null;
  };
};

async function packOf(environmentId: string, period: object): Promise<{ contents: Pack['contents']; page: string }> {
  const body = { tenant_id: 'acme', environment_id: environmentId, period };
  const { id } = (await person('POST', '/api/v1/review-packs', body)).body as { id: string };
  const read = async () => (await person('GET', `/api/v1/review-packs/${id}`)).body as Pack;
  await vi.waitUntil(async () => (await read()).state === 'ready', { timeout: 20_000 });
  const page = await person('GET', `/api/v1/review-packs/${id}/download`);
  return { contents: (await read()).contents, page: page.text };
}

describe('a review pack over a change of pseudonyms', () => {
  test('counts whoever was there on both sides twice, and says so, also on the page', async () => {
    const { contents, page } = await packOf(environments.plain, ACROSS);
    expect(contents).toMatchObject({ crosses_rotation: true, explanation: expect.stringContaining(CHANGED) });
    expect(contents.totals.active_users.value).toBe(3);
    expect(page).toContain(CHANGED);
  });

  test('counts everybody once where the environment links pseudonyms', async () => {
    const { contents } = await packOf(environments.bridged, ACROSS);
    expect(contents.totals.active_users.value).toBe(2);
    expect(contents.features).toMatchObject([{ users: { value: 2 } }]);
    // It was switched on just now, so that it cannot vouch for what was before.
    expect(contents.explanation).toContain('The bridge links only what it was on for');
  });

  test('says nothing of it where neither period crosses one', async () => {
    const { contents, page } = await packOf(environments.plain, WITHIN);
    expect(contents).toMatchObject({ crosses_rotation: false, explanation: null });
    expect(contents.totals.active_users.value).toBe(2);
    expect(page).not.toContain('Pseudonyms change');
  });
});

describe('a stored report', () => {
  const reportOf = async (period: object): Promise<string> => {
    const definition = {
      kind: 'trend',
      environment_id: environments.plain,
      series: [{ event: null, measure: { kind: 'unique', of: 'user' } }],
      period,
      interval: 'day',
      time_zone: 'UTC',
    };
    const made = await person('POST', '/api/v1/reports', { title: 'People', definition });
    expect(made.status).toBe(201);
    return (await person('GET', `/api/v1/reports/${(made.body as { id: string }).id}/download`)).text;
  };

  test('keeps beside its figures that they cross a change, and only then', async () => {
    expect(await reportOf(ACROSS)).toContain(CHANGED);
    expect(await reportOf(WITHIN)).not.toContain('Pseudonyms change');
  });
});
