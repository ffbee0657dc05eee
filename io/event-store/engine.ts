/** What a place that runs the dialect must be able to do. Embedded: chDB; scaled: a ClickHouse server over HTTP. */
import type { QueryParameter } from './port.ts';

export type Statement = {
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, QueryParameter>> | undefined;
};

export type InsertBatch = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly settings: Readonly<Record<string, string | number>>;
  readonly rows: Uint8Array;
};

export interface Engine {
  /** Runs a statement and answers its output as text. Several may run at once, each alone on its connection. */
  run(statement: Statement): Promise<string>;
  /** The output in pieces, cut anywhere. Leaving the loop early stops the engine. */
  stream(statement: Statement): AsyncIterable<Uint8Array>;
  /** Inserts rows of `JSONCompactEachRow` as they are. The bytes must not change until this settles. */
  insert(batch: InsertBatch): Promise<void>;
  /** Stops the statements whose `log_comment` is this one. */
  cancel(tag: string): Promise<void>;
  close(): Promise<void>;
}

/** The engine answered with an error of its own. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** ClickHouse's error code, 0 where it gave none. */
  readonly code: number;

  constructor(code: number, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The codes this store tells apart, from ClickHouse's ErrorCodes.cpp. */
export const ENGINE_CODES = {
  timeoutExceeded: 159,
  memoryLimitExceeded: 241,
  valueRefused: 395,
} as const;
