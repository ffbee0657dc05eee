/** Numbers as text in documents: English with grouping, the same on every machine. */
import type { Cell, NumberKind } from './document.ts';

const LOCALE = 'en-US';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 });

/** In place of a number that is not there (as opposed to zero). */
export const NO_NUMBER = '–';

export function formatNumber(value: number | null | undefined, kind: NumberKind): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_NUMBER;
  switch (kind) {
    case 'count':
      return whole.format(value);
    case 'decimal':
      return decimal.format(value);
    case 'share':
      return percent.format(value);
    case 'milliseconds':
      return value < 1_000 ? `${whole.format(value)} ms` : `${decimal.format(value / 1_000)} s`;
  }
}

export function formatCell(cell: Cell | undefined, kind: NumberKind | 'text'): string {
  if (cell === null || cell === undefined) return NO_NUMBER;
  if (typeof cell === 'string') return cell;
  return formatNumber(cell, kind === 'text' ? 'decimal' : kind);
}

/** `+12%`, `−3.4%`, `new`, `no change`; '' where there is nothing to compare with. Growth from nothing has no percentage. */
export function formatChange(value: number | null, previous: number | null | undefined): string {
  if (value === null || previous === null || previous === undefined) return '';
  if (previous === 0) return value === 0 ? 'no change' : 'new';
  const ratio = (value - previous) / Math.abs(previous);
  if (Math.abs(ratio) < 0.0005) return 'no change';
  return `${ratio > 0 ? '+' : '−'}${percent.format(Math.abs(ratio))}`;
}
