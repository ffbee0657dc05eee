/**
 * The event store: events and their aggregates. Embedded on chDB, scaled on a ClickHouse cluster, one SQL dialect and one
 * client. Everything that reads goes through `ask`, the one execution seam.
 */
import type { EventResult } from '@uptake/domain/contract';

/** A value bound to a `{name:Type}` placeholder. */
export type QueryParameter = string | number | bigint | boolean | readonly string[] | readonly number[] | null;

/** Whose data a question may see. The seam enforces it in the engine, whatever the SQL says. */
export type QuestionScope = {
  readonly workspaceId: string;
  /** Narrow to one environment; all environments of the workspace where absent. */
  readonly environmentId?: string | undefined;
};

export type Question = {
  /** Names the question in logs, metrics and the engine's query log: `insights.trend`. */
  readonly name: string;
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, QueryParameter>>;
  readonly scope: QuestionScope;
  /** Longest time the engine may work on it. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

export interface EventStore extends DeadLetterInserts {
  /**
   * Inserts rows of the layout `rowVersion` (JSONCompactEachRow in the order of `EVENT_COLUMNS`). The same token again is
   * without effect, across restarts, for at least the last 1,000 inserts; so is the effect on the aggregates. Rejects with
   * `RowsRefused` where a row is unreadable and with `StoreUnavailable` where the same batch may succeed later.
   */
  insertEvents(batch: {
    token: string;
    rowVersion: number;
    rows: readonly Uint8Array[];
    eventCount: number;
  }): Promise<void>;
  /** The one way to read. Rejects with `StoreUnavailable`, `QuestionTimedOut` or `QuestionFailed`. */
  ask<Row extends Record<string, unknown>>(question: Question): Promise<Row[]>;
  /** Rows one by one, for exports. */
  stream<Row extends Record<string, unknown>>(question: Question): AsyncIterable<Row>;
  /** Questions of the operator about the store itself: never over the wire, no workspace scope. */
  askAsOperator<Row extends Record<string, unknown>>(question: Omit<Question, 'scope'>): Promise<Row[]>;
  stats(): Promise<StoreStats>;
  /** Erasing and expiring: what changes rows that are stored already. */
  readonly upkeep: StoreUpkeep;
  /** The bridge over rotations of pseudonyms. */
  readonly links: PseudonymLinks;
  /** Schema version after migration. */
  readonly schemaVersion: number;
  close(): Promise<void>;
}

/** The same token again is without effect, as with events. Rejects as `insertEvents` does. */
export interface DeadLetterInserts {
  /** Rows of `encodeLetter`, each with its line end. */
  insertDeadLetters(batch: { token: string; rows: readonly Uint8Array[]; count: number }): Promise<void>;
  /** Rows of `encodeTally`, each with its line end. */
  insertTallies(batch: { token: string; rows: readonly Uint8Array[]; count: number }): Promise<void>;
  /** The newest outcome of a letter is the one that holds. */
  insertOutcomes(batch: { token: string; outcomes: readonly LetterOutcome[] }): Promise<void>;
}

/** What became of a dead letter in one replay. */
export type LetterOutcome = {
  readonly workspaceId: string;
  readonly environmentId: string;
  readonly letterId: string;
  readonly runId: string;
  readonly result: EventResult;
  /** Empty where the event was accepted, as are path and detail. */
  readonly reason: string;
  readonly path: string;
  readonly detail: string;
  readonly decidedAtMs: number;
};

export type StoreStats = {
  readonly events: number;
  readonly bytesOnDisk: number;
  readonly parts: number;
  readonly newestReceivedAtMs: number | undefined;
};

/** Whose data is meant. A person is known by pseudonyms alone: 16 lower-case hexadecimal digits each, one per rotation. */
export type Subject =
  | { readonly kind: 'person'; readonly pseudonyms: readonly string[] }
  | { readonly kind: 'tenant'; readonly tenantId: string };

/** One erasure; `id` is a UUID under which the store remembers what is still to be done. */
export type Erasure = { readonly id: string; readonly workspaceId: string; readonly subject: Subject };

export type RowCount = { readonly table: string; readonly rows: number };

/** Rows of one class in one environment that are older than they may be. */
export type Expiry = {
  readonly table: 'events' | 'events_hourly' | 'dead_letters' | 'dead_letter_outcomes' | 'event_tallies';
  readonly timeColumn: 'timestamp' | 'hour' | 'received_at' | 'decided_at' | 'minute';
  readonly workspaceId: string;
  readonly environmentId: string;
  /** Of `events` only. */
  readonly sensitivity?: 'restricted' | 'other';
  readonly beforeMs: number;
  /** Counts and removes nothing. */
  readonly isDryRun: boolean;
};

export type Expired = {
  readonly rows: number;
  /** ISO-8601, of the rows in question; `undefined` where there were none. */
  readonly oldest: string | undefined;
  readonly newest: string | undefined;
};

/**
 * Each step may be run again after a crash, at whatever point that came: it ends the same. An erasure is prepared before
 * its rows are erased, and its aggregates are rebuilt after.
 */
export interface StoreUpkeep {
  countSubject(workspaceId: string, subject: Subject): Promise<readonly RowCount[]>;
  /** Writes down which sessions and which aggregates the subject is in, as long as its rows can tell. */
  prepareErasure(erasure: Erasure): Promise<void>;
  /** Removes the rows; no question sees them from then on. Answers how many there were in this run. */
  eraseRows(erasure: Erasure): Promise<readonly RowCount[]>;
  /** Makes the aggregates in which the subject was counted anew. Answers how many. Inserts wait meanwhile. */
  rebuildAggregates(erasure: Erasure): Promise<number>;
  /** Writes removed rows out of the files, whoever removed them. The engine deletes the old files within ten minutes. */
  writeOutRemoved(): Promise<void>;
  /** Rows of the subject that questions still see, and rows that are hidden in files. */
  remainingRows(erasure: Erasure): Promise<readonly RowCount[]>;
  /** Forgets what was written down. */
  finishErasure(erasure: Erasure): Promise<void>;
  expire(expiry: Expiry): Promise<Expired>;
  /** Of the tables of events, what was refused, and their aggregates. */
  bytesOnDisk(): Promise<number>;
}

/** Two names of one person: the pseudonym of a rotation, and what stays the same over rotations. Both as 16 hex digits. */
export type PseudonymLink = {
  readonly workspaceId: string;
  readonly environmentId: string;
  readonly pseudonym: string;
  readonly person: string;
  readonly expiresAtMs: number;
};

export interface PseudonymLinks {
  keep(links: readonly PseudonymLink[]): Promise<void>;
  forgetEnvironment(workspaceId: string, environmentId: string): Promise<void>;
  forgetPerson(workspaceId: string, pseudonyms: readonly string[]): Promise<void>;
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
export class QuestionTimedOut extends Error {
  override readonly name = 'QuestionTimedOut';
}
/** The engine refused the question: a defect of ours, never the asker's. */
export class QuestionFailed extends Error {
  override readonly name = 'QuestionFailed';
}

/**
 * A row of an insert cannot be read, and never will be: nothing of the batch was stored. The caller sets the row aside
 * and inserts the rest under a token of its own.
 */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';
  /** Index of the first such row in the batch, where the engine can name it. */
  readonly row: number | undefined;

  constructor(row: number | undefined, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.row = row;
  }
}

/** How a property is read out of the `properties` column, so that no question knows how it is stored. */
export type PropertyAs = 'text' | 'number' | 'boolean';
