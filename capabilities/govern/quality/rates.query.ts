/** What became of events, from their tallies: as a whole, over time, by source, by reason. */
import type { Question, QuestionScope } from '@uptake/io/event-store';

const MOST_SOURCES = 100;
const RECEIVED = "sumIf(events, result != 'duplicate')";
const REJECTED = "sumIf(events, result = 'rejected')";
const DROPPED = "sumIf(events, result = 'dropped')";
const IN_PERIOD = `minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')`;

export type Period = { readonly fromMs: number; readonly toMs: number };
const bounds = ({ fromMs, toMs }: Period) => ({ from: Math.floor(fromMs / 1_000), to: Math.ceil(toMs / 1_000) });

export type ReasonRow = { readonly result: string; readonly reason: string; readonly events: number };

export function reasonsQuestion(period: Period, scope: QuestionScope): Question {
  return {
    name: 'govern.quality_reasons',
    scope,
    parameters: bounds(period),
    sql: `SELECT result, reason, toFloat64(sum(events)) AS events
FROM event_tallies WHERE ${IN_PERIOD}
GROUP BY result, reason ORDER BY events DESC, reason`,
  };
}

export type IntervalRow = {
  readonly at_ms: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly sampled: number;
};

export function intervalsQuestion(period: Period, stepMs: number, scope: QuestionScope): Question {
  return {
    name: 'govern.quality_intervals',
    scope,
    parameters: { ...bounds(period), step: stepMs / 1_000 },
    sql: `SELECT toFloat64(intDiv(toUnixTimestamp(minute), {step:UInt32}) * {step:UInt32} * 1000) AS at_ms,
  toFloat64(sumIf(events, result = 'accepted')) AS accepted, toFloat64(${REJECTED}) AS rejected,
  toFloat64(${DROPPED}) AS dropped, toFloat64(sumIf(events, result = 'sampled')) AS sampled
FROM event_tallies WHERE ${IN_PERIOD}
GROUP BY at_ms ORDER BY at_ms`,
  };
}

export type SourceRow = {
  readonly source: string;
  readonly key_id: string;
  readonly app_version: string;
  readonly received: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly dropped: number;
};

/** Those with the most that was not accepted first. */
export function sourcesQuestion(period: Period, scope: QuestionScope): Question {
  return {
    name: 'govern.quality_sources',
    scope,
    parameters: bounds(period),
    sql: `SELECT source, toString(key_id) AS key_id, toString(app_version) AS app_version,
  toFloat64(${RECEIVED}) AS received, toFloat64(sumIf(events, result = 'accepted')) AS accepted,
  toFloat64(${REJECTED}) AS rejected, toFloat64(${DROPPED}) AS dropped
FROM event_tallies WHERE ${IN_PERIOD}
GROUP BY source, key_id, app_version
ORDER BY rejected + dropped DESC, received DESC, key_id, app_version, source LIMIT ${MOST_SOURCES}`,
  };
}

export type RefusedRow = { readonly reason: string; readonly events: number };

export function refusedQuestion(eventName: string, period: Period, scope: QuestionScope): Question {
  return {
    name: 'govern.refused_of_event',
    scope,
    parameters: { ...bounds(period), name: eventName },
    sql: `SELECT toString(reason) AS reason, toFloat64(sum(events)) AS events
FROM event_tallies WHERE ${IN_PERIOD} AND result = 'rejected' AND event_name = {name:String}
GROUP BY reason ORDER BY events DESC, reason`,
  };
}

export type MinuteRow = {
  readonly workspace_id: string;
  readonly environment_id: string;
  readonly source: string;
  readonly app_version: string;
  readonly minute_ms: number;
  readonly received: number;
  readonly rejected: number;
  readonly dropped: number;
};

/** Of every environment in which anything was not accepted: one question for the whole installation. */
export function minutesQuestion(period: Period): Omit<Question, 'scope'> {
  return {
    name: 'govern.quality_minutes',
    parameters: bounds(period),
    sql: `SELECT toString(workspace_id) AS workspace_id, toString(environment_id) AS environment_id, source,
  toString(app_version) AS app_version, toFloat64(toUnixTimestamp(minute)) * 1000 AS minute_ms,
  toFloat64(${RECEIVED}) AS received, toFloat64(${REJECTED}) AS rejected, toFloat64(${DROPPED}) AS dropped
FROM event_tallies
WHERE ${IN_PERIOD} AND (environment_id, source, app_version) IN (
  SELECT environment_id, source, app_version FROM event_tallies WHERE ${IN_PERIOD} AND result IN ('rejected', 'dropped'))
GROUP BY workspace_id, environment_id, source, app_version, minute`,
  };
}
