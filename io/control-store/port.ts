/**
 * The control store: everything that is edited (workspaces, keys, people, definitions, jobs). Embedded on PGlite, scaled
 * on PostgreSQL: one dialect, one schema (`schema.ts`), one set of migrations. `suite.ts` holds the contract of both.
 */
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core';

type NoTables = Record<string, never>;
type NoRelations = ExtractTablesWithRelations<NoTables>;

/** Drizzle over either driver. Its raw `execute` differs between drivers, so build queries instead. */
export type ControlDatabase = PgDatabase<PgQueryResultHKT, NoTables, NoRelations>;
export type ControlTransaction = PgTransaction<PgQueryResultHKT, NoTables, NoRelations>;

export interface ControlStore {
  /**
   * One transaction that can see and change rows of this workspace only: row-level security holds even where a query
   * forgot its WHERE. Commits when `work` resolves, rolls back when it rejects. Called again inside itself for the same
   * workspace it is a savepoint; for another scope it throws, since two open transactions would wait for each other.
   */
  withWorkspace<Result>(workspaceId: string, work: (tx: ControlTransaction) => Promise<Result>): Promise<Result>;
  /** One transaction across workspaces: sign-in, key look-up, jobs, bootstrap. Nests as `withWorkspace` does. */
  asSystem<Result>(work: (tx: ControlTransaction) => Promise<Result>): Promise<Result>;
  /** For libraries that bring their own queries (better-auth). Throws when used inside one of the transactions above. */
  readonly systemDatabase: ControlDatabase;
  /** Schema version after migration. */
  readonly schemaVersion: number;
  /** Waits for the open transaction; whatever comes later is refused. */
  close(): Promise<void>;
}

/** The store does not open, or no longer answers; the message says what to do. */
export class ControlStoreRefused extends Error {
  readonly reason:
    | 'in_use'
    | 'not_writable'
    | 'schema_too_new'
    | 'migration_changed'
    | 'unreadable'
    | 'closed'
    | 'wrong_scope';

  constructor(reason: ControlStoreRefused['reason'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ControlStoreRefused';
    this.reason = reason;
  }
}
