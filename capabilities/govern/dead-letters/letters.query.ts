/** Dead letters themselves: page by page in the order of their table, as a sample, or counted. */
import type { Question, QuestionScope } from '@uptake/io/event-store';
import {
  type Conditions,
  conditionsOf,
  IS_REPLAYABLE,
  IS_SETTLED,
  IS_SETTLED_BY_OTHERS,
  type LetterFilter,
  type LetterPlace,
  where,
} from './filter.ts';

/** What a replay needs of a letter. */
export type LetterRow = {
  readonly cause: string;
  readonly letter_id: string;
  readonly received_ms: number;
  readonly source: string;
  /** JSON text: what the request said beside the event. */
  readonly context: string;
  /** JSON text: the event as it could be kept. */
  readonly payload: string;
};

const LETTER = 'cause, letter_id, toUnixTimestamp64Milli(received_at) AS received_ms, source, context, payload';
const PLACE = '(cause, received_at, letter_id)';

export type PageOf = {
  readonly run: string;
  readonly filter: LetterFilter;
  readonly after: LetterPlace | undefined;
} & (
  | { readonly letters: number; readonly payloadBytes: number }
  /** A page whose end is known already. */
  | { readonly upTo: LetterPlace }
);

/** The next letters a run is to try. Ends early where the payloads become too many bytes, but never before the first. */
export function pageQuestion(page: PageOf, scope: QuestionScope): Question {
  const { conditions, parameters } = toTry(page.filter);
  const all = [...conditions, `NOT ${IS_SETTLED_BY_OTHERS}`];
  const bound: Record<string, string | number> = { run: page.run };
  const place = (name: string, { cause, receivedMs, letterId }: LetterPlace): string => {
    Object.assign(bound, { [`${name}_cause`]: cause, [`${name}_ms`]: receivedMs, [`${name}_id`]: letterId });
    return `({${name}_cause:String}, fromUnixTimestamp64Milli({${name}_ms:Int64}, 'UTC'), {${name}_id:UUID})`;
  };
  // The cause by itself lets the engine skip what lies before and behind; of three columns at once it does not know that.
  if (page.after !== undefined) all.push(`cause >= {after_cause:String} AND ${PLACE} > ${place('after', page.after)}`);
  if ('upTo' in page) all.push(`cause <= {to_cause:String} AND ${PLACE} <= ${place('to', page.upTo)}`);
  const letters = `SELECT ${LETTER} FROM dead_letters ${where(all)} ORDER BY cause, received_at, letter_id`;
  const sql =
    'upTo' in page
      ? letters
      : `SELECT * EXCEPT (bytes) FROM (
  SELECT *, sum(length(payload)) OVER (ORDER BY cause, received_ms, letter_id) - length(payload) AS bytes
  FROM (${letters} LIMIT ${page.letters})
) WHERE bytes < ${page.payloadBytes} ORDER BY cause, received_ms, letter_id`;
  return { name: 'govern.replay_page', scope, parameters: { ...parameters, ...bound }, sql };
}

export type CountRow = { readonly letters: number };

/** How many a replay would try. */
export function replayableQuestion(filter: LetterFilter, scope: QuestionScope): Question {
  const { conditions, parameters } = toTry(filter);
  const sql = `SELECT count() AS letters FROM dead_letters ${where([...conditions, `NOT ${IS_SETTLED}`])}`;
  return { name: 'govern.replayable', scope, parameters, sql };
}

/** Letters that a replay would try, taken evenly from all of them: the same ones as long as nothing changes. */
export function sampleQuestion(filter: LetterFilter, letters: number, scope: QuestionScope): Question {
  const { conditions, parameters } = toTry(filter);
  const wanted = where([...conditions, `NOT ${IS_SETTLED}`]);
  return {
    name: 'govern.replay_sample',
    scope,
    parameters,
    sql: `SELECT ${LETTER} FROM dead_letters
WHERE letter_id IN (SELECT letter_id FROM dead_letters ${wanted} ORDER BY cityHash64(letter_id) LIMIT ${letters})`,
  };
}

function toTry(filter: LetterFilter): Conditions {
  const { conditions, parameters } = conditionsOf(filter, 'dead_letters');
  return { conditions: [IS_REPLAYABLE, ...conditions], parameters };
}
