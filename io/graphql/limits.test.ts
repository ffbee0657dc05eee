import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createGraphBuilder } from './builder.ts';
import { checkOperation, pageSize } from './limits.ts';

type Row = { readonly id: string };

/** Customers have plans, plans a customer and fifty tasks: round and round, and wide. */
function schema() {
  const builder = createGraphBuilder();
  const Customer = builder.objectRef<Row>('Customer');
  const Plan = builder.objectRef<Row>('Plan');
  Customer.implement({
    fields: (t) => ({ id: t.exposeID('id'), plans: t.field({ type: [Plan], resolve: () => [] }) }),
  });
  Plan.implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      customer: t.field({ type: Customer, resolve: (plan) => plan }),
      tasks: t.field({ type: ['String'], complexity: { multiplier: 50 }, resolve: () => [] }),
    }),
  });
  builder.queryField('customers', (t) =>
    t.field({
      type: [Customer],
      args: { first: t.arg.int({ defaultValue: 50 }) },
      complexity: pageSize,
      resolve: () => [],
    }),
  );
  builder.mutationField('act', (t) => t.boolean({ args: { id: t.arg.id({ required: true }) }, resolve: () => true }));
  return builder.toSchema();
}

const LIMITS = { depth: 5, fields: 30, aliases: 5, acts: 3, cost: 10_000 };
const check = (query: string, variables = {}, operationName?: string) =>
  checkOperation(schema(), parse(query), { operationName, variables }, LIMITS);
const refusal = (query: string, variables = {}) => {
  try {
    check(query, variables);
  } catch (error) {
    return (error as { code: string; errors: readonly { message: string }[] }).errors.map(({ message }) => message);
  }
  return [];
};

test('rows cost as many as are asked for, in a variable as in the text or by default', () => {
  expect(check('{ customers(first: 100) { id } }').cost).toBe(101);
  expect(check('query ($n: Int) { customers(first: $n) { id } }', { n: 200 }).cost).toBe(201);
  expect(check('{ customers { id } }').cost).toBe(51);
});

test('a list in a list costs its rows times the rows around it', () => {
  expect(check('{ customers(first: 100) { plans { id } } }').cost).toBe(1 + 100 * (1 + 10));
});

test('an answer that may hold too much is refused with its figures', () => {
  expect(refusal('{ customers(first: 1000) { plans { id } } }')).toEqual([
    'values the answer may hold: 11001, at most 10000',
  ]);
  expect(refusal('{ customers(first: 900) { plans { id } } }')).toEqual([]);
});

test('levels beyond the limit are refused, also where fragments hide them', () => {
  const deep = 'plans { customer { plans { customer { id } } } }';
  expect(refusal(`{ customers(first: 1) { ${deep} } }`)).toEqual(['levels of fields: 6, at most 5']);
  expect(refusal(`{ customers(first: 1) { ...deep } } fragment deep on Customer { ${deep} }`)).toEqual([
    'levels of fields: 6, at most 5',
  ]);
});

test('one field asked for under many names is refused', () => {
  const aliased = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ');
  expect(refusal(`{ customers(first: 1) { ${aliased(6)} } }`)).toEqual(['fields under another name: 6, at most 5']);
  expect(refusal(`{ customers(first: 1) { ${aliased(5)} } }`)).toEqual([]);
});

test('one field repeated under its own name counts each time', () => {
  expect(refusal(`{ customers(first: 1) { ${'id '.repeat(30)} } }`)).toEqual(['selected fields: 31, at most 30']);
});

test('more acts in one mutation than allowed are refused', () => {
  expect(refusal('mutation { act(id: 1) b: act(id: 2) c: act(id: 3) }')).toEqual([]);
  expect(refusal('mutation { act(id: 1) b: act(id: 2) c: act(id: 3) d: act(id: 4) }')).toEqual([
    'acts of one mutation: 4, at most 3',
  ]);
});

test('fragments that double with every level are measured at once, not walked', () => {
  const levels = Array.from(
    { length: 40 },
    (_, level) =>
      `fragment f${level} on Customer { plans { customer { ...f${level + 1} } } again: plans { customer { ...f${level + 1} } } }`,
  );
  const bomb = `{ customers(first: 1) { ...f0 } } ${levels.join(' ')} fragment f40 on Customer { id }`;
  const started = performance.now();
  expect(refusal(bomb)).toContain('levels of fields: 82, at most 5');
  expect(performance.now() - started).toBeLessThan(1_000);
});

describe('with several operations in one text', () => {
  const two = 'query Small { customers(first: 1) { id } } query Large { customers(first: 1000000) { id } }';

  test('the one that runs is measured', () => {
    expect(check(two, {}, 'Small').cost).toBe(2);
    expect(() => check(two, {}, 'Large')).toThrow(/values the answer may hold: 1000001/);
  });

  test('none is chosen by chance', () => {
    expect(() => check(two)).toThrow(/operationName says which operation to run; there are: Small, Large/);
    expect(() => check(two, {}, 'Other')).toThrow(/operationName/);
  });
});
