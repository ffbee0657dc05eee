/** The plainest computation of a trend, event by event in plain JavaScript: what tests hold the engine's answer against. */
import type { Event, PropertyValue } from '@uptake/domain/contract';
import {
  type Dimension,
  type Filter,
  insightField,
  type Measure,
  type SeriesDefinition,
  type Timeline,
  type TrendPlan,
} from '@uptake/domain/insights';

type NaiveNumbers = { readonly values: readonly (number | null)[]; readonly total: number | null };
type NaiveMeasured = NaiveNumbers & { readonly standardError: NaiveNumbers | null };

export type NaiveLine = NaiveMeasured & {
  readonly seriesIndex: number;
  readonly breakdown: string | null;
  readonly isOther: boolean;
  readonly previous: NaiveMeasured | null;
};

export function naiveTrend(plan: TrendPlan, events: readonly Event[], nowMs: number): NaiveLine[] {
  const { definition, breakdown } = plan;
  const asked = events.filter((event) => definition.filters.every((filter) => matches(event, filter)));
  const isRead = (event: Event) =>
    plan.spans.some((span) => event.timestampMs >= span.fromMs && event.timestampMs < span.toMs) &&
    definition.series.some((series) => countsFor(event, series));
  const read = asked.filter(isRead);
  const isSampled = read.some((event) => event.weight !== 1);
  const lines = (kept: readonly Event[], value: string | null, isOther: boolean) =>
    definition.series.map((series, seriesIndex): NaiveLine => {
      const own = kept.filter((event) => countsFor(event, series));
      const line = (timeline: Timeline) => ({
        ...measureTimeline(own, (of) => measure(of, series.measure), timeline, nowMs),
        standardError: isSampled
          ? measureTimeline(own, (of) => standardErrorOf(of, series.measure), timeline, nowMs)
          : null,
      });
      return {
        seriesIndex,
        breakdown: value,
        isOther,
        ...line(plan.current),
        previous: plan.previous === null ? null : line(plan.previous),
      };
    });
  if (breakdown === null) return lines(asked, null, false);

  const textOf = (event: Event) => textValue(event, breakdown.dimension);
  const values = breakdown.closedValues ?? rank(plan, read, textOf);
  const groups = values.map((value) => ({ value, events: read.filter((event) => textOf(event) === value) }));
  const other = read.filter((event) => !values.includes(textOf(event)));
  const answered = groups.filter((group) => group.events.length > 0);
  return [
    ...answered.flatMap((group) => lines(group.events, group.value, false)),
    ...(values.length > 0 && other.length > 0 ? lines(other, null, true) : []),
  ].toSorted((a, b) => a.seriesIndex - b.seriesIndex);
}

function rank(plan: TrendPlan, events: readonly Event[], textOf: (event: Event) => string): string[] {
  const current = within(events, plan.current.startsMs[0]!, plan.current.endMs);
  const first = plan.definition.series[0]!;
  const by: Measure = first.measure.kind === 'unique' ? first.measure : { kind: 'total' };
  const scores = [...new Set(current.map(textOf))].map((value) => {
    const own = current.filter((event) => textOf(event) === value && countsFor(event, first));
    return { value, score: Math.round((measure(own, by) ?? 0) * 1e6) };
  });
  scores.sort((a, b) => b.score - a.score || (a.value < b.value ? -1 : 1));
  return scores.slice(0, plan.breakdown!.limit).map(({ value }) => value);
}

function measureTimeline(
  events: readonly Event[],
  measureOf: (events: readonly Event[]) => number | null,
  timeline: Timeline,
  nowMs: number,
): NaiveNumbers {
  const values = timeline.startsMs.map((startMs, index) => {
    const endMs = timeline.startsMs[index + 1] ?? timeline.endMs;
    return startMs > nowMs || endMs <= startMs ? null : measureOf(within(events, startMs, endMs));
  });
  return { values, total: measureOf(within(events, timeline.startsMs[0]!, timeline.endMs)) };
}

function within(events: readonly Event[], fromMs: number, toMs: number): Event[] {
  return events.filter((event) => event.timestampMs >= fromMs && event.timestampMs < toMs);
}

function measure(events: readonly Event[], by: Measure): number | null {
  switch (by.kind) {
    case 'total':
      return sum(events.map((event) => event.weight));
    case 'unique':
      return distinct(events, COLUMN_OF, by.of);
    case 'per_user_average': {
      const ofUsers = events.filter((event) => event.userId !== '');
      const users = distinct(ofUsers, COLUMN_OF, 'user');
      return users === 0 ? null : sum(ofUsers.map((event) => event.weight)) / users;
    }
    case 'property': {
      const pairs = events.flatMap((event) => {
        const value = event.properties[by.property];
        return typeof value === 'number' ? [{ value, weight: event.weight }] : [];
      });
      return aggregate(pairs, by.aggregate);
    }
  }
}

const COLUMN_OF = { user: 'userId', session: 'sessionId', tenant: 'tenantId' } as const;

/** Whoever has only events of weight 0 was seen by the panel alone, and stands for sixteen (tenants: for itself). */
function distinct(events: readonly Event[], columns: typeof COLUMN_OF, of: keyof typeof COLUMN_OF): number {
  const idsOf = (some: readonly Event[]) => new Set(some.map((event) => event[columns[of]]).filter((id) => id !== ''));
  const kept = idsOf(events).size;
  const weighted = of === 'tenant' ? kept : idsOf(events.filter((event) => event.weight > 0)).size;
  return weighted + 16 * (kept - weighted);
}

/** By the formulas of domain/sampling, spelt out event by event. */
function standardErrorOf(events: readonly Event[], by: Measure): number | null {
  const variance = (residual: (event: Event) => number, of = events) =>
    Math.max(0, sum(of.map((event) => event.weight * (event.weight - 1) * residual(event) ** 2)));
  const ofPeople = (of: readonly Event[], who: 'user' | 'session') => {
    const kept = new Set(of.map((event) => event[COLUMN_OF[who]]).filter((id) => id !== ''));
    const seen = new Set(of.filter((event) => event.weight > 0).map((event) => event[COLUMN_OF[who]]));
    const unseen = [...kept].filter((id) => !seen.has(id)).length;
    const squares = sum(of.map((event) => event.weight ** 2));
    return Math.sqrt(240 * (unseen + (squares === 0 ? 0 : variance(() => 1, of) / squares)));
  };
  switch (by.kind) {
    case 'total':
      return Math.sqrt(variance(() => 1));
    case 'unique':
      return by.of === 'tenant' ? null : ofPeople(events, by.of);
    case 'per_user_average': {
      const ofUsers = events.filter((event) => event.userId !== '');
      const users = distinct(ofUsers, COLUMN_OF, 'user');
      const total = sum(ofUsers.map((event) => event.weight));
      if (users === 0) return null;
      if (total === 0) return 0;
      const relative = Math.hypot(Math.sqrt(variance(() => 1, ofUsers)) / total, ofPeople(ofUsers, 'user') / users);
      return (total / users) * relative;
    }
    case 'property': {
      const numberOf = (event: Event) => event.properties[by.property] as number;
      const having = events.filter((event) => typeof numberOf(event) === 'number');
      if (by.aggregate === 'sum') return Math.sqrt(variance(numberOf, having));
      if (by.aggregate !== 'average' || having.length === 0) return null;
      const weights = sum(having.map((event) => event.weight));
      if (weights === 0) return null;
      const average = sum(having.map((event) => event.weight * numberOf(event))) / weights;
      return Math.sqrt(variance((event) => numberOf(event) - average, having)) / weights;
    }
  }
}

type Weighted = { readonly value: number; readonly weight: number };

function aggregate(pairs: readonly Weighted[], kind: (Measure & { kind: 'property' })['aggregate']): number | null {
  const weighted = sum(pairs.map(({ value, weight }) => value * weight));
  if (kind === 'sum') return weighted;
  if (pairs.length === 0) return null;
  // Of panel events alone there is no average: they weigh nothing.
  if (kind === 'average')
    return pairs.some(({ weight }) => weight > 0) ? weighted / sum(pairs.map(({ weight }) => weight)) : null;
  if (kind === 'min') return Math.min(...pairs.map(({ value }) => value));
  if (kind === 'max') return Math.max(...pairs.map(({ value }) => value));
  // Nearest rank: the smallest value up to which at least the share of the weight lies.
  const share = Number(kind.slice(1)) / 100;
  const sorted = pairs.toSorted((a, b) => a.value - b.value);
  const threshold = Math.ceil(sum(sorted.map(({ weight }) => Math.round(weight * 1000))) * share);
  let reached = 0;
  for (const { value, weight } of sorted) {
    reached += Math.round(weight * 1000);
    if (reached >= threshold) return value;
  }
  return sorted.at(-1)!.value;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function countsFor(event: Event, series: SeriesDefinition): boolean {
  return (
    (series.event ?? event.eventName) === event.eventName && series.filters.every((filter) => matches(event, filter))
  );
}

function matches(event: Event, filter: Filter): boolean {
  const text = textValue(event, filter);
  const raw = 'property' in filter ? event.properties[filter.property] : undefined;
  const isEqual = (value: string | number | boolean) =>
    typeof value === 'string' || 'field' in filter ? text === String(value) : raw === value;
  const contains = (part: string) => text.toLowerCase().indexOf(part.toLowerCase());
  switch (filter.operator) {
    case 'equals':
      return isEqual(filter.value);
    case 'not_equals':
      return !isEqual(filter.value);
    case 'in':
      return filter.value.some(isEqual);
    case 'not_in':
      return !filter.value.some(isEqual);
    case 'contains':
      return contains(filter.value) >= 0;
    case 'not_contains':
      return contains(filter.value) < 0;
    case 'starts_with':
      return contains(filter.value) === 0;
    case 'greater_than':
      return typeof raw === 'number' && raw > filter.value;
    case 'greater_or_equal':
      return typeof raw === 'number' && raw >= filter.value;
    case 'less_than':
      return typeof raw === 'number' && raw < filter.value;
    case 'less_or_equal':
      return typeof raw === 'number' && raw <= filter.value;
    case 'is_set':
      return text !== '';
    case 'is_not_set':
      return text === '';
  }
}

function textValue(event: Event, dimension: Dimension): string {
  if ('property' in dimension) return textOfProperty(event.properties[dimension.property]);
  const camelCase = dimension.field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = event[camelCase as keyof Event];
  return insightField(dimension.field)?.kind === 'boolean' ? String(value) : (value as string);
}

function textOfProperty(value: PropertyValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
