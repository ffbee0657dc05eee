import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openChdbEventStore } from './chdb.ts';
import { crashBatch, EVENTS_PER_BATCH } from './crash-writer.ts';
import { NORTHWIND } from './sample-rows.ts';

const KILLS = 9;

/**
 * Runs a writer and kills it within its insert number `kill % 4`, a different part of the way through each time (measured
 * by the insert before). Answers the last number that was confirmed.
 */
async function writeUntilKilled(directory: string, first: number, epochMs: number, kill: number): Promise<number> {
  const program = join(import.meta.dirname, 'crash-writer.ts');
  const writer = spawn(process.execPath, [program, directory, `${first}`, `${epochMs}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const fraction = ((kill * 37 + 11) % 100) / 100;
  let confirmed = first - 1;
  let lineAt = performance.now();
  let insertMs = 80;
  for await (const line of createInterface({ input: writer.stdout })) {
    if (line !== 'ready') {
      confirmed = Number(line);
      insertMs = performance.now() - lineAt;
    }
    lineAt = performance.now();
    if (confirmed - first + 1 === kill % 4) setTimeout(() => writer.kill('SIGKILL'), insertMs * fraction);
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  expect(writer.signalCode, 'the writer must end by the kill, not by itself').toBe('SIGKILL');
  return confirmed;
}

test('nothing is lost or doubled, in table or aggregates, when the process is killed while it inserts', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'uptake-event-store-crash-'));
  const epochMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 86_400_000;
  try {
    let confirmed = -1;
    for (let kill = 0; kill < KILLS; kill += 1) {
      confirmed = await writeUntilKilled(directory, confirmed + 1, epochMs, kill);
    }
    const store = await openChdbEventStore({ directory, timeoutMs: 20_000, memoryLimitBytes: 512 * 1024 * 1024 });
    try {
      // Whether the insert in flight at the last kill went through is unknown: it is sent again, as every other was.
      for (let number = Math.max(0, confirmed - 1); number <= confirmed + 1; number += 1) {
        await store.insertEvents(crashBatch(number, epochMs));
      }
      const batches = confirmed + 2;
      const events = batches * EVENTS_PER_BATCH;
      expect(batches).toBeGreaterThanOrEqual(KILLS);
      const [table] = await store.ask({
        name: 'crash',
        sql: 'SELECT count() AS events, uniqExact(event_id) AS ids, sum(weight) AS weight, uniqExact(user_key) AS users FROM events',
        scope: NORTHWIND,
      });
      expect(table).toEqual({ events, ids: events, weight: events * 1.5, users: 97 });
      const difference = `SELECT event_name, tenant_id, toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour, sum(weight) AS weight FROM events GROUP BY ALL
EXCEPT SELECT event_name, tenant_id, hour, sum(events) AS weight FROM events_hourly GROUP BY ALL`;
      expect(await store.ask({ name: 'crash', sql: difference, scope: NORTHWIND })).toEqual([]);
      const [hourly] = await store.ask({
        name: 'crash',
        sql: 'SELECT sum(events) AS weight, uniqIfMerge(users) AS users FROM events_hourly',
        scope: NORTHWIND,
      });
      expect(hourly).toEqual({ weight: events * 1.5, users: 97 });
    } finally {
      await store.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 120_000);
