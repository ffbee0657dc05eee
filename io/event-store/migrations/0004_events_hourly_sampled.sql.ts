/**
 * Hourly aggregates of sampled events (decision 0011). What is kept for the panel alone is a row of its own, so that the
 * sketches of people can be read with and without it; the variance says how far off the sum of weights may be, and that
 * there was sampling at all. Unsampled hours have one row as before, and two zeros.
 */
import type { Migration } from '../migrate.ts';
import { migration as eventsHourly } from './0002_events_hourly.sql.ts';

export const migration: Migration = {
  version: 4,
  name: 'events_hourly_sampled',
  statements: () => [
    // A new column of the sorting key must be added in the statement that extends it, without a default of its own.
    `ALTER TABLE events_hourly
  ADD COLUMN IF NOT EXISTS is_panel_only UInt8 CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS events_variance SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1)),
  MODIFY ORDER BY (workspace_id, environment_id, event_name, feature_area, tenant_id, hour, is_panel_only)`,
    // Made anew, not MODIFY QUERY: after that the view no longer knows, once restarted, the tokens of earlier inserts.
    'DROP VIEW IF EXISTS events_hourly_writer',
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
  uniqIfState(session_key, session_key != 0) AS sessions,
  toUInt8(weight = 0) AS is_panel_only,
  sum(weight * (weight - 1)) AS events_variance
FROM events
GROUP BY workspace_id, environment_id, hour, event_name, feature_area, tenant_id, is_panel_only`,
  ],
  undo: (family) => [
    'DROP VIEW IF EXISTS events_hourly_writer',
    // Rows that differed by the column alone are added up by the next merge, and by every question before it.
    'ALTER TABLE events_hourly MODIFY ORDER BY (workspace_id, environment_id, event_name, feature_area, tenant_id, hour)',
    'ALTER TABLE events_hourly DROP COLUMN IF EXISTS is_panel_only SETTINGS mutations_sync = 2',
    'ALTER TABLE events_hourly DROP COLUMN IF EXISTS events_variance SETTINGS mutations_sync = 2',
    ...eventsHourly.statements(family).slice(-1),
  ],
};
