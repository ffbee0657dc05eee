/** Resolves the period of a definition, and the one it is compared with, into instants. */
import { HOUR_MS, isLocalMidnight, shift, startOf, startOfNext } from './calendar.ts';
import type { Interval, Period } from './definition.ts';
import { instantOfLocal } from './zone.ts';

/** [fromMs, toMs) in Unix milliseconds. */
export type Span = { readonly fromMs: number; readonly toMs: number };

/** One end of a period as a person writes it: a calendar date, or an instant. */
export type Moment = {
  /** The normalised spelling. */
  readonly text: string;
  readonly instantMs: (zone: string) => number;
  /** As the end of a period: behind the whole day where it is a date. */
  readonly endMs: (zone: string) => number;
};

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;
/** Events outside these years are rejected at the door, so a period outside them is a mistake worth telling. */
const YEARS = { first: 1971, last: 2199 };

export function parseMoment(text: string): Moment | undefined {
  const date = DATE.exec(text);
  if (date !== null) {
    const local = utcMs(date);
    if (local === undefined) return undefined;
    const instantMs = (zone: string) => instantOfLocal(zone, local);
    return { text, instantMs, endMs: (zone) => startOfNext('day', instantMs(zone), zone) };
  }
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const day = utcMs(match);
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  const offset = offsetOf(match[8]!);
  if (day === undefined || offset === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const instant = day + hour * HOUR_MS + minute * 60_000 + second * 1000 + milliseconds - offset;
  return { text: new Date(instant).toISOString(), instantMs: () => instant, endMs: () => instant };
}

export function resolvePeriod(period: Period, zone: string, nowMs: number): Span {
  if ('last' in period) {
    const { last, unit } = period;
    const running = startOf(unit, nowMs, zone);
    const from = startOf(unit, shift(unit, running, 1 - last, zone), zone);
    return { fromMs: from, toMs: startOfNext(unit, nowMs, zone) };
  }
  const from = parseMoment(period.from);
  const to = parseMoment(period.to);
  if (from === undefined || to === undefined) throw new TypeError('a period is parsed before it is resolved');
  return { fromMs: from.instantMs(zone), toMs: to.endMs(zone) };
}

/** Where an interval of the period begins and where the period ends, moved into the previous one. Unix milliseconds. */
export type PreviousShift = {
  readonly start: (instantMs: number) => number;
  readonly end: (instantMs: number) => number;
};

/**
 * How an instant of the period is moved into the previous one: by the smallest whole number of days, weeks or months (as
 * the interval says) that leaves the period behind, so that Mondays meet Mondays and months meet months. Hours of whole
 * days move by days too, but all by the same duration, so that every hour stays an hour when the clocks change. So does a
 * part of one month that does not begin with it: its days may have no counterpart in a shorter month.
 */
export function previousShift(span: Span, interval: Interval, zone: string): PreviousShift {
  const isWholeDays = isLocalMidnight(span.fromMs, zone) && isLocalMidnight(span.toMs, zone);
  const isPartOfMonth = interval === 'month' && isInsideMonth(span, zone);
  const unit = (interval === 'hour' && isWholeDays) || isPartOfMonth ? 'day' : interval;
  const steps = stepsBehind(span, unit, zone);
  if (interval !== 'hour') {
    return {
      start: (instantMs) => shift(unit, instantMs, -steps, zone),
      end: (instantMs) => shiftEnd(unit, instantMs, -steps, zone),
    };
  }
  const distanceMs = span.fromMs - shift(unit, span.fromMs, -steps, zone);
  const move = (instantMs: number) => instantMs - distanceMs;
  return { start: move, end: move };
}

function isInsideMonth({ fromMs, toMs }: Span, zone: string): boolean {
  const startMs = startOf('month', fromMs, zone);
  return startMs !== fromMs && startOf('month', toMs - 1, zone) === startMs;
}

/**
 * Moves the last instant before an end, and begins anew behind it: what ends with the 30th of March ends a month earlier with
 * the last of February, and not with the day before it.
 */
function shiftEnd(unit: Interval, instantMs: number, steps: number, zone: string): number {
  return shift(unit, instantMs - 1, steps, zone) + 1;
}

const SHORTEST_UNIT_MS: Record<Interval, number> = {
  hour: HOUR_MS,
  day: 23 * HOUR_MS,
  week: (7 * 24 - 1) * HOUR_MS,
  month: (28 * 24 - 1) * HOUR_MS,
};

function stepsBehind(span: Span, unit: Interval, zone: string): number {
  let steps = Math.ceil((span.toMs - span.fromMs) / SHORTEST_UNIT_MS[unit]) + 1;
  while (steps > 1 && shiftEnd(unit, span.toMs, 1 - steps, zone) <= span.fromMs) steps -= 1;
  return steps;
}

function utcMs(match: RegExpExecArray): number | undefined {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < YEARS.first || year > YEARS.last) return undefined;
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : undefined;
}

function offsetOf(text: string): number | undefined {
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4, 6))];
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * 60_000);
}
