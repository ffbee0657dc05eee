import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeEvent, encodeRow, isRefusal, ROW_VERSION } from '@uptake/domain/contract';
import { auditEntries, environments } from '@uptake/io/control-store/schema';
import { type EventStore, openChdbEventStore } from '@uptake/io/event-store';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestAccess, TEST_ADMIN, type TestAccess } from '../access/testing.ts';
import { createExport, EVENT_COUNT_HEADER, readPeriod } from './export-routes.ts';

const SECRET_KEY = 'upk_test_secret_key_for_exports';
const WRITE_KEY = 'upk_test_write_key_for_exports';
const DAY_MS = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 9, 2);

/** Handed in out of order; `2` and `3` happen in the same millisecond, on either side of midnight the others. */
const SENT = [
  {
    event_id: '00000000-0000-4000-8000-000000000003',
    event_name: 'task_assigned',
    timestamp: new Date(MIDNIGHT).toISOString(),
    tenant_id: 'skärgård-media',
    user_id: '2286dfdbc44e8c7d',
    session_id: 'b7e075c0a972ca54',
    experiment_assignments: { 'new form': 'treatment "B"' },
    properties: {
      'quoted "name"': 'line\nbreak, 漢字, 🚢',
      ratio: 0.1,
      most: 9_007_199_254_740_991,
      none: null,
      nested: { list: [1, 'two', { three: true }] },
    },
  },
  {
    event_id: '00000000-0000-4000-8000-000000000001',
    event_name: 'page_viewed',
    event_type: 'view',
    timestamp: new Date(MIDNIGHT - 1).toISOString(),
    source: 'client',
    is_internal: true,
  },
  {
    event_id: '00000000-0000-4000-8000-000000000002',
    event_name: 'task_completed',
    timestamp: new Date(MIDNIGHT).toISOString(),
    properties: {},
  },
  {
    event_id: '00000000-0000-4000-8000-000000000004',
    event_name: 'task_created',
    timestamp: new Date(MIDNIGHT + DAY_MS).toISOString(),
  },
];

let access: TestAccess;
let store: EventStore;
let directory: string;
let own: { workspaceId: string; productId: string; environmentId: string };
let foreignEnvironmentId: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'uptake-export-'));
  store = await openChdbEventStore({
    directory,
    timeoutMs: 30_000,
    memoryLimitBytes: 400 * 1024 * 1024,
    retentionDays: 3_650,
  });
  access = await openTestAccess({
    adminEmail: TEST_ADMIN.email,
    adminPassword: TEST_ADMIN.password,
    secretKey: SECRET_KEY,
    writeKey: WRITE_KEY,
  });
  const first = await access.access.bootstrap();
  if (!first.isFirstStart) throw new Error('the template is not empty');
  own = first;
  const products = [{ slug: 'app', name: 'App' }];
  const foreign = await access.access.ensureWorkspace({
    name: 'Other',
    slug: 'other',
    products,
    ownerUserId: first.adminUserId,
    keyName: 'Export test',
  });
  const { principal } = foreign.products[0]!;
  foreignEnvironmentId = principal.environmentId;
  await insert(own, SENT);
  await insert(principal, [{ ...SENT[0], event_id: 'ffffffff-0000-4000-8000-000000000000', event_name: 'foreign' }]);
  const { routes } = createExport({
    eventStore: store,
    access: access.access.readModel,
    audit: access.access.readModel.audit,
    nowMs: () => access.clock.nowMs,
  });
  await access.app.register(routes);
}, 120_000);

afterAll(async () => {
  // fetch keeps a connection open that no request came over, for which closing would wait.
  access.app.server.closeAllConnections();
  await access.remove();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function insert(scope: typeof own, events: readonly object[], token = 'first'): Promise<void> {
  const rows = events.map((event) => {
    const decoded = decode(event);
    return `${encodeRow(scope, decoded)}\n`;
  });
  await store.insertEvents({
    token: `${token} ${scope.workspaceId}`,
    rowVersion: ROW_VERSION,
    rows: [Buffer.from(rows.join(''))],
    eventCount: rows.length,
  });
}

function decode(event: unknown) {
  const decoded = decodeEvent(event, {
    receivedAtMs: MIDNIGHT + 2 * DAY_MS,
    maxAgeMs: 90 * DAY_MS,
    defaultSource: 'server',
    newEventId: () => expect.fail('every event has an id'),
  });
  if (isRefusal(decoded)) expect.fail(`${decoded.reason} at ${decoded.path}: ${decoded.detail}`);
  return decoded;
}

async function exported(query: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const response = await access.app.inject({
    url: '/api/v1/export',
    query,
    headers: { authorization: `Bearer ${SECRET_KEY}`, ...headers },
  });
  const isText = response.statusCode === 200 && response.headers['content-encoding'] === undefined;
  const lines = isText ? response.body.split('\n').filter((line) => line !== '') : [];
  return { ...response, status: response.statusCode, body: response.body, raw: response.rawPayload, lines };
}

const idsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => (JSON.parse(line) as { event_id: string }).event_id.slice(-1));

describe('exporting events', () => {
  test('gives every event of the environment, oldest first, and says how many', async () => {
    const { status, lines, headers } = await exported();
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(headers[EVENT_COUNT_HEADER]).toBe('4');
    expect(idsOf(lines)).toEqual(['1', '2', '3', '4']);
  });

  test('writes each event in a shape that importing reads as the same event', async () => {
    const { lines } = await exported();
    const byId = new Map(SENT.map((event) => [event.event_id, decode(event)]));
    for (const line of lines) {
      const { weight, schema_version, ...event } = JSON.parse(line) as Record<string, unknown>;
      expect([weight, schema_version]).toEqual([1, 0]);
      const again = decode(event);
      expect(again).toEqual(byId.get(again.eventId));
    }
    expect(Object.keys(JSON.parse(lines[1]!) as object)).toEqual([
      'event_id',
      'event_name',
      'event_type',
      'timestamp',
      'weight',
      'schema_version',
      'source',
      'pii_classification',
      'data_sensitivity',
    ]);
  });

  test.each([
    [{ from: '2026-10-02' }, ['2', '3', '4']],
    [{ to: '2026-10-01' }, ['1']],
    [{ to: '2026-10-02T00:00:00Z' }, ['1']],
    [{ from: '2026-10-02', to: '2026-10-02' }, ['2', '3']],
    [{ from: '2026-10-02T02:00:00.000+02:00', to: '2026-10-02T00:00:00.001Z' }, ['2', '3']],
    [{ from: '2026-10-04' }, []],
  ])('keeps to the period %j', async (query, ids) => {
    const { lines, headers } = await exported(query);
    expect(idsOf(lines)).toEqual(ids);
    expect(headers[EVENT_COUNT_HEADER]).toBe(String(ids.length));
  });

  test.each([
    [{ from: 'yesterday' }, '"from" is neither a date'],
    [{ to: '2026-02-30' }, '"to" is neither a date'],
    [{ from: '2026-10-02T00:00:00' }, '"from" is neither a date'],
    [{ from: '2026-10-03', to: '2026-10-02T12:00:00Z' }, '"to" must be later than "from"'],
    [{ environment_id: 'production' }, 'environment_id'],
  ])('refuses %j and says why', async (query, why) => {
    const { status, body } = await exported(query);
    expect(status).toBe(400);
    expect(body).toContain(why.replaceAll('"', '\\"'));
  });

  test('compresses where the reader takes gzip, and only there', async () => {
    const plain = await exported({}, { 'accept-encoding': 'gzip;q=0, identity' });
    const packed = await exported({}, { 'accept-encoding': 'br, gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.raw).toString()).toBe(plain.body);
  });

  test('shows nothing of another workspace, whose environments do not even exist', async () => {
    const { status, body } = await exported({ environment_id: foreignEnvironmentId });
    expect(status).toBe(404);
    expect(body).not.toContain('foreign');
    expect((await exported()).body).not.toContain('foreign');
  });

  test('is closed to write keys, keys without the scope, people and strangers', async () => {
    const { access: rooms } = access;
    const system = { kind: 'system' } as const;
    const keyFor = (scopes: readonly ('read' | 'write' | 'export')[]) =>
      rooms.keys.create(own.workspaceId, { kind: 'secret', name: scopes.join(), scopes }, system);
    const [asking, exporting] = [await keyFor(['read', 'write']), await keyFor(['export'])];
    const session = await access.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
    const ask = async (headers: Record<string, string>) =>
      (await access.app.inject({ url: '/api/v1/export', headers })).statusCode;
    expect(await ask({ authorization: `Bearer ${WRITE_KEY}` })).toBe(403);
    expect(await ask({ authorization: `Bearer ${asking.key}` })).toBe(403);
    expect(await ask({ authorization: `Bearer ${exporting.key}` })).toBe(200);
    expect(await ask(session)).toBe(401);
    expect(await ask({})).toBe(401);
  });

  test('is written down: who took which environment’s events, and how many', async () => {
    await exported({ from: '2026-10-02', to: '2026-10-03T00:00:00Z' });
    const entries = await access.controlStore.withWorkspace(own.workspaceId, (tx) => tx.select().from(auditEntries));
    expect(entries.filter(({ action }) => action === 'events.exported').at(-1)).toMatchObject({
      actorKind: 'secret_key',
      subjectKind: 'environment',
      subjectId: own.environmentId,
    });
    expect(entries.map(({ details }) => details)).toContainEqual({
      from: '2026-10-02T00:00:00.000Z',
      to: '2026-10-03T00:00:00.000Z',
      events: 2,
    });
  });
});

describe('exporting to slow readers', () => {
  test('serves two at a time, turns the third away for a while, and ends when a reader hangs up', async () => {
    const environment = await access.access.workspaces.createEnvironment(
      own.workspaceId,
      own.productId,
      { name: 'Large' },
      { kind: 'system' },
    );
    const large = { ...own, environmentId: environment.id };
    // More than the buffers between here and there hold.
    const padding = 'x'.repeat(4_000);
    const count = 6_000;
    await insert(
      large,
      Array.from({ length: count }, (_, index) => ({
        event_id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        event_name: 'large',
        timestamp: new Date(MIDNIGHT + index).toISOString(),
        properties: { padding },
      })),
      'large',
    );
    const url = await access.app.listen({ port: 0, host: '127.0.0.1' });
    const ask = () =>
      fetch(`${url}/api/v1/export?environment_id=${environment.id}`, {
        headers: { authorization: `Bearer ${SECRET_KEY}`, 'accept-encoding': 'identity' },
      });
    const [first, second] = [await ask(), await ask()];
    const third = await ask();
    expect([first.status, second.status, third.status]).toEqual([200, 200, 429]);
    expect(await third.json()).toMatchObject({ code: 'rate_limited' });
    await first.body?.cancel();
    const statusAfterHangUp = async (): Promise<number> => {
      const { status, body } = await ask();
      await body?.cancel();
      return status;
    };
    await expect.poll(statusAfterHangUp, { timeout: 10_000 }).toBe(200);
    expect((await second.text()).split('\n')).toHaveLength(count + 1);
  });
});

describe('the events of a ledger', () => {
  test('leave by no export, and nothing is written down as exported', async () => {
    const setPolicy = (policy: 'full' | 'ledger') =>
      access.controlStore.asSystem((tx) =>
        tx.update(environments).set({ policy }).where(eq(environments.id, own.environmentId)),
      );
    const exports = () =>
      access.controlStore.asSystem((tx) =>
        tx.select().from(auditEntries).where(eq(auditEntries.action, 'events.exported')),
      );
    const before = (await exports()).length;
    await setPolicy('ledger');
    try {
      const { status, body } = await exported();
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ code: 'aggregates_only' });
      expect(await exports()).toHaveLength(before);
    } finally {
      await setPolicy('full');
    }
    expect((await exported()).status).toBe(200);
  });
});

describe('the period of an export', () => {
  test('reaches from the beginning to past the present where nothing is said', () => {
    expect(readPeriod({}, MIDNIGHT)).toEqual({ fromMs: 0, toMs: MIDNIGHT + DAY_MS });
  });
});
