import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalAverage, decimalSum } from './decimal.ts';

/** Cents and other short decimals, some far apart: what values of customers look like, and what breaks naive sums. */
const decimal = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 14 }))
  .map(([digits, decimals]) => Number(`${digits}e-${decimals}`));

/** The same over BigInt, always with 40 decimals. */
function exactly(values: readonly number[]): bigint {
  return values.reduce((sum, value) => {
    const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
    const [whole = '', fraction = ''] = mantissa.split('.');
    return sum + BigInt(whole + fraction) * 10n ** BigInt(40 - fraction.length + Number(exponent));
  }, 0n);
}

test('a sum is the double nearest to the sum of the decimals', () => {
  fc.assert(
    fc.property(fc.array(decimal, { maxLength: 40 }), (values) => {
      expect(decimalSum(values) + 0).toBe(Number(`${exactly(values)}e-40`) + 0);
    }),
    { seed: 1 },
  );
});

test('an average is the double nearest to the quotient', () => {
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 1, maxLength: 40 }), (values) => {
      const quotient = (exactly(values) * 10n ** 30n) / BigInt(values.length);
      expect(decimalAverage(values) + 0).toBe(Number(`${quotient}e-70`) + 0);
    }),
    { seed: 2 },
  );
});

test('ten times 0.1 is 1, and an average of nothing is no number', () => {
  expect(decimalSum(Array(10).fill(0.1))).toBe(1);
  expect(decimalSum([1e300, -1e300, 5e-324])).toBe(5e-324);
  expect(decimalAverage([])).toBeNaN();
});
