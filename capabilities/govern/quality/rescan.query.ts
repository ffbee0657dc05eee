/** Rows that were stored lately, a few of each environment, to be looked at again. */
import type { Question } from '@uptake/io/event-store';
import type { Period } from './rates.query.ts';

/** Of an environment and a look. At 0.1 % allowed, a day of looks every five minutes tells one in a thousand well. */
export const ROWS_PER_LOOK = 200;
const ROWS_IN_ALL = 20_000;

/** What of an event is text that somebody may have written anything into. */
export const TEXT_COLUMNS = [
  'tenant_id',
  'user_role',
  'feature_area',
  'workflow_name',
  'surface',
  'request_id',
  'correlation_id',
  'app_version',
  'region',
] as const;

export type StoredRow = {
  readonly workspace_id: string;
  readonly environment_id: string;
  /** By name, each value as JSON. */
  readonly properties: Readonly<Record<string, string>>;
} & Readonly<Record<(typeof TEXT_COLUMNS)[number], string>>;

const bounds = ({ fromMs, toMs }: Period) => ({ from: fromMs, to: toMs });
const moment = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** What arrived more than a day after it happened is not among them, so that a look need not read every event there is. */
export function storedQuestion(period: Period): Omit<Question, 'scope'> {
  const lately = `timestamp >= ${moment('from')} - INTERVAL 1 DAY AND received_at >= ${moment('from')} AND received_at < ${moment('to')}`;
  return {
    name: 'govern.quality_rescan',
    parameters: bounds(period),
    sql: `SELECT toString(workspace_id) AS workspace_id, toString(environment_id) AS environment_id,
  ${TEXT_COLUMNS.join(', ')}, properties
FROM events
WHERE ${lately} AND event_id IN (
  SELECT event_id FROM events WHERE ${lately}
  ORDER BY cityHash64(event_id) LIMIT ${ROWS_PER_LOOK} BY environment_id LIMIT ${ROWS_IN_ALL})`,
  };
}

/** What of a letter is text. */
export const LETTER_COLUMNS = ['event_name', 'path', 'detail', 'app_version', 'tenant_id', 'payload'] as const;
export type LetterRow = Readonly<Record<'workspace_id' | 'environment_id' | (typeof LETTER_COLUMNS)[number], string>>;

export function lettersQuestion(period: Period): Omit<Question, 'scope'> {
  return {
    name: 'govern.quality_rescan_letters',
    parameters: bounds(period),
    sql: `SELECT toString(workspace_id) AS workspace_id, toString(environment_id) AS environment_id, ${LETTER_COLUMNS.join(', ')}
FROM dead_letters
WHERE received_at >= ${moment('from')} AND received_at < ${moment('to')}
ORDER BY cityHash64(letter_id) LIMIT ${ROWS_PER_LOOK} BY environment_id LIMIT ${ROWS_IN_ALL}`,
  };
}
