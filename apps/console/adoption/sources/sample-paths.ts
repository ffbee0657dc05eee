/** Turns a place somebody points at in a sample into what a mapping says of it: a JSONPath (RFC 9535), or a column. */
import type { Json } from '../types.ts';
import { textAt, withValue } from './config-places.ts';

/** Keys and indexes from the root of the sample. */
export type SampleKeys = readonly (string | number)[];

export function pathOf(keys: SampleKeys): string {
  return `$${keys.map(segmentOf).join('')}`;
}

function segmentOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `.${key}`;
  return `['${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}

/** Places of one row: paths there begin at the row. */
const OF_ROW = /^\/mapping\/(attribute|value|task|day|notes)$/;

/** The configuration once the place is meant by the field `target`. */
export function withPicked(config: Json, target: string, keys: SampleKeys): Json {
  const lastIndex = keys.findLastIndex((key) => typeof key === 'number');
  const rowsPath = `${pathOf(keys.slice(0, Math.max(lastIndex, 0)))}[*]`;
  if (target === '/mapping/rows') return withValue(config, target, lastIndex < 0 ? `${pathOf(keys)}[*]` : rowsPath);
  if (!OF_ROW.test(target)) return withValue(config, target, pathOf(keys));
  const relative = withValue(config, target, pathOf(keys.slice(lastIndex + 1)));
  // Who wrote a filter means those rows and not all.
  const isFiltered = textAt(config, '/mapping/rows').includes('?');
  return lastIndex < 0 || isFiltered ? relative : withValue(relative, '/mapping/rows', rowsPath);
}

/** A database answers with rows: what is meant is a column. */
export function withPickedColumn(config: Json, target: string, keys: SampleKeys): Json {
  const column = keys.findLast((key) => typeof key === 'string');
  return column === undefined || !OF_ROW.test(target) ? config : withValue(config, target, column);
}
