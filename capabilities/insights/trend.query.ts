/** How often, over time: all series of a trend in one scan, and the values of its breakdown in one before it. */
import type { TrendPlan, TrendRow } from '@uptake/domain/insights';
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { Bindings } from './bindings.ts';
import { conditionsOf, seriesCondition, textOf } from './conditions.ts';
import { measureSql } from './measures.ts';
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
} & Readonly<Record<`series_${number}`, number | null>>;

export type RankingRow = { readonly value: string };

/**
 * Buckets by the plan's own edges (roundDown is a binary search, measured as fast as toStartOfDay with a zone), so that
 * the engine's time-zone tables and ours cannot disagree. ROLLUP merges the states of the intervals into those of the
 * period: a total of unique users costs no second scan.
 */
export function trendQuestion(plan: TrendPlan, values: readonly string[] | undefined, scope: QuestionScope): Question {
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
    sql: `SELECT
  ${period} AS period,
  ${rank} AS value_rank,
  roundDown(${source.timeMs}, ${bindings.bind(plan.edgesMs, 'Array(Int64)')}) AS start_ms,
  ${source.isSampled} AS is_sampled,
  ${measures.join(',\n  ')}
FROM ${source.table}
WHERE ${where}
GROUP BY ${keys.join(', ')} WITH ROLLUP
HAVING period != 0 AND value_rank != 0`,
  };
}

/**
 * The most frequent values in the period by the measure of the first series, so that all series show the same ones.
 * Rounded, because fractions of weights add up a little differently each time, and equal values must keep their order.
 */
export function rankingQuestion(plan: TrendPlan, scope: QuestionScope): Question | undefined {
  if (plan.breakdown === null || plan.breakdown.closedValues !== undefined) return undefined;
  const bindings = new Bindings();
  const source = SOURCES[plan.source];
  const conditions = plan.definition.series.map((series) => seriesCondition(series, bindings));
  const period = { fromMs: plan.current.startsMs[0] ?? 0, toMs: plan.current.endMs };
  const first = plan.definition.series[0]?.measure ?? { kind: 'total' };
  // Values of the highest average or percentile are those of a handful of events; volume says which matter.
  const isAmount = first.kind === 'total' || first.kind === 'unique';
  const condition = conditions.length === 1 ? undefined : conditions[0];
  const where = whereOf(plan, [period], conditions, bindings);
  return {
    name: 'insights.trend.values',
    scope,
    sql: `SELECT
  ${textOf(plan.breakdown.dimension, bindings)} AS value
FROM ${source.table}
WHERE ${where}
GROUP BY value
ORDER BY round(${isAmount ? measureSql(first, condition, source, bindings) : source.total(condition)}, 6) DESC, value
LIMIT ${Math.trunc(plan.breakdown.limit)}`,
    parameters: bindings.parameters,
  };
}

export function toTrendRow(row: TrendQueryRow, seriesCount: number): TrendRow {
  return {
    isCurrent: row.period === CURRENT,
    valueIndex: row.value_rank === OTHER ? null : row.value_rank - 1,
    startMs: row.start_ms === 0 ? null : row.start_ms,
    measured: Array.from({ length: seriesCount }, (_, index) => row[`series_${index}`] ?? null),
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
