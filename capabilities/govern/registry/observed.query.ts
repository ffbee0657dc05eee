/** What came in the last thirty days whether it was planned or not: by event, as a sample of one event, by feature area. */
import { columnExpression, type Question, type QuestionScope } from '@uptake/io/event-store';

export const OBSERVED_DAYS = 30;
const MAX_EVENTS = 1_000;
/** Enough to tell a list of words from free text, and what is always there from what is nearly always. */
export const SAMPLE_EVENTS = 5_000;

const SINCE = `timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`;

export type ObservedEventRow = {
  readonly event_name: string;
  readonly events: number;
  readonly rows: string;
  readonly sources: readonly string[];
  readonly app_versions: readonly string[];
  readonly first_seen_ms: string;
  readonly last_seen_ms: string;
};

export function observedEventsQuestion(sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'govern.observed_events',
    scope,
    parameters: { since: sinceMs },
    sql: `SELECT
  event_name,
  sum(weight) AS events,
  toString(count()) AS rows,
  groupUniqArray(10)(source) AS sources,
  topKIf(5)(app_version, app_version != '') AS app_versions,
  toString(toUnixTimestamp64Milli(min(timestamp))) AS first_seen_ms,
  toString(toUnixTimestamp64Milli(max(timestamp))) AS last_seen_ms
FROM events
WHERE ${SINCE}
GROUP BY event_name
ORDER BY events DESC, event_name
LIMIT ${MAX_EVENTS}`,
  };
}

export type SampleRow = {
  readonly properties_json: string;
  readonly event_type: string;
  readonly feature_area: string;
  readonly is_shown: boolean;
};

/** One in `oneIn` events by their ids, so that the sample is spread over people, days and versions. */
export function sampleQuestion(eventName: string, oneIn: number, sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'govern.sample',
    scope,
    parameters: { since: sinceMs, event: eventName, one_in: oneIn },
    sql: `SELECT
  ${columnExpression('properties')} AS properties_json,
  event_type,
  feature_area,
  data_sensitivity != 'restricted' AND pii_classification != 'high' AS is_shown
FROM events
WHERE ${SINCE}
  AND event_name = {event:String}
  AND cityHash64(event_id) % {one_in:UInt64} = 0
LIMIT ${SAMPLE_EVENTS}`,
  };
}

export type FeatureAreaRow = { readonly feature_area: string };

export function featureAreasQuestion(productId: string, sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'govern.feature_areas',
    scope,
    parameters: { since: sinceMs, product: productId },
    sql: `SELECT DISTINCT feature_area
FROM events
WHERE product_id = {product:UUID} AND ${SINCE} AND feature_area != ''
ORDER BY feature_area
LIMIT 1000`,
  };
}

export type AcceptedRow = {
  readonly rows: string;
  readonly events_last_hour: number;
  readonly events_last_day: number;
  readonly violations_last_day: number;
  readonly last_received_ms: string;
  readonly last_timestamp_ms: string;
};

/** What is there of one event, newest first in time of receipt. */
export function acceptedQuestion(eventName: string, nowMs: number, sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'govern.accepted',
    scope,
    parameters: { event: eventName, since: sinceMs, hour: nowMs - 3_600_000, day: nowMs - 86_400_000 },
    sql: `WITH toUnixTimestamp64Milli(received_at) AS received_ms
SELECT
  toString(count()) AS rows,
  sumIf(weight, received_ms >= {hour:Int64}) AS events_last_hour,
  sumIf(weight, received_ms >= {day:Int64}) AS events_last_day,
  sumIf(weight, received_ms >= {day:Int64} AND NOT is_planned AND schema_version > 0) AS violations_last_day,
  toString(max(received_ms)) AS last_received_ms,
  toString(max(toUnixTimestamp64Milli(timestamp))) AS last_timestamp_ms
FROM events
WHERE ${SINCE} AND event_name = {event:String}`,
  };
}
