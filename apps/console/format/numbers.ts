/** Turns numbers into text, the only place that does. English with grouping, so that every console says the same. */

const LOCALE = 'en-US';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });

/** In place of a number that is not there (as opposed to zero). */
export const NO_NUMBER = '–';

/** In full: `12,345`, `0.25`; small fractions keep two significant digits. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_NUMBER;
  const size = Math.abs(value);
  if (size >= 1_000 || Number.isInteger(value)) return whole.format(value);
  if (size > 0 && size < 0.01) return value.toPrecision(2);
  return decimal.format(value);
}

/** Short, for axes and tiles: `12.3K` from ten thousand on, in full below. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_NUMBER;
  return Math.abs(value) < 10_000 ? formatNumber(value) : compact.format(value);
}

/** A share of 0 to 1 as percent. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NO_NUMBER;
  const percent = share * 100;
  if (percent === 0) return '0%';
  if (Math.abs(percent) < 0.01) return percent > 0 ? '<0.01%' : '>−0.01%';
  return `${new Intl.NumberFormat(LOCALE, { maximumFractionDigits: Math.abs(percent) < 10 ? 2 : 1 }).format(percent)}%`;
}

export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

export type Change =
  | { kind: 'none'; text: string }
  | { kind: 'new'; text: string }
  | { kind: 'up' | 'down' | 'level'; text: string; ratio: number };

/** How `now` compares with `before`. Growth from nothing has no percentage, so it is called new. */
export function changeBetween(now: number | null | undefined, before: number | null | undefined): Change {
  if (now === null || now === undefined || before === null || before === undefined) {
    return { kind: 'none', text: NO_NUMBER };
  }
  if (before === 0) return now === 0 ? { kind: 'level', text: '0%', ratio: 0 } : { kind: 'new', text: 'new' };
  const ratio = (now - before) / Math.abs(before);
  const percent = Math.abs(ratio) * 100;
  if (percent < 0.05) return { kind: 'level', text: '0%', ratio: 0 };
  const text =
    percent >= 1_000 ? `${formatCompact(Math.round(percent))}%` : `${percent.toFixed(percent < 10 ? 1 : 0)}%`;
  return { kind: ratio > 0 ? 'up' : 'down', text, ratio };
}
