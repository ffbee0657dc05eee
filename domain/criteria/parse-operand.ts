/** Reads what a comparison compares with: one value, a list, a pair, a number of days. Nothing is converted. */
import type { InputError } from '../contract/index.ts';
import { compilePattern, PatternRefused } from '../patterns/index.ts';
import { type Aggregate, CRITERION_LIMITS, type DataType, type Operator, type Value } from './criterion.ts';
import { parseDay } from './days.ts';

type Operand =
  | { readonly value: Value | readonly Value[]; readonly errors?: undefined }
  | { readonly errors: readonly InputError[] };

/** Paths are relative to the operand. `type` is that of what is compared: a number where values are counted. */
export function parseOperand(json: unknown, operator: Operator, type: DataType, aggregate: Aggregate): Operand {
  switch (operator) {
    case 'in':
      return listOperand(json, type, aggregate);
    case 'between':
      return pairOperand(json, type, aggregate);
    case 'exists':
      return typeof json === 'boolean' ? { value: json } : refusal('', 'must be true or false');
    case 'within_days':
      return daysOperand(json);
    case 'matches':
      return patternOperand(json);
    case 'contains':
    case 'not_contains':
    case 'starts_with':
      return json === ''
        ? refusal('', 'must not be empty: every text contains nothing')
        : oneOperand(json, type, aggregate);
    default:
      return oneOperand(json, type, aggregate);
  }
}

/** Why a value is none of the type, or undefined where it is one. */
export function typeMismatch(json: unknown, type: DataType): string | undefined {
  switch (type) {
    case 'BOOLEAN':
      return typeof json === 'boolean' ? undefined : 'must be true or false';
    case 'NUMBER':
      return Number.isFinite(json) ? undefined : `must be a number${unquoted(json)}`;
    case 'PERCENTAGE':
      if (Number.isFinite(json) && (json as number) >= 0 && (json as number) <= 100) return undefined;
      return `must be a number from 0 to 100 (75 for 75 %)${unquoted(json)}`;
    case 'STRING':
      return isText(json)
        ? undefined
        : `must be text of at most ${CRITERION_LIMITS.maxTextLength} characters, without NUL`;
    case 'DATE':
      return typeof json === 'string' && !Number.isNaN(parseDay(json))
        ? undefined
        : 'must be a day written "YYYY-MM-DD"';
  }
}

function isText(json: unknown): boolean {
  if (typeof json !== 'string' || json.length > CRITERION_LIMITS.maxTextLength) return false;
  return json.isWellFormed() && !json.includes('\0');
}

function unquoted(json: unknown): string {
  return typeof json === 'string' && json.trim() !== '' && Number.isFinite(Number(json)) ? ', without quotes' : '';
}

function oneOperand(json: unknown, type: DataType, aggregate: Aggregate): Operand {
  const mismatch = typeMismatch(json, type) ?? countMismatch(json, aggregate);
  return mismatch === undefined ? { value: json as Value } : refusal('', mismatch);
}

function countMismatch(json: unknown, aggregate: Aggregate): string | undefined {
  if (aggregate !== 'count') return undefined;
  return Number.isInteger(json) && (json as number) >= 0 ? undefined : 'must be a whole number, as counts are';
}

function listOperand(json: unknown, type: DataType, aggregate: Aggregate): Operand {
  const { maxListEntries } = CRITERION_LIMITS;
  if (!Array.isArray(json) || json.length === 0 || json.length > maxListEntries) {
    return refusal('', `must be a list of 1 to ${maxListEntries} values`);
  }
  const errors = json.flatMap((entry, index) => {
    const message = typeMismatch(entry, type) ?? countMismatch(entry, aggregate);
    return message === undefined ? [] : [{ path: `/${index}`, message }];
  });
  return errors.length > 0 ? { errors } : { value: json as Value[] };
}

function pairOperand(json: unknown, type: DataType, aggregate: Aggregate): Operand {
  if (!Array.isArray(json) || json.length !== 2) return refusal('', 'must be a pair [from, to]; both are included');
  const list = listOperand(json, type, aggregate);
  if (list.errors !== undefined) return list;
  const [from, to] = json;
  const isOrdered = type === 'DATE' ? parseDay(from) <= parseDay(to) : from <= to;
  return isOrdered ? list : refusal('', 'is the wrong way round: the first must not be above the second');
}

function daysOperand(json: unknown): Operand {
  const { maxDays } = CRITERION_LIMITS;
  if (Number.isInteger(json) && (json as number) >= 0 && (json as number) <= maxDays) return { value: json as number };
  return refusal('', `must be a whole number of days from 0 to ${maxDays}`);
}

function patternOperand(json: unknown): Operand {
  const { maxPatternLength } = CRITERION_LIMITS;
  if (typeof json !== 'string' || json === '' || json.length > maxPatternLength || !isText(json)) {
    return refusal('', `must be a pattern of 1 to ${maxPatternLength} characters`);
  }
  try {
    compilePattern(json);
    return { value: json };
  } catch (error) {
    if (error instanceof PatternRefused) return refusal('', `is no pattern that can be read: ${error.message}`);
    throw error;
  }
}

function refusal(path: string, message: string): Operand {
  return { errors: [{ path, message }] };
}
