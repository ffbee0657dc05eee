/** Which tenants and releases of an environment are not new, as its events say. */
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
export type FirstEventRow = { readonly first_ms: number };

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
