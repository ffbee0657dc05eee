import { describe, expect, test } from 'vitest';
import { areaName, readCount, whyKept } from './words.ts';

describe('why a flow is kept as it is', () => {
  test('names what holds it and what favours it', () => {
    expect(whyKept({ bound: 'environment_budget', favours: [] })).toBe('held by the budget of the environment');
    expect(whyKept({ bound: 'area_budget', favours: ['new_release', 'rising_errors'] })).toBe(
      'held by the budget of its area, favoured: new release, errors rising here',
    );
    expect(whyKept({ bound: 'fits', favours: ['new_tenant'] })).toBe('favoured: new tenants; fits the budget');
  });

  test('calls events without a feature area so', () => {
    expect(areaName('')).toBe('no feature area');
    expect(areaName('billing')).toBe('billing');
  });
});

describe('a number of events as people write it', () => {
  test.each([
    ['2000000', 2_000_000],
    ['2,000,000', 2_000_000],
    ['2.000.000', 2_000_000],
    [' 2 000 000 ', 2_000_000],
  ])('reads %s', (text, count) => {
    expect(readCount(text)).toBe(count);
  });

  test.each(['', '0', '-5', '1e6', 'many', '99999999999999999999'])('refuses %s', (text) => {
    expect(readCount(text)).toBeUndefined();
  });
});
