/** Insight definitions: the JSON document that says what a person wants to know, in the names it has on the wire. */
import type { InsightField } from './fields.ts';

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

export const UNIQUE_OF = ['user', 'session', 'tenant'] as const;
export type UniqueOf = (typeof UNIQUE_OF)[number];

export const AGGREGATES = ['sum', 'average', 'min', 'max', 'p50', 'p90', 'p95', 'p99'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export type Measure =
  | { readonly kind: 'total' }
  | { readonly kind: 'unique'; readonly of: UniqueOf }
  | { readonly kind: 'per_user_average' }
  | { readonly kind: 'property'; readonly property: string; readonly aggregate: Aggregate };
export const MEASURE_KINDS = ['total', 'unique', 'per_user_average', 'property'] as const;

/** What is looked at: an envelope field or a property. */
export type Dimension = { readonly field: InsightField } | { readonly property: string };

export const SINGLE_OPERATORS = ['equals', 'not_equals'] as const;
export const LIST_OPERATORS = ['in', 'not_in'] as const;
export const TEXT_OPERATORS = ['contains', 'not_contains', 'starts_with'] as const;
export const NUMBER_OPERATORS = ['greater_than', 'greater_or_equal', 'less_than', 'less_or_equal'] as const;
export const PRESENCE_OPERATORS = ['is_set', 'is_not_set'] as const;
export const OPERATORS = [
  ...SINGLE_OPERATORS,
  ...LIST_OPERATORS,
  ...TEXT_OPERATORS,
  ...NUMBER_OPERATORS,
  ...PRESENCE_OPERATORS,
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Scalar = string | number | boolean;

/** Text operators ignore case. A negated operator also holds where the value is absent. */
export type Filter = Dimension &
  (
    | { readonly operator: (typeof SINGLE_OPERATORS)[number]; readonly value: Scalar }
    | { readonly operator: (typeof LIST_OPERATORS)[number]; readonly value: readonly Scalar[] }
    | { readonly operator: (typeof TEXT_OPERATORS)[number]; readonly value: string }
    | { readonly operator: (typeof NUMBER_OPERATORS)[number]; readonly value: number }
    | { readonly operator: (typeof PRESENCE_OPERATORS)[number] }
  );

export type SeriesDefinition = {
  /** `null`: any event. */
  readonly event: string | null;
  readonly label: string | null;
  readonly measure: Measure;
  readonly filters: readonly Filter[];
};

/**
 * `last`: that many units of the calendar, the running one included. Dates are inclusive on both ends; of instants the end
 * is exclusive.
 */
export type Period =
  | { readonly last: number; readonly unit: Interval }
  | { readonly from: string; readonly to: string };

/** A definition with every default filled in: equal questions have equal documents. */
export type TrendDefinition = {
  readonly kind: 'trend';
  /** `null`: all environments of the workspace. */
  readonly environment_id: string | null;
  readonly series: readonly SeriesDefinition[];
  readonly period: Period;
  readonly interval: Interval;
  /** IANA name. */
  readonly time_zone: string;
  readonly breakdown: Dimension | null;
  readonly breakdown_limit: number;
  readonly filters: readonly Filter[];
  readonly compare: 'previous_period' | null;
};

export const DEFINITION_LIMITS = {
  series: 10,
  filtersPerList: 20,
  listValues: 200,
  textLength: 500,
  labelLength: 200,
  breakdownLimit: 50,
  /** Points of one line, and so groups the engine keeps per line. */
  intervals: 2_500,
} as const;

export const DEFAULT_BREAKDOWN_LIMIT = 10;
