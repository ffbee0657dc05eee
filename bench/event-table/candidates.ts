/** The tables that compete: each differs from the chosen one in exactly the dimension its group names. */

export type Candidate = {
  readonly group: string;
  readonly name: string;
  /** Column name → type and codec. */
  readonly columns: Readonly<Record<string, string>>;
  /** Column name → expression over the seed row, where the value is not taken as it is. */
  readonly values?: Readonly<Record<string, string>>;
  readonly orderBy: string;
  readonly settings?: string;
  /** How a text property of the name is read. */
  readonly property?: (name: string) => string;
  readonly numberProperty?: (name: string) => string;
};

const LOW = 'LowCardinality(String)';

const BASE_COLUMNS: Readonly<Record<string, string>> = {
  workspace_id: 'UUID CODEC(ZSTD(1))',
  product_id: 'UUID CODEC(ZSTD(1))',
  environment_id: 'UUID CODEC(ZSTD(1))',
  event_id: 'UUID CODEC(NONE)',
  event_name: `${LOW} CODEC(ZSTD(1))`,
  event_type: `${LOW} CODEC(ZSTD(1))`,
  timestamp: "DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
  clock_skew_ms: 'Int64 CODEC(T64, ZSTD(1))',
  receive_lag_ms: 'Int64 CODEC(T64, ZSTD(1))',
  source: `${LOW} CODEC(ZSTD(1))`,
  platform: `${LOW} CODEC(ZSTD(1))`,
  app_version: `${LOW} CODEC(ZSTD(1))`,
  tenant_id: `${LOW} CODEC(ZSTD(1))`,
  user_id: 'UInt64 CODEC(ZSTD(1))',
  user_role: `${LOW} CODEC(ZSTD(1))`,
  session_id: 'UInt64 CODEC(ZSTD(1))',
  auth_context: `${LOW} CODEC(ZSTD(1))`,
  is_internal: 'Bool CODEC(ZSTD(1))',
  feature_area: `${LOW} CODEC(ZSTD(1))`,
  workflow_name: `${LOW} CODEC(ZSTD(1))`,
  surface: `${LOW} CODEC(ZSTD(1))`,
  experiment_assignments: 'Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1))',
  request_id: 'String CODEC(ZSTD(1))',
  trace_id: 'String CODEC(ZSTD(1))',
  correlation_id: 'String CODEC(ZSTD(1))',
  device_type: `${LOW} CODEC(ZSTD(1))`,
  browser_family: `${LOW} CODEC(ZSTD(1))`,
  os_family: `${LOW} CODEC(ZSTD(1))`,
  country: `${LOW} CODEC(ZSTD(1))`,
  region: `${LOW} CODEC(ZSTD(1))`,
  connection_type: `${LOW} CODEC(ZSTD(1))`,
  pii_classification: `${LOW} CODEC(ZSTD(1))`,
  data_sensitivity: `${LOW} CODEC(ZSTD(1))`,
  properties: 'String CODEC(ZSTD(1))',
  weight: 'Float64 CODEC(ZSTD(1))',
  is_planned: 'Bool CODEC(ZSTD(1))',
};

const BASE_VALUES: Readonly<Record<string, string>> = {
  clock_skew_ms: 'dateDiff(millisecond, timestamp, original_timestamp)',
  receive_lag_ms: 'dateDiff(millisecond, timestamp, received_at)',
  user_id: 'reinterpretAsUInt64(reverse(unhex(user_id)))',
  session_id: 'reinterpretAsUInt64(reverse(unhex(session_id)))',
  experiment_assignments: "JSONExtract(experiment_assignments, 'Map(LowCardinality(String), LowCardinality(String))')",
};

const SORT_KEYS = {
  'hour, name': 'workspace_id, environment_id, toStartOfHour(timestamp), event_name, user_id, timestamp',
  'name, day, user': 'workspace_id, environment_id, event_name, toDate(timestamp), user_id, timestamp',
  'day, name, user': 'workspace_id, environment_id, toDate(timestamp), event_name, user_id, timestamp',
  'day, user, time': 'workspace_id, environment_id, toDate(timestamp), user_id, timestamp',
} as const;

type Holding = Partial<Candidate>;

const RAW_MAP = "CAST(JSONExtractKeysAndValuesRaw(properties), 'Map(LowCardinality(String), String)')";
/** A raw value is JSON: a text keeps its quotes, so that "5" and 5 stay two things. */
const TEXT_OF = (raw: string) => `if(startsWith(${raw}, '"'), JSONExtractString(${raw}), ${raw})`;

const MAP: Holding = {
  columns: { properties: 'Map(LowCardinality(String), String) CODEC(ZSTD(1))' },
  values: { properties: RAW_MAP },
  property: (name) => TEXT_OF(`properties['${name}']`),
  numberProperty: (name) => `toFloat64OrNull(properties['${name}'])`,
};

const IN_BUCKETS =
  "map_serialization_version = 'with_buckets', map_buckets_min_avg_size = 0, map_buckets_strategy = 'constant', max_buckets_in_map = 16";

const HOLDINGS: Readonly<Record<string, Holding>> = {
  'JSON text': {
    property: (name) => `JSONExtractString(properties, '${name}')`,
    numberProperty: (name) => `JSONExtractFloat(properties, '${name}')`,
  },
  'Map of raw JSON': MAP,
  'Map in 16 buckets': { ...MAP, settings: IN_BUCKETS },
  'Map in 16 buckets, ZSTD(3)': {
    ...MAP,
    columns: { properties: 'Map(LowCardinality(String), String) CODEC(ZSTD(3))' },
    settings: IN_BUCKETS,
  },
  'JSON type': {
    columns: { properties: 'JSON(max_dynamic_paths = 256) CODEC(ZSTD(1))' },
    values: { properties: "CAST(properties, 'JSON(max_dynamic_paths = 256)')" },
    property: (name) => `properties.${name}::String`,
    numberProperty: (name) => `properties.${name}::Nullable(Float64)`,
  },
};

/** The ids compete under the key that is hardest on them. */
const IDS_KEY = 'day, name, user';

/**
 * A column's size and speed depend on the order of rows and on nothing else in the table, so keys compete on every column
 * but the properties, and holdings on the properties alone: their figures add up.
 */
const { properties: _properties, ...withoutProperties } = BASE_COLUMNS;

const keys: Candidate[] = (Object.keys(SORT_KEYS) as (keyof typeof SORT_KEYS)[]).map((key) => ({
  group: 'sort key',
  name: key,
  columns: withoutProperties,
  orderBy: SORT_KEYS[key],
}));

const HOLDING_COLUMNS = ['workspace_id', 'environment_id', 'timestamp', 'event_name', 'user_id', 'country', 'weight'];

const holdings: Candidate[] = (['day, user, time', 'day, name, user'] as const).flatMap((key) =>
  Object.entries(HOLDINGS).map(([holding, { columns, ...rest }]) => ({
    group: 'properties',
    name: `${holding}, sorted by ${key}`,
    ...rest,
    columns: {
      ...Object.fromEntries(HOLDING_COLUMNS.map((column) => [column, BASE_COLUMNS[column]!])),
      properties: BASE_COLUMNS.properties!,
      ...columns,
    },
    orderBy: SORT_KEYS[key],
  })),
);

/** Only the columns that counting people needs: the coding of an id changes nothing in the others. */
const idColumns = (type: string) => ({
  ...Object.fromEntries(
    ['workspace_id', 'environment_id', 'timestamp', 'event_name', 'country', 'weight'].map((column) => [
      column,
      BASE_COLUMNS[column]!,
    ]),
  ),
  user_id: type,
  session_id: type,
});

const ids: Candidate[] = [
  { name: 'UInt64', type: 'UInt64 CODEC(ZSTD(1))', value: (id: string) => BASE_VALUES[id]! },
  { name: '16 hex characters', type: 'String CODEC(ZSTD(1))', value: (id: string) => id },
  { name: 'LowCardinality hex', type: `${LOW} CODEC(ZSTD(1))`, value: (id: string) => id },
  {
    name: 'FixedString(8)',
    type: 'FixedString(8) CODEC(ZSTD(1))',
    value: (id: string) => `toFixedString(unhex(${id}), 8)`,
  },
].map(({ name, type, value }) => ({
  group: 'ids',
  name,
  orderBy: SORT_KEYS[IDS_KEY],
  columns: idColumns(type),
  values: { user_id: value('user_id'), session_id: value('session_id') },
}));

export const CANDIDATES: readonly Candidate[] = [...ids, ...keys, ...holdings];

export function createTable(candidate: Candidate): string {
  const list = Object.entries(candidate.columns).map(([column, type]) => `${column} ${type}`);
  const settings = candidate.settings === undefined ? '' : ` SETTINGS ${candidate.settings}`;
  return `CREATE TABLE candidate (${list.join(', ')}) ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (${candidate.orderBy})${settings}`;
}

export function fillTable(candidate: Candidate): string {
  const columns = Object.keys(candidate.columns);
  const values: Readonly<Record<string, string>> = { ...BASE_VALUES, ...candidate.values };
  return `INSERT INTO candidate (${columns.join(', ')}) SELECT ${columns.map((column) => values[column] ?? column).join(', ')} FROM seed`;
}
