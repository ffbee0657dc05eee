/** How hourly aggregates follow from events: the same numbers the view of migration 4 writes; a test compares them. */

/** What identifies an aggregate within its workspace. */
export const HOURLY_KEY = 'environment_id, hour, event_name, feature_area, tenant_id, is_panel_only';

/** The same, computed from an event. */
export const HOURLY_KEY_OF_EVENT =
  "environment_id, toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour, event_name, feature_area, tenant_id, toUInt8(weight = 0) AS is_panel_only";

/** For a condition, where no name may be given. */
export const HOURLY_TUPLE_OF_EVENT =
  "(environment_id, toStartOfHour(toDateTime(timestamp, 'UTC')), event_name, feature_area, tenant_id, toUInt8(weight = 0))";

export const HOURLY_COLUMNS = `workspace_id, ${HOURLY_KEY}, events, users, sessions, events_variance`;

export const HOURLY_VALUES_OF_EVENTS = `sum(weight) AS events,
  uniqIfState(user_key, user_key != 0) AS users,
  uniqIfState(session_key, session_key != 0) AS sessions,
  sum(weight * (weight - 1)) AS events_variance`;

/** Of nobody. */
export const EMPTY_SKETCH = "initializeAggregation('uniqIfState', toUInt64(0), toUInt8(0))";
