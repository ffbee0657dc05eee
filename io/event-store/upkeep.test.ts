import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@uptake/domain/contract';
import { type DeadLetter, encodeLetter, encodeTally } from '@uptake/domain/dead-letters';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openChdbEventStore } from './chdb.ts';
import type { Erasure, EventStore, Subject } from './port.ts';
import { batchOf, CONTOSO, DAY_MS, NORTHWIND, sampleEvent } from './sample-rows.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - 12 * HOUR_MS;
const ADA = '00f1e2d3c4b5a697';
const ADA_BEFORE_ROTATION = 'c0ffee00c0ffee00';
const BOB = 'ffffffffffffff01';
const { workspaceId, environmentId } = NORTHWIND;

const NO_LETTERS = [
  { table: 'dead_letter_outcomes', rows: 0 },
  { table: 'dead_letters', rows: 0 },
];

let directory: string;
let store: EventStore;
let made = 0;
const open = () =>
  openChdbEventStore({ directory, timeoutMs: 30_000, memoryLimitBytes: 800 * 1024 ** 2, retentionDays: 3_650 });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'uptake-upkeep-'));
  store = await open();
}, 60_000);
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function insert(changes: readonly Partial<Event>[], scope = NORTHWIND): Promise<void> {
  const events = changes.map((change) => sampleEvent(++made, { timestampMs: NOON_MS, ...change }));
  await store.insertEvents(batchOf(`token-${made}`, events, scope));
}

const LETTER: Omit<DeadLetter, 'letterId'> = {
  cause: '00ff00ff00ff00ff',
  receivedAtMs: NOON_MS,
  eventId: '',
  eventName: 'Project Created',
  eventType: '',
  reason: 'invalid_event_name',
  path: '/event_name',
  detail: '',
  schemaVersion: 0,
  source: 'client',
  keyId: 'key-1',
  appVersion: '',
  tenantId: '',
  userId: '',
  sessionId: '',
  sentTimestamp: '',
  context: {},
  payload: '{}',
  isComplete: true,
};

/** Each with an outcome of its own. */
async function refuse(changes: readonly Partial<DeadLetter>[], scope = NORTHWIND): Promise<void> {
  const letters = changes.map((change): DeadLetter => ({ ...LETTER, letterId: crypto.randomUUID(), ...change }));
  const rows = [Buffer.from(letters.map((letter) => encodeLetter(scope, letter)).join('\n'))];
  const token = `refused-${++made}`;
  await store.insertDeadLetters({ token, rows, count: letters.length });
  const outcomes = letters.map(({ letterId, receivedAtMs }) => ({
    ...scope,
    letterId,
    runId: crypto.randomUUID(),
    result: 'rejected' as const,
    reason: 'invalid_event_name',
    path: '',
    detail: '',
    decidedAtMs: receivedAtMs + HOUR_MS,
  }));
  await store.insertOutcomes({ token, outcomes });
}
const erasureOf = (subject: Subject): Erasure => ({ id: crypto.randomUUID(), workspaceId, subject });
const ada = () => erasureOf({ kind: 'person', pseudonyms: [ADA, ADA_BEFORE_ROTATION] });

async function erase(erasure: Erasure): Promise<void> {
  await store.upkeep.prepareErasure(erasure);
  await store.upkeep.eraseRows(erasure);
  await store.upkeep.rebuildAggregates(erasure);
  await store.upkeep.writeOutRemoved();
  await store.upkeep.finishErasure(erasure);
}

/** Aggregates as questions read them, and the same computed from the rows. */
async function aggregates(table: 'stored' | 'computed'): Promise<unknown[]> {
  const key = 'environment_id, hour, event_name, feature_area, tenant_id, is_panel_only';
  const sql =
    table === 'stored'
      ? `SELECT ${key}, sum(events) AS events, uniqIfMerge(users) AS users, uniqIfMerge(sessions) AS sessions, sum(events_variance) AS variance
         FROM events_hourly GROUP BY ${key} ORDER BY ${key}`
      : `SELECT environment_id, toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour, event_name, feature_area, tenant_id, toUInt8(weight = 0) AS is_panel_only,
           sum(weight) AS events, uniqIf(user_key, user_key != 0) AS users, uniqIf(session_key, session_key != 0) AS sessions, sum(weight * (weight - 1)) AS variance
         FROM events GROUP BY ${key} ORDER BY ${key}`;
  return store.ask({ name: 'test.aggregates', sql, scope: { workspaceId } });
}

const ask = async <Row extends Record<string, unknown>>(
  sql: string,
  scope: { workspaceId: string } = { workspaceId },
) => store.ask<Row>({ name: 'test', sql, scope });
const usersLeft = async () =>
  (await ask<{ user: string }>('SELECT DISTINCT user_id AS user FROM events ORDER BY user')).map(({ user }) => user);

describe('erasing a person', () => {
  test('removes what they did under every pseudonym and in their sessions before they signed in, and nothing else', async () => {
    await insert([
      {},
      { userId: ADA_BEFORE_ROTATION, sessionId: 'aaaaaaaaaaaaaaa1' },
      { userId: '', sessionId: 'ffeeddccbbaa9988', eventName: 'page_viewed' },
      { userId: BOB, sessionId: 'ffeeddccbbaa9988' },
      { userId: '', sessionId: 'bbbbbbbbbbbbbbb1' },
      { userId: '', sessionId: '' },
    ]);
    await insert([{}], CONTOSO);
    const erasure = ada();
    expect(await store.upkeep.countSubject(workspaceId, erasure.subject)).toEqual([
      ...NO_LETTERS,
      { table: 'events', rows: 3 },
    ]);
    await erase(erasure);
    expect(await usersLeft()).toEqual(['', BOB]);
    expect(await ask('SELECT count() AS rows FROM events')).toEqual([{ rows: 3 }]);
    expect(await ask('SELECT count() AS rows FROM events', { workspaceId: CONTOSO.workspaceId })).toEqual([
      { rows: 1 },
    ]);
    expect(await aggregates('stored')).toEqual(await aggregates('computed'));
  });

  test('leaves aggregates as if the person had never been there, over many hours, tenants and weights', async () => {
    const pick = (n: number) => (index: number) => Math.floor(Math.abs(Math.sin(index * 12.9898) * 43758.5453) * n) % n;
    for (let batch = 0; batch < 6; batch++) {
      await insert(
        Array.from({ length: 400 }, (_, n) => {
          const index = batch * 400 + n;
          const person = pick(20)(index);
          return {
            timestampMs: NOON_MS - pick(30)(index + 1) * HOUR_MS,
            userId: person === 0 ? ADA : `${String(person).padStart(2, '0')}aabbccddeeff00`,
            sessionId: `${String(person).padStart(2, '0')}${String(pick(9)(index + 2))}0000000000000`.slice(0, 16),
            tenantId: `tenant-${pick(3)(index + 3)}`,
            eventName: ['page_viewed', 'task_created', 'file_uploaded'][pick(3)(index + 4)]!,
            weight: [1, 1, 4, 0][pick(4)(index + 5)]!,
          };
        }),
      );
    }
    const before = await aggregates('stored');
    await erase(ada());
    const after = await aggregates('stored');
    expect(after).not.toEqual(before);
    expect(after).toEqual(await aggregates('computed'));
    expect(await usersLeft()).not.toContain(ADA);
  });

  test('keeps counts of restricted events whose rows have expired already', async () => {
    await insert([
      {},
      { userId: BOB },
      { userId: BOB, dataSensitivity: 'restricted' },
      { userId: ADA, dataSensitivity: 'restricted' },
    ]);
    const expiry = { table: 'events', timeColumn: 'timestamp', workspaceId, environmentId, isDryRun: false } as const;
    await store.upkeep.expire({ ...expiry, sensitivity: 'restricted', beforeMs: NOON_MS + 1 });
    await erase(ada());
    expect(await aggregates('stored')).toMatchObject([{ events: 3, users: 1 }]);
  });

  test('interrupted anywhere and begun again, with events coming in between, ends the same', async () => {
    await insert([{}, { userId: BOB }, { userId: BOB, tenantId: 'other' }]);
    const erasure = ada();
    await store.upkeep.prepareErasure(erasure);
    await store.upkeep.prepareErasure(erasure);
    await insert([{ userId: BOB }]);
    await store.upkeep.eraseRows(erasure);
    await store.close();
    store = await open();
    await store.upkeep.eraseRows(erasure);
    await insert([{ userId: BOB, eventName: 'project_created' }]);
    expect(await store.upkeep.rebuildAggregates(erasure)).toBe(1);
    await store.close();
    store = await open();
    await insert([{ userId: BOB }]);
    expect(await store.upkeep.rebuildAggregates(erasure)).toBe(1);
    await store.upkeep.writeOutRemoved();
    expect(await store.upkeep.remainingRows(erasure)).toEqual([
      ...NO_LETTERS,
      { table: 'events', rows: 0 },
      { table: 'files with removed rows', rows: 0 },
    ]);
    await store.upkeep.finishErasure(erasure);
    await store.upkeep.finishErasure(erasure);
    expect(await aggregates('stored')).toEqual(await aggregates('computed'));
    expect(await aggregates('stored')).toMatchObject([{ events: 4 }, { events: 1 }]);
  }, 120_000);

  test('while events are inserted the aggregates stay whole', async () => {
    await insert([{}, { userId: BOB }]);
    const erasure = ada();
    let inserting = true;
    const stream = (async () => {
      while (inserting) await insert([{ userId: BOB }, { userId: BOB, sessionId: '' }]);
    })();
    await erase(erasure);
    inserting = false;
    await stream;
    expect(await aggregates('stored')).toEqual(await aggregates('computed'));
  });

  test('leaves no part of the store that still holds the removed rows', async () => {
    await insert([{}, { userId: BOB }]);
    await erase(ada());
    const kept = await store.askAsOperator({
      name: 'test.parts',
      sql: `SELECT sum(rows) AS rows, max(has_lightweight_delete) AS hidden FROM system.parts WHERE active AND table = 'events'`,
    });
    expect(kept).toEqual([{ rows: 1, hidden: 0 }]);
  });
});

test('erasing a tenant removes its rows and its aggregates, whatever characters its id has', async () => {
  const tenantId = `skärgård's \\ "media"`;
  await insert([{ tenantId }, { tenantId, userId: BOB }, { tenantId: 'acme-gmbh' }]);
  const erasure = erasureOf({ kind: 'tenant', tenantId });
  expect(await store.upkeep.countSubject(workspaceId, erasure.subject)).toEqual([
    ...NO_LETTERS,
    { table: 'events', rows: 2 },
    { table: 'events_hourly', rows: 1 },
  ]);
  await erase(erasure);
  expect(await ask('SELECT DISTINCT tenant_id AS tenant FROM events')).toEqual([{ tenant: 'acme-gmbh' }]);
  expect(await aggregates('stored')).toEqual(await aggregates('computed'));
  expect(await store.upkeep.countSubject(workspaceId, erasure.subject)).toEqual([
    ...NO_LETTERS,
    { table: 'events', rows: 0 },
    { table: 'events_hourly', rows: 0 },
  ]);
});

describe('erasing what was refused', () => {
  const left = async (scope?: { workspaceId: string }) => {
    const rows = await ask<{ detail: string }>('SELECT detail FROM dead_letters ORDER BY detail', scope);
    return rows.map(({ detail }) => detail);
  };
  const outcomesLeft = async () =>
    (await ask<{ rows: number }>('SELECT count() AS rows FROM dead_letter_outcomes'))[0]?.rows;

  test('finds a person by pseudonym, by session, and by a mark anywhere in the payload, outcomes included', async () => {
    await insert([{ sessionId: 'ffeeddccbbaa9988' }, { userId: BOB, sessionId: '' }]);
    await refuse([
      { userId: ADA, sessionId: '00aaaaaaaaaaaaa1' },
      { userId: ADA_BEFORE_ROTATION },
      { sessionId: 'ffeeddccbbaa9988' },
      { sessionId: '00aaaaaaaaaaaaa1' },
      { payload: `{"properties":{"owners":[{"userId":"pseudonym:${ADA}"}]}}` },
      { userId: BOB, payload: `{"user_id":"pseudonym:${BOB}","properties":{"actor_id":"pseudonym:${ADA}"}}` },
      { payload: '{"properties":{"sid":"pseudonym:ffeeddccbbaa9988"}}' },
      { detail: 'bob', userId: BOB, payload: `{"user_id":"pseudonym:${BOB}"}` },
      { detail: 'bob in a session of hers', userId: BOB, sessionId: 'ffeeddccbbaa9988' },
      { detail: 'nobody', sessionId: 'bbbbbbbbbbbbbbb1', payload: `{"properties":{"note":"${ADA}"}}` },
    ]);
    await refuse([{ detail: 'of another workspace', userId: ADA }], CONTOSO);
    const erasure = ada();
    expect(await store.upkeep.countSubject(workspaceId, erasure.subject)).toEqual([
      { table: 'dead_letter_outcomes', rows: 7 },
      { table: 'dead_letters', rows: 7 },
      { table: 'events', rows: 1 },
    ]);
    await erase(erasure);
    expect(await left()).toEqual(['bob', 'bob in a session of hers', 'nobody']);
    expect(await outcomesLeft()).toBe(3);
    expect(await left({ workspaceId: CONTOSO.workspaceId })).toEqual(['of another workspace']);
    const hidden = await store.askAsOperator({
      name: 'test.parts',
      sql: `SELECT sum(rows) AS rows, max(has_lightweight_delete) AS hidden FROM system.parts WHERE active AND table = 'dead_letters'`,
    });
    expect(hidden).toEqual([{ rows: 4, hidden: 0 }]);
  });

  test('finds a tenant in its place and under other spellings of it', async () => {
    const tenantId = `skärgård's \\ "media"`;
    await refuse([
      { tenantId },
      { payload: JSON.stringify({ properties: { tenantId } }) },
      { detail: 'names it in a text', payload: JSON.stringify({ note: tenantId }) },
      { detail: 'other', tenantId: 'acme-gmbh' },
    ]);
    await erase(erasureOf({ kind: 'tenant', tenantId }));
    expect(await left()).toEqual(['names it in a text', 'other']);
    expect(await outcomesLeft()).toBe(2);
  });

  test('finds a person of more pseudonyms than the engine looks for at once', async () => {
    await refuse([{ payload: `{"uid":"pseudonym:${ADA}"}` }, { detail: 'bob', userId: BOB }]);
    const pseudonyms = [...Array.from({ length: 600 }, (_, n) => (n + 1).toString(16).padStart(16, 'c')), ADA];
    await erase(erasureOf({ kind: 'person', pseudonyms }));
    expect(await left()).toEqual(['bob']);
  });
});

test.each([
  [{ kind: 'person', pseudonyms: [] }],
  [{ kind: 'person', pseudonyms: ["0' OR 1=1 --"] }],
  [{ kind: 'person', pseudonyms: ['0000000000000000'] }],
  [{ kind: 'tenant', tenantId: '' }],
] as const)('a subject that would mean everybody or nobody is refused: %j', async (subject) => {
  await insert([{}]);
  await expect(store.upkeep.eraseRows(erasureOf(subject as Subject))).rejects.toThrow(TypeError);
  expect(await ask('SELECT count() AS rows FROM events')).toEqual([{ rows: 1 }]);
});

describe('expiring', () => {
  const expiry = { table: 'events', timeColumn: 'timestamp', workspaceId, environmentId } as const;

  test('removes what is older of its class and environment, and says what it was', async () => {
    await insert([
      { timestampMs: NOON_MS - 10 * DAY_MS, dataSensitivity: 'restricted' },
      { timestampMs: NOON_MS - 9 * DAY_MS },
      { timestampMs: NOON_MS - 8 * DAY_MS, dataSensitivity: 'restricted' },
      { timestampMs: NOON_MS, dataSensitivity: 'restricted' },
    ]);
    await insert([{ timestampMs: NOON_MS - 10 * DAY_MS, dataSensitivity: 'restricted' }], CONTOSO);
    const restricted = { ...expiry, sensitivity: 'restricted', beforeMs: NOON_MS - DAY_MS } as const;
    const found = {
      rows: 2,
      oldest: new Date(NOON_MS - 10 * DAY_MS).toISOString().replace('.000', ''),
      newest: new Date(NOON_MS - 8 * DAY_MS).toISOString().replace('.000', ''),
    };
    expect(await store.upkeep.expire({ ...restricted, isDryRun: true })).toEqual(found);
    expect(await ask('SELECT count() AS rows FROM events')).toEqual([{ rows: 4 }]);
    expect(await store.upkeep.expire({ ...restricted, isDryRun: false })).toEqual(found);
    expect(await store.upkeep.expire({ ...restricted, isDryRun: false })).toMatchObject({ rows: 0 });
    expect(await ask('SELECT count() AS rows FROM events')).toEqual([{ rows: 2 }]);
    expect(await ask('SELECT count() AS rows FROM events', { workspaceId: CONTOSO.workspaceId })).toEqual([
      { rows: 1 },
    ]);
  });

  test('gives the space back', async () => {
    await insert(
      Array.from({ length: 2_000 }, (_, n) => ({
        timestampMs: NOON_MS - (n % 2) * 10 * DAY_MS,
        properties: { note: crypto.randomUUID() },
      })),
    );
    const before = await store.upkeep.bytesOnDisk();
    await store.upkeep.expire({ ...expiry, sensitivity: 'other', beforeMs: NOON_MS - DAY_MS, isDryRun: false });
    await store.upkeep.writeOutRemoved();
    expect(await store.upkeep.bytesOnDisk()).toBeLessThan(before * 0.7);
  });

  test('removes aggregates by the hour', async () => {
    await insert([{ timestampMs: NOON_MS - 10 * DAY_MS }, {}]);
    const hourly = { ...expiry, table: 'events_hourly', timeColumn: 'hour', isDryRun: false } as const;
    expect(await store.upkeep.expire({ ...hourly, beforeMs: NOON_MS - DAY_MS })).toMatchObject({ rows: 1 });
    expect(await aggregates('stored')).toHaveLength(1);
  });

  test('removes letters, their outcomes and tallies by their own times', async () => {
    const old = { receivedAtMs: NOON_MS - 10 * DAY_MS };
    await refuse([old, old, { detail: 'kept' }]);
    const tally = (atMs: number) =>
      encodeTally({
        ...NORTHWIND,
        atMs,
        keyId: 'key-1',
        source: 'client',
        appVersion: '',
        eventName: '',
        result: 'accepted',
        reason: '',
        cause: '',
        events: 4,
      });
    const rows = [Buffer.from(`${tally(NOON_MS - 10 * DAY_MS)}\n${tally(NOON_MS)}`)];
    await store.insertTallies({ token: 'tallies', rows, count: 2 });
    const shared = { workspaceId, environmentId, beforeMs: NOON_MS - DAY_MS, isDryRun: false };
    const expired = [
      await store.upkeep.expire({ ...shared, table: 'dead_letters', timeColumn: 'received_at' }),
      await store.upkeep.expire({ ...shared, table: 'dead_letter_outcomes', timeColumn: 'decided_at' }),
      await store.upkeep.expire({ ...shared, table: 'event_tallies', timeColumn: 'minute' }),
    ];
    expect(expired.map((each) => each.rows)).toEqual([2, 2, 1]);
    expect(await ask('SELECT detail FROM dead_letters')).toEqual([{ detail: 'kept' }]);
    for (const table of ['dead_letter_outcomes', 'event_tallies']) {
      expect(await ask(`SELECT count() AS rows FROM ${table}`)).toEqual([{ rows: 1 }]);
    }
  });
});
