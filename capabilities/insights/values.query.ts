/** The values a field or property had in the last thirty days, most frequent first: what a filter offers. */
import type { Dimension } from '@uptake/domain/insights';
import type { Question, QuestionScope } from '@uptake/io/event-store';
import { Bindings } from './bindings.ts';
import { textOf } from './conditions.ts';

const MAX_VALUES = 100;

export type ValueRow = { readonly value: string; readonly events: number };

export function valuesQuestion(
  dimension: Dimension,
  search: string | undefined,
  sinceMs: number,
  scope: QuestionScope,
): Question {
  const bindings = new Bindings();
  const value = textOf(dimension, bindings);
  const since = bindings.bind(sinceMs, 'Int64');
  const found =
    search === undefined ? '' : `\n  AND positionCaseInsensitiveUTF8(value, ${bindings.bind(search, 'String')}) > 0`;
  return {
    name: 'insights.values',
    scope,
    parameters: bindings.parameters,
    sql: `SELECT
  ${value} AS value,
  sum(weight) AS events
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli(${since}, 'UTC')
  AND value != ''${found}
GROUP BY value
ORDER BY events DESC, value
LIMIT ${MAX_VALUES}`,
  };
}
