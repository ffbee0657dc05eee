import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent, encodeRow, isRefusal } from '@uptake/domain/contract';
import { type EventLog, openLmdbEventLog } from '@uptake/io/event-log';
import { type EventStore, openChdbEventStore, StoreUnavailable } from '@uptake/io/event-store';
import { createLogger, createMetrics } from '@uptake/io/observability';
import { openRefusedRows } from '@uptake/io/refused-rows';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWriter, type Writer } from './writer.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-writer-'));
const workspaceId = randomUUID();
const scope = { workspaceId, productId: randomUUID(), environmentId: randomUUID() };
let eventLog: EventLog;
let eventStore: EventStore;
let metrics: ReturnType<typeof createMetrics>;

beforeAll(async () => {
  eventStore = await openChdbEventStore({
    directory: join(directory, 'events'),
    timeoutMs: 10_000,
    memoryLimitBytes: 512 * 1024 ** 2,
  });
}, 60_000);
beforeEach(async () => {
  metrics = createMetrics({ processMetrics: false });
  eventLog = await openLmdbEventLog({
    directory: join(directory, randomUUID()),
    maxBytes: 1e9,
    duplicateWindowMs: 1e9,
    nowMs: Date.now,
  });
  return () => eventLog.close();
});
afterAll(async () => {
  await eventStore.close();
  rmSync(directory, { recursive: true, force: true });
});

function writerOn(store: Pick<EventStore, 'insertEvents'>): Writer {
  const insertDeadLetters: EventStore['insertDeadLetters'] = (batch) => eventStore.insertDeadLetters(batch);
  const insertTallies: EventStore['insertTallies'] = (batch) => eventStore.insertTallies(batch);
  return createWriter({
    eventLog,
    eventStore: { insertEvents: (batch) => store.insertEvents(batch), insertDeadLetters, insertTallies },
    refusedRows: openRefusedRows(join(directory, 'refused')),
    batchEvents: 1_000,
    intervalMs: 20,
    nowMs: Date.now,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    metrics,
  });
}

function rowOf(eventName: string, eventId: string): string {
  const event = decodeEvent(
    { event_id: eventId, event_name: eventName, properties: { größe: '多', n: 1 } },
    { receivedAtMs: Date.now(), maxAgeMs: 1e9, defaultSource: 'server', newEventId: randomUUID },
  );
  if (isRefusal(event)) throw new Error(event.detail);
  return encodeRow(scope, event);
}

async function append(
  eventName: string,
  count: number,
  spoil: (row: string, index: number) => string = (row) => row,
): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => {
    const eventId = randomUUID();
    return { eventId, row: spoil(rowOf(eventName, eventId), index) };
  });
  await eventLog.append({ workspaceId, dedupeScope: 'test', events });
}

async function stored(eventName: string): Promise<number> {
  const [row] = await eventStore.ask<{ events: number }>({
    name: 'test.count',
    scope: { workspaceId },
    sql: 'SELECT count() AS events FROM events WHERE event_name = {name:String}',
    parameters: { name: eventName },
  });
  return row!.events;
}

test('what is appended is soon stored, and the writer says how far behind it is', async () => {
  const writer = writerOn(eventStore);
  await append('written', 30);
  expect((await writer.freshness()).behindMs).toBeGreaterThanOrEqual(0);
  writer.start();
  await writer.drained();
  expect(await stored('written')).toBe(30);
  expect((await writer.freshness()).behindMs).toBe(0);
  await writer.stop();
});

test('an insert that fails, or whose answer is lost, is tried again and counts once', async () => {
  let calls = 0;
  const unreliable: Pick<EventStore, 'insertEvents'> = {
    async insertEvents(batch) {
      calls += 1;
      if (calls === 1) throw new StoreUnavailable('disk full');
      await eventStore.insertEvents(batch);
      if (calls === 2) throw new StoreUnavailable('the answer was lost');
    },
  };
  const writer = writerOn(unreliable);
  await append('tried_again', 40);
  writer.start();
  await expect.poll(() => writer.trouble()?.message, { timeout: 5_000 }).toBe('disk full');
  await writer.drained();
  await expect.poll(() => writer.trouble(), { timeout: 5_000 }).toBe(undefined);
  expect(await stored('tried_again')).toBe(40);
  expect(await metrics.value('uptake_writer_failures_total')).toBe(2);
  await writer.stop();
});

test('a row the store cannot read is kept aside with the reason, and those around it are stored', async () => {
  const writer = writerOn(eventStore);
  await append('beside_a_bad_row', 25, (row, index) =>
    index === 17 ? row.replace(scope.productId, 'no uuid at all') : row,
  );
  await append('beside_a_bad_row', 10);
  writer.start();
  await writer.drained();
  expect(await stored('beside_a_bad_row')).toBe(34);
  expect(await metrics.value('uptake_writer_rows_refused_total')).toBe(1);
  const files = readdirSync(join(directory, 'refused'));
  expect(files).toHaveLength(1);
  const kept = JSON.parse(readFileSync(join(directory, 'refused', files[0]!), 'utf8')) as {
    reason: string;
    row: string;
  };
  expect(kept.row).toContain('no uuid at all');
  expect(kept.reason).toMatch(/cannot read a row/);
  await writer.stop();
});
