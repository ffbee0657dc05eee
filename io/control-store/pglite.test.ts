import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PGlite } from '@electric-sql/pglite';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';
import { openPgliteControlStore, pgliteMigrationConnection } from './pglite.ts';
import { TABLES, workspaces } from './schema.ts';
import { describeControlStore } from './suite.ts';
import { openTestControlStore } from './testing.ts';

describeControlStore('PGlite', openTestControlStore);

describe('the data directory of PGlite', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'uptake-control-directory-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('a second process is refused by name while the first lives, and takes over once it was killed', async () => {
    const { directory, controlStore, remove } = await openTestControlStore();
    await controlStore.close();
    const first = startWriter(directory);
    await first.nextLine();
    await expect(openPgliteControlStore({ directory })).rejects.toMatchObject({
      reason: 'in_use',
      message: expect.stringContaining(`process ${readFileSync(join(directory, 'lock-holder'), 'utf8')}`),
    });
    await first.kill();
    const second = await openPgliteControlStore({ directory });
    await second.close();
    await remove();
  }, 60_000);

  test('no acknowledged commit is lost when the process is killed while writing, three times over', async () => {
    const { directory, controlStore, remove } = await openTestControlStore();
    await controlStore.close();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const writer = startWriter(directory);
      for (let line = 0; line < 10 + round * 7; line++) acknowledged.add(await writer.nextLine());
      await writer.kill();
      for (const line of writer.unread()) acknowledged.add(line);
    }
    const survivor = await openPgliteControlStore({ directory });
    const stored = await survivor.asSystem((tx) => tx.select({ slug: workspaces.slug }).from(workspaces));
    const storedSlugs = new Set(stored.map((row) => row.slug));
    expect([...acknowledged].filter((slug) => !storedSlugs.has(slug))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(50);
    await survivor.close();
    await remove();
  }, 120_000);

  test('a creation that was cut short is begun anew', async () => {
    const directory = join(scratch, 'cut-short');
    mkdirSync(join(directory, 'pgdata.unfinished', 'base'), { recursive: true });
    writeFileSync(join(directory, 'pgdata.unfinished', 'PG_VERSION'), '18');
    const store = await openPgliteControlStore({ directory });
    expect(store.schemaVersion).toBe(MIGRATIONS.length);
    await store.close();
    expect(readdirSync(directory).sort()).toEqual(['lock', 'lock-holder', 'pgdata']);
  }, 60_000);

  test('a directory that cannot be made is refused with its name and the remedy', async () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');
    await expect(openPgliteControlStore({ directory: join(file, 'control') })).rejects.toMatchObject({
      reason: 'not_writable',
      message: expect.stringContaining('UPTAKE_DATA_DIR'),
    });
  });

  test('a damaged database is refused with what to do, and the lock is given back', async () => {
    const directory = join(scratch, 'damaged');
    mkdirSync(join(directory, 'pgdata'), { recursive: true });
    writeFileSync(join(directory, 'pgdata', 'PG_VERSION'), '9\n');
    await expect(openPgliteControlStore({ directory })).rejects.toMatchObject({ reason: 'unreadable' });
    await expect(openPgliteControlStore({ directory })).rejects.toMatchObject({ reason: 'unreadable' });
  }, 60_000);
});

describe('migrations', () => {
  let pglite: PGlite;
  beforeAll(async () => {
    pglite = await PGlite.create();
  }, 60_000);
  afterAll(() => pglite.close());
  const tables = async () =>
    (await pglite.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")).rows
      .map((row) => row.name)
      .filter((name) => name !== 'uptake_migrations')
      .sort();

  test('make exactly the tables and columns that the Drizzle schema describes', async () => {
    await migrate(pgliteMigrationConnection(pglite), MIGRATIONS);
    const { rows } = await pglite.query<{ column: string; nullable: string }>(
      `SELECT table_name || '.' || column_name AS column, is_nullable AS nullable FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name <> 'uptake_migrations' ORDER BY 1`,
    );
    const described = Object.values(TABLES).flatMap((table) =>
      Object.values(getTableColumns(table)).map((column) => ({
        column: `${getTableName(table)}.${column.name}`,
        nullable: column.notNull ? 'NO' : 'YES',
      })),
    );
    expect(rows).toEqual(described.sort((a, b) => (a.column < b.column ? -1 : 1)));
  });

  test('each can be undone and done again, and the last undoing leaves no table', async () => {
    const connection = pgliteMigrationConnection(pglite);
    await migrate(connection, MIGRATIONS);
    const whole = await tables();
    for (let version = MIGRATIONS.length; version > 0; version--) {
      await migrate(connection, MIGRATIONS, version - 1);
      const below = await tables();
      await migrate(connection, MIGRATIONS, version);
      await migrate(connection, MIGRATIONS, version - 1);
      expect(await tables()).toEqual(below);
    }
    expect(await tables()).toEqual([]);
    await migrate(connection, MIGRATIONS);
    expect(await tables()).toEqual(whole);
  });

  test('count what plans passed before there were milestones as told', async () => {
    const connection = pgliteMigrationConnection(pglite);
    const { version } = MIGRATIONS.find(({ name }) => name === 'notices')!;
    await migrate(connection, MIGRATIONS, version - 1);
    const id = crypto.randomUUID();
    const tasks = [
      [0, 0, 0],
      [4, 1, 0],
      [3, 0, 2],
      [7, 7, 0],
    ] as const;
    const plans = tasks.map(
      ([total, done, recommended], index) =>
        `(gen_random_uuid(), '${id}', '${id}', '${id}', 'Plan ${index}', '2026-10-0${index + 1}', now(), 1, 1, true, true, 80, '{}',
          true, false, ${total}, ${done}, ${recommended}, 0, 0, 0, ${index === 2 ? "'stalled'" : "'on_track'"}, '[]', '{}', now())`,
    );
    await connection.run(`
      INSERT INTO workspaces (id, slug, name) VALUES ('${id}', 'old', 'Old');
      INSERT INTO products (id, workspace_id, slug, name) VALUES ('${id}', '${id}', 'app', 'App');
      INSERT INTO adoption_customers (id, workspace_id, name, created_at) VALUES ('${id}', '${id}', 'Acme', now());
      INSERT INTO adoption_plans (id, workspace_id, customer_id, product_id, name, start_date, created_at, template_version,
        snapshot_version, telemetry_enabled, is_auto_status_enabled, threshold_percent, notify_emails, notify_on_auto_status,
        notify_digest, tasks_total, tasks_done, tasks_recommended, tasks_measurable, attributes_total, attributes_met, health,
        health_reasons, next_step, evaluated_day)
      VALUES ${plans.join(', ')}`);
    await migrate(connection, MIGRATIONS);
    const { rows } = await pglite.query(
      'SELECT reached_percent AS reached, told_standstill_since::text AS since FROM adoption_plans ORDER BY name',
    );
    expect(rows).toEqual([
      { reached: 0, since: null },
      { reached: 25, since: null },
      { reached: 50, since: '2026-10-03' },
      { reached: 100, since: null },
    ]);
    await connection.run(
      'DELETE FROM adoption_plans; DELETE FROM adoption_customers; DELETE FROM products; DELETE FROM workspaces',
    );
  });

  test('are numbered without gaps', () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  test('a store of a newer release is refused with both versions named', async () => {
    const connection = pgliteMigrationConnection(pglite);
    await migrate(connection, [...MIGRATIONS, later('CREATE TABLE later (id integer)')]);
    await expect(migrate(connection, MIGRATIONS)).rejects.toMatchObject({
      reason: 'schema_too_new',
      message: expect.stringContaining(`schema version ${MIGRATIONS.length + 1} (later)`),
    });
    await migrate(connection, [...MIGRATIONS, later('CREATE TABLE later (id integer)')], MIGRATIONS.length);
  });

  test('an applied migration that was edited afterwards is refused', async () => {
    const connection = pgliteMigrationConnection(pglite);
    const edited = MIGRATIONS.map((migration) =>
      migration.version === 1 ? { ...migration, up: `${migration.up} -- one more comment` } : migration,
    );
    await expect(migrate(connection, edited)).rejects.toMatchObject({ reason: 'migration_changed' });
  });

  test('one that fails half-way leaves the version and the tables as they were', async () => {
    const connection = pgliteMigrationConnection(pglite);
    const before = await tables();
    const broken = later('CREATE TABLE later (id integer); CREATE TABLE later (id integer)');
    await expect(migrate(connection, [...MIGRATIONS, broken])).rejects.toThrow(/already exists/);
    expect(await tables()).toEqual(before);
    await migrate(connection, MIGRATIONS);
  });

  function later(up: string): Migration {
    return { version: MIGRATIONS.length + 1, name: 'later', isBreaking: false, up, down: 'DROP TABLE later' };
  }
});

/** A process that commits one workspace after the other and prints its slug once the commit came back. */
function startWriter(directory: string) {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'testing-writer.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout! });
  reader.on('line', (line) => lines.push(line));
  return {
    nextLine: async () => {
      while (lines.length === 0) await once(reader, 'line');
      return lines.shift()!;
    },
    unread: () => lines,
    kill: async () => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}
