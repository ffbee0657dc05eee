/** Every seam at which Uptake records its own use, on the whole server and through its doors alone. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asker, OPERATOR, type OwnServer, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

type Usage = {
  readonly families: readonly { readonly family: string; readonly count: number; readonly active_workspaces: number }[];
  readonly active_workspaces: number;
};

let own: OwnServer;
let operator: Asker;
let environmentId: string;

beforeAll(async () => {
  own = await startOwnServer();
  operator = await own.signIn(OPERATOR.email, OPERATOR.password);
  const workspace = (await operator('GET', '/api/v1/workspace')).body as {
    products: { environments: { id: string }[] }[];
  };
  environmentId = workspace.products[0]!.environments[0]!.id;
}, 120_000);
afterAll(() => own.close());

async function countOf(family: string): Promise<number> {
  const { status, body } = await operator('GET', '/api/v1/system/usage?window=24h');
  expect(status).toBe(200);
  return (body as Usage).families.find((each) => each.family === family)!.count;
}

/** The ledger is written behind the action's back, so that its row is there a moment later. */
async function expectCount(family: string, count: number): Promise<void> {
  await expect.poll(() => countOf(family), { timeout: 10_000, interval: 50 }).toBe(count);
}

/** Longer than a milestone takes to be queryable: what is not there by now was not recorded. */
const SETTLED_MS = 600;

describe('onboarding checkpoints', () => {
  const family = 'onboarding_checkpoint_completed';

  test('what a key does completes none, for no person got further', async () => {
    const key = { kind: 'write', name: 'By a program', environment_id: environmentId };
    expect((await own.withKey(SECRET_KEY)('POST', '/api/v1/keys', key)).status).toBe(201);
    await delay(SETTLED_MS);
    expect(await countOf(family)).toBe(0);
  });

  test('the first key a person makes is one, the second is not', async () => {
    for (const name of ['Web app', 'Mobile app']) {
      const key = { kind: 'write', name, environment_id: environmentId };
      expect((await operator('POST', '/api/v1/keys', key)).status).toBe(201);
    }
    await expectCount(family, 1);
  });

  test('looking at an empty overview is none, seeing the first event is', async () => {
    await operator('GET', '/api/v1/telemetry/overview');
    await own.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', { event_name: 'project_created' });
    const seen = async () =>
      ((await operator('GET', '/api/v1/telemetry/overview')).body as { top_events: unknown[] }).top_events.length;
    await expect.poll(seen, { timeout: 10_000 }).toBe(1);
    await expectCount(family, 2);
  });

  test('the first answered insight is one, a question that was refused is not', async () => {
    expect((await operator('POST', '/api/v1/insights/query', { kind: 'trend' })).status).toBe(400);
    await delay(SETTLED_MS);
    expect(await countOf(family)).toBe(2);
    const definition = {
      kind: 'trend',
      series: [{ event: null, measure: { kind: 'total' } }],
      period: { last: 7, unit: 'day' },
      interval: 'day',
      time_zone: 'UTC',
    };
    for (let times = 0; times < 2; times++) {
      expect((await operator('POST', '/api/v1/insights/query', definition)).status).toBe(200);
    }
    await expectCount(family, 3);
  });
});

describe("Uptake's own ledger", () => {
  test('shows operators the workspaces that were active, and nobody else anything', async () => {
    const { body } = await operator('GET', '/api/v1/system/usage?window=30d');
    expect(body).toMatchObject({ window: '30d', active_workspaces: 1, previous_active_workspaces: 0 });
    expect((await own.withKey(SECRET_KEY)('GET', '/api/v1/system/usage')).status).toBe(403);
    expect((await own.withKey(WRITE_KEY)('GET', '/api/v1/system/usage')).status).toBe(403);
    expect((await operator('GET', '/api/v1/system/usage?window=1y')).status).toBe(400);
  });

  test('never shows in what the workspace itself can ask', async () => {
    const { body } = await operator('GET', '/api/v1/insights/catalogue');
    expect((body as { events: { name: string }[] }).events.map(({ name }) => name)).toEqual(['project_created']);
    const exported = await own.withKey(SECRET_KEY)('GET', '/api/v1/export');
    expect(exported.text).not.toContain('onboarding_checkpoint');
  });
});
