/** Which table holds events best: sort keys, ways to hold properties and codings of ids, on the same realistic events. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';
import { CANDIDATES, type Candidate, createTable, fillTable } from './candidates.ts';
import { BENCH_ENVIRONMENT, BENCH_WORKSPACE, generateEvents } from './generate.ts';

export const name = 'event-table';
export const describe =
  'bytes per event and query times of the candidate tables [--events 10_000_000] [--days 90: how many of the 90 days the candidates hold]';

const FROM = '2026-08-03';

export async function run(options: BenchOptions): Promise<void> {
  const events = numberOption(options, 'events', 10_000_000);
  const days = numberOption(options, 'days', 90);
  const directory = await mkdtemp(join(tmpdir(), 'uptake-bench-event-table-'));
  const session = new Session(directory, { connectionArgs: ['--max_server_memory_usage=6000000000'] });
  const engine: Engine = {
    run: async (sql) => (await session.queryAsync(sql, { format: 'TabSeparated' })).text().trim(),
  };
  try {
    const seeded = await cpuOf(() => seed(engine, events, days));
    const held = Number(await engine.run('SELECT count() FROM seed'));
    console.log(
      `${held.toLocaleString('en-US')} events of ${days} days seeded in ${seeded.cpuSeconds.toFixed(0)} s of processor time`,
    );
    for (const group of new Set(CANDIDATES.map((candidate) => candidate.group))) {
      const rows = [];
      for (const candidate of CANDIDATES.filter((one) => one.group === group)) {
        rows.push(await measure(engine, candidate, held));
      }
      printTable(
        `${group}: processor seconds to fill, bytes per event, processor milliseconds per question`,
        HEADINGS,
        rows,
      );
    }
  } finally {
    session.close();
    await rm(directory, { recursive: true, force: true });
  }
}

type Engine = { readonly run: (sql: string) => Promise<string> };

const HEADINGS = [
  'candidate',
  'fill s',
  'bytes',
  'trend',
  '…by country',
  '…by property',
  '…of one event',
  'p95',
  'one day',
  'funnel',
  'largest columns',
];

/** In order of arrival, as a log would hand them over. */
async function seed(engine: Engine, events: number, days: number): Promise<void> {
  await engine.run(`CREATE TABLE seed ENGINE = MergeTree ORDER BY received_at AS SELECT * FROM (${generateEvents(events)})
WHERE timestamp < toDateTime('${FROM}', 'UTC') + toIntervalDay(${days})`);
}

async function measure(engine: Engine, candidate: Candidate, held: number): Promise<(string | number)[]> {
  await engine.run('DROP TABLE IF EXISTS candidate SYNC');
  await engine.run(createTable(candidate));
  const filled = await cpuOf(async () => {
    await engine.run(fillTable(candidate));
    await engine.run('OPTIMIZE TABLE candidate FINAL');
  });
  const bytes = await engine.run(
    "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase() AND table = 'candidate'",
  );
  const largest = await engine.run(
    `SELECT arrayStringConcat(groupArray(5)(concat(name, ' ', toString(round(size, 1)))), ', ') FROM (
SELECT name, data_compressed_bytes / ${held} AS size FROM system.columns WHERE table = 'candidate' ORDER BY size DESC)`,
  );
  const times = [];
  for (const sql of questions(candidate)) times.push(sql === undefined ? '–' : await bestOfFour(engine, sql));
  return [candidate.name, filled.cpuSeconds, Number(bytes) / held, ...times, largest];
}

function questions({ property, numberProperty }: Candidate): (string | undefined)[] {
  const scope = `workspace_id = '${BENCH_WORKSPACE}' AND environment_id = '${BENCH_ENVIRONMENT}' AND timestamp >= '${FROM}'`;
  const trend = (by: string, where = '') =>
    `SELECT toDate(timestamp, 'Europe/Berlin') AS day, ${by}, sum(weight), uniqExact(user_id) FROM candidate WHERE ${scope} ${where} GROUP BY 1, 2`;
  const one = "AND event_name = 'project_viewed'";
  const steps = ['project_viewed', 'task_created', 'task_completed'];
  return [
    trend('1 AS everything'),
    trend('country'),
    property && trend(`${property('plan')} AS plan`),
    property && trend(`${property('plan')} AS plan`, one),
    numberProperty && `SELECT quantile(0.95)(${numberProperty('duration_ms')}) FROM candidate WHERE ${scope} ${one}`,
    `SELECT event_name, count(), uniqExact(user_id) FROM candidate WHERE ${scope} AND timestamp >= '2026-08-05' AND timestamp < '2026-08-06' GROUP BY 1`,
    `SELECT level, count() FROM (SELECT user_id, windowFunnel(86400000)(toUInt64(toUnixTimestamp64Milli(timestamp)), ${steps.map((step) => `event_name = '${step}'`).join(', ')}) AS level
FROM candidate WHERE ${scope} AND event_name IN (${steps.map((step) => `'${step}'`).join(', ')}) GROUP BY user_id) GROUP BY level`,
  ];
}

/** Processor time says the same on a busy machine as on an idle one; over two cores the clock shows about half of it. */
async function bestOfFour(engine: Engine, sql: string): Promise<number> {
  const times = [];
  for (let round = 0; round < 4; round += 1) times.push((await cpuOf(() => engine.run(sql))).cpuSeconds * 1_000);
  return Math.round(Math.min(...times));
}

async function cpuOf(work: () => Promise<unknown>): Promise<{ cpuSeconds: number }> {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return { cpuSeconds: (used.user + used.system) / 1e6 };
}
