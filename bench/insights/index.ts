/** Trends from definition to numbers over ten million events, against the best SQL by hand for the same question. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChdbEventStore } from '@uptake/io/event-store';
import { Session } from 'chdb';
import { createInsightsService, type InsightsService } from '../../capabilities/insights/service.ts';
import { BENCH_ENVIRONMENT, BENCH_PERIOD, BENCH_WORKSPACE } from '../event-table/generate.ts';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';
import { byHand } from './by-hand.ts';
import { fillEvents } from './fill.ts';

export const name = 'insights';
export const describe =
  'trends over 90 days, definition to numbers, against hand-written SQL [--events 10_000_000] [--rounds 7] [--directory kept-between-runs]';

const NOW_MS = Date.parse(`${BENCH_PERIOD.to.replace(' ', 'T')}Z`) - 1;

export async function run(options: BenchOptions): Promise<void> {
  const events = numberOption(options, 'events', 10_000_000);
  const rounds = numberOption(options, 'rounds', 7);
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'uptake-bench-insights-')));
  const isFilled = existsSync(join(directory, 'data'));
  const eventStore = await openChdbEventStore({
    directory,
    timeoutMs: 120_000,
    memoryLimitBytes: 800 * 1024 ** 2,
    retentionDays: 3_650,
    restrictedRetentionDays: 3_650,
  });
  const session = new Session(directory);
  try {
    if (!isFilled) await fillEvents(session, events);
    const insights = createInsightsService({
      eventStore,
      freshness: async () => ({ asOf: new Date(NOW_MS), behindMs: 0 }),
      environmentsOf: async () => [{ id: BENCH_ENVIRONMENT }],
      nowMs: () => NOW_MS,
      retentionDays: 90,
    });
    await compareTrends(insights, session, events, rounds);
    await timeOthers(insights, rounds);
  } finally {
    session.close();
    await eventStore.close();
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  }
}

const BERLIN_90_DAYS = {
  kind: 'trend',
  environment_id: BENCH_ENVIRONMENT,
  period: { last: 90, unit: 'day' },
  interval: 'day',
  time_zone: 'Europe/Berlin',
};
const USERS = { kind: 'unique', of: 'user' };

const TRENDS: readonly { title: string; parts: Record<string, unknown>; hand: keyof typeof byHand }[] = [
  { title: 'events', parts: { series: [{}] }, hand: 'events' },
  { title: 'exact unique users', parts: { series: [{ measure: USERS }] }, hand: 'users' },
  {
    title: '… by country (10 values)',
    parts: { series: [{ measure: USERS }], breakdown: { field: 'country' } },
    hand: 'usersByCountry',
  },
  {
    title: '… by tenant (10 of 40, others)',
    parts: { series: [{ measure: USERS }], breakdown: { field: 'tenant_id' } },
    hand: 'usersByTenant',
  },
  {
    title: '… by property "plan" (4 values)',
    parts: { series: [{ measure: USERS }], breakdown: { property: 'plan' } },
    hand: 'usersByPlan',
  },
  {
    title: 'users of one event',
    parts: { series: [{ event: 'project_viewed', measure: USERS }] },
    hand: 'usersOfOneEvent',
  },
  {
    title: 'three series at once',
    parts: {
      series: [{ event: 'project_viewed' }, { event: 'task_created', measure: USERS }, { event: 'error_shown' }],
    },
    hand: 'threeSeries',
  },
  {
    title: 'p95 of a property of one event',
    parts: {
      series: [{ event: 'project_viewed', measure: { kind: 'property', property: 'duration_ms', aggregate: 'p95' } }],
    },
    hand: 'p95OfOneEvent',
  },
];

async function compareTrends(
  insights: InsightsService,
  session: Session,
  events: number,
  rounds: number,
): Promise<void> {
  const rows = [];
  for (const { title, parts, hand } of TRENDS) {
    const ask = () => insights.trend(BENCH_WORKSPACE, { ...BERLIN_90_DAYS, ...parts });
    const [ours, best] = await bestOf(rounds, [ask, () => session.queryAsync(byHand[hand], { format: 'JSONEachRow' })]);
    rows.push([title, ours!.ms, best!.ms, ours!.ms / best!.ms, ours!.cpuMs, best!.cpuMs, ours!.cpuMs / best!.cpuMs]);
  }
  printTable(
    `90 days by day in Berlin time over ${events.toLocaleString('en-US')} events, milliseconds, best of ${rounds}`,
    ['trend', 'ours', 'by hand', 'ratio', 'processor ms, ours', 'processor ms, by hand', 'ratio of processor ms'],
    rows,
  );
}

async function timeOthers(insights: InsightsService, rounds: number): Promise<void> {
  const scope = { workspaceId: BENCH_WORKSPACE, environmentId: BENCH_ENVIRONMENT };
  const others: readonly [string, () => Promise<unknown>][] = [
    ['analytics, 30 days', () => insights.periodCounts(scope, { fromMs: NOW_MS - 30 * 86_400_000, toMs: NOW_MS })],
    ['overview', () => insights.overview(scope)],
    ['catalogue, 30 days', () => insights.catalogue(scope)],
    ['values of a field, 30 days', () => insights.values(scope, { field: 'surface' }, undefined)],
    ['values of a property, 30 days', () => insights.values(scope, { property: 'path' }, 'board')],
  ];
  const rows = [];
  for (const [title, work] of others) {
    const [took] = await bestOf(rounds, [work]);
    rows.push([title, took!.ms, took!.cpuMs]);
  }
  printTable(`other questions, milliseconds, best of ${rounds}`, ['question', 'ours', 'processor ms'], rows);
}

type Took = { readonly ms: number; readonly cpuMs: number };

/** Turn about, so that all meet the same neighbours on a shared machine. */
async function bestOf(rounds: number, works: readonly (() => Promise<unknown>)[]): Promise<Took[]> {
  const best = works.map((): Took => ({ ms: Infinity, cpuMs: Infinity }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [side, work] of works.entries()) {
      const startedAt = performance.now();
      const cpu = process.cpuUsage();
      await work();
      const used = process.cpuUsage(cpu);
      const ms = performance.now() - startedAt;
      const cpuMs = (used.user + used.system) / 1_000;
      best[side] = { ms: Math.min(best[side]!.ms, ms), cpuMs: Math.min(best[side]!.cpuMs, cpuMs) };
    }
  }
  return best;
}
