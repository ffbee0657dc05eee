/** One page of letters with what became of each. */
import { Problem } from '@uptake/domain/contract';
import type { EventStore, QuestionScope } from '@uptake/io/event-store';
import type { Static } from 'typebox';
import {
  type BrowsedPlace,
  type BrowsedRow,
  browseQuestion,
  type OutcomeRow,
  outcomesQuestion,
} from './browse.query.ts';
import { causeQuestion } from './groups.query.ts';
import type { Letters } from './wire.ts';

type Page = Static<typeof Letters>;
const PLACE = /^(\d{1,15})~([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** Throws `not_found` where nothing was ever refused for the cause, `invalid_request` where `after` is no place. */
export async function browseLetters(
  eventStore: Pick<EventStore, 'ask'>,
  wanted: { readonly cause: string; readonly after: string | undefined; readonly limit: number },
  scope: QuestionScope,
): Promise<Page> {
  const { cause, limit } = wanted;
  const after = wanted.after === undefined ? undefined : readPlace(wanted.after);
  const rows = await eventStore.ask<BrowsedRow>(browseQuestion(cause, { after, letters: limit }, scope));
  if (rows.length === 0) {
    if ((await eventStore.ask(causeQuestion(cause, scope))).length > 0) return { letters: [], next: null };
    throw new Problem('not_found', 'Nothing was refused for this cause in this environment.');
  }
  const ids = rows.map(({ letter_id }) => letter_id);
  const outcomes = await eventStore.ask<OutcomeRow>(outcomesQuestion(ids, scope));
  const outcomeOf = new Map(outcomes.map((row) => [row.letter_id, row]));
  const last = rows.at(-1)!;
  return {
    letters: rows.map((row) => toLetter(row, outcomeOf.get(row.letter_id))),
    next: rows.length < limit ? null : `${last.received_ms}~${last.letter_id}`,
  };
}

function toLetter(row: BrowsedRow, outcome: OutcomeRow | undefined): Page['letters'][number] {
  const { letter_id, received_ms, payload, ...rest } = row;
  return {
    id: letter_id,
    received_at: new Date(received_ms).toISOString(),
    ...rest,
    payload: payload === '' ? null : (JSON.parse(payload) as unknown),
    outcome: outcome === undefined ? null : toOutcome(outcome),
  };
}

function toOutcome({
  result,
  reason,
  run_id,
  decided_ms,
}: OutcomeRow): NonNullable<Page['letters'][number]['outcome']> {
  return {
    result: result as NonNullable<Page['letters'][number]['outcome']>['result'],
    reason,
    run_id,
    decided_at: new Date(decided_ms).toISOString(),
  };
}

function readPlace(text: string): BrowsedPlace {
  const [, ms, letterId] = PLACE.exec(text) ?? [];
  if (ms !== undefined && letterId !== undefined) return { ms: Number(ms), letterId };
  const message = 'It is the `next` of a page.';
  throw new Problem('invalid_request', `/after: ${message}`, { errors: [{ path: '/after', message }] });
}
