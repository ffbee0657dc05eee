/** Says why a criterion is met or not for a series, with the values that decided: "45 is not at least 100". */
import type { Aggregate, Comparison, Criterion, DataType } from './criterion.ts';
import { typeOfAggregate } from './criterion.ts';
import { formatDay } from './days.ts';
import { describeOperator, describeValue, describeWindow } from './describe.ts';
import { compileSeries, compileWhere, type Verdict } from './evaluate.ts';
import { INVALID, type Key, measureOf } from './measure.ts';
import { endAt, type Series } from './series.ts';

export function explainCriterion(criterion: Criterion, type: DataType, series: Series, asOfDay: number): string {
  const end = endAt(series, asOfDay);
  const verdictOf = (part: Criterion): Verdict => compileSeries(part, type)(series, end, asOfDay);
  if (criterion.kind === 'comparison') return explainComparison(criterion, type, series, end, asOfDay);
  if (criterion.kind === 'not') return `not wanted: ${explainCriterion(criterion.criterion, type, series, asOfDay)}`;
  // What decided: of a chain that holds everything, of one that breaks the links that broke.
  const verdict = verdictOf(criterion);
  const deciding = criterion.criteria.filter((part) => verdictOf(part) === verdict);
  return deciding.map((part) => explainCriterion(part, type, series, asOfDay)).join('; ');
}

function explainComparison(
  comparison: Comparison,
  type: DataType,
  series: Series,
  end: number,
  asOfDay: number,
): string {
  const measured = measureOf(comparison, type, compileWhere)(series, end, asOfDay);
  const window = describeWindow(comparison.lastDays);
  const verdict = compileSeries(comparison, type)(series, end, asOfDay);
  if (measured === INVALID) return `a stored value is not of type ${type}`;
  if (comparison.operator === 'exists')
    return measured === undefined ? `there is no value${window}` : `there is a value${window}`;
  if (measured === undefined) return window === '' ? 'there is no value yet' : `there is no value${window}`;
  const measuredType = typeOfAggregate(comparison.aggregate, type);
  const actual = `${SUBJECTS[comparison.aggregate]}${describeKey(measured, measuredType)}${window}`;
  return `${actual} is ${verdict === 'met' ? '' : 'not '}${describeOperator(comparison, measuredType)}`;
}

const SUBJECTS: Readonly<Record<Aggregate, string>> = {
  latest: '',
  count: 'the number of values, ',
  sum: 'the sum, ',
  average: 'the average, ',
  min: 'the lowest, ',
  max: 'the highest, ',
};

function describeKey(key: Key, type: DataType): string {
  return describeValue(type === 'DATE' ? formatDay(key as number) : key, type);
}
