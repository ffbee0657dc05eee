/**
 * Judges values by a criterion: compiled once, evaluated often.
 *
 * Truth has a third side. A comparison without a value to compare is neither true nor false but missing, and `all`, `any` and
 * `not` carry that on (Kleene's strong logic): a criterion is met only where the values at hand prove it, so `not` never turns
 * a gap into a success. A stored value of another type is invalid and carried on in the same way.
 */
import { compilePattern } from '../patterns/index.ts';
import type { Comparison, Criterion, DataType, Value } from './criterion.ts';
import { typeOfAggregate } from './criterion.ts';
import { parseDay } from './days.ts';
import { foldText, INVALID, type Key, keyReader, type Measured, measureOf } from './measure.ts';
import { endAt, type Series } from './series.ts';

/** Why a criterion is met or not: a closed list. */
export type Verdict = 'met' | 'not_met' | 'missing' | 'invalid';

export type Evaluation = {
  readonly isMet: boolean;
  readonly reason: Verdict;
  /** No value decides it yet. */
  readonly isMissing: boolean;
};

export type CompiledCriterion = {
  /** `asOfDay` is the day for which is judged; values for later days are not looked at. */
  readonly evaluate: (series: Series, asOfDay: number) => Evaluation;
  /** Of one value, given for the day itself; `undefined` is no value. */
  readonly evaluateValue: (value: Value | undefined, asOfDay: number) => Evaluation;
};

const EVALUATIONS: Readonly<Record<Verdict, Evaluation>> = {
  met: { isMet: true, reason: 'met', isMissing: false },
  not_met: { isMet: false, reason: 'not_met', isMissing: false },
  missing: { isMet: false, reason: 'missing', isMissing: true },
  invalid: { isMet: false, reason: 'invalid', isMissing: false },
};

export function compileCriterion(criterion: Criterion, type: DataType): CompiledCriterion {
  const judge = compileSeries(criterion, type);
  return {
    evaluate: (series, asOfDay) => EVALUATIONS[judge(series, endAt(series, asOfDay), asOfDay)],
    evaluateValue: (value, asOfDay) =>
      value === undefined
        ? EVALUATIONS[judge([], 0, asOfDay)]
        : EVALUATIONS[judge([{ day: asOfDay, value }], 1, asOfDay)],
  };
}

type Judge<Subject extends readonly unknown[]> = (...subject: Subject) => Verdict;
type SeriesJudge = Judge<[series: Series, end: number, asOf: number]>;
type ValueJudge = Judge<[value: Value, asOf: number]>;

export function compileSeries(criterion: Criterion, type: DataType): SeriesJudge {
  return combine(criterion, (comparison) => {
    const measure = measureOf(comparison, type, compileWhere);
    const verdictOf = compileVerdict(comparison, typeOfAggregate(comparison.aggregate, type));
    return (series, end, asOf) => verdictOf(measure(series, end, asOf), asOf);
  });
}

/** For `where`: comparisons of one value, which is there. */
export function compileWhere(criterion: Criterion, type: DataType): ValueJudge {
  return combine(criterion, (comparison) => {
    const read = keyReader(type, comparison.ignoresCase);
    const verdictOf = compileVerdict(comparison, type);
    return (value, asOf) => verdictOf(read(value), asOf);
  });
}

function combine<Subject extends readonly unknown[]>(
  criterion: Criterion,
  compile: (comparison: Comparison) => Judge<Subject>,
): Judge<Subject> {
  if (criterion.kind === 'comparison') return compile(criterion);
  if (criterion.kind === 'not') {
    const judge = combine(criterion.criterion, compile);
    return (...subject) => negated(judge(...subject));
  }
  const judges = criterion.criteria.map((part) => combine(part, compile));
  const decisive = criterion.kind === 'all' ? 'not_met' : 'met';
  return (...subject) => {
    let verdict: Verdict = decisive === 'met' ? 'not_met' : 'met';
    for (const judge of judges) {
      const part = judge(...subject);
      if (part === decisive) return decisive;
      // What cannot be read weighs more than what is not there: it does not mend itself.
      if (part === 'invalid' || (part === 'missing' && verdict !== 'invalid')) verdict = part;
    }
    return verdict;
  };
}

function negated(verdict: Verdict): Verdict {
  if (verdict === 'met') return 'not_met';
  return verdict === 'not_met' ? 'met' : verdict;
}

function compileVerdict(comparison: Comparison, type: DataType): (measured: Measured, asOf: number) => Verdict {
  if (comparison.operator === 'exists') {
    const { value: isWanted } = comparison;
    return (measured) => {
      if (measured === INVALID) return 'invalid';
      return (measured !== undefined) === isWanted ? 'met' : 'not_met';
    };
  }
  const compare = compileCompare(comparison, type);
  return (measured, asOf) => {
    if (measured === undefined) return 'missing';
    if (measured === INVALID) return 'invalid';
    return compare(measured, asOf) ? 'met' : 'not_met';
  };
}

type Compare = (key: Key, asOf: number) => boolean;

/** Keys of one type compare as numbers do; the parser has seen to it that operand and operator fit the type. */
function compileCompare({ operator, value, ignoresCase }: Comparison, type: DataType): Compare {
  const keys = (Array.isArray(value) ? value : [value]).map((one: Value) => operandKey(one, type, ignoresCase));
  const [key, upper] = keys as [Key, Key];
  switch (operator) {
    case 'equals':
      return (actual) => actual === key;
    case 'not_equals':
      return (actual) => actual !== key;
    case '>':
    case 'after':
      return (actual) => actual > key;
    case '>=':
      return (actual) => actual >= key;
    case '<':
    case 'before':
      return (actual) => actual < key;
    case '<=':
      return (actual) => actual <= key;
    case 'between':
      return (actual) => actual >= key && actual <= upper;
    case 'in':
      return inSet(new Set(keys));
    case 'within_days':
      return withinDays(value as number);
    default:
      return compileTextCompare(operator, key as string);
  }
}

function compileTextCompare(operator: Comparison['operator'], key: string): Compare {
  switch (operator) {
    case 'contains':
      return (actual) => (actual as string).includes(key);
    case 'not_contains':
      return (actual) => !(actual as string).includes(key);
    case 'starts_with':
      return (actual) => (actual as string).startsWith(key);
    case 'matches': {
      const isMatch = compilePattern(key);
      return (actual) => isMatch(actual as string);
    }
    default:
      throw new Error(`The operator ${operator} compares no texts.`);
  }
}

/** A number of days stays one; every other operand is read as the values are. */
function operandKey(value: Value, type: DataType, ignoresCase: boolean): Key {
  if (typeof value !== 'string') return value;
  return type === 'DATE' ? parseDay(value) : foldText(value, ignoresCase);
}

function inSet(keys: ReadonlySet<Key>): Compare {
  return (actual) => keys.has(actual);
}

/** From today back: a day in the future has not come about yet. */
function withinDays(days: number): Compare {
  return (actual, asOf) => (actual as number) <= asOf && asOf - (actual as number) <= days;
}
