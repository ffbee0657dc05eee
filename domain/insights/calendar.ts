/** Hours, days, ISO weeks and months as people in a time zone live them, with their edges as instants. */
import type { Interval } from './definition.ts';
import { instantOfLocal, localMs, offsetChange, offsetMs } from './zone.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Start of the interval that holds the instant. */
export function startOf(interval: Interval, instantMs: number, zone: string): number {
  if (interval === 'hour') return startOfHour(instantMs, zone);
  const local = localMs(zone, instantMs);
  return instantOfLocal(zone, startOfLocal(interval, local));
}

/** Start of the interval after the one that holds the instant. */
export function startOfNext(interval: Interval, instantMs: number, zone: string): number {
  if (interval === 'hour') return startOfNextHour(instantMs, zone);
  const local = startOfLocal(interval, localMs(zone, instantMs));
  for (let step = 1; ; step += 1) {
    const next = instantOfLocal(zone, addLocal(interval, local, step));
    // A clock set back across midnight makes the next day begin before this instant: it then has begun already.
    if (next > instantMs) return next;
  }
}

/**
 * Moves an instant by whole units of the local calendar; the day of a shorter month is its last. The start of a day stays
 * one, also where the clocks skip midnight and the day begins at one.
 */
export function shift(unit: Interval, instantMs: number, steps: number, zone: string): number {
  if (unit === 'hour') return instantMs + steps * HOUR_MS;
  const local = localMs(zone, instantMs);
  const moved = isLocalMidnight(instantMs, zone) ? startOfLocal('day', local) : local;
  return instantOfLocal(zone, addLocal(unit, moved, steps));
}

/** All starts of intervals in [fromMs, toMs); the first is `fromMs` itself, also where it lies inside an interval. */
export function intervalStarts(interval: Interval, fromMs: number, toMs: number, zone: string): number[] {
  const starts: number[] = [];
  for (let start = fromMs; start < toMs; start = startOfNext(interval, start, zone)) starts.push(start);
  return starts;
}

/** Whether a local day begins at this instant. */
export function isLocalMidnight(instantMs: number, zone: string): boolean {
  return startOf('day', instantMs, zone) === instantMs;
}

/**
 * An hour begins where the local clock reads a full hour, or jumps into another one. An hour the clock lives twice is two
 * hours; where a zone moves by half an hour (Lord Howe) one hour has 90 minutes and another 30.
 */
function startOfHour(instantMs: number, zone: string): number {
  const sinceFullHour = modulo(localMs(zone, instantMs), HOUR_MS);
  const start = instantMs - sinceFullHour;
  const change = offsetChange(zone, start, instantMs);
  if (change === undefined) return start;
  return beginsHour(change, zone) ? change : startOfHour(change - 1, zone);
}

function startOfNextHour(instantMs: number, zone: string): number {
  const next = instantMs + HOUR_MS - modulo(localMs(zone, instantMs), HOUR_MS);
  const change = offsetChange(zone, instantMs, next);
  if (change === undefined || beginsHour(change, zone)) return change ?? next;
  return startOfNextHour(change, zone);
}

/** Whether the change of offset at this instant also begins an hour. */
function beginsHour(changeMs: number, zone: string): boolean {
  const after = localMs(zone, changeMs);
  const before = changeMs - 1 + offsetMs(zone, changeMs - 1);
  return modulo(after, HOUR_MS) === 0 || Math.floor(after / HOUR_MS) !== Math.floor(before / HOUR_MS);
}

function startOfLocal(interval: Exclude<Interval, 'hour'>, local: number): number {
  const midnight = local - modulo(local, DAY_MS);
  if (interval === 'day') return midnight;
  const date = new Date(midnight);
  if (interval === 'week') return midnight - modulo(date.getUTCDay() - 1, 7) * DAY_MS;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function addLocal(unit: Exclude<Interval, 'hour'>, local: number, steps: number): number {
  if (unit === 'day') return local + steps * DAY_MS;
  if (unit === 'week') return local + steps * 7 * DAY_MS;
  const date = new Date(local);
  const firstOfMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps, 1);
  const lengthDays = new Date(
    Date.UTC(new Date(firstOfMonth).getUTCFullYear(), new Date(firstOfMonth).getUTCMonth() + 1, 0),
  ).getUTCDate();
  return firstOfMonth + (Math.min(date.getUTCDate(), lengthDays) - 1) * DAY_MS + modulo(local, DAY_MS);
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
