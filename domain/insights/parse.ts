/** Reads an insight definition strictly: a normalised document, or every mistake with its path and what is allowed there. */
import { EVENT_NAME_PATTERN, type InputError } from '../contract/index.ts';
import {
  AGGREGATES,
  DEFAULT_BREAKDOWN_LIMIT,
  DEFINITION_LIMITS,
  INTERVALS,
  MEASURE_KINDS,
  type Measure,
  type Period,
  type SeriesDefinition,
  type TrendDefinition,
  UNIQUE_OF,
} from './definition.ts';
import { clip } from './fields.ts';
import { parseDimension, parsePropertyName } from './parse-dimension.ts';
import { parseFilters } from './parse-filter.ts';
import { parseMoment } from './period.ts';
import { InputReader } from './reader.ts';
import { timeZoneName } from './zone.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly InputError[] };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `mayNamePeople`: also fields that single people out; ask `peopleAsked` then, and show nothing without an approval. */
export function parseTrendDefinition(
  input: unknown,
  options: { readonly mayNamePeople: boolean } = { mayNamePeople: false },
): Parsed<TrendDefinition> {
  const reader = new InputReader(options);
  const object = reader.object(input, '', TREND_KEYS, REQUIRED_TREND_KEYS);
  if (object === undefined) return { ok: false, errors: reader.errors };
  reader.oneOf(object.kind, '/kind', ['trend'] as const);
  const timeZone = object.time_zone === undefined ? 'UTC' : parseTimeZone(reader, object.time_zone, '/time_zone');
  const period = object.period === undefined ? undefined : parsePeriod(reader, object.period, '/period', timeZone);
  const definition = {
    kind: 'trend' as const,
    environment_id: parseEnvironment(reader, object.environment_id, '/environment_id'),
    series: parseSeries(reader, object.series, '/series'),
    period,
    interval: object.interval === undefined ? ('day' as const) : reader.oneOf(object.interval, '/interval', INTERVALS),
    time_zone: timeZone,
    breakdown: isAbsent(object.breakdown) ? null : parseDimension(reader, object.breakdown, '/breakdown', []),
    breakdown_limit:
      object.breakdown_limit === undefined
        ? DEFAULT_BREAKDOWN_LIMIT
        : reader.wholeNumber(object.breakdown_limit, '/breakdown_limit', 1, DEFINITION_LIMITS.breakdownLimit),
    filters: parseFilters(reader, object.filters, '/filters'),
    compare: isAbsent(object.compare) ? null : reader.oneOf(object.compare, '/compare', ['previous_period'] as const),
  };
  if (reader.errors.length > 0) return { ok: false, errors: reader.errors };
  // Every part that could be undefined has left an error behind.
  return { ok: true, value: definition as TrendDefinition };
}

const TREND_KEYS = [
  'kind',
  'environment_id',
  'series',
  'period',
  'interval',
  'time_zone',
  'breakdown',
  'breakdown_limit',
  'filters',
  'compare',
] as const;
const REQUIRED_TREND_KEYS = ['kind', 'series', 'period'] as const;

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function parseEnvironment(reader: InputReader, value: unknown, path: string): string | null {
  if (isAbsent(value)) return null;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (!UUID.test(text)) reader.refuse(path, 'must be the UUID of an environment, or absent for all of them');
  return text;
}

export function parseTimeZone(reader: InputReader, value: unknown, path: string): string | undefined {
  const zone = typeof value === 'string' ? timeZoneName(value) : undefined;
  if (zone === undefined) reader.refuse(path, 'must be an IANA time zone such as "Europe/Berlin" or "UTC"');
  return zone;
}

function parseSeries(reader: InputReader, value: unknown, path: string): SeriesDefinition[] {
  if (value === undefined) return [];
  const list = reader.list(value, path, 1, DEFINITION_LIMITS.series);
  return list.flatMap((item, index) => {
    const at = `${path}/${index}`;
    const object = reader.object(item, at, ['event', 'label', 'measure', 'filters'], []);
    if (object === undefined) return [];
    const event = parseEvent(reader, object.event, `${at}/event`);
    const label = isAbsent(object.label)
      ? null
      : (reader.text(object.label, `${at}/label`, DEFINITION_LIMITS.labelLength) ?? null);
    const measure =
      object.measure === undefined ? { kind: 'total' as const } : parseMeasure(reader, object.measure, `${at}/measure`);
    const filters = parseFilters(reader, object.filters, `${at}/filters`);
    return measure === undefined ? [] : [{ event, label, measure, filters }];
  });
}

function parseEvent(reader: InputReader, value: unknown, path: string): string | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'string' && EVENT_NAME_PATTERN.test(value)) return value;
  reader.refuse(path, 'must be the name of an event (lowercase letters, digits, underscores), or null for any event');
  return null;
}

function parseMeasure(reader: InputReader, value: unknown, path: string): Measure | undefined {
  const kind = reader.oneOf((value as { kind?: unknown } | null)?.kind, `${path}/kind`, MEASURE_KINDS);
  switch (kind) {
    case 'total':
    case 'per_user_average':
      return reader.object(value, path, ['kind'], ['kind']) && { kind };
    case 'unique': {
      const object = reader.object(value, path, ['kind', 'of'], ['kind']);
      const of = object?.of === undefined ? 'user' : reader.oneOf(object.of, `${path}/of`, UNIQUE_OF);
      return object && of && { kind, of };
    }
    case 'property': {
      const object = reader.object(value, path, ['kind', 'property', 'aggregate'], ['kind', 'property', 'aggregate']);
      if (object?.property === undefined || object.aggregate === undefined) return undefined;
      const property = parsePropertyName(reader, object.property, `${path}/property`);
      const aggregate = reader.oneOf(object.aggregate, `${path}/aggregate`, AGGREGATES);
      return property !== undefined && aggregate !== undefined ? { kind, property, aggregate } : undefined;
    }
    default:
      return undefined;
  }
}

function parsePeriod(
  reader: InputReader,
  value: unknown,
  path: string,
  timeZone: string | undefined,
): Period | undefined {
  const object = reader.object(value, path, ['last', 'unit', 'from', 'to'], []);
  if (object === undefined) return undefined;
  const isRelative = object.last !== undefined || object.unit !== undefined;
  const isAbsolute = object.from !== undefined || object.to !== undefined;
  if (isRelative === isAbsolute) {
    reader.refuse(path, 'must be either {"last": 30, "unit": "day"} or {"from": …, "to": …}');
    return undefined;
  }
  if (isRelative) {
    const last = reader.wholeNumber(object.last, `${path}/last`, 1, DEFINITION_LIMITS.intervals);
    const unit = reader.oneOf(object.unit, `${path}/unit`, INTERVALS);
    return last !== undefined && unit !== undefined ? { last, unit } : undefined;
  }
  return parseAbsolutePeriod(reader, object, path, timeZone);
}

function parseAbsolutePeriod(
  reader: InputReader,
  object: Readonly<Record<string, unknown>>,
  path: string,
  timeZone: string | undefined,
): Period | undefined {
  const moments = (['from', 'to'] as const).map((end) => {
    const moment = typeof object[end] === 'string' ? parseMoment(object[end]) : undefined;
    if (moment === undefined) {
      const got = typeof object[end] === 'string' ? `; got "${clip(object[end])}"` : '';
      reader.refuse(
        `${path}/${end}`,
        `must be a date (2026-11-01) or an instant with its zone (2026-11-01T08:00:00Z)${got}`,
      );
    }
    return moment;
  });
  const [from, to] = moments;
  if (from === undefined || to === undefined || timeZone === undefined) return undefined;
  if (from.instantMs(timeZone) >= to.endMs(timeZone)) {
    reader.refuse(`${path}/to`, 'must be later than "from"');
    return undefined;
  }
  return { from: from.text, to: to.text };
}
