/**
 * Sums and averages of decimal numbers as people write them: ten times 0.1 is 1, and 0.1 + 0.2 is 0.3.
 *
 * A stored number stands for its shortest decimal. Sums are taken over whole numbers, all scaled by the same power of ten,
 * and rounded once at the end; a chain of binary additions would sooner or later miss a threshold that was reached.
 */

/** Powers of ten that are exact in binary; more decimals go the long way. */
const MAX_FAST_DECIMALS = 9;
const POWERS = Array.from({ length: MAX_FAST_DECIMALS + 1 }, (_, decimals) => 10 ** decimals);

export function decimalSum(values: readonly number[]): number {
  const decimals = decimalsOf(values);
  const scaled = fastScaledSum(values, decimals);
  if (scaled !== undefined) return scaled / power(decimals);
  const exact = exactScaledSum(values);
  return Number(`${exact.sum}e-${exact.decimals}`);
}

/** NaN for no values. */
export function decimalAverage(values: readonly number[]): number {
  const decimals = decimalsOf(values);
  const divisor = values.length * power(decimals);
  const scaled = fastScaledSum(values, decimals);
  // A quotient of two exact whole numbers is rounded once.
  if (scaled !== undefined && Number.isSafeInteger(divisor)) return scaled / divisor;
  if (values.length === 0) return Number.NaN;
  const exact = exactScaledSum(values);
  // Thirty more digits than the sum has: further from the true quotient than any double can tell.
  const quotient = (exact.sum * 10n ** 30n) / BigInt(values.length);
  return Number(`${quotient}e-${exact.decimals + 30}`);
}

/** Fewest decimals that hold every value, or one more than the fast way takes. */
function decimalsOf(values: readonly number[]): number {
  let decimals = 0;
  for (const value of values) {
    while (decimals <= MAX_FAST_DECIMALS && !hasDecimals(value, decimals)) decimals += 1;
  }
  return decimals;
}

function hasDecimals(value: number, decimals: number): boolean {
  if (decimals === 0) return Number.isInteger(value);
  return Math.round(value * power(decimals)) / power(decimals) === value;
}

function fastScaledSum(values: readonly number[], decimals: number): number | undefined {
  if (decimals > MAX_FAST_DECIMALS) return undefined;
  const scale = power(decimals);
  let sum = 0;
  for (const value of values) {
    const scaled = decimals === 0 ? value : Math.round(value * scale);
    sum += scaled;
    if (!Number.isSafeInteger(scaled) || !Number.isSafeInteger(sum)) return undefined;
  }
  return sum;
}

function power(decimals: number): number {
  return POWERS[decimals] ?? Number.NaN;
}

/** Of any finite doubles: their shortest decimals, scaled to whole numbers without bound. */
function exactScaledSum(values: readonly number[]): { sum: bigint; decimals: number } {
  const parts = values.map((value) => {
    const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
    const [whole = '0', fraction = ''] = mantissa.split('.');
    return { digits: BigInt(`${whole}${fraction}`), decimals: fraction.length - Number(exponent) };
  });
  const decimals = Math.max(0, ...parts.map((part) => part.decimals));
  const sum = parts.reduce((total, part) => total + part.digits * 10n ** BigInt(decimals - part.decimals), 0n);
  return { sum, decimals };
}
