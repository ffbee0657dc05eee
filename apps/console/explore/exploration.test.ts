import { describe, expect, test } from 'vitest';
import type { Interval, Period } from '../api/types.ts';
import { defaultExploration, definitionOf, hoursOf, intervalsFor, isAdditive, withPeriod } from './exploration.ts';

const base = defaultExploration('Europe/Berlin');

describe('the question put to the server', () => {
  test('leaves out what is not finished yet', () => {
    const definition = definitionOf({
      ...base,
      filters: [
        { field: 'country', operator: 'in', value: [] },
        { field: 'tenant_id', operator: 'equals' },
        { property: 'plan', operator: 'is_set' },
        { property: 'seats', operator: 'greater_than', value: 0 },
      ],
    });
    expect(definition?.filters).toEqual([
      { property: 'plan', operator: 'is_set' },
      { property: 'seats', operator: 'greater_than', value: 0 },
    ]);
  });

  test('is not put while a series lacks the property it measures', () => {
    const measure = { kind: 'property', property: '', aggregate: 'sum' } as const;
    expect(definitionOf({ ...base, series: [{ event: null, measure, filters: [] }] })).toBeUndefined();
  });

  test('holds breakdown and comparison only when they are chosen', () => {
    expect(definitionOf(base)).toEqual({
      kind: 'trend',
      series: [{ event: null, measure: { kind: 'total' } }],
      period: { last: 30, unit: 'day' },
      interval: 'day',
      time_zone: 'Europe/Berlin',
    });
    expect(definitionOf({ ...base, breakdown: { field: 'country' }, compare: true })).toMatchObject({
      breakdown: { field: 'country' },
      breakdown_limit: 10,
      compare: 'previous_period',
    });
  });
});

describe('a period', () => {
  test('of dates holds both of its days', () => {
    expect(hoursOf({ from: '2026-11-01', to: '2026-11-01' })).toBe(24);
  });

  test.each<[Period, Interval[]]>([
    [{ last: 24, unit: 'hour' }, ['hour', 'day']],
    [{ last: 7, unit: 'day' }, ['hour', 'day', 'week']],
    [{ last: 90, unit: 'day' }, ['day', 'week', 'month']],
    [{ last: 12, unit: 'month' }, ['day', 'week', 'month']],
    [{ last: 200, unit: 'month' }, ['week', 'month']],
  ])('of %j can be cut into %j', (period, intervals) => {
    expect(intervalsFor(period)).toEqual(intervals);
  });

  test.each<[Period, Interval, Interval]>([
    [{ last: 24, unit: 'hour' }, 'day', 'hour'],
    [{ last: 7, unit: 'day' }, 'hour', 'day'],
    [{ last: 90, unit: 'day' }, 'week', 'week'],
    [{ last: 12, unit: 'month' }, 'hour', 'week'],
  ])('changed to %j keeps the interval %s where it still makes sense: %s', (period, before, after) => {
    expect(withPeriod({ ...base, interval: before }, period).interval).toBe(after);
  });
});

test('only counts and sums may be stacked', () => {
  expect(isAdditive({ kind: 'total' })).toBe(true);
  expect(isAdditive({ kind: 'property', property: 'seats', aggregate: 'sum' })).toBe(true);
  expect(isAdditive({ kind: 'property', property: 'seats', aggregate: 'p90' })).toBe(false);
  expect(isAdditive({ kind: 'unique', of: 'user' })).toBe(false);
});
