import { describe, expect, test } from 'vitest';
import { changeBetween, formatCompact, formatCount, formatNumber, formatShare } from './numbers.ts';

test.each([
  [0, '0'],
  [12_345, '12,345'],
  [1_234.567, '1,235'],
  [12.345, '12.35'],
  [0.00123, '0.0012'],
  [-3, '-3'],
  [null, '–'],
  [undefined, '–'],
  [Number.NaN, '–'],
])('%j in full is %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [9_999, '9,999'],
  [10_000, '10K'],
  [18_342, '18.3K'],
  [2_500_000, '2.5M'],
  [-12_345, '-12.3K'],
  [null, '–'],
])('%j in short is %s', (value, text) => {
  expect(formatCompact(value)).toBe(text);
});

test.each([
  [0, '0%'],
  [0.0123, '1.23%'],
  [0.5, '50%'],
  [0.123_456, '12.3%'],
  [0.000_01, '<0.01%'],
  [1, '100%'],
  [null, '–'],
])('a share of %j is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test('a count has its noun in the right number', () => {
  expect(formatCount(1, 'event')).toBe('1 event');
  expect(formatCount(0, 'event')).toBe('0 events');
  expect(formatCount(2_000, 'series', 'series')).toBe('2,000 series');
});

describe('a change', () => {
  test.each([
    [150, 100, 'up', '50%'],
    [95, 100, 'down', '5.0%'],
    [100, 100, 'level', '0%'],
    [100_001, 100_000, 'level', '0%'],
    [500_000, 10, 'up', '5M%'],
    [0, 0, 'level', '0%'],
    [-50, -100, 'up', '50%'],
  ])('to %d from %d goes %s by %s', (now, before, kind, text) => {
    expect(changeBetween(now, before)).toMatchObject({ kind, text });
  });

  test('from nothing is new: it has no percentage', () => {
    expect(changeBetween(5, 0)).toEqual({ kind: 'new', text: 'new' });
  });

  test('with one side unknown is none', () => {
    expect(changeBetween(5, null).kind).toBe('none');
    expect(changeBetween(null, 5).kind).toBe('none');
  });
});
