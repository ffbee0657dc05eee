/** How a question reads what the table keeps in a form of its own, so that no question knows how it is stored. */
import type { EventColumn } from '@uptake/domain/contract';
import type { PropertyAs } from './port.ts';

const PARAMETER = /^[a-z_][a-z0-9_]*$/i;

/**
 * SQL for one property of an event. The property's name travels as the bound parameter `nameParameter` (a String) and never
 * as SQL. `text` is '' where the property is absent or null, and JSON for lists and objects; `number` and `boolean` are
 * NULL where the value is of another kind.
 */
export function propertyExpression(nameParameter: string, as: PropertyAs): string {
  if (!PARAMETER.test(nameParameter)) throw new TypeError(`${nameParameter} is not the name of a parameter`);
  const raw = `properties[{${nameParameter}:String}]`;
  switch (as) {
    case 'text':
      return textOf(raw);
    case 'number':
      return `toFloat64OrNull(${raw})`;
    case 'boolean':
      return `multiIf(${raw} = 'true', true, ${raw} = 'false', false, NULL)`;
  }
}

/** SQL for the kind of a raw property value: what a catalogue of properties shows. */
export function propertyKindExpression(raw: string): string {
  return `multiIf(startsWith(${raw}, '"'), 'text', ${raw} IN ('true', 'false'), 'boolean', ${raw} = 'null', 'null', startsWith(${raw}, '{'), 'object', startsWith(${raw}, '['), 'list', 'number')`;
}

/** The text inside raw JSON. Most texts hold no escape, and cutting the quotes off costs a tenth of parsing them. */
function textOf(raw: string): string {
  return `multiIf(NOT startsWith(${raw}, '"'), if(${raw} = 'null', '', ${raw}), position(${raw}, '\\\\') = 0, substring(${raw}, 2, length(${raw}) - 2), JSONExtractString(${raw}))`;
}

/**
 * SQL for a column of the wire row, in its wire form: ids as their text, times as DateTime64(3, 'UTC'), `properties` and
 * `experiment_assignments` as JSON text. Empty text means absent.
 */
export function columnExpression(column: EventColumn): string {
  switch (column) {
    case 'properties':
      return `concat('{', arrayStringConcat(arrayMap((name, value) -> concat(toJSONString(toString(name)), ':', value), mapKeys(properties), mapValues(properties)), ','), '}')`;
    case 'experiment_assignments':
      return 'toJSONString(experiment_assignments)';
    default:
      return column;
  }
}

/** Whose number is counted. */
export type Countable = 'user' | 'session' | 'tenant';

/**
 * What to count, and which rows have one: `uniqExactIf(key, present)`. The keys of users and sessions are 64-bit
 * pseudonyms, a third of the price of their text.
 */
export function countableExpression(of: Countable): { readonly key: string; readonly present: string } {
  switch (of) {
    case 'user':
      return { key: 'user_key', present: 'user_key != 0' };
    case 'session':
      return { key: 'session_key', present: 'session_key != 0' };
    case 'tenant':
      return { key: 'tenant_id', present: "tenant_id != ''" };
  }
}

/**
 * The events with the persons behind their pseudonyms, where an environment links them over rotations: to be read in place of
 * `events`, of which everything else is as it is. A pseudonym without a link stands for itself.
 */
export const LINKED_EVENTS = `(SELECT * REPLACE (if(link_person = 0, user_key, link_person) AS user_key)
  FROM events LEFT ANY JOIN (
    SELECT environment_id AS link_environment_id, user_key AS link_user_key, person AS link_person FROM pseudonym_links
  ) AS links ON environment_id = link_environment_id AND user_key = link_user_key)`;
