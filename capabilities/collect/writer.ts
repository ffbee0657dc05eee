/** Moves events from the log into the event store, about one insert a second, exactly once in effect. */
import type { Consumer, EventLog } from '@uptake/io/event-log';
import type { EventStore } from '@uptake/io/event-store';
import type { Logger, Metrics } from '@uptake/io/observability';

export const WRITER_CONSUMER = 'writer';

/** Largest insert: small enough for one block of the store and for memory, large enough to catch up quickly. */
const CLAIM_LIMITS = { maxEvents: 200_000, maxBytes: 96 * 1024 * 1024 } as const;
const POLL_MS = 25;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 15_000;

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
  readonly eventStore: EventStore;
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
  metrics.gauge('uptake_writer_events_waiting', 'Accepted events not yet in the event store.', [], (gauge) =>
    gauge.set(consumer.lag().events),
  );
  let trouble: { sinceMs: number; message: string } | undefined;
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
    for (const [index, batch] of byRowVersion(claim.records).entries()) {
      await dependencies.eventStore.insertEvents({ token: `${claim.token}.${index}`, ...batch });
    }
    await consumer.confirm(claim.token);
    insertSeconds.observe((performance.now() - startedMs) / 1000);
    written.add(claim.eventCount);
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
    trouble: () => trouble,
    async stop() {
      stopping.abort();
      await running;
    },
  };
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

/** Consecutive records of one row layout go in together; a change of layout inside a claim happens once per upgrade. */
function byRowVersion(
  records: readonly { rowVersion: number; rows: Uint8Array; eventCount: number }[],
): { rowVersion: number; rows: Uint8Array[]; eventCount: number }[] {
  const batches: { rowVersion: number; rows: Uint8Array[]; eventCount: number }[] = [];
  for (const record of records) {
    const last = batches.at(-1);
    if (last?.rowVersion === record.rowVersion) {
      last.rows.push(record.rows);
      last.eventCount += record.eventCount;
    } else {
      batches.push({ rowVersion: record.rowVersion, rows: [record.rows], eventCount: record.eventCount });
    }
  }
  return batches;
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
