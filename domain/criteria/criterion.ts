/** What a success criterion is: the types of values it judges, its operators, and its parsed form. */

/** Types of telemetry attributes, as the wire and the workbook write them. */
export const DATA_TYPES = ['BOOLEAN', 'NUMBER', 'STRING', 'PERCENTAGE', 'DATE'] as const;
export type DataType = (typeof DATA_TYPES)[number];

/** A value as it is stored: DATE is text `YYYY-MM-DD`, PERCENTAGE a number from 0 to 100. */
export type Value = boolean | number | string;

export const OPERATORS = [
  'equals',
  'not_equals',
  '>',
  '>=',
  '<',
  '<=',
  'between',
  'contains',
  'not_contains',
  'starts_with',
  'matches',
  'in',
  'before',
  'after',
  'within_days',
  'exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** How several days' values become the one that is compared. `latest` where nothing is said. */
export const AGGREGATES = ['latest', 'count', 'sum', 'average', 'min', 'max'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/**
 * One comparison. `value` fits the operator: a list for `in`, `[from, to]` for `between` (both included), whole days for
 * `within_days`, true or false for `exists`, else one value of the type.
 */
export type Comparison = {
  readonly kind: 'comparison';
  readonly operator: Operator;
  readonly value: Value | readonly Value[];
  readonly aggregate: Aggregate;
  /** Only values for the last so many days count, today included. */
  readonly lastDays: number | undefined;
  /** With `count`: which values are counted; all of them where it is absent. */
  readonly where: Criterion | undefined;
  /** Text compares as lower case on both sides. */
  readonly ignoresCase: boolean;
};

export type Criterion =
  | Comparison
  | { readonly kind: 'all' | 'any'; readonly criteria: readonly Criterion[] }
  | { readonly kind: 'not'; readonly criterion: Criterion };

export const CRITERION_LIMITS = {
  maxDepth: 8,
  maxComparisons: 100,
  maxListEntries: 200,
  maxTextLength: 1_000,
  maxPatternLength: 200,
  maxDays: 3_660,
} as const;

const EQUALITY = ['equals', 'not_equals', 'exists'] as const;
const ORDER = ['>', '>=', '<', '<=', 'between', 'in'] as const;

/** Which comparisons a type admits. */
export const OPERATORS_OF: Readonly<Record<DataType, readonly Operator[]>> = {
  BOOLEAN: EQUALITY,
  NUMBER: [...EQUALITY, ...ORDER],
  PERCENTAGE: [...EQUALITY, ...ORDER],
  STRING: [...EQUALITY, 'contains', 'not_contains', 'starts_with', 'matches', 'in'],
  DATE: [...EQUALITY, ...ORDER, 'before', 'after', 'within_days'],
};

/** Which aggregates a type admits; a sum of percentages or of dates means nothing. */
export const AGGREGATES_OF: Readonly<Record<DataType, readonly Aggregate[]>> = {
  BOOLEAN: ['latest', 'count'],
  NUMBER: ['latest', 'count', 'sum', 'average', 'min', 'max'],
  PERCENTAGE: ['latest', 'count', 'average', 'min', 'max'],
  STRING: ['latest', 'count'],
  DATE: ['latest', 'count', 'min', 'max'],
};

/** The type of what an aggregate yields; a count is a number whatever is counted. */
export function typeOfAggregate(aggregate: Aggregate, type: DataType): DataType {
  return aggregate === 'count' ? 'NUMBER' : type;
}

/** The JSON of a criterion, with its keys in one order and defaults left out: parsing it gives the same criterion. */
export function criterionToJson(criterion: Criterion): Readonly<Record<string, unknown>> {
  switch (criterion.kind) {
    case 'all':
      return { all: criterion.criteria.map(criterionToJson) };
    case 'any':
      return { any: criterion.criteria.map(criterionToJson) };
    case 'not':
      return { not: criterionToJson(criterion.criterion) };
    case 'comparison':
      return {
        operator: criterion.operator,
        value: criterion.value,
        ...(criterion.aggregate === 'latest' ? {} : { aggregate: criterion.aggregate }),
        ...(criterion.lastDays === undefined ? {} : { last_days: criterion.lastDays }),
        ...(criterion.where === undefined ? {} : { where: criterionToJson(criterion.where) }),
        ...(criterion.ignoresCase ? { ignore_case: true } : {}),
      };
  }
}
