import { expect, test } from 'vitest';
import { criterionBounds } from './criterion-bounds.ts';

test('a lower and an upper bound are drawn on their side, with the sentence', () => {
  expect(criterionBounds({ operator: '>=', value: 100 }, 'NUMBER')).toEqual([{ from: 100, label: 'at least 100' }]);
  expect(criterionBounds({ operator: '<', value: 5 }, 'PERCENTAGE')).toEqual([{ to: 5, label: 'less than 5 %' }]);
  expect(criterionBounds({ operator: 'between', value: [10, 20] }, 'NUMBER')).toEqual([
    { from: 10, to: 20, label: 'from 10 to 20' },
  ]);
});

test('every part of a nested criterion is drawn', () => {
  const both = {
    all: [
      { operator: '>=', value: 10 },
      { operator: '<=', value: 90, last_days: 7 },
    ],
  };
  expect(criterionBounds(both, 'NUMBER')).toMatchObject([{ from: 10 }, { to: 90 }]);
});

test('a sum, a count, a text and what cannot be read draw nothing, for no single value is measured against them', () => {
  expect(criterionBounds({ operator: '>=', value: 100, aggregate: 'sum' }, 'NUMBER')).toEqual([]);
  expect(criterionBounds({ operator: '>=', value: 3, aggregate: 'count' }, 'NUMBER')).toEqual([]);
  expect(criterionBounds({ operator: 'contains', value: 'SAML' }, 'STRING')).toEqual([]);
  expect(criterionBounds({ operator: 'more or less', value: 1 }, 'NUMBER')).toEqual([]);
});
