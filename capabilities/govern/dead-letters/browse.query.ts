/** The dead letters of one cause for people to read, newest first, and what became of each. */
import type { Question, QuestionScope } from '@uptake/io/event-store';

export type BrowsedRow = {
  readonly letter_id: string;
  readonly received_ms: number;
  readonly event_id: string;
  readonly event_name: string;
  readonly reason: string;
  readonly path: string;
  readonly detail: string;
  readonly schema_version: number;
  readonly source: string;
  readonly key_id: string;
  readonly app_version: string;
  readonly tenant_id: string;
  readonly payload: string;
  readonly is_complete: boolean;
};

export type BrowsedPlace = { readonly ms: number; readonly letterId: string };

export function browseQuestion(
  cause: string,
  page: { readonly after: BrowsedPlace | undefined; readonly letters: number },
  scope: QuestionScope,
): Question {
  const { after, letters } = page;
  const isBehind =
    after === undefined
      ? ''
      : "AND (received_at, letter_id) < (fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'), {after_id:UUID})";
  return {
    name: 'govern.dead_letters',
    scope,
    parameters: { cause, ...(after === undefined ? {} : { after_ms: after.ms, after_id: after.letterId }) },
    sql: `SELECT letter_id, toUnixTimestamp64Milli(received_at) AS received_ms, toString(event_id) AS event_id, event_name,
  reason, path, detail, schema_version, source, toString(key_id) AS key_id, app_version, tenant_id, payload,
  CAST(is_complete, 'Bool') AS is_complete
FROM dead_letters WHERE cause = {cause:String} ${isBehind}
ORDER BY received_at DESC, letter_id DESC LIMIT ${letters}`,
  };
}

export type OutcomeRow = {
  readonly letter_id: string;
  readonly run_id: string;
  readonly result: string;
  readonly reason: string;
  readonly decided_ms: number;
};

/** What was decided last of each; those never replayed are not among them. */
export function outcomesQuestion(letterIds: readonly string[], scope: QuestionScope): Question {
  return {
    name: 'govern.dead_letter_outcomes',
    scope,
    parameters: { letters: letterIds },
    sql: `SELECT letter_id, argMax(run_id, decided_at) AS run_id, argMax(result, decided_at) AS result,
  argMax(reason, decided_at) AS reason, toUnixTimestamp64Milli(max(decided_at)) AS decided_ms
FROM dead_letter_outcomes
WHERE letter_id IN (SELECT toUUID(arrayJoin({letters:Array(String)})))
GROUP BY letter_id`,
  };
}
