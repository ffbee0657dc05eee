/**
 * When a source is asked next: a cron pattern in UTC, spread by a jitter of its own, so that a thousand plans with the default
 * of 02:00 do not all ask at once. What was missed while nothing ran is caught up by one run.
 */
import { createHash } from 'node:crypto';
import { Cron } from 'croner';

export const DEFAULT_SCHEDULE = '0 2 * * *';

/** No two runs closer than this: a pattern with seconds, or "every minute", is a mistake in what is a nightly matter. */
export const SHORTEST_GAP_MS = 5 * 60_000;
/** A run begins up to so long after its time. */
export const LONGEST_JITTER_MS = 10 * 60_000;
const LONGEST_PATTERN = 100;
const CHECKED_RUNS = 50;

export type ParsedSchedule =
  | { readonly pattern: string; readonly problem?: undefined }
  | { readonly pattern?: undefined; readonly problem: string };

/** `nowMs` is where the look ahead begins that finds runs too close together. */
export function parseSchedule(text: string, nowMs: number): ParsedSchedule {
  const pattern = text.trim().replaceAll(/\s+/g, ' ');
  if (pattern.length > LONGEST_PATTERN || pattern.split(' ').length !== 5) {
    return {
      problem: 'A schedule is five fields: minute, hour, day of month, month, day of week; 0 2 * * * is 02:00 UTC.',
    };
  }
  let runs: readonly number[];
  try {
    // It looks for a day that never comes (31 April) until its stack is full.
    const cron = new Cron(pattern, { timezone: 'UTC' });
    runs = cron.nextRuns(CHECKED_RUNS, new Date(nowMs)).map((run) => run.getTime());
  } catch {
    return { problem: `"${pattern}" is no cron pattern; 0 2 * * * is every day at 02:00 UTC.` };
  }
  if (runs.length === 0) return { problem: `"${pattern}" has no time to come.` };
  if (runs.some((run, index) => index > 0 && run - runs[index - 1]! < SHORTEST_GAP_MS)) {
    return { problem: 'Runs must be at least five minutes apart.' };
  }
  return { pattern };
}

/**
 * The first run after `afterMs`. `seed` names what is scheduled: the same source has the same jitter every time, and never so
 * much that it would run past its next time.
 */
export function nextRunAt(pattern: string, afterMs: number, seed: string): number {
  const cron = new Cron(pattern, { timezone: 'UTC' });
  // A run whose jitter is still to come counts as not begun; of runs five minutes apart there are at most three such.
  const runs = cron.nextRuns(4, new Date(afterMs - LONGEST_JITTER_MS)).map((run) => run.getTime());
  const [first = 0, second] = runs;
  const gapMs = second === undefined ? LONGEST_JITTER_MS : second - first;
  const jitterMs = jitterOf(seed, Math.min(LONGEST_JITTER_MS, gapMs / 2));
  const next = runs.find((run) => run + jitterMs > afterMs);
  if (next === undefined) throw new RangeError(`The schedule "${pattern}" has no time to come.`);
  return next + jitterMs;
}

function jitterOf(seed: string, mostMs: number): number {
  const draw = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(draw * mostMs);
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** In words where it is one of the usual ones, else the pattern itself. */
export function describeSchedule(pattern: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = pattern.split(' ');
  const time =
    /^\d+$/.test(minute) && /^\d+$/.test(hour) ? `${hour.padStart(2, '0')}:${minute.padStart(2, '0')} UTC` : '';
  if (time !== '' && day === '*' && month === '*') {
    if (weekday === '*') return `Every day at ${time}`;
    if (weekday === '1-5') return `Monday to Friday at ${time}`;
    if (/^[0-6]$/.test(weekday)) return `Every ${DAYS[Number(weekday)]} at ${time}`;
  }
  if (time !== '' && /^\d+$/.test(day) && month === '*' && weekday === '*')
    return `On day ${day} of every month at ${time}`;
  const isEveryDay = day === '*' && month === '*' && weekday === '*';
  if (isEveryDay && /^\d+$/.test(minute) && hour === '*') return `Every hour at minute ${minute}`;
  if (isEveryDay && /^\*\/\d+$/.test(minute) && hour === '*') return `Every ${minute.slice(2)} minutes`;
  return `By the pattern ${pattern} (UTC)`;
}
