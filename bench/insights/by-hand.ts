/** What one would write for each question of the benchmark alone: the bar that planned trends are held to. */
import { BENCH_ENVIRONMENT, BENCH_WORKSPACE } from '../event-table/generate.ts';

/** The ninety days of Berlin that end with the data. */
const WHERE = `workspace_id = toUUID('${BENCH_WORKSPACE}') AND environment_id = toUUID('${BENCH_ENVIRONMENT}')
  AND timestamp >= toDateTime64('2026-08-03 22:00:00', 3, 'UTC') AND timestamp < toDateTime64('2026-11-01 23:00:00', 3, 'UTC')`;
const DAY = `toDate(timestamp, 'Europe/Berlin')`;

/** Each with the total of the period, which for unique users has to be counted too. */
export const byHand = {
  events: `SELECT ${DAY} AS day, sum(weight) FROM events WHERE ${WHERE} GROUP BY day WITH ROLLUP`,
  users: `SELECT ${DAY} AS day, uniqExact(user_key) FROM events WHERE ${WHERE} AND user_key != 0 GROUP BY day WITH ROLLUP`,
  usersByCountry: `SELECT country, ${DAY} AS day, uniqExact(user_key) FROM events WHERE ${WHERE} AND user_key != 0 GROUP BY country, day WITH ROLLUP`,
  usersByTenant: `SELECT if(tenant_id IN (
  SELECT tenant_id FROM events WHERE ${WHERE} AND user_key != 0 GROUP BY tenant_id ORDER BY uniqExact(user_key) DESC LIMIT 10
), tenant_id, NULL) AS tenant, ${DAY} AS day, uniqExact(user_key) FROM events WHERE ${WHERE} AND user_key != 0 GROUP BY tenant, day WITH ROLLUP`,
  usersByPlan: `SELECT JSONExtractString(properties['plan']) AS plan, ${DAY} AS day, uniqExact(user_key) FROM events WHERE ${WHERE} AND user_key != 0 GROUP BY plan, day WITH ROLLUP`,
  usersOfOneEvent: `SELECT ${DAY} AS day, uniqExact(user_key) FROM events WHERE ${WHERE} AND event_name = 'project_viewed' AND user_key != 0 GROUP BY day WITH ROLLUP`,
  threeSeries: `SELECT ${DAY} AS day, sumIf(weight, event_name = 'project_viewed'), uniqExactIf(user_key, event_name = 'task_created' AND user_key != 0), sumIf(weight, event_name = 'error_shown')
FROM events WHERE ${WHERE} AND event_name IN ('project_viewed', 'task_created', 'error_shown') GROUP BY day WITH ROLLUP`,
  p95OfOneEvent: `SELECT ${DAY} AS day, quantileExactWeighted(0.95)(toFloat64OrNull(properties['duration_ms']), toUInt64(weight)) FROM events
WHERE ${WHERE} AND event_name = 'project_viewed' GROUP BY day WITH ROLLUP`,
} as const;
