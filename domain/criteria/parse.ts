/** Reads the JSON of a criterion for values of one type; what does not fit is refused with its JSON pointer and the way out. */
import type { InputError } from '../contract/index.ts';
import {
  AGGREGATES,
  AGGREGATES_OF,
  type Aggregate,
  type Comparison,
  CRITERION_LIMITS,
  type Criterion,
  type DataType,
  OPERATORS,
  OPERATORS_OF,
  type Operator,
  typeOfAggregate,
} from './criterion.ts';
import { parseOperand } from './parse-operand.ts';

export type ParsedCriterion =
  | { readonly criterion: Criterion; readonly errors?: undefined }
  | { readonly criterion?: undefined; readonly errors: readonly InputError[] };

/** `json` is the criterion as JSON gave it: an object. */
export function parseCriterion(json: unknown, type: DataType): ParsedCriterion {
  const reader = new CriterionReader();
  const criterion = reader.criterion(json, type, '', 1, false);
  return criterion === undefined || reader.errors.length > 0 ? { errors: reader.errors } : { criterion };
}

/** As it stands in a cell or a text field. */
export function parseCriterionText(text: string, type: DataType): ParsedCriterion {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return {
      errors: [{ path: '', message: 'is no JSON; write for instance {"operator": ">=", "value": 100}' }],
    };
  }
  return parseCriterion(json, type);
}

const COMPARISON_KEYS = ['operator', 'value', 'aggregate', 'last_days', 'where', 'ignore_case'];

/** What people write instead, and what they mean by it. */
const OTHER_NAMES: Readonly<Record<string, Operator>> = {
  '=': 'equals',
  '==': 'equals',
  '===': 'equals',
  eq: 'equals',
  is: 'equals',
  '!=': 'not_equals',
  '<>': 'not_equals',
  ne: 'not_equals',
  gt: '>',
  greater_than: '>',
  gte: '>=',
  '=>': '>=',
  at_least: '>=',
  greater_or_equal: '>=',
  lt: '<',
  less_than: '<',
  lte: '<=',
  '=<': '<=',
  at_most: '<=',
  less_or_equal: '<=',
  regex: 'matches',
  one_of: 'in',
  is_set: 'exists',
};

class CriterionReader {
  readonly errors: InputError[] = [];
  #comparisons = 0;

  /** `isOfOneValue`: within `where`, which judges single values and knows no days. */
  criterion(json: unknown, type: DataType, path: string, depth: number, isOfOneValue: boolean): Criterion | undefined {
    if (depth > CRITERION_LIMITS.maxDepth) {
      return this.#refuse(path, `is nested deeper than ${CRITERION_LIMITS.maxDepth} levels`);
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return this.#refuse(path, 'must be an object such as {"operator": ">=", "value": 100}');
    }
    const object = json as Readonly<Record<string, unknown>>;
    const combining = (['all', 'any', 'not'] as const).filter((key) => Object.hasOwn(object, key));
    const [key] = combining;
    if (key === undefined) return this.#comparison(object, type, path, depth, isOfOneValue);
    this.#onlyKeys(object, [key], path);
    if (combining.length > 1) return undefined;
    if (key === 'not') {
      const criterion = this.criterion(object.not, type, `${path}/not`, depth + 1, isOfOneValue);
      return criterion && { kind: 'not', criterion };
    }
    const criteria = this.#list(object[key], type, `${path}/${key}`, depth, isOfOneValue);
    return criteria && { kind: key, criteria };
  }

  #list(
    json: unknown,
    type: DataType,
    path: string,
    depth: number,
    isOfOneValue: boolean,
  ): readonly Criterion[] | undefined {
    if (!Array.isArray(json) || json.length === 0)
      return this.#refuse(path, 'must be a list of at least one criterion');
    const criteria: Criterion[] = [];
    for (const [index, part] of json.entries()) {
      const criterion = this.criterion(part, type, `${path}/${index}`, depth + 1, isOfOneValue);
      if (criterion !== undefined) criteria.push(criterion);
      if (this.#comparisons > CRITERION_LIMITS.maxComparisons) return undefined;
    }
    return criteria;
  }

  #comparison(
    object: Readonly<Record<string, unknown>>,
    type: DataType,
    path: string,
    depth: number,
    isOfOneValue: boolean,
  ): Comparison | undefined {
    this.#comparisons += 1;
    if (this.#comparisons === CRITERION_LIMITS.maxComparisons + 1) {
      return this.#refuse(path, `is one comparison too many; ${CRITERION_LIMITS.maxComparisons} are allowed`);
    }
    this.#onlyKeys(object, COMPARISON_KEYS, path);
    const aggregate = this.#aggregate(object.aggregate, type, path, isOfOneValue);
    const lastDays = this.#lastDays(object.last_days, path, isOfOneValue);
    const where = this.#where(object.where, aggregate, type, path, depth);
    if (aggregate === undefined) return undefined;
    const operator = this.#operator(object.operator, typeOfAggregate(aggregate, type), aggregate, path);
    if (operator === undefined) return undefined;
    const ignoresCase = this.#ignoreCase(object.ignore_case, operator, type, path);
    if (!Object.hasOwn(object, 'value')) return this.#refuse(`${path}/value`, 'is required');
    const operand = parseOperand(object.value, operator, typeOfAggregate(aggregate, type), aggregate);
    if (operand.errors !== undefined) {
      for (const error of operand.errors) this.#refuse(`${path}/value${error.path}`, error.message);
      return undefined;
    }
    return { kind: 'comparison', operator, value: operand.value, aggregate, lastDays, where, ignoresCase };
  }

  #operator(json: unknown, type: DataType, aggregate: Aggregate, path: string): Operator | undefined {
    const place = `${path}/operator`;
    if (json === undefined) return this.#refuse(place, 'is required (or "all", "any" or "not" in its stead)');
    const operator = OPERATORS.find((candidate) => candidate === json);
    const allowed = OPERATORS_OF[type];
    if (operator === undefined) {
      const meant = typeof json === 'string' ? OTHER_NAMES[json.trim().toLowerCase()] : undefined;
      const hint = meant === undefined ? `allowed for ${type} are ${allowed.join(', ')}` : `write "${meant}"`;
      return this.#refuse(place, `is not known; ${hint}`);
    }
    if (!allowed.includes(operator)) {
      const judged = aggregate === 'count' ? 'a count' : `${type} values`;
      return this.#refuse(place, `"${operator}" does not judge ${judged}; allowed are ${allowed.join(', ')}`);
    }
    if (operator === 'exists' && aggregate !== 'latest') {
      return this.#refuse(place, '"exists" asks for a value itself; leave "aggregate" out');
    }
    return operator;
  }

  #aggregate(json: unknown, type: DataType, path: string, isOfOneValue: boolean): Aggregate | undefined {
    if (json === undefined) return 'latest';
    const place = `${path}/aggregate`;
    if (isOfOneValue) return this.#refuse(place, 'has no place within "where", which judges one value at a time');
    const aggregate = AGGREGATES.find((candidate) => candidate === json);
    const allowed = AGGREGATES_OF[type];
    if (aggregate !== undefined && allowed.includes(aggregate)) return aggregate;
    return this.#refuse(place, `must be one of ${allowed.join(', ')} for ${type} values`);
  }

  #lastDays(json: unknown, path: string, isOfOneValue: boolean): number | undefined {
    if (json === undefined) return undefined;
    const place = `${path}/last_days`;
    if (isOfOneValue) return this.#refuse(place, 'has no place within "where", which judges one value at a time');
    const { maxDays } = CRITERION_LIMITS;
    if (Number.isInteger(json) && (json as number) >= 1 && (json as number) <= maxDays) return json as number;
    return this.#refuse(place, `must be a whole number of days from 1 to ${maxDays}`);
  }

  #where(
    json: unknown,
    aggregate: Aggregate | undefined,
    type: DataType,
    path: string,
    depth: number,
  ): Criterion | undefined {
    if (json === undefined) return undefined;
    const place = `${path}/where`;
    if (aggregate !== 'count') return this.#refuse(place, 'only goes with "aggregate": "count"');
    return this.criterion(json, type, place, depth + 1, true);
  }

  #ignoreCase(json: unknown, operator: Operator, type: DataType, path: string): boolean {
    if (json === undefined || json === false) return false;
    const isText = type === 'STRING' && operator !== 'matches' && operator !== 'exists';
    if (json === true && isText) return true;
    const message = isText ? 'must be true or false' : 'only goes with comparisons of text other than "matches"';
    this.#refuse(`${path}/ignore_case`, message);
    return false;
  }

  #onlyKeys(object: Readonly<Record<string, unknown>>, allowed: readonly string[], path: string): void {
    for (const key of Object.keys(object)) {
      if (allowed.includes(key)) continue;
      this.#refuse(`${path}/${pointerToken(key)}`, `is not known here; allowed are ${allowed.join(', ')}`);
    }
  }

  #refuse(path: string, message: string): undefined {
    this.errors.push({ path, message });
    return undefined;
  }
}

/** A key as part of a JSON pointer (RFC 6901), shortened. */
function pointerToken(key: string): string {
  const clipped = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  return clipped.replaceAll('~', '~0').replaceAll('/', '~1');
}
