/** Dead letters by cause: how many events were refused, how many of them are kept, and what became of those. */
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { type Conditions, conditionsOf, IS_REPLAYABLE, IS_SETTLED, type LetterFilter, where } from './filter.ts';

const MOST_GROUPS = 500;
const MOST_SOURCES = 20;

export type TalliedRow = {
  readonly cause: string;
  readonly event_name: string;
  readonly reason: string;
  readonly events: number;
  readonly first_ms: number;
  readonly last_ms: number;
};

/** Every event that was refused, whether it was kept or only counted. */
export function talliedQuestion(filter: LetterFilter, scope: QuestionScope): Question {
  const { conditions, parameters } = refused(filter);
  return {
    name: 'govern.dead_letter_groups',
    scope,
    parameters,
    sql: `SELECT cause, any(event_name) AS event_name, any(reason) AS reason, sum(events) AS events,
  toUnixTimestamp(min(minute)) * 1000 AS first_ms, toUnixTimestamp(max(minute)) * 1000 AS last_ms
FROM event_tallies ${where(conditions)}
GROUP BY cause ORDER BY events DESC, cause LIMIT ${MOST_GROUPS}`,
  };
}

export type KeptRow = {
  readonly cause: string;
  readonly event_name: string;
  readonly reason: string;
  readonly path: string;
  readonly schema_version: number;
  readonly letters: number;
  readonly kept: number;
  readonly replayed: number;
  readonly replayable: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly example_detail: string;
};

export function keptQuestion(filter: LetterFilter, scope: QuestionScope): Question {
  const { conditions, parameters } = conditionsOf(filter, 'dead_letters');
  return {
    name: 'govern.dead_letters_kept',
    scope,
    parameters,
    sql: `SELECT cause, any(event_name) AS event_name, any(reason) AS reason, any(path) AS path,
  any(schema_version) AS schema_version, count() AS letters, countIf(payload != '') AS kept,
  countIf(${IS_SETTLED}) AS replayed, countIf(${IS_REPLAYABLE} AND NOT ${IS_SETTLED}) AS replayable,
  toUnixTimestamp64Milli(min(received_at)) AS first_ms, toUnixTimestamp64Milli(max(received_at)) AS last_ms,
  argMax(detail, received_at) AS example_detail
FROM dead_letters ${where(conditions)}
GROUP BY cause ORDER BY letters DESC, cause LIMIT ${MOST_GROUPS}`,
  };
}

export type HourRow = { readonly cause: string; readonly at_ms: number; readonly events: number };

export function hoursQuestion(filter: LetterFilter, scope: QuestionScope): Question {
  const { conditions, parameters } = refused(filter);
  return {
    name: 'govern.dead_letter_hours',
    scope,
    parameters,
    sql: `SELECT cause, toUnixTimestamp(toStartOfHour(minute)) * 1000 AS at_ms, sum(events) AS events
FROM event_tallies ${where(conditions)}
GROUP BY cause, at_ms ORDER BY cause, at_ms`,
  };
}

export type SourceRow = {
  readonly cause: string;
  readonly source: string;
  readonly key_id: string;
  readonly app_version: string;
  readonly events: number;
};

export function sourcesQuestion(filter: LetterFilter, scope: QuestionScope): Question {
  const { conditions, parameters } = refused(filter);
  return {
    name: 'govern.dead_letter_sources',
    scope,
    parameters,
    sql: `SELECT cause, source, toString(key_id) AS key_id, app_version, sum(events) AS events
FROM event_tallies ${where(conditions)}
GROUP BY cause, source, key_id, app_version ORDER BY cause, events DESC, key_id, app_version
LIMIT ${MOST_SOURCES} BY cause`,
  };
}

/** Whether anything was ever refused for this cause, as far back as is kept. */
export function causeQuestion(cause: string, scope: QuestionScope): Question {
  return {
    name: 'govern.dead_letter_cause',
    scope,
    parameters: { cause },
    sql: `SELECT 1 AS one FROM event_tallies WHERE cause = {cause:String} LIMIT 1
UNION ALL SELECT 1 AS one FROM dead_letters WHERE cause = {cause:String} LIMIT 1`,
  };
}

function refused(filter: LetterFilter): Conditions {
  const { conditions, parameters } = conditionsOf(filter, 'event_tallies');
  return { conditions: ["event_tallies.result = 'rejected'", "event_tallies.cause != ''", ...conditions], parameters };
}
