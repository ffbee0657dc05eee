/** Which parts of a JSON document are values: every item of a list with paths of its own, or single places by name. */
import { clip, type InputReader } from '@uptake/domain/insights';
import type { SourceRow } from '../map-rows.ts';
import { type Json, select, wrongPath } from './json-path.ts';
import type { Notices } from './notices.ts';

/** As in the configuration of a source, in its names on the wire. */
export type JsonMapping =
  | {
      readonly kind: 'rows';
      /** Leads to every row; the others begin at the row. */
      readonly rows: string;
      readonly attribute: string;
      readonly value: string;
      readonly task?: string;
      readonly day?: string;
      readonly notes?: string;
    }
  | { readonly kind: 'values'; readonly values: readonly SingleValue[] };

type SingleValue = { readonly attribute: string; readonly task?: string; readonly path: string };

export const MAX_ROWS = 10_000;
const MAX_SINGLE_VALUES = 500;
const NAME_LENGTH = 500;

const OPTIONAL_COLUMNS = ['task', 'day', 'notes'] as const;
const COLUMNS = ['attribute', 'value', ...OPTIONAL_COLUMNS] as const;

/** Leaves an error for everything that cannot be meant. */
export function checkMapping(reader: InputReader, given: unknown, path: string): void {
  const kind = (given as { kind?: unknown } | null | undefined)?.kind;
  if (kind !== 'values') {
    const mapping = reader.object(given, path, ['kind', 'rows', ...COLUMNS], ['kind', 'rows', 'attribute', 'value']);
    if (mapping === undefined) return;
    reader.oneOf(mapping.kind, `${path}/kind`, ['rows', 'values']);
    for (const name of ['rows', ...COLUMNS]) {
      if (mapping[name] !== undefined) checkPath(reader, mapping[name], `${path}/${name}`);
    }
    return;
  }
  const mapping = reader.object(given, path, ['kind', 'values'], ['kind', 'values']);
  const values = reader.list(mapping?.values, `${path}/values`, 1, MAX_SINGLE_VALUES);
  for (const [index, each] of values.entries()) {
    const at = `${path}/values/${index}`;
    const value = reader.object(each, at, ['attribute', 'task', 'path'], ['attribute', 'path']);
    if (value === undefined) continue;
    reader.text(value.attribute, `${at}/attribute`, NAME_LENGTH, 1);
    if (value.task !== undefined) reader.text(value.task, `${at}/task`, NAME_LENGTH, 1);
    checkPath(reader, value.path, `${at}/path`);
  }
}

export function checkPath(reader: InputReader, path: unknown, at: string): void {
  const wrong = wrongPath(path);
  if (wrong !== undefined) reader.refuse(at, wrong);
}

/** The time that paths may take within one run: nobody else is served while they are followed. */
export type MappingTime = { spend<Result>(follow: () => Result): Result; readonly isOver: boolean };

/** Ten thousand rows take half a second. `elapsedMs` counts from anywhere. */
export function mappingTime(maxMs = 2_000, elapsedMs = () => performance.now()): MappingTime {
  let leftMs = maxMs;
  return {
    spend(follow) {
      const startedMs = elapsedMs();
      try {
        return follow();
      } finally {
        leftMs -= elapsedMs() - startedMs;
      }
    },
    get isOver() {
      return leftMs < 0;
    },
  };
}

/** Ends with a notice where the time is over; what was read until then is right. */
export function readRows(
  document: Json,
  mapping: JsonMapping,
  notices: Notices,
  time: MappingTime = mappingTime(),
): readonly SourceRow[] {
  const isValues = mapping.kind === 'values';
  const read = isValues ? readValues(document, mapping, notices, time) : readEach(document, mapping, notices, time);
  if (time.isOver) notices.addFirst('Following the paths takes too long; name places plainly, without ".." and [*].');
  return read;
}

function readValues(
  document: Json,
  { values }: Extract<JsonMapping, { kind: 'values' }>,
  notices: Notices,
  time: MappingTime,
): readonly SourceRow[] {
  return values.flatMap((value) => (time.isOver ? [] : time.spend(() => readSingle(document, value, notices))));
}

function readEach(
  document: Json,
  mapping: Extract<JsonMapping, { kind: 'rows' }>,
  notices: Notices,
  time: MappingTime,
): readonly SourceRow[] {
  const rows = time.spend(() => select(document, mapping.rows));
  if (rows.length > MAX_ROWS) notices.add(`Only the first ${MAX_ROWS} rows of ${rows.length} are read.`);
  return rows.slice(0, MAX_ROWS).flatMap((row, index) => {
    if (time.isOver) return [];
    const read = time.spend(() => readRow(row, mapping));
    if (typeof read !== 'string') return [read];
    notices.add(`Row ${index + 1}: ${read}`);
    return [];
  });
}

function readSingle(document: Json, { attribute, task, path }: SingleValue, notices: Notices): readonly SourceRow[] {
  const found = select(document, path);
  if (found.length === 1) return [{ attribute, value: found[0], ...(task !== undefined && { task }) }];
  const many = found.length === 0 ? 'nothing' : `${found.length} values where one is needed`;
  notices.add(`For "${clip(attribute)}" ${path} leads to ${many}.`);
  return [];
}

function readRow(row: Json, mapping: Extract<JsonMapping, { kind: 'rows' }>): SourceRow | string {
  const attribute = single(row, mapping.attribute);
  if (typeof attribute !== 'string' || attribute.trim() === '')
    return `${mapping.attribute} is not one text that names an attribute.`;
  const value = single(row, mapping.value);
  if (value === undefined || value === null) return `${mapping.value} is not one value.`;
  const texts: { task?: string; day?: string; notes?: string } = {};
  for (const name of OPTIONAL_COLUMNS) {
    const path = mapping[name];
    const text = path === undefined ? undefined : single(row, path);
    if (text === undefined || text === null) continue;
    if (typeof text !== 'string') return `${path} is not a text.`;
    texts[name] = name === 'day' ? dayOfText(text) : text;
  }
  return { attribute, value, ...texts };
}

function single(row: Json, path: string): Json | undefined {
  const found = select(row, path);
  return found.length === 1 ? found[0] : undefined;
}

/** An instant with its offset is a day in UTC; whatever else is no day is left for the refusal to show. */
export function dayOfText(text: string): string {
  const isInstant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i.test(text.trim());
  const atMs = isInstant ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(atMs) ? text : new Date(atMs).toISOString().slice(0, 10);
}
