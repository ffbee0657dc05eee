/** Moves events, dead letters and tallies from the log into the event store, about once a second, exactly once in effect. */
import type { Consumer, EventLog, LogRecord } from '@uptake/io/event-log';
import { type EventStore, RowsRefused } from '@uptake/io/event-store';
import type { Logger, Metrics } from '@uptake/io/observability';
import type { RefusedRows } from '@uptake/io/refused-rows';

export const WRITER_CONSUMER = 'writer';

/** Largest insert: small enough for one block of the store and for memory, large enough to catch up quickly. */
const CLAIM_LIMITS = { maxEvents: 200_000, maxBytes: 96 * 1024 * 1024 } as const;
const POLL_MS = 25;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 15_000;
/** An insert takes seconds at most; one that takes longer is worth an alarm. */
const LONG_INSERT_MS = 60_000;

/** How far behind the newest accepted event an answer may be. */
export type Freshness = { readonly asOf: Date; readonly behindMs: number };

export type Writer = {
  start(): void;
  /** Resolves once everything accepted before the call can be queried. */
  drained(): Promise<void>;
  freshness(): Promise<Freshness>;
  /** Set while inserts fail: why, and since when. */
  trouble(): { readonly sinceMs: number; readonly message: string } | undefined;
  /** Ends after the insert under way; what is left stays in the log. */
  stop(): Promise<void>;
};

export type WriterDependencies = {
  readonly eventLog: EventLog;
  readonly eventStore: Pick<EventStore, 'insertEvents' | 'insertDeadLetters' | 'insertTallies'>;
  readonly refusedRows: RefusedRows;
  /** Events waiting at which they are written at once. */
  readonly batchEvents: number;
  /** Milliseconds after which waiting events are written, however few. */
  readonly intervalMs: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export function createWriter(dependencies: WriterDependencies): Writer {
  const { eventLog, nowMs, metrics } = dependencies;
  // Asking for the consumer at once, not at start(): from here on the log keeps every record for it.
  const consumer = eventLog.consumer(WRITER_CONSUMER, 'oldest');
  const stopping = new AbortController();
  const insertSeconds = metrics.histogram(
    'uptake_writer_insert_seconds',
    'Duration of one insert into the event store.',
  );
  const written = metrics.counter('uptake_writer_events_total', 'Events written to the event store.');
  const failures = metrics.counter('uptake_writer_failures_total', 'Inserts that failed and are tried again.');
  const refused = metrics.counter('uptake_writer_rows_refused_total', 'Rows the event store cannot read, kept aside.');
  metrics.gauge('uptake_writer_events_waiting', 'Accepted events not yet in the event store.', [], (gauge) =>
    gauge.set(consumer.lag().events),
  );
  let trouble: { sinceMs: number; message: string } | undefined;
  let insertingSinceMs: number | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!stopping.signal.aborted) {
      await batchReady(consumer, dependencies, stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await writeOne();
        trouble = undefined;
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        insertingSinceMs = undefined;
        // Nothing is given up: the claim stays as it is, and the same rows go in under the same token later.
        failures.add(1);
        trouble ??= { sinceMs: nowMs(), message: error instanceof Error ? error.message.slice(0, 300) : 'unknown' };
        dependencies.logger.error({ error, retryMs }, 'the event store refused an insert; it is tried again');
        await sleep(retryMs, stopping.signal);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  async function writeOne(): Promise<void> {
    const claim = await consumer.claim(CLAIM_LIMITS);
    if (claim === undefined) return;
    const startedMs = performance.now();
    insertingSinceMs = nowMs();
    let events = 0;
    for (const [index, batch] of byLayout(claim.records).entries()) {
      await insert({ token: `${claim.token}.${index}`, ...batch });
      if (batch.kind === 'events') events += batch.count;
    }
    await consumer.confirm(claim.token);
    insertingSinceMs = undefined;
    insertSeconds.observe((performance.now() - startedMs) / 1000);
    written.add(events);
  }

  /**
   * A row the store cannot read must not hold up those behind it. It is found by halving: the halves and their tokens
   * follow from the claim alone, so that after a crash the same halves go in under the same tokens.
   */
  async function insert(batch: InsertBatch): Promise<void> {
    try {
      await insertInto(dependencies.eventStore, batch);
    } catch (error) {
      if (!(error instanceof RowsRefused)) throw error;
      const rows = batch.rows.flatMap(linesOf);
      if (rows.length === 1) {
        dependencies.refusedRows.keep({ token: batch.token, reason: error.message, row: rows[0]! });
        refused.add(1);
        dependencies.logger.error({ error }, 'the event store cannot read a row; it is kept among the refused rows');
        return;
      }
      const half = Math.ceil(rows.length / 2);
      for (const [side, part] of [rows.slice(0, half), rows.slice(half)].entries()) {
        await insert({ ...batch, token: `${batch.token}.${side}`, rows: part, count: part.length });
      }
    }
  }

  return {
    start() {
      running ??= run();
    },
    async drained() {
      while (consumer.lag().events > 0) await sleep(POLL_MS, stopping.signal);
    },
    async freshness() {
      const now = nowMs();
      const oldest = consumer.lag().oldestAppendedAtMs;
      const behindMs = oldest === undefined ? 0 : Math.max(0, now - oldest);
      return { asOf: new Date(now - behindMs), behindMs };
    },
    trouble() {
      if (trouble !== undefined || insertingSinceMs === undefined) return trouble;
      const tookMs = nowMs() - insertingSinceMs;
      if (tookMs < LONG_INSERT_MS) return undefined;
      return { sinceMs: insertingSinceMs, message: `an insert has been under way for ${Math.round(tookMs / 1000)} s` };
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

type Layout = Pick<LogRecord, 'kind' | 'rowVersion'>;
type InsertBatch = Layout & { readonly token: string; readonly rows: readonly Uint8Array[]; readonly count: number };

function insertInto(eventStore: WriterDependencies['eventStore'], batch: InsertBatch): Promise<void> {
  const { kind, token, rowVersion, rows, count } = batch;
  switch (kind) {
    case 'events':
      return eventStore.insertEvents({ token, rowVersion, rows, eventCount: count });
    case 'dead_letters':
      return eventStore.insertDeadLetters({ token, rows, count });
    case 'tallies':
      return eventStore.insertTallies({ token, rows, count });
  }
}

/** The rows of a record one by one, each with its line end. */
function linesOf(rows: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < rows.length; ) {
    const end = rows.indexOf(10, start);
    const next = end === -1 ? rows.length : end + 1;
    lines.push(rows.subarray(start, next));
    start = next;
  }
  return lines;
}

/** Resolves when enough events wait, or when the first of them has waited for the interval. */
async function batchReady(
  consumer: Consumer,
  { batchEvents, intervalMs }: WriterDependencies,
  signal: AbortSignal,
): Promise<void> {
  await consumer.waitForRecords(signal);
  const deadline = performance.now() + intervalMs;
  while (!signal.aborted && performance.now() < deadline && consumer.lag().events < batchEvents) {
    await sleep(Math.min(POLL_MS, intervalMs), signal);
  }
}

/** What fits into one insert goes in together: rows of one kind and layout, in the order of the log. */
function byLayout(
  records: readonly (Layout & { readonly rows: Uint8Array; readonly eventCount: number })[],
): (Layout & { rows: Uint8Array[]; count: number })[] {
  const batches = new Map<string, Layout & { rows: Uint8Array[]; count: number }>();
  for (const { kind, rowVersion, rows, eventCount } of records) {
    const key = `${kind} ${rowVersion}`;
    const same = batches.get(key);
    if (same === undefined) batches.set(key, { kind, rowVersion, rows: [rows], count: eventCount });
    else {
      same.rows.push(rows);
      same.count += eventCount;
    }
  }
  return [...batches.values()];
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
