/**
 * The event store: events and their aggregates. Embedded on chDB, scaled on a ClickHouse cluster, one SQL dialect and one
 * client. Everything that reads goes through `ask`, the one execution seam.
 */

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

export interface EventStore {
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
  /** Schema version after migration. */
  readonly schemaVersion: number;
  close(): Promise<void>;
}

export type StoreStats = {
  readonly events: number;
  readonly bytesOnDisk: number;
  readonly parts: number;
  readonly newestReceivedAtMs: number | undefined;
};

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
