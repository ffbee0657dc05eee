import { expect, test } from 'vitest';
import { niceCeiling } from './nice-ceiling.ts';

test.each([
  [0, 2],
  [1, 2],
  [3, 4],
  [7, 8],
  [10, 10],
  [11, 20],
  [45, 50],
  [99, 100],
  [1_234, 2_000],
  [80_001, 100_000],
])('an axis for a peak of %d ends at %d', (peak, end) => {
  expect(niceCeiling(peak)).toBe(end);
});
