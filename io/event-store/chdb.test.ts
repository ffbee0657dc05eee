import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { openChdbEventStore } from './chdb.ts';
import { openChdbEngine } from './chdb-engine.ts';
import { insertColumns, insertSettings, SCOPED_TABLES, SINGLE_NODE } from './dialect.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { EventStore } from './port.ts';
import { StoreUnavailable } from './port.ts';
import { batchOf, sampleEvent } from './sample-rows.ts';
import { describeEventStore, type StorePlace, type StoreSettings } from './suite.ts';

const MEMORY_LIMIT_BYTES = 800 * 1024 * 1024;

async function newPlace(): Promise<StorePlace & { directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'uptake-event-store-'));
  return {
    directory,
    open: (settings: StoreSettings = {}) =>
      openChdbEventStore({ directory, timeoutMs: 10_000, memoryLimitBytes: MEMORY_LIMIT_BYTES, ...settings }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

describeEventStore('event store on chDB', newPlace);

describe('a chDB directory', () => {
  let store: EventStore | undefined;
  let place: Awaited<ReturnType<typeof newPlace>>;
  afterEach(async () => {
    await store?.close();
    store = undefined;
    await place.remove();
  });

  test('belongs to one opening at a time in a process, and is free again after closing', async () => {
    place = await newPlace();
    store = await place.open();
    await expect(place.open()).rejects.toThrow(/already open in this process/);
    await store.close();
    store = await place.open();
    expect(store.schemaVersion).toBeGreaterThan(0);
  });

  test('in use by another process is refused by naming that process', async () => {
    place = await newPlace();
    store = await place.open();
    const program = `import { openChdbEventStore } from ${JSON.stringify(new URL('./chdb.ts', import.meta.url).href)};
await openChdbEventStore({ directory: ${JSON.stringify(place.directory)}, timeoutMs: 1000, memoryLimitBytes: ${MEMORY_LIMIT_BYTES} }).catch((error) => console.log(error.name, error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    expect(stdout).toContain(
      `StoreUnavailable the event store in ${place.directory} is in use by process ${process.pid}`,
    );
  }, 30_000);

  test('of a newer release is refused, and so is a migration that was edited', async () => {
    place = await newPlace();
    await (await place.open()).close();
    const change = async (sql: string) => {
      const engine = openChdbEngine({ directory: place.directory, memoryLimitBytes: MEMORY_LIMIT_BYTES });
      await engine.run({ sql });
      await engine.close();
    };
    await change("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'future', '')");
    await expect(place.open()).rejects.toThrow(/schema version 9999 .* newer release/);
    await change('ALTER TABLE schema_migrations DELETE WHERE version = 9999 SETTINGS mutations_sync = 2');
    await change("ALTER TABLE schema_migrations UPDATE checksum = 'x' WHERE version = 1 SETTINGS mutations_sync = 2");
    await expect(place.open()).rejects.toThrow(/migration 1 \(events\) was changed/);
    await expect(place.open()).rejects.toBeInstanceOf(StoreUnavailable);
  }, 30_000);

  test('upgraded between an insert and its repetition still holds each event once, also in the aggregates', async () => {
    place = await newPlace();
    const batch = batchOf('before-the-upgrade', [sampleEvent(1), sampleEvent(2)]);
    const older = openChdbEngine({ directory: place.directory, memoryLimitBytes: MEMORY_LIMIT_BYTES });
    await migrate(older, SINGLE_NODE, MIGRATIONS.slice(0, 3));
    const columns = insertColumns(batch.rowVersion);
    const rows = Buffer.concat(batch.rows);
    await older.insert({ table: 'events', columns, settings: insertSettings(batch.token, 2), rows });
    await older.close();
    store = await place.open();
    await store.insertEvents(batch);
    await store.close();
    store = await place.open();
    await store.insertEvents(batch);
    const sql = 'SELECT (SELECT count() FROM events) AS events, (SELECT sum(events) FROM events_hourly) AS hourly';
    expect(await store.askAsOperator({ name: 'test', sql })).toEqual([{ events: 2, hourly: 2 }]);
  }, 30_000);

  test('is brought back to any earlier version and up again, and keeps the events of then', async () => {
    place = await newPlace();
    const engine = openChdbEngine({ directory: place.directory, memoryLimitBytes: MEMORY_LIMIT_BYTES });
    const read = (sql: string) => engine.run({ sql: `${sql} FORMAT JSONEachRow` });
    const shape = async () => [
      await read(`SELECT name, engine, sorting_key, as_select FROM system.tables
        WHERE database = currentDatabase() AND name != 'schema_migrations' ORDER BY name`),
      await read(`SELECT table, name, type FROM system.columns
        WHERE database = currentDatabase() AND table != 'schema_migrations' ORDER BY table, position`),
    ];
    const shapes: unknown[] = [];
    for (const { version } of MIGRATIONS) {
      await migrate(engine, SINGLE_NODE, MIGRATIONS, version);
      shapes[version] = await shape();
    }
    const batch = batchOf('before-the-way-back', [sampleEvent(1), sampleEvent(2)]);
    const columns = insertColumns(batch.rowVersion);
    const rows = Buffer.concat(batch.rows);
    await engine.insert({ table: 'events', columns, settings: insertSettings(batch.token, 2), rows });
    for (const { version } of MIGRATIONS.toReversed()) {
      await migrate(engine, SINGLE_NODE, MIGRATIONS, version);
      expect(await shape()).toEqual(shapes[version]);
      expect(await read('SELECT count() AS events FROM events')).toBe('{"events":2}\n');
      if (version > 1) expect(await read('SELECT sum(events) AS hourly FROM events_hourly')).toBe('{"hourly":2}\n');
    }
    await engine.close();
    store = await place.open();
    const sql = 'SELECT count() AS events, max(schema_version) AS version FROM events';
    expect(await store.askAsOperator({ name: 'test', sql })).toEqual([{ events: 2, version: 0 }]);
  }, 60_000);

  test('opened again with the same retention is left alone', async () => {
    place = await newPlace();
    await (await place.open({ retentionDays: 60 })).close();
    store = await place.open({ retentionDays: 60 });
    const [row] = await store.askAsOperator<{ n: number }>({
      name: 'test',
      sql: 'SELECT count() AS n FROM system.mutations',
    });
    await store.close();
    store = await place.open({ retentionDays: 60 });
    expect(await store.askAsOperator({ name: 'test', sql: 'SELECT count() AS n FROM system.mutations' })).toEqual([
      row,
    ]);
  }, 30_000);

  test('has no table with workspace data that the scope does not cover', async () => {
    place = await newPlace();
    store = await place.open();
    const tables = await store.askAsOperator<{ table: string }>({
      name: 'test',
      sql: "SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name = 'workspace_id' ORDER BY table",
    });
    expect(tables.map((row) => row.table)).toEqual([...SCOPED_TABLES].sort());
  });
});
