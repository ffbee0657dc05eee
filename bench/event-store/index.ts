/** The event store through its real seam: insert rate, disk per event after merges, and questions against the best SQL by hand. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROW_VERSION } from '@uptake/domain/contract';
import { countableExpression, type EventStore, openChdbEventStore } from '@uptake/io/event-store';
import { Session } from 'chdb';
import { BENCH_ENVIRONMENT, BENCH_PERIOD, BENCH_WORKSPACE } from '../event-table/generate.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';

export const name = 'event-store';
export const describe =
  'insert rate, disk per event and 90-day trends through the seam against hand-written SQL [--events 10_000_000] [--batch 50_000]';

export async function run(options: BenchOptions): Promise<void> {
  const events = numberOption(options, 'events', 10_000_000);
  const batch = numberOption(options, 'batch', 50_000);
  const directory = await mkdtemp(join(tmpdir(), 'uptake-bench-event-store-'));
  const store = await openChdbEventStore({
    directory,
    timeoutMs: 60_000,
    memoryLimitBytes: 1024 ** 3,
    retentionDays: 3_650,
    restrictedRetentionDays: 3_650,
  });
  try {
    const inserted = await insertAll(store, events, batch);
    const byHand = new Session(directory);
    await byHand.queryAsync('OPTIMIZE TABLE events FINAL');
    await byHand.queryAsync('OPTIMIZE TABLE events_hourly FINAL');
    printTable(
      `inserts of ${batch.toLocaleString('en-US')} events, fsync and hourly aggregates included`,
      ['events', 'events/s by the clock', 'events/s of processor time', 'resident MB at most'],
      [
        [
          inserted.events,
          inserted.events / inserted.seconds,
          inserted.events / inserted.cpuSeconds,
          inserted.residentMb,
        ],
      ],
    );
    printTable('disk after merges', ['table', 'rows', 'bytes', 'bytes per event'], await disk(store, events));
    printTable(
      `questions over ${events.toLocaleString('en-US')} events and 90 days, milliseconds, best of 5`,
      ['question', 'through the seam', 'by hand', 'ratio', 'processor ms, seam', 'processor ms, by hand'],
      await compareQuestions(store, byHand),
    );
    byHand.close();
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

type Inserted = { events: number; seconds: number; cpuSeconds: number; residentMb: number };

/** Rows come from another process, whose work does not count here: the clock runs during inserts alone. */
async function insertAll(store: EventStore, events: number, batch: number): Promise<Inserted> {
  const source = spawn(process.execPath, [join(import.meta.dirname, 'rows.ts'), String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const total: Inserted = { events: 0, seconds: 0, cpuSeconds: 0, residentMb: 0 };
  for await (const { rows, count } of batchesOf(source.stdout, batch)) {
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    await store.insertEvents({
      token: `bench-${total.events}`,
      rowVersion: ROW_VERSION,
      rows: [rows],
      eventCount: count,
    });
    const used = process.cpuUsage(cpu);
    total.seconds += (performance.now() - startedAt) / 1_000;
    total.cpuSeconds += (used.user + used.system) / 1e6;
    total.events += count;
    total.residentMb = Math.max(total.residentMb, process.memoryUsage.rss() / 2 ** 20);
  }
  if (total.events !== events) throw new Error(`${total.events} of ${events} events were generated`);
  return total;
}

async function* batchesOf(pieces: AsyncIterable<Buffer>, size: number): AsyncIterable<{ rows: Buffer; count: number }> {
  let held: Buffer[] = [];
  let count = 0;
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, end + 1)) {
      count += 1;
      if (count < size) continue;
      yield { rows: Buffer.concat([...held, piece.subarray(from, end + 1)]), count };
      held = [];
      count = 0;
      from = end + 1;
    }
    held.push(piece.subarray(from));
  }
  if (count > 0) yield { rows: Buffer.concat(held), count };
}

async function disk(store: EventStore, events: number): Promise<(string | number)[][]> {
  const rows = await store.askAsOperator<{ table: string; rows: number; bytes: number }>({
    name: 'bench.disk',
    sql: "SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table LIKE 'events%' GROUP BY table ORDER BY table",
  });
  return rows.map((row) => [row.table, row.rows, row.bytes, row.bytes / events]);
}

const USERS = countableExpression('user');
const PERIOD = `timestamp >= toDateTime64('${BENCH_PERIOD.from}', 3, 'UTC') AND timestamp < toDateTime64('${BENCH_PERIOD.to}', 3, 'UTC')`;
const SCOPE = `workspace_id = toUUID('${BENCH_WORKSPACE}') AND environment_id = toUUID('${BENCH_ENVIRONMENT}')`;

/** The seam's SQL is the general form a trend is planned into; by hand is what one would write for this question alone. */
function questions(): { title: string; seam: string; hand: string }[] {
  const seam = (breakdown: string, where = '') =>
    `SELECT toStartOfInterval(timestamp, toIntervalDay(1), {zone:String}) AS interval_start, ${breakdown} AS breakdown, sum(weight) AS events, uniqExactIf(${USERS.key}, ${USERS.present}) AS users
FROM events WHERE ${PERIOD} ${where} GROUP BY interval_start, breakdown ORDER BY interval_start`;
  const hand = (breakdown: string, where = '') =>
    `SELECT toDate(timestamp, 'Europe/Berlin') AS day, ${breakdown} AS breakdown, sum(weight) AS events, uniqExact(user_key) AS users
FROM events WHERE ${SCOPE} AND ${PERIOD} ${where} AND user_key != 0 GROUP BY day, breakdown ORDER BY day`;
  const one = "AND event_name = 'project_viewed'";
  return [
    { title: 'daily trend, any event, exact users', seam: seam("''"), hand: hand("''") },
    { title: '…broken down by country', seam: seam('country'), hand: hand('country') },
    { title: 'daily trend of one event', seam: seam("''", one), hand: hand("''", one) },
    { title: '…broken down by country', seam: seam('country', one), hand: hand('country', one) },
  ];
}

async function compareQuestions(store: EventStore, byHand: Session): Promise<(string | number)[][]> {
  const scope = { workspaceId: BENCH_WORKSPACE, environmentId: BENCH_ENVIRONMENT };
  const rows = [];
  for (const { title, seam, hand } of questions()) {
    const parameters = { zone: 'Europe/Berlin' };
    // Turn about, so that both meet the same neighbours on a shared machine.
    const [ours, best] = await bestOfFive(
      () => store.ask({ name: 'bench.trend', sql: seam, parameters, scope }),
      () => byHand.queryAsync(hand, { format: 'JSONEachRow' }),
    );
    rows.push([title, ours.ms, best.ms, ours.ms / best.ms, ours.cpuMs, best.cpuMs]);
  }
  return rows;
}

type Took = { ms: number; cpuMs: number };

async function bestOfFive(left: () => Promise<unknown>, right: () => Promise<unknown>): Promise<[Took, Took]> {
  const best: [Took, Took] = [
    { ms: Infinity, cpuMs: Infinity },
    { ms: Infinity, cpuMs: Infinity },
  ];
  for (let round = 0; round < 5; round += 1) {
    for (const [side, work] of [left, right].entries()) {
      const startedAt = performance.now();
      const cpu = process.cpuUsage();
      await work();
      const used = process.cpuUsage(cpu);
      const took = best[side as 0 | 1];
      took.ms = Math.min(took.ms, performance.now() - startedAt);
      took.cpuMs = Math.min(took.cpuMs, (used.user + used.system) / 1_000);
    }
  }
  return best;
}
