/** Brings a database to the schema this release knows: numbered steps, each in a transaction of its own, recorded with a checksum. */
import { createHash } from 'node:crypto';
import type { Migration } from './migrations/index.ts';
import { ControlStoreRefused } from './port.ts';

/** The little that migrating needs of a driver. `run` takes several statements at once; `select` exactly one. */
export interface MigrationConnection {
  inTransaction<Result>(work: (connection: MigrationConnection) => Promise<Result>): Promise<Result>;
  run(statements: string): Promise<void>;
  select(statement: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

/** Any number will do, as long as every process takes the same one. */
const ADVISORY_LOCK = 7_264_001;

/**
 * Applies what is missing, or with `toVersion` undoes what is above it. Returns the version reached. Throws
 * `ControlStoreRefused` where the database is newer than this release or an applied migration was edited since.
 */
export async function migrate(
  connection: MigrationConnection,
  migrations: readonly Migration[],
  toVersion: number = migrations.length,
): Promise<number> {
  await connection.inTransaction(async (tx) => {
    await takeTurn(tx);
    await tx.run(`CREATE TABLE IF NOT EXISTS uptake_migrations (
      version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, is_breaking boolean NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now())`);
    checkApplied(await appliedSteps(tx), migrations);
  });
  // One transaction per step: a long chain that fails half-way keeps what worked, and the next start goes on from there.
  while (await connection.inTransaction((tx) => oneStep(tx, migrations, toVersion)));
  return toVersion;
}

async function oneStep(tx: MigrationConnection, migrations: readonly Migration[], toVersion: number): Promise<boolean> {
  await takeTurn(tx);
  const current = (await appliedSteps(tx)).length;
  if (current === toVersion) return false;
  if (current > toVersion) {
    const undone = migrations[current - 1]!;
    await tx.run(undone.down);
    await tx.select('DELETE FROM uptake_migrations WHERE version = $1', [undone.version]);
    return true;
  }
  const next = migrations[current]!;
  await tx.run(next.up);
  await tx.select('INSERT INTO uptake_migrations (version, name, checksum, is_breaking) VALUES ($1, $2, $3, $4)', [
    next.version,
    next.name,
    checksum(next),
    next.isBreaking,
  ]);
  return true;
}

/** Several processes may start on one PostgreSQL at once; the lock goes with the transaction. */
async function takeTurn(tx: MigrationConnection): Promise<void> {
  await tx.select(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
}

type AppliedStep = { readonly version: number; readonly name: string; readonly checksum: string };

async function appliedSteps(tx: MigrationConnection): Promise<readonly AppliedStep[]> {
  const rows = await tx.select('SELECT version, name, checksum FROM uptake_migrations ORDER BY version');
  return rows.map((row) => ({
    version: Number(row.version),
    name: String(row.name),
    checksum: String(row.checksum),
  }));
}

function checkApplied(applied: readonly AppliedStep[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest !== undefined && newest.version > migrations.length) {
    throw new ControlStoreRefused(
      'schema_too_new',
      `The control store has schema version ${newest.version} (${newest.name}), made by a newer release of Uptake; ` +
        `this release knows versions up to ${migrations.length}. Start the newer release, let its "uptake rollback" undo what is newer, or restore a backup from before the upgrade.`,
    );
  }
  for (const step of applied) {
    const known = migrations[step.version - 1]!;
    if (checksum(known) === step.checksum) continue;
    throw new ControlStoreRefused(
      'migration_changed',
      `Migration ${step.version} (${step.name}) was applied to this control store with other SQL than this release ` +
        `carries (${known.name}). Released migrations are never edited: use the release that made this store.`,
    );
  }
}

export function checksum(migration: Migration): string {
  return createHash('sha256').update(`${migration.version}\n${migration.up}\n${migration.down}`).digest('hex');
}
