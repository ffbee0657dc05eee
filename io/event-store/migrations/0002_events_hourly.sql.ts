/**
 * Hourly aggregates for the twelve-month tier (decision 0003). A view fills them within the insert, under the same token,
 * so an insert counts here exactly once. Tenants are part of the key, so their number is exact.
 */
import type { Migration } from '../migrate.ts';

const NAME = 'LowCardinality(String) CODEC(ZSTD(1))';

export const migration: Migration = {
  version: 2,
  name: 'events_hourly',
  statements: (family) => [
    `CREATE TABLE IF NOT EXISTS events_hourly (
  workspace_id UUID CODEC(ZSTD(1)),
  environment_id UUID CODEC(ZSTD(1)),
  hour DateTime('UTC') CODEC(Delta, ZSTD(1)),
  event_name ${NAME},
  feature_area ${NAME},
  tenant_id ${NAME},
  events SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  users AggregateFunction(uniqIf, UInt64, UInt8) CODEC(ZSTD(1)),
  sessions AggregateFunction(uniqIf, UInt64, UInt8) CODEC(ZSTD(1))
) ENGINE = ${family.engine('AggregatingMergeTree')}
PARTITION BY toYYYYMM(hour)
ORDER BY (workspace_id, environment_id, event_name, feature_area, tenant_id, hour)
TTL hour + toIntervalMonth(12)
SETTINGS ${family.insertSettings()}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS events_hourly_writer TO events_hourly AS
SELECT
  workspace_id,
  environment_id,
  toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour,
  event_name,
  feature_area,
  tenant_id,
  sum(weight) AS events,
  uniqIfState(user_key, user_key != 0) AS users,
  uniqIfState(session_key, session_key != 0) AS sessions
FROM events
GROUP BY workspace_id, environment_id, hour, event_name, feature_area, tenant_id`,
  ],
  undo: () => ['DROP VIEW IF EXISTS events_hourly_writer', 'DROP TABLE IF EXISTS events_hourly'],
};
