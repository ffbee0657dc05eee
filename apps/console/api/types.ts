/** The wire between console and server: one type per answer, snake_case as sent. */
import type { EventType, MemberRole, SecretKeyScope } from '@uptake/domain/contract';
import type { Aggregate, Interval, OPERATORS, UniqueOf } from '@uptake/domain/insights';

export type { Aggregate, Interval };

export type Freshness = { as_of: string; behind_ms: number };

export type WorkspaceSummary = { id: string; name: string; slug: string; role: MemberRole };
export type Me = {
  user: { id: string; email: string; name: string; is_operator: boolean };
  workspaces: WorkspaceSummary[];
};

export type Environment = {
  id: string;
  slug: string;
  name: string;
  mode: 'observe' | 'enforce';
  policy: 'full' | 'ledger';
  has_events?: boolean;
};
export type Product = { id: string; slug: string; name: string; environments: Environment[] };
export type Workspace = { id: string; name: string; slug: string; products: Product[] };

export type KeyKind = 'write' | 'secret';
export type ApiKey = {
  id: string;
  kind: KeyKind;
  name: string;
  prefix: string;
  product_id: string | null;
  environment_id: string | null;
  scopes: SecretKeyScope[];
  allowed_addresses: string[];
  events_per_second_limit: number | null;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
};
/** The one answer that holds the key itself. */
export type CreatedKey = ApiKey & { key: string };
export type NewKey = {
  kind: KeyKind;
  name: string;
  environment_id?: string;
  scopes?: SecretKeyScope[];
  allowed_addresses?: string[];
};

export type HealthAlert = { type: string; message: string; severity: string };
export type Health = {
  is_healthy: boolean;
  last_event_time: string | null;
  event_rate_per_minute: number;
  average_event_rate_per_minute: number;
  /** Share of events that are errors, 0 to 1. */
  error_rate: number;
  alerts: HealthAlert[];
  freshness: Freshness;
};

export type Overview = {
  as_of: string;
  events_last_hour: number;
  events_previous_hour: number;
  active_users_24h: number;
  active_users_previous_24h: number;
  active_tenants_24h: number;
  active_tenants_previous_24h: number;
  /** Share of events that are errors, 0 to 1; null without events. */
  error_rate_24h: number | null;
  per_minute: { minute: string; events: number }[];
  top_events: { event_name: string; events: number; users: number }[];
  freshness: Freshness;
  sampled: boolean;
};

export type LiveEvent = {
  position: number | string;
  received_at: string;
  timestamp: string;
  event_name: string;
  event_type: EventType;
  tenant_id: string;
  feature_area: string;
  surface: string;
  platform: string;
  source: string;
  country: string;
  app_version: string;
  property_names: string[];
};

export type PropertyKind = 'text' | 'number' | 'boolean';
export type Catalogue = {
  events: { name: string; events_30d: number; last_seen: string }[];
  fields: { name: string; kind: string }[];
  properties: { name: string; kind: PropertyKind; events_30d: number }[];
};
export type Values = { values: { value: string; events: number }[] };

export type Dimension = { field: string } | { property: string };
export type FilterOperator = (typeof OPERATORS)[number];
export type FilterScalar = string | number | boolean;
export type Filter = Dimension & { operator: FilterOperator; value?: FilterScalar | FilterScalar[] };

export type Measure =
  | { kind: 'total' }
  | { kind: 'unique'; of: UniqueOf }
  | { kind: 'per_user_average' }
  | { kind: 'property'; property: string; aggregate: Aggregate };

/** Absolute bounds are dates (`YYYY-MM-DD`, both inclusive) or instants (`to` exclusive). */
export type Period = { last: number; unit: Interval } | { from: string; to: string };

export type TrendDefinition = {
  kind: 'trend';
  environment_id?: string;
  series: { event: string | null; label?: string | null; measure: Measure; filters?: Filter[] }[];
  period: Period;
  interval: Interval;
  time_zone: string;
  breakdown?: Dimension | null;
  breakdown_limit?: number;
  filters?: Filter[];
  compare?: 'previous_period' | null;
};

export type TrendSeries = {
  series_index: number;
  event: string | null;
  label: string;
  /** Empty where events have no value, null for all others and without a breakdown. */
  breakdown: string | null;
  is_other: boolean;
  values: (number | null)[];
  total: number | null;
  /** Of each number, where sampled events were counted; null where none can be stated. */
  standard_error?: StandardError;
  previous: { values: (number | null)[]; total: number | null; standard_error?: StandardError } | null;
};
export type StandardError = { values: (number | null)[]; total: number | null };
export type TrendResult = {
  kind: 'trend';
  definition: TrendDefinition;
  intervals: string[];
  incomplete_from: string | null;
  series: TrendSeries[];
  previous_intervals: string[] | null;
  freshness: Freshness;
  sampled: boolean;
  /** Unique users and sessions are estimates, about 1 % off. */
  approximate?: boolean;
  /** What to know about the numbers, in words. */
  explanation?: string | null;
  took_ms: number;
};
