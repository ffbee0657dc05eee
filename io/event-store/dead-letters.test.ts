import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeadLetter, encodeLetter, encodeTally, type Tally } from '@uptake/domain/dead-letters';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChdbEventStore } from './chdb.ts';
import type { EventStore, LetterOutcome } from './port.ts';
import { CONTOSO, NORTHWIND } from './sample-rows.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-letters-'));
let store: EventStore;

beforeAll(async () => {
  store = await openChdbEventStore({
    directory,
    timeoutMs: 30_000,
    memoryLimitBytes: 400 * 1024 ** 2,
    retentionDays: 90,
    restrictedRetentionDays: 30,
  });
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

const LETTER: DeadLetter = {
  letterId: 'b7a4c7c0-3c54-4a3e-8d57-0a6d0c9d4f11',
  cause: '00ff00ff00ff00ff',
  receivedAtMs: Date.now() - 60_000.25,
  eventId: '',
  eventName: 'größe',
  eventType: 'action',
  reason: 'property_invalid',
  path: '/properties/items/*/name',
  detail: 'This is a number; send "a text".\n',
  schemaVersion: 3,
  source: 'client',
  keyId: 'key-1',
  appVersion: '4.2.0',
  tenantId: 'acme-gmbh',
  userId: 'a1b2c3d4e5f60718',
  sessionId: '',
  sentTimestamp: '2026-11-21T09:30:00.250+02:00',
  context: { consent: 'analytics=granted', country: 'SE' },
  payload: '{"a":"\\"ü\\u0000"}',
  isComplete: true,
};
const TALLY: Tally = {
  ...NORTHWIND,
  atMs: Date.now(),
  keyId: 'key-1',
  source: 'client',
  appVersion: '',
  eventName: '',
  result: 'accepted',
  reason: '',
  cause: '',
  events: 40,
};
const OUTCOME: LetterOutcome = {
  ...NORTHWIND,
  letterId: LETTER.letterId,
  runId: randomUUID(),
  result: 'rejected',
  reason: 'property_invalid',
  path: '/properties/a',
  detail: 'ü',
  decidedAtMs: Date.now() - 1_000,
};
const lines = (...rows: readonly string[]) => rows.map((row) => Buffer.from(`${row}\n`));
const ask = (sql: string, scope = { workspaceId: NORTHWIND.workspaceId }) =>
  store.ask<Record<string, unknown>>({ name: 'letters', sql, scope });

test('a letter comes back as it was kept, once however often its batch is inserted', async () => {
  const batch = { token: 'letters-1', rows: lines(encodeLetter(NORTHWIND, LETTER)), count: 1 };
  await store.insertDeadLetters(batch);
  await store.insertDeadLetters(batch);
  const rows = await ask('SELECT * FROM dead_letters');
  expect(rows).toEqual([
    expect.objectContaining({
      letter_id: LETTER.letterId,
      cause: LETTER.cause,
      received_at: new Date(Math.round(LETTER.receivedAtMs)).toISOString(),
      event_name: 'größe',
      detail: LETTER.detail,
      context: JSON.stringify(LETTER.context),
      payload: LETTER.payload,
      is_complete: true,
    }),
  ]);
});

test('tallies of one minute add up, and a batch that is inserted again adds nothing', async () => {
  const batch = { token: 'tallies-1', rows: lines(encodeTally(TALLY), encodeTally({ ...TALLY, events: 2 })), count: 2 };
  await store.insertTallies(batch);
  await store.insertTallies(batch);
  expect(await ask('SELECT sum(events) AS events, uniqExact(minute) AS minutes FROM event_tallies')).toEqual([
    { events: 42, minutes: 1 },
  ]);
});

test('outcomes are kept by letter, and the newest can be told', async () => {
  const later = { ...OUTCOME, result: 'accepted', reason: '', decidedAtMs: OUTCOME.decidedAtMs + 1 } as const;
  for (const token of ['outcomes-1', 'outcomes-1']) {
    await store.insertOutcomes({ token, outcomes: [OUTCOME, later] });
  }
  await store.insertOutcomes({ token: 'none', outcomes: [] });
  expect(await ask('SELECT count() AS rows, argMax(result, decided_at) AS newest FROM dead_letter_outcomes')).toEqual([
    { rows: 2, newest: 'accepted' },
  ]);
});

test('none of them is seen from another workspace', async () => {
  for (const table of ['dead_letters', 'event_tallies', 'dead_letter_outcomes']) {
    expect(await ask(`SELECT count() AS rows FROM ${table}`, { workspaceId: CONTOSO.workspaceId })).toEqual([
      { rows: 0 },
    ]);
  }
});
