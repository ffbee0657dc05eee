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

export type NaiveLine = {
  readonly seriesIndex: number;
  readonly breakdown: string | null;
  readonly isOther: boolean;
  readonly values: readonly (number | null)[];
  readonly total: number | null;
  readonly previous: { readonly values: readonly (number | null)[]; readonly total: number | null } | null;
};

export function naiveTrend(plan: TrendPlan, events: readonly Event[], nowMs: number): NaiveLine[] {
  const { definition, breakdown } = plan;
  const asked = events.filter((event) => definition.filters.every((filter) => matches(event, filter)));
  const lines = (kept: readonly Event[], value: string | null, isOther: boolean) =>
    definition.series.map((series, seriesIndex): NaiveLine => {
      const own = kept.filter((event) => countsFor(event, series));
      const line = (timeline: Timeline) => measureTimeline(own, series.measure, timeline, nowMs);
      return {
        seriesIndex,
        breakdown: value,
        isOther,
        ...line(plan.current),
        previous: plan.previous === null ? null : line(plan.previous),
      };
    });
  if (breakdown === null) return lines(asked, null, false);

  const isRead = (event: Event) =>
    plan.spans.some((span) => event.timestampMs >= span.fromMs && event.timestampMs < span.toMs) &&
    definition.series.some((series) => countsFor(event, series));
  const read = asked.filter(isRead);
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

function measureTimeline(events: readonly Event[], by: Measure, timeline: Timeline, nowMs: number) {
  const values = timeline.startsMs.map((startMs, index) => {
    const endMs = timeline.startsMs[index + 1] ?? timeline.endMs;
    return startMs > nowMs || endMs <= startMs ? null : measure(within(events, startMs, endMs), by);
  });
  return { values, total: measure(within(events, timeline.startsMs[0]!, timeline.endMs), by) };
}

function within(events: readonly Event[], fromMs: number, toMs: number): Event[] {
  return events.filter((event) => event.timestampMs >= fromMs && event.timestampMs < toMs);
}

function measure(events: readonly Event[], by: Measure): number | null {
  switch (by.kind) {
    case 'total':
      return sum(events.map((event) => event.weight));
    case 'unique':
      return distinct(events, { user: 'userId', session: 'sessionId', tenant: 'tenantId' } as const, by.of);
    case 'per_user_average': {
      const ofUsers = events.filter((event) => event.userId !== '');
      const users = new Set(ofUsers.map((event) => event.userId)).size;
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

function distinct<Of extends string>(
  events: readonly Event[],
  columns: Readonly<Record<Of, 'userId' | 'sessionId' | 'tenantId'>>,
  of: Of,
): number {
  return new Set(events.map((event) => event[columns[of]]).filter((id) => id !== '')).size;
}

type Weighted = { readonly value: number; readonly weight: number };

function aggregate(pairs: readonly Weighted[], kind: (Measure & { kind: 'property' })['aggregate']): number | null {
  const weighted = sum(pairs.map(({ value, weight }) => value * weight));
  if (kind === 'sum') return weighted;
  if (pairs.length === 0) return null;
  if (kind === 'average') return weighted / sum(pairs.map(({ weight }) => weight));
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
