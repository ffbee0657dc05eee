/**
 * Hourly aggregates of sampled events (decision 0011). What is kept for the panel alone is a row of its own, so that the
 * sketches of people can be read with and without it; the variance says how far off the sum of weights may be, and that
 * there was sampling at all. Unsampled hours have one row as before, and two zeros.
 */
import type { Migration } from '../migrate.ts';
import { migration as eventsHourly } from './0002_events_hourly.sql.ts';

const COLUMNS_BEFORE =
  'workspace_id, environment_id, hour, event_name, feature_area, tenant_id, events, users, sessions';

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
  // A sorting key cannot be shortened, so the table of before is made beside this one, filled, and put in its place at once.
  // Whatever of it stands when a crash comes, doing it all again ends in the same.
  undo: (family) => {
    const [table, view] = eventsHourly.statements(family);
    return [
      'DROP VIEW IF EXISTS events_hourly_writer',
      'DROP TABLE IF EXISTS events_hourly_before',
      table!.replace('events_hourly', 'events_hourly_before'),
      `INSERT INTO events_hourly_before SELECT ${COLUMNS_BEFORE} FROM events_hourly`,
      'EXCHANGE TABLES events_hourly_before AND events_hourly',
      'DROP TABLE events_hourly_before',
      view!,
    ];
  },
};
