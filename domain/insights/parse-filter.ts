/** Reads filters of a definition: which operator goes with which field, and which value with which operator. */
import {
  DEFINITION_LIMITS,
  type Dimension,
  type Filter,
  LIST_OPERATORS,
  NUMBER_OPERATORS,
  OPERATORS,
  type Operator,
  PRESENCE_OPERATORS,
  type Scalar,
  TEXT_OPERATORS,
} from './definition.ts';
import { insightField } from './fields.ts';
import { parseDimension } from './parse-dimension.ts';
import type { InputReader } from './reader.ts';

export function parseFilters(reader: InputReader, value: unknown, path: string): Filter[] {
  if (value === undefined || value === null) return [];
  const list = reader.list(value, path, 0, DEFINITION_LIMITS.filtersPerList);
  return list.flatMap((item, index) => parseFilter(reader, item, `${path}/${index}`) ?? []);
}

function parseFilter(reader: InputReader, input: unknown, path: string): Filter | undefined {
  const dimension = parseDimension(reader, input, path, ['operator', 'value']);
  if (dimension === undefined) return undefined;
  const { operator: rawOperator, value } = input as { operator?: unknown; value?: unknown };
  const operator = reader.oneOf(rawOperator, `${path}/operator`, operatorsFor(dimension));
  if (operator === undefined) return undefined;
  if (includes(PRESENCE_OPERATORS, operator)) {
    if (value !== undefined && value !== null) reader.refuse(`${path}/value`, `must be absent with "${operator}"`);
    return { ...dimension, operator };
  }
  if (includes(LIST_OPERATORS, operator)) {
    const items = reader.list(value, `${path}/value`, 1, DEFINITION_LIMITS.listValues);
    const values = items.flatMap((item, index) => parseScalar(reader, dimension, item, `${path}/value/${index}`) ?? []);
    return values.length === items.length ? { ...dimension, operator, value: values } : undefined;
  }
  if (includes(TEXT_OPERATORS, operator)) {
    const text = reader.text(value, `${path}/value`, DEFINITION_LIMITS.textLength, 1);
    return text === undefined ? undefined : { ...dimension, operator, value: text };
  }
  if (includes(NUMBER_OPERATORS, operator)) {
    if (typeof value === 'number' && Number.isFinite(value)) return { ...dimension, operator, value };
    reader.refuse(`${path}/value`, 'must be a number');
    return undefined;
  }
  const scalar = parseScalar(reader, dimension, value, `${path}/value`);
  return scalar === undefined ? undefined : { ...dimension, operator, value: scalar };
}

/** Fields are text or boolean, so only properties can be more or less than a number. */
function operatorsFor(dimension: Dimension): readonly Operator[] {
  if ('property' in dimension) return OPERATORS;
  const isBoolean = insightField(dimension.field)?.kind === 'boolean';
  const without: readonly Operator[] = isBoolean
    ? [...NUMBER_OPERATORS, ...TEXT_OPERATORS, ...LIST_OPERATORS, ...PRESENCE_OPERATORS]
    : NUMBER_OPERATORS;
  return OPERATORS.filter((operator) => !without.includes(operator));
}

function parseScalar(reader: InputReader, dimension: Dimension, value: unknown, path: string): Scalar | undefined {
  if ('property' in dimension) {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string') return reader.text(value, path, DEFINITION_LIMITS.textLength);
    reader.refuse(path, 'must be text, a number, true or false');
    return undefined;
  }
  const field = insightField(dimension.field);
  if (field?.kind === 'boolean') {
    if (typeof value === 'boolean') return value;
    reader.refuse(path, 'must be true or false');
    return undefined;
  }
  if (field?.values !== undefined) return reader.oneOf(value, path, field.values);
  return reader.text(value, path, DEFINITION_LIMITS.textLength);
}

function includes<T extends Operator>(list: readonly T[], operator: Operator): operator is T {
  return (list as readonly Operator[]).includes(operator);
}
