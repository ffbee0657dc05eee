import { DATA_TYPES, parseCriterion } from '@uptake/domain/criteria';
import { expect, test } from 'vitest';
import {
  addPart,
  aggregatesFor,
  firstCriterion,
  operatorsFor,
  type Rule,
  removePart,
  ruleToJson,
  sayCriterion,
  viewOf,
  withAggregate,
  withOperator,
  withWindow,
} from './criterion-draft.ts';

const rule: Rule = { operator: '>=', value: 100 };

test('a criterion reads back as a sentence', () => {
  expect(sayCriterion(ruleToJson(withWindow(rule, 30)), 'NUMBER')).toEqual({
    text: 'at least 100 in the last 30 days',
  });
});

test('a criterion that is wrong says where', () => {
  expect(sayCriterion({ all: [{ operator: '>=', value: 'many' }] }, 'NUMBER')).toEqual({
    errors: [{ path: '/all/0/value', message: expect.any(String) }],
  });
});

test('what an attribute of a type starts with is valid', () => {
  for (const type of DATA_TYPES) expect(parseCriterion(firstCriterion(type), type).errors).toBeUndefined();
});

test.each(['NUMBER', 'PERCENTAGE', 'BOOLEAN'] as const)('whatever is chosen for %s stays valid', (type) => {
  for (const aggregate of aggregatesFor(type)) {
    const start = withAggregate(firstCriterion(type) as unknown as Rule, aggregate, type);
    for (const operator of operatorsFor(start, type)) {
      const json = ruleToJson(withOperator(start, operator, type));
      expect(parseCriterion(json, type).errors, JSON.stringify(json)).toBeUndefined();
    }
  }
});

test('a second rule makes a group, and taking it away leaves the first alone', () => {
  const both = addPart(ruleToJson(rule), 'NUMBER', 'any');
  const view = viewOf(both);
  expect(view).toMatchObject({ kind: 'group', group: 'any' });
  expect(removePart(view.kind === 'group' ? view.parts : [], 'any', 1)).toEqual({ operator: '>=', value: 100 });
});

test('what the builder has no fields for is left to JSON', () => {
  expect(viewOf({ not: { operator: 'equals', value: true } })).toEqual({ kind: 'other' });
  expect(viewOf('100')).toEqual({ kind: 'other' });
});
