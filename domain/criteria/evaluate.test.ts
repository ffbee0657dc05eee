import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Comparison, Criterion, DataType, Value } from './criterion.ts';
import { compileCriterion } from './evaluate.ts';
import { type Observation, seriesOf } from './series.ts';

/** By the definitions alone, slowly: every day of the window is looked up, nothing is prepared. `undefined` is unknown. */
function naive(criterion: Criterion, written: readonly Observation[], asOf: number): boolean | undefined {
  if (criterion.kind === 'not') {
    const inner = naive(criterion.criterion, written, asOf);
    return inner === undefined ? undefined : !inner;
  }
  if (criterion.kind !== 'comparison') {
    const parts = criterion.criteria.map((part) => naive(part, written, asOf));
    const decisive = criterion.kind === 'any';
    if (parts.includes(decisive)) return decisive;
    return parts.includes(undefined) ? undefined : !decisive;
  }
  const values: Value[] = [];
  for (let day = Math.max(0, asOf - (criterion.lastDays ?? 1_000) + 1); day <= asOf; day += 1) {
    const value = written.findLast((observation) => observation.day === day)?.value;
    if (value !== undefined) values.push(value);
  }
  return naiveComparison(criterion, values, asOf);
}

function naiveComparison(comparison: Comparison, values: readonly Value[], asOf: number): boolean | undefined {
  const { operator, aggregate, value, where } = comparison;
  if (operator === 'exists') return values.length > 0 === value;
  if (aggregate === 'count') {
    const counted = values.filter(
      (one) => where === undefined || naive(where, [{ day: asOf, value: one }], asOf) === true,
    );
    return naiveCompare(operator, counted.length, value);
  }
  if (values.length === 0) return undefined;
  const numbers = values as readonly number[];
  const total = numbers.reduce((sum, number) => sum + number, 0);
  if (aggregate === 'sum') return naiveCompare(operator, total, value);
  if (aggregate === 'average') return naiveCompare(operator, total / numbers.length, value);
  if (aggregate === 'min') return naiveCompare(operator, Math.min(...numbers), value);
  if (aggregate === 'max') return naiveCompare(operator, Math.max(...numbers), value);
  return naiveCompare(operator, values.at(-1) as Value, value);
}

function naiveCompare(operator: Comparison['operator'], actual: Value, operand: Comparison['value']): boolean {
  const [one, two] = Array.isArray(operand) ? (operand as Value[]) : [operand as Value];
  if (operator === 'equals') return actual === operand;
  if (operator === 'not_equals') return actual !== operand;
  if (operator === '>') return actual > (operand as Value);
  if (operator === '>=') return actual >= (operand as Value);
  if (operator === '<') return actual < (operand as Value);
  if (operator === '<=') return actual <= (operand as Value);
  if (operator === 'between') return actual >= (one as Value) && actual <= (two as Value);
  if (operator === 'in') return (operand as Value[]).includes(actual);
  if (operator === 'contains') return (actual as string).split(operand as string).length > 1;
  if (operator === 'starts_with') return (actual as string).slice(0, (operand as string).length) === operand;
  throw new Error(operator);
}

// Whole numbers only, so that the naive sums are exact; decimals have tests of their own.
const number = fc.integer({ min: -5, max: 20 });
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), maxLength: 3 });
const letters = word.filter((text) => text !== '');
const plain = {
  kind: 'comparison',
  aggregate: 'latest',
  lastDays: undefined,
  where: undefined,
  ignoresCase: false,
} as const;

const numberCompare = fc.oneof(
  fc.record({ operator: fc.constantFrom('equals', 'not_equals', '>', '>=', '<', '<='), value: number }),
  fc.tuple(number, number).map(([a, b]) => ({ operator: 'between' as const, value: [Math.min(a, b), Math.max(a, b)] })),
  fc.array(number, { minLength: 1, maxLength: 4 }).map((value) => ({ operator: 'in' as const, value })),
);
const textCompare = fc.oneof(
  fc.record({ operator: fc.constantFrom('equals', 'not_equals'), value: word }),
  fc.record({ operator: fc.constantFrom('contains', 'starts_with'), value: letters }),
);
const lastDays = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });
const exists = fc.record({ operator: fc.constant('exists' as const), value: fc.boolean(), lastDays });
const ofNumbers = fc.oneof(
  fc
    .tuple(numberCompare, fc.constantFrom('latest', 'sum', 'average', 'min', 'max', 'count'), lastDays)
    .map(([compare, aggregate, days]) => ({ ...plain, ...compare, aggregate, lastDays: days }) as Comparison),
  fc
    .tuple(numberCompare, numberCompare, lastDays)
    .map(
      ([compare, where, days]) =>
        ({ ...plain, ...compare, aggregate: 'count', where: { ...plain, ...where }, lastDays: days }) as Comparison,
    ),
  exists.map((parts) => ({ ...plain, ...parts }) as Comparison),
);
const ofTexts = fc.oneof(
  fc.tuple(textCompare, lastDays).map(([compare, days]) => ({ ...plain, ...compare, lastDays: days }) as Comparison),
  exists.map((parts) => ({ ...plain, ...parts }) as Comparison),
);

function nested(leaf: fc.Arbitrary<Comparison>): fc.Arbitrary<Criterion> {
  return fc.letrec<{ tree: Criterion }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc.record({
        kind: fc.constantFrom('all', 'any'),
        criteria: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), criterion: tie('tree') }),
    ),
  })).tree;
}

test.each<[DataType, fc.Arbitrary<Comparison>, fc.Arbitrary<Value>]>([
  ['NUMBER', ofNumbers, number],
  ['STRING', ofTexts, word],
])('criteria of %s values agree with their definitions read word for word', (type, leaf, value) => {
  const written = fc.array(fc.record({ day: fc.integer({ min: 80, max: 105 }), value }), { maxLength: 12 });
  fc.assert(
    fc.property(nested(leaf), written, (criterion, observations) => {
      const expected = { true: 'met', false: 'not_met', undefined: 'missing' }[
        String(naive(criterion, observations, 100))
      ];
      expect(compileCriterion(criterion, type).evaluate(seriesOf(observations), 100).reason).toBe(expected);
    }),
    { numRuns: 5_000, seed: 20261121 },
  );
});

test('one value is judged as a series of today', () => {
  const criterion = compileCriterion({ ...plain, operator: '>=', value: 100 }, 'NUMBER');
  expect(criterion.evaluateValue(100, 5).reason).toBe('met');
  expect(criterion.evaluateValue(99, 5).reason).toBe('not_met');
  expect(criterion.evaluateValue('100', 5).reason).toBe('invalid');
  expect(criterion.evaluateValue(undefined, 5).reason).toBe('missing');
});
