/** The table of events (decision 0002). Immutable once released: a change is a new migration. */
import type { Migration } from '../migrate.ts';

const NAME = 'LowCardinality(String) CODEC(ZSTD(1))';
const TEXT = 'String CODEC(ZSTD(1))';

/** Sixteen lowercase hex characters are the pseudonym itself; any other text is hashed, so that it stays one person. */
const keyOf = (input: string) =>
  `multiIf(${input} = '', 0, length(${input}) = 16 AND match(${input}, '^[0-9a-f]{16}$'), reinterpretAsUInt64(reverse(unhex(${input}))), sipHash64(${input}))`;
const textOf = (key: string) => `if(${key} = 0, '', leftPad(lower(hex(${key})), 16, '0'))`;

/**
 * Values stay JSON, so that the text "5" and the number 5 stay two things. A lone surrogate would make the engine's JSON
 * reader give up on the whole object, so it is replaced then, as UTF-8 demands; what still is no object is refused.
 */
const PROPERTIES_JSON = `if(isValidJSON(input_properties), input_properties, replaceRegexpAll(input_properties, '\\\\\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\\\\\\\ufffd'))`;
const IS_NO_OBJECT = `throwIf(JSONType(${PROPERTIES_JSON}) != 'Object', 'properties are no JSON object')`;
const PROPERTIES = `CAST(if(${IS_NO_OBJECT} = 0, JSONExtractKeysAndValuesRaw(${PROPERTIES_JSON}), []), 'Map(LowCardinality(String), String)')`;

/** Merged parts keep each property with few others, so that reading one does not read all. New parts stay simple and quick. */
const PROPERTY_BUCKETS =
  "map_serialization_version = 'with_buckets', map_buckets_strategy = 'constant', max_buckets_in_map = 16, map_buckets_min_avg_size = 0";

export const migration: Migration = {
  version: 1,
  name: 'events',
  statements: (family) => [
    `CREATE TABLE IF NOT EXISTS events (
  workspace_id UUID CODEC(ZSTD(1)),
  product_id UUID CODEC(ZSTD(1)),
  environment_id UUID CODEC(ZSTD(1)),
  event_id UUID CODEC(NONE),
  event_name ${NAME},
  event_type ${NAME},
  timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  input_original_timestamp DateTime64(3, 'UTC') EPHEMERAL,
  clock_skew_ms Int64 DEFAULT dateDiff('millisecond', timestamp, input_original_timestamp) CODEC(T64, ZSTD(1)),
  original_timestamp DateTime64(3, 'UTC') ALIAS timestamp + toIntervalMillisecond(clock_skew_ms),
  input_received_at DateTime64(3, 'UTC') EPHEMERAL,
  receive_lag_ms Int64 DEFAULT dateDiff('millisecond', timestamp, input_received_at) CODEC(T64, ZSTD(1)),
  received_at DateTime64(3, 'UTC') ALIAS timestamp + toIntervalMillisecond(receive_lag_ms),
  source ${NAME},
  platform ${NAME},
  app_version ${NAME},
  tenant_id ${NAME},
  input_user_id String EPHEMERAL '',
  user_key UInt64 DEFAULT ${keyOf('input_user_id')} CODEC(ZSTD(1)),
  user_id String ALIAS ${textOf('user_key')},
  user_role ${NAME},
  input_session_id String EPHEMERAL '',
  session_key UInt64 DEFAULT ${keyOf('input_session_id')} CODEC(ZSTD(1)),
  session_id String ALIAS ${textOf('session_key')},
  auth_context ${NAME},
  is_internal Bool CODEC(ZSTD(1)),
  feature_area ${NAME},
  workflow_name ${NAME},
  surface ${NAME},
  experiment_assignments Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1)),
  request_id ${TEXT},
  trace_id ${TEXT},
  correlation_id ${TEXT},
  device_type ${NAME},
  browser_family ${NAME},
  os_family ${NAME},
  country ${NAME},
  region ${NAME},
  connection_type ${NAME},
  pii_classification ${NAME},
  data_sensitivity ${NAME},
  input_properties String EPHEMERAL '{}',
  properties Map(LowCardinality(String), String) DEFAULT ${PROPERTIES} CODEC(ZSTD(3)),
  weight Float64 CODEC(ZSTD(1)),
  is_planned Bool CODEC(ZSTD(1))
) ENGINE = ${family.engine('MergeTree')}
PARTITION BY toYYYYMM(timestamp)
ORDER BY (workspace_id, environment_id, toDate(timestamp), user_key, timestamp)
SETTINGS ${family.insertSettings()}, ${PROPERTY_BUCKETS}, merge_with_ttl_timeout = 3600`,
  ],
  undo: () => ['DROP TABLE IF EXISTS events'],
};
