/** Which dead letters are meant: what a filter says as conditions on their table, with bound parameters. */
import type { QueryParameter } from '@uptake/io/event-store';

/** As it stands on the wire and in a replay's record. What is absent limits nothing. */
export type LetterFilter = {
  readonly causes?: readonly string[];
  readonly event_name?: string;
  readonly reason?: string;
  readonly source?: string;
  readonly app_version?: string;
  /** Received from then on, ISO-8601. */
  readonly from?: string;
  /** Received before then. */
  readonly to?: string;
};

/** Where a letter stands in the order of its table: cause, time of receipt, id. */
export type LetterPlace = { readonly cause: string; readonly receivedMs: number; readonly letterId: string };

export type Conditions = {
  readonly conditions: readonly string[];
  readonly parameters: Readonly<Record<string, QueryParameter>>;
};

/**
 * What became of a letter for good. One that was refused again, or that the environment does not collect as it is now, may
 * be tried once more; none of these may.
 */
export const SETTLED_RESULTS = ['accepted', 'duplicate', 'sampled'] as const;
const SETTLED = `result IN (${SETTLED_RESULTS.map((result) => `'${result}'`).join(', ')})`;

export const IS_SETTLED = `letter_id IN (SELECT letter_id FROM dead_letter_outcomes WHERE ${SETTLED})`;
/** A run's own outcomes do not count, or a page that is gone over once more after a crash would be another page. */
export const IS_SETTLED_BY_OTHERS = `letter_id IN (SELECT letter_id FROM dead_letter_outcomes WHERE ${SETTLED} AND run_id != {run:UUID})`;
/** What a payload was not kept of, or not the whole of, cannot come again. */
export const IS_REPLAYABLE = 'is_complete';

/** Columns with their table's name, since a question may give an aggregate the name of the column it is of. */
export function conditionsOf(filter: LetterFilter, table: 'dead_letters' | 'event_tallies'): Conditions {
  const time = table === 'dead_letters' ? 'dead_letters.received_at' : 'event_tallies.minute';
  const conditions: string[] = [];
  const parameters: Record<string, QueryParameter> = {};
  const equals = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    conditions.push(`${table}.${column} = {${column}:String}`);
    parameters[column] = value;
  };
  if (filter.causes !== undefined) {
    conditions.push(`${table}.cause IN {causes:Array(String)}`);
    parameters.causes = filter.causes;
  }
  equals('event_name', filter.event_name);
  equals('reason', filter.reason);
  equals('source', filter.source);
  equals('app_version', filter.app_version);
  if (filter.from !== undefined) {
    // A minute belongs to a period that begins within it.
    const from = "fromUnixTimestamp64Milli({from:Int64}, 'UTC')";
    conditions.push(`${time} >= ${table === 'event_tallies' ? `toStartOfMinute(${from})` : from}`);
    parameters.from = Date.parse(filter.from);
  }
  if (filter.to !== undefined) {
    conditions.push(`${time} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`);
    parameters.to = Date.parse(filter.to);
  }
  return { conditions, parameters };
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join('\n  AND ')}`;
}
