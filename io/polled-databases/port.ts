/** Databases of others that are asked one question: one statement that reads, in a session that cannot write. */

export const POLLED_ENGINES = ['postgresql', 'mysql', 'clickhouse'] as const;
export type PolledEngine = (typeof POLLED_ENGINES)[number];

export type PolledQuestion = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** `verify`: the certificate must be of this host, by a known authority or by `authority` (PEM). */
  readonly tls: { readonly mode: 'verify'; readonly authority?: string | undefined } | { readonly mode: 'off' };
  /** Texts of the statement, with a parameter between each two. */
  readonly statement: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly maxRows: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** Numbers only where they are exactly what the database holds, else its text; days as YYYY-MM-DD. */
export type PolledCell = string | number | boolean | null | { readonly unreadable: string };
export type PolledTable = {
  readonly columns: readonly string[];
  /** At most one more than `maxRows`. */
  readonly rows: readonly (readonly PolledCell[])[];
};

/** The message is for a person: what the database said, without credentials. */
export class PolledDatabaseError extends Error {
  override readonly name = 'PolledDatabaseError';
  readonly isRetriable: boolean;

  constructor(message: string, isRetriable: boolean) {
    super(message);
    this.isRetriable = isRetriable;
  }
}

/** Throws `PolledDatabaseError`, or `OutboundError` where the address may not be called. */
export type AskDatabase = (question: PolledQuestion) => Promise<PolledTable>;
