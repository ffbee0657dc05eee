/** Turns instants into text in a given time zone, as long as the interval at hand needs. */
import type { Interval } from '../api/types.ts';

const LOCALE = 'en-GB';
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Formatters cost about 50 µs to make and a chart asks for hundreds of labels, so they are kept. */
function formatter(timeZone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone}${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(LOCALE, { ...options, ...(timeZone === undefined ? {} : { timeZone }) });
    formatters.set(key, found);
  }
  return found;
}

export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat(LOCALE, { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** `14:03:22` */
export function formatClock(iso: string, timeZone?: string): string {
  return formatter(timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(iso));
}

/** `14:03` */
export function formatMinute(iso: string, timeZone?: string): string {
  return formatter(timeZone, { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
}

/** `21 Nov 2026, 14:03` */
export function formatInstant(iso: string, timeZone?: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  return formatter(timeZone, options).format(new Date(iso));
}

/** `21 Nov 2026` */
export function formatDay(iso: string, timeZone?: string): string {
  return formatter(timeZone, { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(iso));
}

/** Label of the interval that starts at `iso`; the long form is unmistakable alone, the short one beside its neighbours. */
export function formatInterval(iso: string, interval: Interval, timeZone: string, length: 'short' | 'long'): string {
  const date = new Date(iso);
  const isLong = length === 'long';
  if (interval === 'month')
    return formatter(timeZone, { month: isLong ? 'long' : 'short', year: 'numeric' }).format(date);
  if (interval === 'hour') {
    const time = { hour: '2-digit', minute: '2-digit' } as const;
    const day = isLong ? ({ weekday: 'short', day: 'numeric', month: 'short' } as const) : {};
    return formatter(timeZone, { ...day, ...time }).format(date);
  }
  const day = formatter(timeZone, {
    ...(isLong ? { weekday: 'short', year: 'numeric' } : {}),
    day: 'numeric',
    month: 'short',
  }).format(date);
  return interval === 'week' && isLong ? `Week of ${day}` : day;
}

const DURATION_UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `3 minutes`, `1 day`: the largest unit that fits, rounded down. */
export function formatDuration(ms: number): string {
  for (const [unit, unitMs] of DURATION_UNITS) {
    if (ms >= unitMs) {
      const count = Math.floor(ms / unitMs);
      return `${count} ${unit}${count === 1 ? '' : 's'}`;
    }
  }
  return 'under a second';
}

/** `just now`, `3 minutes ago`, `in 2 hours`. */
export function formatAgo(iso: string, nowMs: number): string {
  const elapsedMs = nowMs - Date.parse(iso);
  if (Math.abs(elapsedMs) < 5_000) return 'just now';
  return elapsedMs > 0 ? `${formatDuration(elapsedMs)} ago` : `in ${formatDuration(-elapsedMs)}`;
}
