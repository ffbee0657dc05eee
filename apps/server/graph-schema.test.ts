import { readFileSync } from 'node:fs';
import type { AdoptionService } from '@uptake/capabilities/adoption/port';
import { checkOperation, UploadedFile } from '@uptake/io/graphql';
import { parse, print, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createGraphSchema } from './graph-schema.ts';

// Only types and costs are looked at here; nothing is asked.
const schema = createGraphSchema({ adoption: {} as AdoptionService });
const fixed = readFileSync(new URL('../../conformance/graphql/adoption.graphql', import.meta.url), 'utf8');

const sizeOf = (query: string, variables: Record<string, unknown> = {}) =>
  checkOperation(schema, parse(query), { operationName: undefined, variables });
const refusalOf = (query: string, variables: Record<string, unknown> = {}) => {
  try {
    sizeOf(query, variables);
  } catch (error) {
    return (error as { detail: string }).detail;
  }
  return undefined;
};

test('the operations clients send already fit the schema as they are', () => {
  const document = parse(fixed);
  expect(document.definitions).toHaveLength(5);
  expect(validate(schema, document)).toEqual([]);
});

test('the operations clients send already are within the limits', () => {
  for (const definition of parse(fixed).definitions) {
    const variables = {
      adoptionPlanId: 'x',
      productId: 'x',
      file: new UploadedFile('values.xlsx', Buffer.alloc(0)),
      input: { adoptionPlanId: 'x' },
    };
    expect(sizeOf(print(definition), variables).cost).toBeLessThan(5_000);
  }
});

test('a portfolio of a thousand plans with their trends is within the limits', () => {
  const portfolio = `query ($first: Int) {
    portfolio { plans customers averageCombined overdue byHealth { health plans } }
    adoptionPlans(first: $first) {
      totalCount
      nodes {
        id name dueDate customer { id name } product { id name } owner { id name }
        progress { combined { percentage } } health { health reasons { text } nextStep { text } }
        trend { combined }
      }
    }
  }`;
  expect(sizeOf(portfolio, { first: 1_000 }).cost).toBeLessThan(150_000);
});

test('every task of every plan of every customer at once is refused with the figure', () => {
  const query = '{ customers(first: 1000) { nodes { plans { tasks { telemetryAttributes { name } } } } } }';
  expect(refusalOf(query)).toMatch(/^values the answer may hold: 3012001, at most 250000\.$/);
});

test('customers of plans of customers and so on are refused by their levels', () => {
  const round = (levels: number): string => (levels === 0 ? 'id' : `plans { customer { ${round(levels - 1)} } }`);
  expect(refusalOf(`query ($id: ID!) { customer(id: $id) { ${round(5)} } }`, { id: 'x' })).toMatch(
    /levels of fields: 12, at most 10/,
  );
});
