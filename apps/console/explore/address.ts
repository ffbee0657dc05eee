/**
 * An exploration as parameters of an address, and back. The address is made to be read and edited by people:
 * `?s=project_created:unique:user&f=field.country:in:["DE","AT"]&last=30.day&interval=day&tz=Europe/Berlin`.
 *
 *   s         a series, `event:measure`; `*` is any event; repeated, in order
 *   f, f.A    a filter of all series, of series A: `dimension:operator:value`, the value as JSON
 *   by        the breakdown, `field.country` or `property.plan`; `limit` how many of its values
 *   last      `30.day`; or `from` and `to`
 *   interval, tz, compare, chart
 *
 * A parameter that cannot be read is named, with what would be allowed, and the rest is still used.
 */

import { EVENT_NAME_PATTERN } from '@uptake/domain/contract';
import { AGGREGATES, DEFINITION_LIMITS, INTERVALS, OPERATORS, UNIQUE_OF } from '@uptake/domain/insights';
import type { Dimension, Filter, FilterScalar, Measure, Period } from '../api/types.ts';
import { isTimeZone } from '../format/time.ts';
import type { SearchParameters } from '../search-parameters.ts';
import {
  CHARTS,
  defaultExploration,
  type Exploration,
  type ExploredSeries,
  intervalsFor,
  letterOf,
  MAX_SERIES,
  nameOf,
  takesList,
  takesValue,
  withPeriod,
} from './exploration.ts';

export type AddressProblem = { parameter: string; value: string; expected: string };
export type ReadAddress = { exploration: Exploration; problems: AddressProblem[] };

const DATE_OR_INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

export function addressOf(exploration: Exploration): SearchParameters {
  const { series, filters, breakdown, breakdownLimit, period, interval, timeZone, compare, chart } = exploration;
  const parameters: SearchParameters = { s: series.map(writeSeries) };
  if (filters.length > 0) parameters.f = filters.map(writeFilter);
  for (const [index, one] of series.entries()) {
    if (one.filters.length > 0) parameters[`f.${letterOf(index)}`] = one.filters.map(writeFilter);
  }
  if (breakdown !== null) {
    parameters.by = writeDimension(breakdown);
    if (breakdownLimit !== 10) parameters.limit = String(breakdownLimit);
  }
  if ('last' in period) parameters.last = `${period.last}.${period.unit}`;
  else Object.assign(parameters, { from: period.from, to: period.to });
  Object.assign(parameters, { interval, tz: timeZone });
  if (compare) parameters.compare = 'previous_period';
  if (chart !== 'line') parameters.chart = chart;
  return parameters;
}

export function readAddress(parameters: SearchParameters, timeZone: string): ReadAddress {
  const problems: AddressProblem[] = [];
  const all = (name: string) => [parameters[name] ?? []].flat();
  const one = (name: string) => all(name).at(-1);
  /** Reads one value; what cannot be read is noted and left out. */
  const read = <T>(parameter: string, value: string, reader: (value: string) => T | undefined, expected: string) => {
    const result = reader(value);
    if (result === undefined) problems.push({ parameter, value, expected });
    return result === undefined ? [] : [result];
  };
  const readOne = <T>(name: string, reader: (value: string) => T | undefined, expected: string): T | undefined => {
    const value = one(name);
    return value === undefined ? undefined : read(name, value, reader, expected)[0];
  };
  const readFilters = (name: string) => all(name).flatMap((value) => read(name, value, readFilter, FILTER_EXPECTED));

  const fallback = defaultExploration(timeZone);
  const series = all('s').flatMap((value) => read('s', value, readSeries, SERIES_EXPECTED));
  if (series.length > MAX_SERIES) {
    problems.push({ parameter: 's', value: `${series.length} series`, expected: `at most ${MAX_SERIES} of them` });
    series.length = MAX_SERIES;
  }
  for (const [index, item] of series.entries()) item.filters = readFilters(`f.${letterOf(index)}`);
  const zone = readOne('tz', (value) => (isTimeZone(value) ? value : undefined), 'a time zone such as Europe/Berlin');
  const period = readPeriod(one, problems) ?? fallback.period;
  const base = withPeriod({ ...fallback, timeZone: zone ?? timeZone }, period);
  const allowed = intervalsFor(period);
  const interval = readOne('interval', oneOf(allowed), `for this period: ${allowed.join(', ')}`);
  return {
    exploration: {
      ...base,
      series: series.length > 0 ? series : fallback.series,
      filters: readFilters('f'),
      breakdown: readOne('by', readDimension, DIMENSION_EXPECTED) ?? null,
      breakdownLimit:
        readOne(
          'limit',
          wholeNumber(DEFINITION_LIMITS.breakdownLimit),
          `a number from 1 to ${DEFINITION_LIMITS.breakdownLimit}`,
        ) ?? fallback.breakdownLimit,
      interval: interval ?? base.interval,
      compare: readOne('compare', oneOf(['previous_period']), 'previous_period') !== undefined,
      chart: readOne('chart', oneOf(CHARTS), CHARTS.join(', ')) ?? fallback.chart,
    },
    problems,
  };
}

const SERIES_EXPECTED =
  'event:measure, for instance project_created:total, *:unique:user or page_loaded:property:p90:duration_ms';
const DIMENSION_EXPECTED = 'field.NAME or property.NAME, for instance field.country';
const FILTER_EXPECTED = 'dimension:operator:value, for instance field.country:in:["DE","AT"]';

function writeSeries({ event, measure }: ExploredSeries): string {
  const parts: string[] = [event ?? '*', measure.kind];
  if (measure.kind === 'unique') parts.push(measure.of);
  if (measure.kind === 'property') parts.push(measure.aggregate, measure.property);
  return parts.join(':');
}

function readSeries(text: string): ExploredSeries | undefined {
  const [event = '', ...rest] = text.split(':');
  if (event !== '*' && !EVENT_NAME_PATTERN.test(event)) return undefined;
  const measure = readMeasure(rest);
  return measure && { event: event === '*' ? null : event, measure, filters: [] };
}

function readMeasure([kind, first = '', ...rest]: string[]): Measure | undefined {
  const isBare = first === '' && rest.length === 0;
  if (kind === 'total' || kind === 'per_user_average') return isBare ? { kind } : undefined;
  if (kind === 'unique') {
    const of = oneOf(UNIQUE_OF)(first);
    return of && rest.length === 0 ? { kind, of } : undefined;
  }
  if (kind !== 'property') return undefined;
  const aggregate = oneOf(AGGREGATES)(first);
  // The name of a property may hold colons itself, which is why it comes last.
  return aggregate && { kind, aggregate, property: rest.join(':') };
}

export function writeDimension(dimension: Dimension): string {
  return `${'field' in dimension ? 'field' : 'property'}.${nameOf(dimension)}`;
}

export function readDimension(text: string): Dimension | undefined {
  const dot = text.indexOf('.');
  const name = text.slice(dot + 1);
  if (dot < 0 || name === '') return undefined;
  const kind = text.slice(0, dot);
  return kind === 'field' ? { field: name } : kind === 'property' ? { property: name } : undefined;
}

function writeFilter(filter: Filter): string {
  // A colon would end the name too early.
  const dimension = writeDimension(filter).replaceAll('%', '%25').replaceAll(':', '%3A');
  const value = filter.value === undefined ? '' : `:${JSON.stringify(filter.value)}`;
  return `${dimension}:${filter.operator}${value}`;
}

function readFilter(text: string): Filter | undefined {
  const [name = '', operatorText = '', ...rest] = text.split(':');
  const dimension = readDimension(name.replaceAll('%3A', ':').replaceAll('%25', '%'));
  const operator = oneOf(OPERATORS)(operatorText);
  if (dimension === undefined || operator === undefined) return undefined;
  if (rest.length === 0) return { ...dimension, operator };
  if (!takesValue(operator)) return undefined;
  const value = parseValue(rest.join(':'));
  if (value === undefined || Array.isArray(value) !== takesList(operator)) return undefined;
  return { ...dimension, operator, value };
}

function parseValue(text: string): FilterScalar | FilterScalar[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isScalar(value)) return value;
    return Array.isArray(value) && value.every(isScalar) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): value is FilterScalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function readPeriod(one: (name: string) => string | undefined, problems: AddressProblem[]): Period | undefined {
  const last = one('last');
  if (last !== undefined) {
    const [count = '', unitText = ''] = last.split('.');
    const number = wholeNumber(DEFINITION_LIMITS.intervals)(count);
    const unit = oneOf(INTERVALS)(unitText);
    if (number !== undefined && unit !== undefined) return { last: number, unit };
    problems.push({ parameter: 'last', value: last, expected: 'a number and a unit, for instance 30.day or 24.hour' });
    return undefined;
  }
  const [from, to] = [one('from'), one('to')];
  if (from === undefined && to === undefined) return undefined;
  const period = { from: from ?? '', to: to ?? '' };
  const areRead = [period.from, period.to].every(
    (text) => DATE_OR_INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
  );
  const isSameForm = period.from.length === 10 ? period.to.length === 10 : period.to.length > 10;
  const isOrdered =
    period.from.length === 10 ? period.from <= period.to : Date.parse(period.from) < Date.parse(period.to);
  if (areRead && isSameForm && isOrdered) return period;
  problems.push({
    parameter: 'from, to',
    value: `${period.from} to ${period.to}`,
    expected: 'two dates (2026-11-01) or two instants (2026-11-01T00:00:00Z), the earlier one first',
  });
  return undefined;
}

function oneOf<T extends string>(allowed: readonly T[]): (text: string) => T | undefined {
  return (text) => allowed.find((value) => value === text);
}

function wholeNumber(most: number): (text: string) => number | undefined {
  return (text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    return number >= 1 && number <= most ? number : undefined;
  };
}
