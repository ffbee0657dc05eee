/** How things are now: the last hour, the last day, and both beside the ones before (requirement S4). */
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { type Reading, uniqueEstimateSql } from './sampled-measures.ts';
import { SOURCES } from './source.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
export const OVERVIEW_MINUTES = 60;
const TOP_EVENTS = 10;

export type OverviewTotalsRow = {
  readonly events_last_hour: number;
  readonly events_previous_hour: number;
  readonly active_users_24h: number;
  readonly active_users_previous_24h: number;
  readonly active_tenants_24h: number;
  readonly active_tenants_previous_24h: number;
  /** NULL without events. */
  readonly error_rate_24h: number | null;
  readonly is_sampled: number;
};
export type OverviewMinuteRow = { readonly minute_ms: number; readonly events: number };
export type OverviewTopEventRow = { readonly event_name: string; readonly events: number; readonly users: number };

const unique = (of: 'user' | 'tenant', condition: string, reading: Reading) =>
  of === 'user' && reading === 'sampled'
    ? uniqueEstimateSql(of, condition, SOURCES.raw)
    : SOURCES.raw.unique(of, condition);
/** With persons over rotations on the two days of a month that see one, where environments link them. */
const tableOf = (isLinked: boolean) => SOURCES[isLinked ? 'linked' : 'raw'].table;
const at = (parameter: string) => `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;

export function overviewTotalsQuestion(
  nowMs: number,
  scope: QuestionScope,
  reading: Reading = 'plain',
  isLinked = false,
): Question {
  return {
    name: 'insights.overview.totals',
    scope,
    parameters: {
      now: nowMs,
      hour_ago: nowMs - HOUR_MS,
      two_hours_ago: nowMs - 2 * HOUR_MS,
      day_ago: nowMs - DAY_MS,
      two_days_ago: nowMs - 2 * DAY_MS,
    },
    sql: `SELECT
  sumIf(weight, timestamp >= ${at('hour_ago')}) AS events_last_hour,
  sumIf(weight, timestamp >= ${at('two_hours_ago')} AND timestamp < ${at('hour_ago')}) AS events_previous_hour,
  ${unique('user', `timestamp >= ${at('day_ago')}`, reading)} AS active_users_24h,
  ${unique('user', `timestamp < ${at('day_ago')}`, reading)} AS active_users_previous_24h,
  ${unique('tenant', `timestamp >= ${at('day_ago')}`, reading)} AS active_tenants_24h,
  ${unique('tenant', `timestamp < ${at('day_ago')}`, reading)} AS active_tenants_previous_24h,
  sumIf(weight, event_type = 'error' AND timestamp >= ${at('day_ago')})
    / nullIf(sumIf(weight, timestamp >= ${at('day_ago')}), 0) AS error_rate_24h,
  max(weight != 1) AS is_sampled
FROM ${tableOf(isLinked)}
WHERE timestamp >= ${at('two_days_ago')} AND timestamp < ${at('now')}`,
  };
}

/** Whole minutes, of which the last is the running one. */
export function overviewMinutesQuestion(nowMs: number, scope: QuestionScope): Question {
  return {
    name: 'insights.overview.minutes',
    scope,
    parameters: { since: firstMinuteMs(nowMs), now: nowMs },
    sql: `SELECT
  intDiv(toUnixTimestamp64Milli(timestamp), ${MINUTE_MS}) * ${MINUTE_MS} AS minute_ms,
  sum(weight) AS events
FROM events
WHERE timestamp >= ${at('since')} AND timestamp < ${at('now')}
GROUP BY minute_ms`,
  };
}

export function overviewTopEventsQuestion(
  nowMs: number,
  scope: QuestionScope,
  reading: Reading = 'plain',
  isLinked = false,
): Question {
  return {
    name: 'insights.overview.top-events',
    scope,
    parameters: { day_ago: nowMs - DAY_MS, now: nowMs },
    sql: `SELECT
  event_name,
  sum(weight) AS events,
  ${unique('user', '1', reading)} AS users
FROM ${tableOf(isLinked)}
WHERE timestamp >= ${at('day_ago')} AND timestamp < ${at('now')}
GROUP BY event_name
ORDER BY events DESC, event_name
LIMIT ${TOP_EVENTS}`,
  };
}

/** Sixty minutes without a gap. */
export function fillMinutes(rows: readonly OverviewMinuteRow[], nowMs: number): OverviewMinuteRow[] {
  const events = new Map(rows.map((row) => [row.minute_ms, row.events]));
  return Array.from({ length: OVERVIEW_MINUTES }, (_, index) => {
    const minute_ms = firstMinuteMs(nowMs) + index * MINUTE_MS;
    return { minute_ms, events: events.get(minute_ms) ?? 0 };
  });
}

function firstMinuteMs(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - (OVERVIEW_MINUTES - 1) * MINUTE_MS;
}
