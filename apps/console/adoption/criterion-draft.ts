/** A success criterion while it is edited: the JSON it is kept as, changed step by step, and what it says. */
import {
  AGGREGATES_OF,
  type Aggregate,
  type DataType,
  describeCriterion,
  OPERATORS_OF,
  type Operator,
  parseCriterion,
} from '@uptake/domain/criteria';
import type { Json } from './types.ts';

type JsonObject = { readonly [name: string]: Json };
export type GroupKind = 'all' | 'any';

/** The parts of a criterion that the builder shows; `other` is what only JSON can say. */
export type CriterionView =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'group'; readonly group: GroupKind; readonly parts: readonly Json[] }
  | { readonly kind: 'other' };

export type Rule = {
  readonly operator: Operator;
  readonly value: Json;
  readonly aggregate?: Aggregate;
  readonly last_days?: number;
  readonly where?: Json;
  readonly ignore_case?: boolean;
};

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

export function viewOf(json: Json): CriterionView {
  if (!isObject(json)) return { kind: 'other' };
  for (const group of ['all', 'any'] as const) {
    const parts = json[group];
    if (Array.isArray(parts) && Object.keys(json).length === 1)
      return { kind: 'group', group, parts: parts as readonly Json[] };
  }
  return typeof json.operator === 'string' && !('not' in json)
    ? { kind: 'rule', rule: json as unknown as Rule }
    : { kind: 'other' };
}

/** What the criterion says after the attribute's name, or what is wrong with it and where. */
export function sayCriterion(
  json: Json,
  type: DataType,
): { readonly text: string } | { readonly errors: readonly { readonly path: string; readonly message: string }[] } {
  const { criterion, errors } = parseCriterion(json, type);
  return criterion === undefined ? { errors: errors ?? [] } : { text: describeCriterion(criterion, type) };
}

const FIRST_VALUE: Readonly<Record<DataType, Json>> = {
  BOOLEAN: true,
  NUMBER: 1,
  PERCENTAGE: 80,
  STRING: '',
  DATE: 30,
};
const FIRST_OPERATOR: Readonly<Record<DataType, Operator>> = {
  BOOLEAN: 'equals',
  NUMBER: '>=',
  PERCENTAGE: '>=',
  STRING: 'exists',
  DATE: 'within_days',
};

/** What most attributes of a type are judged by. */
export function firstCriterion(type: DataType): Json {
  const operator = FIRST_OPERATOR[type];
  return { operator, value: operator === 'exists' ? true : FIRST_VALUE[type] };
}

/** The type of what is compared: a count is a number whatever is counted. */
export const comparedType = (rule: Pick<Rule, 'aggregate'>, type: DataType): DataType =>
  rule.aggregate === 'count' ? 'NUMBER' : type;

export const operatorsFor = (rule: Rule, type: DataType): readonly Operator[] => {
  const operators = OPERATORS_OF[comparedType(rule, type)];
  // Whether there is a value is asked of the values themselves, not of a count or a sum of them.
  return rule.aggregate === undefined ? operators : operators.filter((operator) => operator !== 'exists');
};
export const aggregatesFor = (type: DataType): readonly Aggregate[] => AGGREGATES_OF[type];

/** A value that fits the operator; the present one where it does. */
export function withOperator(rule: Rule, operator: Operator, type: DataType): Rule {
  const compared = comparedType(rule, type);
  const plain = Array.isArray(rule.value) ? ((rule.value[0] ?? null) as Json) : rule.value;
  return { ...rule, operator, value: fitting(operator, plain, compared) };
}

function fitting(operator: Operator, value: Json, type: DataType): Json {
  if (operator === 'exists') return true;
  if (operator === 'within_days') return typeof value === 'number' ? value : 30;
  const isNumeric = type === 'NUMBER' || type === 'PERCENTAGE';
  const fits = isNumeric
    ? typeof value === 'number'
    : type === 'BOOLEAN'
      ? typeof value === 'boolean'
      : typeof value === 'string';
  const single = fits ? value : type === 'DATE' ? '' : type === 'STRING' ? '' : FIRST_VALUE[type];
  if (operator === 'between') return [single, single];
  return operator === 'in' ? [single] : single;
}

export function withAggregate(rule: Rule, aggregate: Aggregate, type: DataType): Rule {
  const { aggregate: _before, where, ...rest } = rule;
  const next: Rule = {
    ...rest,
    ...(aggregate === 'latest' ? {} : { aggregate }),
    ...(aggregate === 'count' && where !== undefined ? { where } : {}),
  };
  const allowed = operatorsFor(next, type);
  return withOperator(next, allowed.includes(next.operator) ? next.operator : '>=', type);
}

export function withWindow(rule: Rule, lastDays: number | undefined): Rule {
  const { last_days: _before, ...rest } = rule;
  return lastDays === undefined ? rest : { ...rest, last_days: lastDays };
}

/** A rule as JSON; what is unset is left out. */
export const ruleToJson = (rule: Rule): Json => rule as unknown as Json;

/** Adds a part: a rule alone becomes a group of itself and the new one. */
export function addPart(json: Json, type: DataType, group: GroupKind = 'all'): Json {
  const view = viewOf(json);
  const added = firstCriterion(type);
  return view.kind === 'group' ? { [view.group]: [...view.parts, added] } : { [group]: [json, added] };
}

/** Takes a part away: a group of one is that one. */
export function removePart(parts: readonly Json[], group: GroupKind, index: number): Json {
  const left = parts.filter((_, at) => at !== index);
  return left.length === 1 && left[0] !== undefined ? left[0] : { [group]: left };
}
