/** Brings the store's schema to a version: numbered migrations, applied in order or undone in the other, recorded, never changed. */
import { createHash } from 'node:crypto';
import type { TableFamily } from './dialect.ts';
import type { Engine } from './engine.ts';
import { StoreUnavailable } from './port.ts';
import { bindParameters } from './sql-text.ts';

export type Migration = {
  readonly version: number;
  readonly name: string;
  /** Statements that may run again after a crash between two of them (`IF NOT EXISTS`). */
  readonly statements: (family: TableFamily) => readonly string[];
  /** Take it back, and may run again as well. What only it kept is lost. */
  readonly undo: (family: TableFamily) => readonly string[];
};

type Applied = { readonly version: number; readonly name: string; readonly checksum: string };

/**
 * Applies what is missing, or with `toVersion` undoes what is above it, and answers the schema version. Refuses a newer
 * schema and an edited migration.
 */
export async function migrate(
  engine: Engine,
  family: TableFamily,
  migrations: readonly Migration[],
  toVersion: number = migrations.at(-1)?.version ?? 0,
): Promise<number> {
  await engine.run({
    sql: `CREATE TABLE IF NOT EXISTS schema_migrations (version UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = ${family.engine('MergeTree')} ORDER BY version SETTINGS ${family.insertSettings()}`,
  });
  const applied = await appliedMigrations(engine);
  const newest = migrations.at(-1)?.version ?? 0;
  const newestApplied = Math.max(0, ...applied.keys());
  if (newestApplied > newest) {
    throw new StoreUnavailable(
      `the event store has schema version ${newestApplied} and this release knows ${newest}: it was opened by a newer release. Start that release, let its "uptake rollback" undo what is newer, or restore a backup made before the upgrade`,
    );
  }
  for (const migration of migrations) {
    if (migration.version <= toVersion) await apply(engine, family, migration, applied.get(migration.version));
  }
  for (const migration of migrations.toReversed()) {
    if (migration.version > toVersion && applied.has(migration.version)) await undo(engine, family, migration);
  }
  return toVersion;
}

/** The record goes last: after a crash between the two it is undone once more. */
async function undo(engine: Engine, family: TableFamily, migration: Migration): Promise<void> {
  for (const sql of migration.undo(family)) await engine.run({ sql });
  await engine.run({
    sql: bindParameters(
      'ALTER TABLE schema_migrations DELETE WHERE version = {version:UInt32} SETTINGS mutations_sync = 2',
      { version: migration.version },
    ),
  });
}

async function appliedMigrations(engine: Engine): Promise<Map<number, Applied>> {
  const output = await engine.run({
    sql: 'SELECT version, name, checksum FROM schema_migrations ORDER BY version FORMAT JSONEachRow',
  });
  const rows = output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Applied);
  return new Map(rows.map((row) => [row.version, row]));
}

async function apply(engine: Engine, family: TableFamily, migration: Migration, applied?: Applied): Promise<void> {
  const statements = migration.statements(family);
  const checksum = createHash('sha256').update(statements.join('\0')).digest('hex');
  if (applied?.checksum === checksum) return;
  if (applied !== undefined) {
    throw new StoreUnavailable(
      `migration ${migration.version} (${migration.name}) was changed after it had been applied: make the change a new migration`,
    );
  }
  for (const sql of statements) await engine.run({ sql });
  await engine.run({
    sql: bindParameters(
      'INSERT INTO schema_migrations (version, name, checksum) SELECT {version:UInt32}, {name:String}, {checksum:String}',
      { version: migration.version, name: migration.name, checksum },
    ),
  });
}
