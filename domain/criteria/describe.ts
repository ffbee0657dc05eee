/** Says a criterion in words: as a sentence for people, and in short for a column of the workbook. */
import { type Comparison, type Criterion, type DataType, typeOfAggregate, type Value } from './criterion.ts';

/** Reads after the name of the attribute: "at least 100 in the last 30 days". */
export function describeCriterion(criterion: Criterion, type: DataType): string {
  switch (criterion.kind) {
    case 'comparison':
      return describeComparison(criterion, type);
    case 'not':
      return `not (${describeCriterion(criterion.criterion, type)})`;
    default:
      return criterion.criteria
        .map((part) =>
          part.kind === 'all' || part.kind === 'any'
            ? `(${describeCriterion(part, type)})`
            : describeCriterion(part, type),
        )
        .join(criterion.kind === 'all' ? ' and ' : ' or ');
  }
}

const SYMBOLS: Readonly<Partial<Record<Comparison['operator'], string>>> = {
  equals: '=',
  not_equals: '<>',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
};

/** The workbook's "Success Criteria (Info)": `Must be true`, `>= 100`, and words where symbols do not say it. */
export function summariseCriterion(criterion: Criterion, type: DataType): string {
  if (criterion.kind === 'comparison' && criterion.aggregate === 'latest' && criterion.lastDays === undefined) {
    const symbol = SYMBOLS[criterion.operator];
    if (symbol !== undefined && type !== 'BOOLEAN' && type !== 'STRING') return `${symbol} ${String(criterion.value)}`;
  }
  return `Must be ${describeCriterion(criterion, type)}`;
}

function describeComparison(comparison: Comparison, type: DataType): string {
  const { aggregate } = comparison;
  const measured = typeOfAggregate(aggregate, type);
  const alike = comparison.ignoresCase ? ', upper or lower case alike' : '';
  const compared = `${describeOperator(comparison, measured)}${alike}`;
  const window = describeWindow(comparison.lastDays);
  switch (aggregate) {
    case 'latest':
      return `${compared}${window}`;
    case 'count': {
      const noun = comparison.value === 1 ? 'value' : 'values';
      const which = comparison.where === undefined ? '' : ` that are ${describeCriterion(comparison.where, type)}`;
      return `${compared} ${noun}${which}${window}`;
    }
    case 'sum':
      return `a sum of ${compared}${window}`;
    case 'average':
      return `an average of ${compared}${window}`;
    case 'min':
      return `a ${type === 'DATE' ? 'first day' : 'lowest value'} of ${compared}${window}`;
    case 'max':
      return `a ${type === 'DATE' ? 'last day' : 'highest value'} of ${compared}${window}`;
  }
}

export function describeWindow(lastDays: number | undefined): string {
  if (lastDays === undefined) return '';
  return lastDays === 1 ? ' today' : ` in the last ${lastDays} days`;
}

export function describeOperator({ operator, value }: Comparison, type: DataType): string {
  const isDate = type === 'DATE';
  const list = (Array.isArray(value) ? value : [value]) as readonly Value[];
  const [first = '', second = ''] = list.map((one) => describeValue(one, type));
  switch (operator) {
    case 'equals':
      return type === 'NUMBER' || type === 'PERCENTAGE' ? `exactly ${first}` : first;
    case 'not_equals':
      return `not ${first}`;
    case '>':
    case 'after':
      return isDate ? `after ${first}` : `more than ${first}`;
    case '>=':
      return isDate ? `on or after ${first}` : `at least ${first}`;
    case '<':
    case 'before':
      return isDate ? `before ${first}` : `less than ${first}`;
    case '<=':
      return isDate ? `on or before ${first}` : `at most ${first}`;
    case 'between':
      return `from ${first} to ${second}`;
    case 'in':
      return list.length === 1 ? first : `one of ${list.map((one) => describeValue(one, type)).join(', ')}`;
    case 'contains':
      return `text containing ${first}`;
    case 'not_contains':
      return `text not containing ${first}`;
    case 'starts_with':
      return `text starting with ${first}`;
    case 'matches':
      return `text matching ${first}`;
    case 'within_days':
      return describeAge(value as number);
    case 'exists':
      return value === true ? 'any value' : 'no value';
  }
}

function describeAge(days: number): string {
  if (days === 0) return 'the day itself';
  return days === 1 ? 'at most 1 day ago' : `at most ${days} days ago`;
}

export function describeValue(value: Value, type: DataType): string {
  if (type === 'STRING') return JSON.stringify(value);
  return type === 'PERCENTAGE' ? `${value} %` : String(value);
}
