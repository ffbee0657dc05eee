/** Every seam at which Uptake records its own use, on the whole server and through its doors alone (requirement L10). */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CHECKPOINTS, EVENT, OPERATIONS, SEAMS, schemaOf } from './milestone-seams.fixture.ts';
import { type Asker, OPERATOR, type OwnServer, SECRET_KEY, startOwnServer, WRITE_KEY } from './own-server.fixture.ts';

type Workspace = { readonly products: readonly { readonly environments: readonly { readonly id: string }[] }[] };
type Overview = { readonly top_events: readonly unknown[] };
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
  const workspace = (await operator('GET', '/api/v1/workspace')).body as Workspace;
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

describe('of each milestone', () => {
  test('nothing is recorded of what a key does, for no person got further', async () => {
    const key = own.withKey(SECRET_KEY);
    await own.withKey(WRITE_KEY)('POST', '/api/v1/telemetry/events', EVENT);
    await vi.waitUntil(
      async () => ((await key('GET', '/api/v1/telemetry/overview')).body as Overview).top_events.length,
      { timeout: 30_000 },
    );
    for (const { act, status, seam } of SEAMS)
      expect([seam, (await act(key, environmentId)).status]).toEqual([seam, status]);
    await delay(SETTLED_MS);
    for (const family of new Set(SEAMS.map((each) => each.family)))
      expect([family, await countOf(family)]).toEqual([family, 0]);
  });

  test.each(SEAMS)('$seam is recorded when a person brought it about', async ({ family, status, act }) => {
    const before = await countOf(family);
    expect((await act(operator, environmentId)).status).toBe(status);
    await expectCount(family, before + 1);
  });

  test('checkpoints are recorded the first time alone, and nothing of what was refused', async () => {
    const [checkpoints, operations] = [await countOf(CHECKPOINTS), await countOf(OPERATIONS)];
    for (const { act } of SEAMS.filter(({ family }) => family === CHECKPOINTS)) {
      await act(operator, environmentId);
    }
    const refused = [
      await operator('POST', '/api/v1/erasures', { kind: 'person' }),
      await operator('POST', '/api/v1/subject-exports', { kind: 'tenant' }),
      await operator('POST', '/api/v1/retention/prune', { dry_run: 'perhaps' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400]);
    await delay(SETTLED_MS);
    expect([await countOf(CHECKPOINTS), await countOf(OPERATIONS)]).toEqual([checkpoints, operations]);
  });

  test('a tracking plan that is taken over from what was observed is one as well', async () => {
    const other = (await operator('POST', '/api/v1/workspaces', { name: 'Globex' })).body as { id: string };
    const inOther = `?workspace_id=${other.id}`;
    const before = await countOf(CHECKPOINTS);
    const path = `/api/v1/schema-proposals/task_created/accept${inOther}`;
    expect((await operator('POST', path, { schema: schemaOf('task_created') })).status).toBe(201);
    await expectCount(CHECKPOINTS, before + 1);
  });
});

describe("Uptake's own ledger", () => {
  test('shows operators the workspaces that were active, and nobody else anything', async () => {
    const { body } = await operator('GET', '/api/v1/system/usage?window=30d');
    expect(body).toMatchObject({ window: '30d', active_workspaces: 2, previous_active_workspaces: 0 });
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
