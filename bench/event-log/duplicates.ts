/**
 * Benchmark: what remembering tens of millions of event ids costs an append. Logs with none and with N ids remembered
 * take turns, each in a process of its own, so that noise of the machine falls on both alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';
import type { AppendMeasurement, AppendOrder } from './append.ts';

export const name = 'duplicates';
export const describe =
  'append rate with none against N event ids remembered, and the memory that costs (--ids 50_000_000 --events 500_000 --rounds 3)';

const MEBIBYTE = 2 ** 20;

export async function run(options: BenchOptions): Promise<void> {
  const ids = numberOption(options, 'ids', 50_000_000);
  const events = numberOption(options, 'events', 500_000);
  const rounds = numberOption(options, 'rounds', 3);
  const directory = mkdtempSync(join(tmpdir(), 'uptake-bench-'));
  try {
    const remembering = join(directory, 'remembering');
    const seeding = order({ directory: remembering, seedIds: ids, events: 0 });
    console.log(
      `remembered ${ids.toLocaleString('en')} ids in ${(seeding.seedMs / 1000).toFixed(0)} s, over seven days of the log's clock`,
    );
    const pairs = Array.from({ length: rounds }, (_, round) => ({
      none: order({ directory: join(directory, `none-${round}`), seedIds: 0, events }),
      many: order({ directory: remembering, seedIds: 0, events }),
    }));
    report(ids, pairs);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function order(what: AppendOrder): AppendMeasurement {
  const program = fileURLToPath(new URL('./append.ts', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', program, JSON.stringify(what)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the measuring process ended with ${status}`);
  return JSON.parse(stdout) as AppendMeasurement;
}

function report(ids: number, pairs: readonly { none: AppendMeasurement; many: AppendMeasurement }[]): void {
  const columns = ['ids before', 'events/s', 'CPU µs/event', 'check MiB', 'resident MiB', 'open ms', 'runs opened'];
  const row = (label: string, measured: AppendMeasurement) => [
    label,
    measured.eventsPerSecond,
    measured.cpuMicrosecondsPerEvent,
    measured.checkBytes / MEBIBYTE,
    measured.residentBytes / MEBIBYTE,
    measured.openMs,
    measured.runFiles,
  ];
  printTable(
    'Appends of 100 fresh events, 32 at a time, durable before each answer',
    columns,
    pairs.flatMap(({ none, many }) => [row('none', none), row(ids.toLocaleString('en'), many)]),
  );
  const ratio = (of: (measured: AppendMeasurement) => number) =>
    median(pairs.map(({ none, many }) => of(many) / of(none)));
  printTable(
    'Ratio of N remembered to none, median of the pairs',
    ['what', 'ratio'],
    [
      ['events/s (wanted: at least 0.8)', ratio((measured) => measured.eventsPerSecond)],
      ['CPU per event', ratio((measured) => measured.cpuMicrosecondsPerEvent)],
    ],
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)] ?? Number.NaN;
}
