/** The wire shapes of insights: TypeBox schemas, from which OpenAPI is generated, and the answers in snake_case. */
import {
  AGGREGATES,
  DEFINITION_LIMITS,
  type Dimension,
  INSIGHT_FIELDS,
  INTERVALS,
  insightField,
  type Line,
  OPERATORS,
  PERSONAL_FIELDS,
  UNIQUE_OF,
} from '@uptake/domain/insights';
import { type Static, type TSchema, Type } from 'typebox';
import type { Freshness, PeriodCounts, TrendResult } from './read-model.ts';
import type { Catalogue, Overview } from './service.ts';
import type { ValueRow } from './values.query.ts';

const DateTime = Type.String({ format: 'date-time' });
const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const oneOf = <Value extends string>(values: readonly Value[]) => Type.Enum([...values] as [Value, ...Value[]]);
const strict = { additionalProperties: false };

export const FreshnessSchema = Type.Object({
  as_of: DateTime,
  behind_ms: Type.Number({ description: 'How far behind the newest accepted event this answer may be.' }),
});
const Sampled = Type.Boolean({ description: 'Some events stood for more than one; numbers are unbiased estimates.' });
const CrossesRotation = Type.Boolean({
  description: 'Pseudonyms changed within the period: a person may count once before and once after.',
});
const Explanation = Nullable(Type.String({ description: 'What to know about the numbers, in words.' }));
const Approximate = Type.Boolean({ description: 'Unique users and sessions come from sketches, about 1 % off.' });

/** Those that single people out are for whoever has an approval. */
const field = oneOf([...INSIGHT_FIELDS.map(({ name }) => name), ...PERSONAL_FIELDS]);
const property = Type.String({ minLength: 1, description: 'Name of a property.' });
const DimensionSchema = Type.Union([Type.Object({ field }, strict), Type.Object({ property }, strict)]);
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const filterParts = {
  operator: oneOf(OPERATORS),
  value: Type.Optional(
    Type.Union([Scalar, Type.Array(Scalar, { minItems: 1, maxItems: DEFINITION_LIMITS.listValues })]),
  ),
};
const Filter = Type.Union([
  Type.Object({ field, ...filterParts }, strict),
  Type.Object({ property, ...filterParts }, strict),
]);
const Filters = Type.Array(Filter, { maxItems: DEFINITION_LIMITS.filtersPerList });
const Measure = Type.Union([
  Type.Object({ kind: Type.Literal('total') }, strict),
  Type.Object({ kind: Type.Literal('unique'), of: Type.Optional(oneOf(UNIQUE_OF)) }, strict),
  Type.Object({ kind: Type.Literal('per_user_average') }, strict),
  Type.Object({ kind: Type.Literal('property'), property, aggregate: oneOf(AGGREGATES) }, strict),
]);
const SeriesDefinition = Type.Object(
  {
    event: Type.Optional(Nullable(Type.String({ description: 'Null or absent: any event.' }))),
    label: Type.Optional(Nullable(Type.String({ maxLength: DEFINITION_LIMITS.labelLength }))),
    measure: Type.Optional(Measure),
    filters: Type.Optional(Nullable(Filters)),
  },
  strict,
);
const Period = Type.Union([
  Type.Object({ last: Type.Integer({ minimum: 1 }), unit: oneOf(INTERVALS) }, strict),
  Type.Object(
    {
      from: Type.String({ description: 'A date, or an instant with its zone.' }),
      to: Type.String({ description: 'A date is included whole; an instant is the exclusive end.' }),
    },
    strict,
  ),
]);

export const TrendDefinitionSchema = Type.Object(
  {
    kind: Type.Literal('trend'),
    environment_id: Type.Optional(Nullable(Type.String({ format: 'uuid' }))),
    series: Type.Array(SeriesDefinition, { minItems: 1, maxItems: DEFINITION_LIMITS.series }),
    period: Period,
    interval: Type.Optional(oneOf(INTERVALS)),
    time_zone: Type.Optional(Type.String({ description: 'IANA name; UTC where absent.' })),
    breakdown: Type.Optional(Nullable(DimensionSchema)),
    breakdown_limit: Type.Optional(Type.Integer({ minimum: 1, maximum: DEFINITION_LIMITS.breakdownLimit })),
    filters: Type.Optional(Nullable(Filters)),
    compare: Type.Optional(Nullable(Type.Literal('previous_period'))),
  },
  strict,
);

const Values = Type.Array(Nullable(Type.Number()));
const Total = Nullable(Type.Number({ description: 'Of the whole period: unique counts are counted, not summed.' }));

/** There only where sampled events were counted. */
const StandardError = Type.Optional(
  Type.Object(
    { values: Values, total: Nullable(Type.Number()) },
    { description: 'Of each number, where sampled events were counted; null where none can be stated.' },
  ),
);

export const TrendResultSchema = Type.Object({
  kind: Type.Literal('trend'),
  definition: TrendDefinitionSchema,
  intervals: Type.Array(DateTime),
  incomplete_from: Nullable(DateTime),
  series: Type.Array(
    Type.Object({
      series_index: Type.Integer(),
      event: Nullable(Type.String()),
      label: Type.String(),
      breakdown: Nullable(Type.String({ description: '"" where events have no value; null for other values.' })),
      is_other: Type.Boolean(),
      values: Values,
      total: Total,
      standard_error: StandardError,
      previous: Nullable(Type.Object({ values: Values, total: Total, standard_error: StandardError })),
    }),
  ),
  previous_intervals: Nullable(Type.Array(DateTime)),
  freshness: FreshnessSchema,
  sampled: Sampled,
  approximate: Approximate,
  crosses_rotation: CrossesRotation,
  explanation: Explanation,
  took_ms: Type.Number(),
});

export const AnalyticsSchema = Type.Object({
  total_events: Type.Number(),
  unique_users: Type.Number(),
  unique_sessions: Type.Number(),
  standard_error: Type.Optional(
    Type.Object(
      { total_events: Type.Number(), unique_users: Type.Number(), unique_sessions: Type.Number() },
      { description: 'There only where sampled events were counted.' },
    ),
  ),
  event_counts: Type.Record(Type.String(), Type.Number()),
  period: Type.Object({ start: DateTime, end: DateTime }),
  freshness: FreshnessSchema,
  sampled: Sampled,
  approximate: Approximate,
  crosses_rotation: CrossesRotation,
  explanation: Explanation,
});

export const CatalogueSchema = Type.Object({
  events: Type.Array(Type.Object({ name: Type.String(), events_30d: Type.Number(), last_seen: DateTime })),
  fields: Type.Array(Type.Object({ name: Type.String(), kind: Type.String() })),
  properties: Type.Array(
    Type.Object({ name: Type.String(), kind: oneOf(['text', 'number', 'boolean']), events_30d: Type.Number() }),
  ),
});

export const ValuesSchema = Type.Object({
  values: Type.Array(Type.Object({ value: Type.Union([Type.String(), Type.Boolean()]), events: Type.Number() })),
});

const Count = Type.Number();
export const OverviewSchema = Type.Object({
  as_of: DateTime,
  events_last_hour: Count,
  events_previous_hour: Count,
  active_users_24h: Count,
  active_users_previous_24h: Count,
  active_tenants_24h: Count,
  active_tenants_previous_24h: Count,
  error_rate_24h: Nullable(Type.Number({ description: 'Share of error events, 0 to 1; null without events.' })),
  per_minute: Type.Array(Type.Object({ minute: DateTime, events: Count })),
  top_events: Type.Array(Type.Object({ event_name: Type.String(), events: Count, users: Count })),
  freshness: FreshnessSchema,
  sampled: Sampled,
  crosses_rotation: CrossesRotation,
  explanation: Explanation,
});

export function trendToWire(result: TrendResult): Static<typeof TrendResultSchema> {
  const { answer } = result;
  return {
    kind: 'trend',
    definition: result.definition as Static<typeof TrendDefinitionSchema>,
    intervals: answer.intervalStartsMs.map(iso),
    incomplete_from: answer.incompleteFromMs === null ? null : iso(answer.incompleteFromMs),
    series: answer.lines.map((line) => ({
      series_index: line.seriesIndex,
      event: line.event,
      label: line.label,
      breakdown: line.breakdown,
      is_other: line.isOther,
      ...lineToWire(line),
      previous: line.previous === null ? null : lineToWire(line.previous),
    })),
    previous_intervals: answer.previousStartsMs?.map(iso) ?? null,
    freshness: freshnessToWire(result.freshness),
    sampled: result.isSampled,
    approximate: result.isApproximate,
    crosses_rotation: result.crossesRotation,
    explanation: result.explanation,
    took_ms: result.tookMs,
  };
}

function lineToWire({ values, total, standardError }: Line) {
  return {
    values: [...values],
    total,
    ...(standardError !== null && {
      standard_error: { values: [...standardError.values], total: standardError.total },
    }),
  };
}

export function analyticsToWire(counts: PeriodCounts): Static<typeof AnalyticsSchema> {
  return {
    total_events: counts.totalEvents,
    unique_users: counts.uniqueUsers,
    unique_sessions: counts.uniqueSessions,
    ...(counts.standardError !== null && {
      standard_error: {
        total_events: counts.standardError.totalEvents,
        unique_users: counts.standardError.uniqueUsers,
        unique_sessions: counts.standardError.uniqueSessions,
      },
    }),
    event_counts: counts.eventCounts,
    period: { start: iso(counts.period.fromMs), end: iso(counts.period.toMs) },
    freshness: freshnessToWire(counts.freshness),
    sampled: counts.isSampled,
    approximate: counts.isApproximate,
    crosses_rotation: counts.crossesRotation,
    explanation: counts.explanation,
  };
}

export function catalogueToWire({ events, fields, properties }: Catalogue): Static<typeof CatalogueSchema> {
  return {
    events: events.map((row) => ({ name: row.name, events_30d: row.events, last_seen: iso(row.last_seen_ms) })),
    fields: [...fields],
    properties: properties.map((row) => ({ name: row.name, kind: row.kind, events_30d: row.events })),
  };
}

export function overviewToWire(overview: Overview): Static<typeof OverviewSchema> {
  const { is_sampled, ...totals } = overview.totals;
  return {
    as_of: iso(overview.asOfMs),
    ...totals,
    per_minute: overview.minutes.map((row) => ({ minute: iso(row.minute_ms), events: row.events })),
    top_events: [...overview.topEvents],
    freshness: freshnessToWire(overview.freshness),
    crosses_rotation: overview.people.crossesRotation,
    explanation: overview.people.explanation,
    sampled: is_sampled === 1,
  };
}

/** As a filter on the same dimension takes them: a boolean field has booleans, everything else is compared as text. */
export function valuesToWire(dimension: Dimension, rows: readonly ValueRow[]): Static<typeof ValuesSchema> {
  const isBoolean = 'field' in dimension && insightField(dimension.field)?.kind === 'boolean';
  return { values: rows.map(({ value, events }) => ({ value: isBoolean ? value === 'true' : value, events })) };
}

function freshnessToWire({ asOf, behindMs }: Freshness): Static<typeof FreshnessSchema> {
  return { as_of: asOf.toISOString(), behind_ms: behindMs };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
