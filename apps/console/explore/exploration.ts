/** What a person is looking at in Explore: the question, as it can be edited, and how its answer is drawn. */
import { DEFINITION_LIMITS, INTERVALS } from '@uptake/domain/insights';
import type {
  Aggregate,
  Dimension,
  Filter,
  FilterOperator,
  Interval,
  Measure,
  Period,
  TrendDefinition,
} from '../api/types.ts';

export const CHARTS = ['line', 'bar', 'table'] as const;
export type Chart = (typeof CHARTS)[number];

export type ExploredSeries = { event: string | null; measure: Measure; filters: Filter[] };
export type Exploration = {
  series: ExploredSeries[];
  filters: Filter[];
  breakdown: Dimension | null;
  breakdownLimit: number;
  period: Period;
  interval: Interval;
  timeZone: string;
  compare: boolean;
  chart: Chart;
};

export const MAX_SERIES = DEFINITION_LIMITS.series;
/** More points than this are no chart any more. */
const MAX_INTERVALS = 1_000;

export function defaultExploration(timeZone: string): Exploration {
  return {
    series: [{ event: null, measure: { kind: 'total' }, filters: [] }],
    filters: [],
    breakdown: null,
    breakdownLimit: 10,
    period: { last: 30, unit: 'day' },
    interval: 'day',
    timeZone,
    compare: false,
    chart: 'line',
  };
}

/** `A`, `B`, … for the series of an exploration. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

export function nameOf(dimension: Dimension): string {
  return 'field' in dimension ? dimension.field : dimension.property;
}

export function takesValue(operator: FilterOperator): boolean {
  return operator !== 'is_set' && operator !== 'is_not_set';
}

export function takesList(operator: FilterOperator): boolean {
  return operator === 'in' || operator === 'not_in';
}

/** Whether a filter says enough to be asked; a filter being edited may not yet. */
export function isComplete({ operator, value }: Filter): boolean {
  if (!takesValue(operator)) return true;
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
}

/** Whether the measure says enough to be asked. */
export function isMeasurable(measure: Measure): boolean {
  return measure.kind !== 'property' || measure.property !== '';
}

/** The question as the server takes it; unfinished filters are left out. Undefined while a series lacks its property. */
export function definitionOf(exploration: Exploration): TrendDefinition | undefined {
  const { series, filters, breakdown, breakdownLimit, period, interval, timeZone, compare } = exploration;
  if (!series.every(({ measure }) => isMeasurable(measure))) return undefined;
  const complete = filters.filter(isComplete);
  return {
    kind: 'trend',
    series: series.map((one) => {
      const own = one.filters.filter(isComplete);
      return { event: one.event, measure: one.measure, ...(own.length > 0 ? { filters: own } : {}) };
    }),
    period,
    interval,
    time_zone: timeZone,
    ...(breakdown === null ? {} : { breakdown, breakdown_limit: breakdownLimit }),
    ...(complete.length > 0 ? { filters: complete } : {}),
    ...(compare ? { compare: 'previous_period' as const } : {}),
  };
}

export const AGGREGATE_NAMES: Record<Aggregate, string> = {
  sum: 'Sum',
  average: 'Average',
  min: 'Minimum',
  max: 'Maximum',
  p50: 'Median',
  p90: '90th percentile',
  p95: '95th percentile',
  p99: '99th percentile',
};

export function describeMeasure(measure: Measure): string {
  switch (measure.kind) {
    case 'total':
      return 'Total events';
    case 'unique':
      return `Unique ${measure.of}s`;
    case 'per_user_average':
      return 'Average per user';
    case 'property':
      return `${AGGREGATE_NAMES[measure.aggregate]} of ${measure.property || '…'}`;
  }
}

/** Whether parts of the measure add up to the whole, so that bars may be stacked. */
export function isAdditive(measure: Measure): boolean {
  return measure.kind === 'total' || (measure.kind === 'property' && measure.aggregate === 'sum');
}

const HOURS: Record<Interval, number> = { hour: 1, day: 24, week: 168, month: 730 };

/** Length of a period in hours, near enough to choose an interval by. */
export function hoursOf(period: Period): number {
  if ('last' in period) return period.last * HOURS[period.unit];
  const isDates = period.from.length === 10 && period.to.length === 10;
  return (Date.parse(period.to) - Date.parse(period.from)) / 3_600_000 + (isDates ? 24 : 0);
}

/** The intervals a period can be cut into: no more points than a chart can show, and at least one. */
export function intervalsFor(period: Period): Interval[] {
  const hours = hoursOf(period);
  return INTERVALS.filter((interval, index) => {
    const isCoarsest = index === INTERVALS.length - 1;
    const isTooFine = hours / HOURS[interval] > MAX_INTERVALS && !isCoarsest;
    const isTooCoarse = interval !== 'hour' && hours / HOURS[interval] < 0.9;
    return !isTooFine && !isTooCoarse;
  });
}

/** The exploration with another period; its interval changes only where the old one no longer fits. */
export function withPeriod(exploration: Exploration, period: Period): Exploration {
  const hours = hoursOf(period);
  const allowed = intervalsFor(period);
  const usual: Interval = hours <= 49 ? 'hour' : hours <= 24 * 120 ? 'day' : hours <= 24 * 400 ? 'week' : 'month';
  const isKept = allowed.includes(exploration.interval) && exploration.interval !== 'hour';
  const isSensible = isKept && hours / HOURS[exploration.interval] >= 2;
  const interval = isSensible ? exploration.interval : allowed.includes(usual) ? usual : (allowed[0] ?? 'day');
  return { ...exploration, period, interval };
}
