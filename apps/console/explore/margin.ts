/** How far off a number may be that was counted from sampled events. */
import { formatNumber } from '../format/numbers.ts';

/** Half the width of the interval that holds the true number 19 times out of 20, by the normal approximation. */
const STANDARD_ERRORS = 1.96;

/** Undefined where nothing was estimated. */
export function marginOf(standardError: number | null | undefined): number | undefined {
  return standardError === null || standardError === undefined || standardError === 0
    ? undefined
    : STANDARD_ERRORS * standardError;
}

/** ` ± 12`, or nothing. */
export function marginText(standardError: number | null | undefined): string {
  const margin = marginOf(standardError);
  if (margin === undefined) return '';
  return ` ± ${formatNumber(margin >= 10 ? Math.round(margin) : Number(margin.toPrecision(2)))}`;
}
