/** How often, over time: all series of a trend in one scan, and the values of its breakdown in one before it. */
import type { Span, TrendPlan, TrendRow } from '@uptake/domain/insights';
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { Bindings } from './bindings.ts';
import { conditionsOf, seriesCondition, textOf } from './conditions.ts';
import { measureSql } from './measures.ts';
import { type Reading, type SampledMeasure, sampledMeasure, uniqueEstimateSql } from './sampled-measures.ts';
import { SOURCES } from './source.ts';

/** Group keys: 0 is what ROLLUP leaves of a key it sums up, so no group is numbered 0. */
const PREVIOUS = 1;
const CURRENT = 2;
const OTHER = 255;

export type TrendQueryRow = {
  readonly period: number;
  /** Position among the values of the breakdown, from 1; 255 is every other value. */
  readonly value_rank: number;
  /** Start of the interval; 0 for the whole period. */
  readonly start_ms: number;
  readonly is_sampled: number;
  /** By what the values of a breakdown are ranked; there with a breakdown alone. */
  readonly rank_score?: number;
} & Readonly<Record<`series_${number}`, number | null>> &
  // Beside each measure over sampled events, what its estimate is made of.
  Readonly<Record<`series_${number}_${string}`, number | null>>;

/** A trend put into SQL, and how its rows are read back. */
export type TrendQuestion = Question & { readonly read: (row: TrendQueryRow) => TrendRow };

export type ValueRow = { readonly value: string };

/**
 * Buckets by the plan's own edges (roundDown is a binary search, measured as fast as toStartOfDay with a zone), so that
 * the engine's time-zone tables and ours cannot disagree. ROLLUP merges the states of the intervals into those of the
 * period: a total of unique users costs no second scan.
 */
export function trendQuestion(
  plan: TrendPlan,
  values: readonly string[] | undefined,
  scope: QuestionScope,
  reading: Reading = 'plain',
): TrendQuestion {
  const bindings = new Bindings();
  const source = SOURCES[plan.source];
  const { definition, breakdown, previous } = plan;
  const conditions = definition.series.map((series) => seriesCondition(series, bindings));
  const where = whereOf(plan, plan.spans, conditions, bindings);
  const isAlone = conditions.length === 1;
  const measures = definition.series.map(
    // A condition that holds for every row read need not be checked again.
    ({ measure }, i) => `${measureSql(measure, isAlone ? undefined : conditions[i], source, bindings)} AS series_${i}`,
  );
  const estimates =
    reading === 'plain'
      ? undefined
      : definition.series.map(({ measure }, i) =>
          sampledMeasure(measure, isAlone ? undefined : conditions[i], source, bindings),
        );
  const parts = (estimates ?? []).flatMap(({ columns }, i) =>
    Object.entries(columns).map(([name, sql]) => `${sql} AS series_${i}_${name}`),
  );
  const rankScore =
    breakdown === null
      ? []
      : [`${rankSql(plan, isAlone ? undefined : conditions[0], bindings, reading)} AS rank_score`];
  const isCurrent = () => `${source.timeMs} >= ${bindings.bind(plan.current.startsMs[0] ?? 0, 'Int64')}`;
  const period = previous === null ? `${CURRENT}` : `if(${isCurrent()}, ${CURRENT}, ${PREVIOUS})`;
  const rank =
    breakdown === null || values === undefined
      ? `${OTHER}`
      : `toUInt8(transform(${textOf(breakdown.dimension, bindings)}, ${bindings.bind(values, 'Array(String)')}, ${bindings.bind(
          values.map((_, index) => index + 1),
          'Array(Int64)',
        )}, ${OTHER}))`;
  const keys = [...(previous === null ? [] : ['period']), ...(breakdown === null ? [] : ['value_rank']), 'start_ms'];
  return {
    name: 'insights.trend',
    scope,
    parameters: bindings.parameters,
    read: (row) => toTrendRow(row, definition.series.length, estimates),
    sql: `SELECT
  ${period} AS period,
  ${rank} AS value_rank,
  roundDown(${source.timeMs}, ${bindings.bind(plan.edgesMs, 'Array(Int64)')}) AS start_ms,
  ${source.isSampled} AS is_sampled,
  ${[...rankScore, ...measures, ...parts].join(',\n  ')}
FROM ${source.table}
WHERE ${where}
GROUP BY ${keys.join(', ')} WITH ROLLUP
HAVING period != 0 AND value_rank != 0`,
  };
}

/**
 * The values of the newest two days, at most one more than the breakdown keeps: enough to guess that there are few, at the
 * price of a forty-fifth of a chart of ninety days. Not asked of the aggregates, which are small enough to rank at once.
 */
export function newestValuesQuestion(plan: TrendPlan, nowMs: number, scope: QuestionScope): Question | undefined {
  const span = newestDays(plan, nowMs);
  if (plan.breakdown === null || plan.source === 'hourly' || span === undefined) return undefined;
  const bindings = new Bindings();
  const conditions = plan.definition.series.map((series) => seriesCondition(series, bindings));
  return {
    name: 'insights.trend.newest-values',
    scope,
    sql: `SELECT DISTINCT
  ${textOf(plan.breakdown.dimension, bindings)} AS value
FROM ${SOURCES[plan.source].table}
WHERE ${whereOf(plan, [span], conditions, bindings)}
LIMIT ${Math.trunc(plan.breakdown.limit) + 1}`,
    parameters: bindings.parameters,
  };
}

const NEWEST_DAYS_MS = 2 * 24 * 3_600_000;

function newestDays({ current }: TrendPlan, nowMs: number): Span | undefined {
  const fromMs = current.startsMs[0] ?? 0;
  const toMs = Math.min(current.endMs, nowMs);
  return toMs > fromMs ? { fromMs: Math.max(fromMs, toMs - NEWEST_DAYS_MS), toMs } : undefined;
}

/**
 * The first values of the period by the measure of the first series, so that all series show the same ones. A scan of its
 * own in front of the trend's: ranking within that one would keep the users of every value and every interval in memory.
 */
export function rankingQuestion(
  plan: TrendPlan,
  scope: QuestionScope,
  reading: Reading = 'plain',
): Question | undefined {
  if (plan.breakdown === null) return undefined;
  const bindings = new Bindings();
  const conditions = plan.definition.series.map((series) => seriesCondition(series, bindings));
  const period = { fromMs: plan.current.startsMs[0] ?? 0, toMs: plan.current.endMs };
  const score = rankSql(plan, conditions.length === 1 ? undefined : conditions[0], bindings, reading);
  return {
    name: 'insights.trend.ranking',
    scope,
    sql: `SELECT
  ${textOf(plan.breakdown.dimension, bindings)} AS value
FROM ${SOURCES[plan.source].table}
WHERE ${whereOf(plan, [period], conditions, bindings)}
GROUP BY value
ORDER BY ${score} DESC, value
LIMIT ${Math.trunc(plan.breakdown.limit)}`,
    parameters: bindings.parameters,
  };
}

/**
 * Values rank by what the first series counts. The highest average or percentile is that of a handful of events, so there
 * volume decides. Rounded, because fractions of weights add up a little differently each time, and equals keep their order.
 */
function rankSql(plan: TrendPlan, condition: string | undefined, bindings: Bindings, reading: Reading): string {
  const source = SOURCES[plan.source];
  const first = plan.definition.series[0]?.measure;
  if (reading === 'sampled' && first?.kind === 'unique' && first.of !== 'tenant') {
    return uniqueEstimateSql(first.of, condition, source);
  }
  const isAmount = first?.kind === 'total' || first?.kind === 'unique';
  return `round(${isAmount ? measureSql(first, condition, source, bindings) : source.total(condition)}, 6)`;
}

/** Whether the breakdown met values other than those it was asked for. */
export function hasOthers(rows: readonly TrendQueryRow[]): boolean {
  return rows.some((row) => row.value_rank === OTHER);
}

/** Values that were guessed, in the order in which they rank. */
export function inRankedOrder(
  values: readonly string[],
  rows: readonly TrendQueryRow[],
): { readonly values: readonly string[]; readonly rows: readonly TrendQueryRow[] } {
  const scores = new Map<number, number>();
  for (const row of rows) {
    if (row.period === CURRENT && row.start_ms === 0) scores.set(row.value_rank, row.rank_score ?? 0);
  }
  const ranked = values
    .map((value, index) => ({ value, rank: index + 1, score: scores.get(index + 1) ?? 0 }))
    .sort((a, b) => b.score - a.score || (a.value < b.value ? -1 : 1));
  const newRank = new Map(ranked.map(({ rank }, index) => [rank, index + 1]));
  return {
    values: ranked.map(({ value }) => value),
    rows: rows.map((row) => ({ ...row, value_rank: newRank.get(row.value_rank) ?? row.value_rank })),
  };
}

function toTrendRow(
  row: TrendQueryRow,
  seriesCount: number,
  estimates: readonly SampledMeasure[] | undefined,
): TrendRow {
  const plain = Array.from({ length: seriesCount }, (_, index) => row[`series_${index}`] ?? null);
  const estimated = estimates?.map(({ columns, read }, index) => {
    const numbers = Object.keys(columns).map((name) => [name, row[`series_${index}_${name}`] ?? 0] as const);
    return read(plain[index] ?? null, Object.fromEntries(numbers));
  });
  return {
    isCurrent: row.period === CURRENT,
    valueIndex: row.value_rank === OTHER ? null : row.value_rank - 1,
    startMs: row.start_ms === 0 ? null : row.start_ms,
    measured: estimated?.map(({ value }) => value) ?? plain,
    standardErrors: estimated?.map(({ standardError }) => standardError),
  };
}

function whereOf(
  plan: TrendPlan,
  spans: TrendPlan['spans'],
  seriesConditions: readonly (string | undefined)[],
  bindings: Bindings,
): string {
  const source = SOURCES[plan.source];
  const within = spans.map((span) => source.within(span, bindings));
  const parts = [
    within.length === 1 ? within[0]! : `(${within.map((each) => `(${each})`).join(' OR ')})`,
    ...conditionsOf(plan.definition.filters, bindings),
  ];
  const anySeries = seriesConditions.filter((condition) => condition !== undefined);
  if (anySeries.length > 0 && anySeries.length === seriesConditions.length) {
    parts.push(anySeries.length === 1 ? anySeries[0]! : `(${anySeries.map((c) => `(${c})`).join(' OR ')})`);
  }
  return parts.join('\n  AND ');
}
