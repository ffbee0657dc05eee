/**
 * The durable event log: ordered, replayable, one cursor per consumer. Embedded on LMDB, scaled on Kafka; `suite.ts`
 * holds the contract that both sides pass.
 */

export type AppendBatch = {
  readonly workspaceId: string;
  /** Repeats are recognised within this scope only: environment and source of the events. */
  readonly dedupeScope: string;
  /** One entry per event: a lower-case UUID, and the row of `@uptake/domain/contract` as JSON text without line end. */
  readonly events: readonly { readonly eventId: string; readonly row: string }[];
};

export type AppendResult = {
  /** Indexes into `events` that were accepted before, within the duplicate window, or earlier in the same batch. */
  readonly duplicates: readonly number[];
};

/** What the rows of a record are: events, what was refused, or how many events met which fate. */
export const RECORD_KINDS = ['events', 'dead_letters', 'tallies'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Rows that have no ids: appended again, they are there again. */
export type AppendRows = {
  readonly workspaceId: string;
  readonly kind: Exclude<RecordKind, 'events'>;
  /** JSON text without line ends. */
  readonly rows: readonly string[];
};

/** One stretch of the log as a consumer sees it. */
export type LogRecord = {
  readonly kind: RecordKind;
  readonly position: bigint;
  readonly workspaceId: string;
  readonly appendedAtMs: number;
  readonly rowVersion: number;
  /** Of rows, whatever they are. */
  readonly eventCount: number;
  /** The rows, one JSON array per line, each line ended by \n. */
  readonly rows: Uint8Array;
};

/**
 * Consecutive records handed to one consumer. The boundary is durable before the claim is returned: after a crash the
 * same consumer is given the same claim, record for record, so `token` can deduplicate what it does with it.
 */
export type Claim = {
  readonly token: string;
  readonly from: bigint;
  /** Inclusive. */
  readonly to: bigint;
  readonly eventCount: number;
  readonly records: readonly LogRecord[];
};

export interface Consumer {
  readonly name: string;
  /**
   * The next claim, or `undefined` when nothing is waiting. While a claim is unconfirmed the same one is returned.
   * A claim never splits a record, so it exceeds the limits only where a single record does.
   */
  claim(limits: { maxEvents: number; maxBytes: number }): Promise<Claim | undefined>;
  /** Moves the cursor durably behind the claim. Confirming a claim twice is harmless; a foreign token throws. */
  confirm(token: string): Promise<void>;
  /** Resolves when a record is waiting behind the cursor, or when the signal aborts. */
  waitForRecords(signal: AbortSignal): Promise<void>;
  /** How far the consumer is behind. */
  lag(): { readonly events: number; readonly bytes: number; readonly oldestAppendedAtMs: number | undefined };
}

export interface EventLog {
  /**
   * Resolves once every event of the batch is durable (fsync, `acks=all`), those that are repeats included: a repeat of
   * an event that is still being written waits for it. Throws `LogUnavailable` when nothing was kept.
   */
  append(batch: AppendBatch): Promise<AppendResult>;
  /** Resolves once the rows are durable; appended in the same turn as events, they share their commit. Throws likewise. */
  appendRows(batch: AppendRows): Promise<void>;
  /** Which of these ids would be repeats; stores nothing. Indexes as in `AppendResult`. */
  probeDuplicates(batch: {
    workspaceId: string;
    dedupeScope: string;
    eventIds: readonly string[];
  }): Promise<readonly number[]>;
  /** A consumer with a durable cursor. A new name starts at the oldest record still kept (`oldest`) or behind the newest. */
  consumer(name: string, start: 'oldest' | 'newest'): Consumer;
  /** Forgets a consumer, so that it no longer holds back trimming. */
  removeConsumer(name: string): Promise<void>;
  /**
   * Records as they become durable, without a cursor: for the live view. Returns the unsubscriber. Nothing is replayed and
   * nothing waits for the listener.
   */
  tail(listener: (record: LogRecord) => void): () => void;
  /** Size and health, cheap enough for every scrape. */
  stats(): LogStats;
  close(): Promise<void>;
}

export type LogStats = {
  readonly records: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Ids remembered for the duplicate check and the memory that costs. */
  readonly rememberedIds: number;
  readonly duplicateCheckBytes: number;
};

/** The log cannot keep events now: full (`bounded`), out of disk, closing. The door answers 503 with `Retry-After`. */
export class LogUnavailable extends Error {
  readonly reason: 'log_full' | 'disk_full' | 'closing' | 'io_error';
  readonly retryAfterSeconds: number;

  constructor(
    reason: LogUnavailable['reason'],
    message: string,
    retryAfterSeconds: number,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = 'LogUnavailable';
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type EventLogOptions = {
  /** Directory of its own; created where absent. */
  readonly directory: string;
  /** Bytes of unconsumed records at which appends are refused (back-pressure). */
  readonly maxBytes: number;
  readonly duplicateWindowMs: number;
  readonly nowMs: () => number;
  /**
   * What to do when a file of the duplicate check is missing or damaged: refuse to open (default), or forget the ids it
   * held, so that events sent again could be counted twice.
   */
  readonly damagedRuns?: 'refuse' | 'forget';
};
