/** From the rows of a planned trend to its numbers: gaps filled, periods told apart, nothing formatted. */
import type { Measure } from './definition.ts';
import type { Timeline, TrendPlan } from './plan.ts';

/** One group of the engine's answer: an interval, or with `startMs` null the whole period, counted anew and not summed. */
export type TrendRow = {
  readonly isCurrent: boolean;
  /** Index into the values of the breakdown; `null` is "other", or no breakdown at all. */
  readonly valueIndex: number | null;
  readonly startMs: number | null;
  /** One number per series of the definition. */
  readonly measured: readonly (number | null)[];
  /** Of estimates from sampled events, per series; `null` where none can be stated. */
  readonly standardErrors?: readonly (number | null)[] | undefined;
};

export type Line = Numbers & {
  /** Of each value and the total, where sampled events were counted; `null` where all were there to be counted. */
  readonly standardError: Numbers | null;
};

export type Numbers = { readonly values: readonly (number | null)[]; readonly total: number | null };

export type TrendLine = Line & {
  readonly seriesIndex: number;
  readonly event: string | null;
  readonly label: string;
  /** The value this line is of; '' where events have none. `null` without a breakdown, and for "other". */
  readonly breakdown: string | null;
  readonly isOther: boolean;
  readonly previous: Line | null;
};

export type TrendAnswer = {
  readonly intervalStartsMs: readonly number[];
  readonly previousStartsMs: readonly number[] | null;
  /** Start of the first interval that may still grow. */
  readonly incompleteFromMs: number | null;
  readonly lines: readonly TrendLine[];
};

/** Events up to `asOfMs` are in the store; `isSampled`: some of them stand for others. */
export type AnswerContext = { readonly nowMs: number; readonly asOfMs: number; readonly isSampled?: boolean };

/** `values`: what the breakdown kept, best first; `undefined` without a breakdown. */
export function answerTrend(
  plan: TrendPlan,
  rows: readonly TrendRow[],
  values: readonly string[] | undefined,
  { nowMs, asOfMs, isSampled = false }: AnswerContext,
): TrendAnswer {
  const groups = groupRows(rows);
  const kept: (number | null)[] =
    values === undefined ? [null] : [...values.keys()].filter((index) => groups.has(index));
  if (values !== undefined && groups.has(null)) kept.push(null);
  const lines = plan.definition.series.flatMap((series, seriesIndex) =>
    kept.map((valueIndex): TrendLine => {
      const group = groups.get(valueIndex) ?? [];
      const line = (timeline: Timeline, isCurrent: boolean) =>
        readLine({ plan, timeline, rows: group, isCurrent, seriesIndex, measure: series.measure, isSampled, nowMs });
      return {
        seriesIndex,
        event: series.event,
        label: series.label ?? series.event ?? 'Any event',
        breakdown: valueIndex === null ? null : (values?.[valueIndex] ?? null),
        isOther: values !== undefined && valueIndex === null,
        ...line(plan.current, true),
        previous: plan.previous === null ? null : line(plan.previous, false),
      };
    }),
  );
  return {
    intervalStartsMs: plan.current.startsMs,
    previousStartsMs: plan.previous?.startsMs ?? null,
    incompleteFromMs: incompleteFrom(plan.current, asOfMs),
    lines,
  };
}

/** Counts of nothing are zero; an average or a percentile of nothing is not a number at all. */
export function valueOfNothing(measure: Measure): 0 | null {
  switch (measure.kind) {
    case 'total':
    case 'unique':
      return 0;
    case 'per_user_average':
      return null;
    case 'property':
      return measure.aggregate === 'sum' ? 0 : null;
  }
}

/** Whether an error can be stated: not for extremes and percentiles, nor for tenants, of whom each is kept for certain. */
function hasStandardError(measure: Measure): boolean {
  if (measure.kind === 'unique') return measure.of !== 'tenant';
  return measure.kind !== 'property' || measure.aggregate === 'sum' || measure.aggregate === 'average';
}

function groupRows(rows: readonly TrendRow[]): Map<number | null, TrendRow[]> {
  const groups = new Map<number | null, TrendRow[]>();
  for (const row of rows) {
    const group = groups.get(row.valueIndex);
    if (group === undefined) groups.set(row.valueIndex, [row]);
    else group.push(row);
  }
  return groups;
}

function readLine(input: {
  plan: TrendPlan;
  timeline: Timeline;
  rows: readonly TrendRow[];
  isCurrent: boolean;
  seriesIndex: number;
  measure: Measure;
  isSampled: boolean;
  nowMs: number;
}): Line {
  const { plan, timeline, seriesIndex, nowMs } = input;
  const rows = input.rows.filter((row) => row.isCurrent === input.isCurrent);
  const nothing = valueOfNothing(input.measure);
  const measured = new Map(rows.map((row) => [row.startMs, row.measured[seriesIndex] ?? nothing]));
  const line = fillLine(plan, timeline, measured, nothing, nowMs);
  if (!input.isSampled) return { ...line, standardError: null };
  const errors = new Map(rows.map((row) => [row.startMs, row.standardErrors?.[seriesIndex] ?? null]));
  const errorOfNothing = hasStandardError(input.measure) ? nothing : null;
  return { ...line, standardError: fillLine(plan, timeline, errors, errorOfNothing, nowMs) };
}

/** Gaps become the value of nothing; what the source no longer keeps and what is yet to come stays unknown. */
function fillLine(
  plan: TrendPlan,
  timeline: Timeline,
  measured: ReadonlyMap<number | null, number | null>,
  nothing: 0 | null,
  nowMs: number,
): Numbers {
  const valueAt = (startMs: number | null) => {
    const value = measured.get(startMs);
    return value === undefined ? nothing : value;
  };
  const values = timeline.startsMs.map((startMs, index) => {
    const endMs = timeline.startsMs[index + 1] ?? timeline.endMs;
    const isUnknown = startMs < plan.knownFromMs || startMs > nowMs || endMs <= startMs;
    return isUnknown ? null : valueAt(startMs);
  });
  const reachesBeyond = (timeline.startsMs[0] ?? 0) < plan.knownFromMs;
  return { values, total: reachesBeyond ? null : valueAt(null) };
}

function incompleteFrom(timeline: Timeline, asOfMs: number): number | null {
  const index = timeline.startsMs.findIndex((_, i) => (timeline.startsMs[i + 1] ?? timeline.endMs) > asOfMs);
  return index === -1 ? null : (timeline.startsMs[index] ?? null);
}
