/** What a comparison compares: one value out of a series, in a form that compares directly. */
import type { Aggregate, Comparison, Criterion, DataType, Value } from './criterion.ts';
import { parseDay } from './days.ts';
import { decimalAverage, decimalSum } from './decimal.ts';
import type { Observation, Series } from './series.ts';

/** A value made comparable: a day as its number, a text in one normal form. */
export type Key = boolean | number | string;

/** A stored value is not of the attribute's type. It is said, never converted. */
export const INVALID = Symbol('invalid');

/** Undefined where there is nothing to measure. */
export type Measured = Key | undefined | typeof INVALID;
export type Measure = (series: Series, end: number, asOf: number) => Measured;
export type ReadKey = (value: Value) => Key | typeof INVALID;

/** A test of single values within `where`; the maker comes as an argument because it is built on this file. */
export type WhereTest = (value: Value, asOf: number) => 'met' | 'not_met' | 'missing' | 'invalid';

export function keyReader(type: DataType, ignoresCase: boolean): ReadKey {
  switch (type) {
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? value : INVALID);
    case 'NUMBER':
      return (value) => (typeof value === 'number' && Number.isFinite(value) ? value : INVALID);
    case 'PERCENTAGE':
      return (value) => (typeof value === 'number' && value >= 0 && value <= 100 ? value : INVALID);
    case 'STRING':
      return (value) => (typeof value === 'string' ? foldText(value, ignoresCase) : INVALID);
    case 'DATE':
      return (value) => {
        const day = typeof value === 'string' ? parseDay(value) : Number.NaN;
        return Number.isNaN(day) ? INVALID : day;
      };
  }
}

/** The same letters written in two ways (a composed and a decomposed é) are one text. */
export function foldText(text: string, ignoresCase: boolean): string {
  const normal = text.normalize('NFC');
  return ignoresCase ? normal.toLowerCase() : normal;
}

export function measureOf(
  comparison: Comparison,
  type: DataType,
  testOf: (where: Criterion, type: DataType) => WhereTest,
): Measure {
  const { aggregate, where, lastDays = Number.POSITIVE_INFINITY } = comparison;
  const read = keyReader(type, comparison.ignoresCase);
  if (aggregate === 'latest') return latest(read, lastDays);
  if (aggregate === 'count') return count(read, lastDays, where && testOf(where, type));
  return numbersThen(NUMERIC[aggregate], read, lastDays);
}

function latest(read: ReadKey, lastDays: number): Measure {
  return (series, end, asOf) => {
    if (end === 0) return undefined;
    const { day, value } = series[end - 1] as Observation;
    return day > asOf - lastDays ? read(value) : undefined;
  };
}

function count(read: ReadKey, lastDays: number, test: WhereTest | undefined): Measure {
  return (series, end, asOf) => {
    let found = 0;
    for (let index = end - 1; index >= 0; index -= 1) {
      const { day, value } = series[index] as Observation;
      if (day <= asOf - lastDays) break;
      if (read(value) === INVALID) return INVALID;
      if (test === undefined || test(value, asOf) === 'met') found += 1;
    }
    return found;
  };
}

const NUMERIC: Readonly<Record<Exclude<Aggregate, 'latest' | 'count'>, (values: readonly number[]) => number>> = {
  sum: decimalSum,
  average: decimalAverage,
  min: (values) => values.reduce((least, value) => Math.min(least, value)),
  max: (values) => values.reduce((most, value) => Math.max(most, value)),
};

function numbersThen(combine: (values: readonly number[]) => number, read: ReadKey, lastDays: number): Measure {
  return (series, end, asOf) => {
    const values: number[] = [];
    for (let index = end - 1; index >= 0; index -= 1) {
      const { day, value } = series[index] as Observation;
      if (day <= asOf - lastDays) break;
      const key = read(value);
      if (typeof key !== 'number') return INVALID;
      values.push(key);
    }
    // No value is not zero: a sum of nothing is missing.
    return values.length === 0 ? undefined : combine(values);
  };
}
