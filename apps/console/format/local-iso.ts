/** ISO 8601 in a time zone: what spreadsheets and people read alike. */
import type { Interval } from '../api/types.ts';

/** `2026-11-01`; for hours `2026-10-25T02:00+01:00`, with the offset, as one hour a year comes twice. */
export function localIso(instant: string, interval: Interval, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  if (interval !== 'hour') return day;
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${day}T${part('hour')}:${part('minute')}${offset}`;
}
