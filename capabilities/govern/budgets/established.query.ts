/** What stored events say about an environment: which tenants and releases are not new, and what came in the last day. */
import type { EventType } from '@uptake/domain/contract';
import { HOURS_KEPT } from '@uptake/domain/sampling';
import type { Question, QuestionScope } from '@uptake/io/event-store';

/** A tenant is new for two weeks, a release for one. */
export const NEW_TENANT_DAYS = 14;
export const NEW_RELEASE_DAYS = 7;
/** How far back releases are looked for; what was first seen at the edge of this may be older. */
const RELEASE_DAYS = 30;
/** Far more than an environment has; beyond them the rest counts as new, which keeps more than needed. */
const MOST_NAMES = 100_000;
const DAY_MS = 86_400_000;

export type EstablishedRow = { readonly name: string };

export function establishedTenantsQuestion(scope: QuestionScope, nowMs: number): Question {
  return {
    name: 'govern.budgets.established-tenants',
    scope,
    parameters: { new_from: Math.floor((nowMs - NEW_TENANT_DAYS * DAY_MS) / 1000) },
    sql: `SELECT DISTINCT tenant_id AS name
FROM events_hourly
WHERE hour < toDateTime({new_from:Int64}, 'UTC') AND tenant_id != ''
LIMIT ${MOST_NAMES}`,
  };
}

export function establishedReleasesQuestion(scope: QuestionScope, nowMs: number): Question {
  return {
    name: 'govern.budgets.established-releases',
    scope,
    parameters: { since: nowMs - RELEASE_DAYS * DAY_MS, new_from: nowMs - NEW_RELEASE_DAYS * DAY_MS },
    sql: `SELECT DISTINCT app_version AS name
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
  AND timestamp < fromUnixTimestamp64Milli({new_from:Int64}, 'UTC') AND app_version != ''
LIMIT ${MOST_NAMES}`,
  };
}

export type PastHourRow = {
  readonly event_name: string;
  readonly feature_area: string;
  readonly event_type: EventType;
  readonly hour: number;
  readonly events: number;
};

export function pastHoursQuestion(scope: QuestionScope, nowMs: number): Question {
  return {
    name: 'govern.budgets.past-hours',
    scope,
    parameters: { since: nowMs - HOURS_KEPT * 3_600_000, now: nowMs },
    sql: `SELECT
  event_name,
  feature_area,
  event_type,
  intDiv(toUnixTimestamp64Milli(timestamp), 3600000) AS hour,
  sum(weight) AS events
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({now:Int64}, 'UTC')
GROUP BY event_name, feature_area, event_type, hour
ORDER BY events DESC
LIMIT ${MOST_NAMES}`,
  };
}
