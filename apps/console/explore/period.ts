/** Periods in words, and the ones on offer. */
import type { Period } from '../api/types.ts';
import { formatDay, formatInstant } from '../format/time.ts';

export const PERIOD_PRESETS: readonly { label: string; period: Period & { last: number } }[] = [
  { label: 'Last 24 hours', period: { last: 24, unit: 'hour' } },
  { label: 'Last 7 days', period: { last: 7, unit: 'day' } },
  { label: 'Last 30 days', period: { last: 30, unit: 'day' } },
  { label: 'Last 90 days', period: { last: 90, unit: 'day' } },
  { label: 'Last 6 months', period: { last: 6, unit: 'month' } },
  { label: 'Last 12 months', period: { last: 12, unit: 'month' } },
];

export function describePeriod(period: Period, timeZone: string): string {
  if ('last' in period) {
    const unit = period.last === 1 ? period.unit : `${period.unit}s`;
    return period.last === 1 ? `Last ${unit}` : `Last ${period.last} ${unit}`;
  }
  // Dates are days of the calendar, so they are read and written in the same zone.
  const isDates = period.from.length === 10;
  const write = (text: string) => (isDates ? formatDay(text, 'UTC') : formatInstant(text, timeZone));
  return period.from === period.to ? write(period.from) : `${write(period.from)} – ${write(period.to)}`;
}

export function isSamePeriod(a: Period, b: Period): boolean {
  if ('last' in a) return 'last' in b && a.last === b.last && a.unit === b.unit;
  return !('last' in b) && a.from === b.from && a.to === b.to;
}

/** Today and `days` before it in the time zone, as dates: what a custom period starts from. */
export function recentDates(nowMs: number, days: number, timeZone: string): { from: string; to: string } {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const to = format.format(nowMs);
  const from = new Date(Date.parse(to) - days * 86_400_000).toISOString().slice(0, 10);
  return { from, to };
}
