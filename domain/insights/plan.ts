/** Turns a trend definition into a plan: instants instead of calendars, and the cheapest source that can answer. */
import type { InputError } from '../contract/index.ts';
import { HOUR_MS, intervalStarts } from './calendar.ts';
import { DEFINITION_LIMITS, type Dimension, type Filter, type Interval, type TrendDefinition } from './definition.ts';
import { insightField } from './fields.ts';
import type { Parsed } from './parse.ts';
import { previousShift, resolvePeriod, type Span } from './period.ts';

/** Consecutive intervals; interval i reaches from `startsMs[i]` to the next start, the last one to `endMs`. */
export type Timeline = { readonly startsMs: readonly number[]; readonly endMs: number };

/** `raw`: the events themselves. `hourly`: sums and sketches per hour, event, feature area and tenant, kept far longer. */
/** `linked`: the events, with persons over rotations of their pseudonyms. A plan never says so; it may be put in for `raw`. */
export type Source = 'raw' | 'linked' | 'hourly';

export type TrendPlan = {
  readonly definition: TrendDefinition;
  readonly source: Source;
  readonly current: Timeline;
  /** As many intervals as `current`, index by index; clocks that change can leave one without duration. */
  readonly previous: Timeline | null;
  /** What the engine reads: ascending, apart from one another. */
  readonly spans: readonly Span[];
  /** Every instant at which an interval begins, strictly ascending: a row belongs to the last one not after it. */
  readonly edgesMs: readonly number[];
  /** Intervals that begin earlier reach beyond what the source keeps, so their number is not known. */
  readonly knownFromMs: number;
  readonly breakdown: BreakdownPlan | null;
};

export type BreakdownPlan = {
  readonly dimension: Dimension;
  /** Values that stay themselves; all others are one, "other". */
  readonly limit: number;
  /** All values there can be, where they are few enough to need no ranking. */
  readonly closedValues: readonly string[] | undefined;
};

/** Since when each source is complete. */
export type Retention = { readonly rawFromMs: number; readonly hourlyFromMs: number };

export type PlanningContext = { readonly nowMs: number; readonly retention: Retention };

export function planTrend(definition: TrendDefinition, context: PlanningContext): Parsed<TrendPlan> {
  const zone = definition.time_zone;
  const span = resolvePeriod(definition.period, zone, context.nowMs);
  const tooMany = refuseTooManyIntervals(span, definition.interval);
  if (tooMany !== undefined) return { ok: false, errors: [tooMany] };
  const current = { startsMs: intervalStarts(definition.interval, span.fromMs, span.toMs, zone), endMs: span.toMs };
  const previous = definition.compare === null ? null : previousTimeline(current, span, definition);
  const firstMs = previous?.startsMs[0] ?? span.fromMs;
  const edgesMs = edgesOf(current, previous);
  const source = chooseSource(definition, firstMs, edgesMs, context.retention);
  return {
    ok: true,
    value: {
      definition,
      source,
      current,
      previous,
      spans: spansOf(span, previous),
      edgesMs,
      knownFromMs: source === 'raw' ? context.retention.rawFromMs : context.retention.hourlyFromMs,
      breakdown: planBreakdown(definition),
    },
  };
}

const SHORTEST_INTERVAL_MS: Record<Interval, number> = {
  hour: HOUR_MS,
  day: 23 * HOUR_MS,
  week: 167 * HOUR_MS,
  month: 671 * HOUR_MS,
};

/** Judged by duration, before a list of any length is made. */
function refuseTooManyIntervals(span: Span, interval: Interval): InputError | undefined {
  const count = Math.floor((span.toMs - span.fromMs) / SHORTEST_INTERVAL_MS[interval]);
  if (count <= DEFINITION_LIMITS.intervals) return undefined;
  const message = `makes about ${count} intervals of this period, and ${DEFINITION_LIMITS.intervals} are allowed; choose a longer interval or a shorter period`;
  return { path: '/interval', message };
}

function previousTimeline(current: Timeline, span: Span, definition: TrendDefinition): Timeline {
  const move = previousShift(span, definition.interval, definition.time_zone);
  // Where the clocks change, a day of 25 hours can reach over its predecessor's end: never into the period itself.
  const before = (instantMs: number) => Math.min(instantMs, span.fromMs);
  return {
    startsMs: current.startsMs.map((startMs) => before(move.start(startMs))),
    endMs: before(move.end(current.endMs)),
  };
}

function edgesOf(current: Timeline, previous: Timeline | null): number[] {
  const earlier = previous === null ? [] : previous.startsMs.filter((startMs) => startMs < previous.endMs);
  return [...new Set([...earlier, ...current.startsMs])];
}

/** The previous period may lie directly before the period, or further back (whole weeks before ten days). */
function spansOf(span: Span, previous: Timeline | null): Span[] {
  if (previous === null) return [span];
  const fromMs = previous.startsMs[0] ?? span.fromMs;
  if (previous.endMs === span.fromMs) return [{ fromMs, toMs: span.toMs }];
  return [{ fromMs, toMs: previous.endMs }, span];
}

/** Raw while it is complete: exact, and it answers everything. Beyond it, the aggregates where they can. */
function chooseSource(
  definition: TrendDefinition,
  firstMs: number,
  edgesMs: readonly number[],
  retention: Retention,
): Source {
  if (firstMs >= retention.rawFromMs) return 'raw';
  return canAnswerHourly(definition) && edgesMs.every((edgeMs) => edgeMs % HOUR_MS === 0) ? 'hourly' : 'raw';
}

const HOURLY_FIELDS: readonly string[] = ['event_name', 'feature_area', 'tenant_id'];

function canAnswerHourly(definition: TrendDefinition): boolean {
  const isKept = (dimension: Dimension | Filter) => 'field' in dimension && HOURLY_FIELDS.includes(dimension.field);
  const filters = [...definition.filters, ...definition.series.flatMap((series) => series.filters)];
  return (
    filters.every(isKept) &&
    (definition.breakdown === null || isKept(definition.breakdown)) &&
    definition.series.every((series) => series.measure.kind === 'total' || series.measure.kind === 'unique')
  );
}

function planBreakdown({ breakdown, breakdown_limit: limit }: TrendDefinition): BreakdownPlan | null {
  if (breakdown === null) return null;
  const values = 'field' in breakdown ? insightField(breakdown.field)?.values : undefined;
  const closedValues = values !== undefined && values.length <= limit ? values : undefined;
  return { dimension: breakdown, limit, closedValues };
}
