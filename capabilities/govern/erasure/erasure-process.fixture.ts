/**
 * A process of its own for `crash.test.ts`: fills a directory, erases in it and kills itself where it is told, or says what
 * is there. `node erasure-process.fixture.ts seed,arrive,erase,look DIRECTORY [STEP]`: any of these, in this order.
 */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Event } from '@uptake/domain/contract';
import { encodeLetter } from '@uptake/domain/dead-letters';
import { openPgliteControlStore } from '@uptake/io/control-store';
import { storedReports, workspaces } from '@uptake/io/control-store/schema';
import { openChdbEventStore } from '@uptake/io/event-store';
import { batchOf, NORTHWIND, sampleEvent } from '@uptake/io/event-store/testing';
import { openRefusedRows } from '@uptake/io/refused-rows';
import { fingerprint } from '../people/who.ts';
import { createSigner, isGenuine } from './certificate.ts';
import { createHolders } from './holders.ts';
import { runErasure } from './steps.ts';
import { createErasureStore } from './store.ts';

export type Look = {
  readonly ofPerson: number;
  readonly events: number;
  readonly hourly: unknown;
  readonly computed: unknown;
  readonly state: string;
  readonly steps: readonly string[];
  readonly reports: number;
  readonly isGenuine: boolean;
  readonly before: unknown;
  readonly lettersBefore: unknown;
  /** Of others, and their outcomes. */
  readonly letters: readonly [number, number];
};

const PERSON = '00f1e2d3c4b5a697';
const OTHER = 'ffffffffffffff01';
const { workspaceId } = NORTHWIND;
const [list = '', directory = '', killAfter] = process.argv.slice(2);
const commands = new Set(list.split(','));

const controlStore = await openPgliteControlStore({ directory: join(directory, 'control') });
const eventStore = await openChdbEventStore({
  directory: join(directory, 'events'),
  timeoutMs: 30_000,
  memoryLimitBytes: 800 * 1024 ** 2,
});
const refusedRows = openRefusedRows(join(directory, 'refused'));
const store = createErasureStore(controlStore);
const signer = createSigner(createHash('sha256').update('a seed').digest());

const insert = (token: string, changes: readonly Partial<Event>[]) =>
  eventStore.insertEvents(
    batchOf(
      token,
      changes.map((change, n) =>
        sampleEvent(Number(`0x${createHash('sha256').update(token).digest('hex').slice(0, 8)}`) + n, change),
      ),
    ),
  );

async function refuse(token: string, userId: string, payload: object): Promise<void> {
  const letterId = randomUUID();
  const row = encodeLetter(NORTHWIND, {
    letterId,
    cause: '00ff00ff00ff00ff',
    receivedAtMs: Date.now(),
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
    userId,
    sessionId: '',
    sentTimestamp: '',
    context: {},
    payload: JSON.stringify(payload),
    isComplete: true,
  });
  await eventStore.insertDeadLetters({ token, rows: [Buffer.from(row)], count: 1 });
  const decided = { runId: randomUUID(), path: '', detail: '', decidedAtMs: Date.now() };
  const outcome = { ...NORTHWIND, letterId, result: 'rejected', reason: 'invalid_event_name', ...decided } as const;
  await eventStore.insertOutcomes({ token, outcomes: [outcome] });
}

if (commands.has('seed')) {
  await controlStore.asSystem((tx) =>
    tx.insert(workspaces).values({ id: workspaceId, slug: 'northwind', name: 'Northwind' }),
  );
  await insert('first', [
    {},
    { userId: OTHER },
    { userId: '', eventName: 'page_viewed' },
    { userId: OTHER, tenantId: 'b' },
  ]);
  await insert('second', [{ tenantId: 'b' }, { userId: OTHER }]);
  await refuse('refused-1', PERSON, {});
  await refuse('refused-2', '', { properties: { actorId: `pseudonym:${PERSON}` } });
  await refuse('refused-3', OTHER, { user_id: `pseudonym:${OTHER}` });
  const report = { title: 'One person', kind: 'trend', definition: {}, answer: { breakdown: PERSON }, createdBy: 'x' };
  await controlStore.withWorkspace(workspaceId, (tx) =>
    tx.insert(storedReports).values({ ...report, workspaceId, createdAt: new Date() }),
  );
  refusedRows.keep({ token: 'refused', reason: 'unreadable', row: Buffer.from(JSON.stringify([workspaceId, PERSON])) });
  await store.insert({
    workspaceId,
    subject: { kind: 'person', pseudonyms: [PERSON] },
    ids: [PERSON],
    fingerprints: [fingerprint(workspaceId, PERSON)],
    actor: { kind: 'system' },
    atMs: Date.now(),
  });
}
if (commands.has('arrive')) {
  await insert(`arrived before ${killAfter ?? 'the end'}`, [{ userId: OTHER }, { userId: OTHER, tenantId: 'b' }]);
}
if (commands.has('erase')) {
  const [row] = await store.list(workspaceId);
  await runErasure(row!, {
    store,
    eventStore,
    holders: createHolders({ controlStore, eventStore, refusedRows }),
    drained: async () => undefined,
    signer,
    nowMs: Date.now,
    onStep: (step) => {
      if (step === killAfter) process.kill(process.pid, 'SIGKILL');
    },
  });
}
if (commands.has('look')) {
  const ask = (sql: string) => eventStore.ask({ name: 'test', sql, scope: { workspaceId } });
  const key = 'hour, event_name, tenant_id';
  const [row] = await store.list(workspaceId);
  const reports = await controlStore.withWorkspace(workspaceId, (tx) => tx.select().from(storedReports));
  const [counts] = await ask(`SELECT countIf(user_id = '${PERSON}') AS ofPerson, count() AS events FROM events`);
  const ofStore = (store: string) => row!.certificate?.certificate.stores.find((each) => each.store === store);
  const rowsOf = async (table: string) =>
    ((await ask(`SELECT count() AS rows FROM ${table}`)) as { rows: number }[])[0]!.rows;
  const look: Look = {
    ...(counts as { ofPerson: number; events: number }),
    hourly: await ask(
      `SELECT ${key}, sum(events) AS events, uniqIfMerge(users) AS users, uniqIfMerge(sessions) AS sessions FROM events_hourly GROUP BY ${key} ORDER BY ${key}`,
    ),
    computed: await ask(
      `SELECT toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour, event_name, tenant_id, sum(weight) AS events, uniqIf(user_key, user_key != 0) AS users, uniqIf(session_key, session_key != 0) AS sessions FROM events GROUP BY ${key} ORDER BY ${key}`,
    ),
    state: row!.state,
    steps: row!.steps.map(({ name }) => name),
    reports: reports.length + refusedRows.find(() => true).length,
    isGenuine: row!.certificate !== null && isGenuine(row!.certificate, signer.publicKey),
    before: ofStore('events'),
    lettersBefore: [ofStore('dead_letters'), ofStore('dead_letter_outcomes')],
    letters: [await rowsOf('dead_letters'), await rowsOf('dead_letter_outcomes')],
  };
  process.stdout.write(`${JSON.stringify(look)}\n`);
}
await eventStore.close();
await controlStore.close();
