/** When people work: time zones, weekends, public holidays, and the hours of an office day. */
import type { Random } from './random.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A date of the year, an offset from Easter Sunday in days, or the n-th weekday of a month (-1 the last; 0 is Sunday). */
type HolidayRule = readonly [month: number, day: number] | { readonly easter: number } | NthWeekday;
type NthWeekday = { readonly month: number; readonly weekday: number; readonly nth: number };

const NEW_YEAR: HolidayRule = [1, 1];
const LABOUR_DAY: HolidayRule = [5, 1];
const CHRISTMAS: readonly HolidayRule[] = [
  [12, 25],
  [12, 26],
];
const EASTER: readonly HolidayRule[] = [{ easter: -2 }, { easter: 1 }];
const WESTERN: readonly HolidayRule[] = [NEW_YEAR, ...EASTER, LABOUR_DAY, ...CHRISTMAS];
const LATIN: readonly HolidayRule[] = [NEW_YEAR, { easter: -2 }, LABOUR_DAY, [12, 25]];

/** Public holidays that follow a rule of the Gregorian calendar; those of lunar calendars are left out. */
const HOLIDAYS: Readonly<Record<string, readonly HolidayRule[]>> = {
  AE: [NEW_YEAR, [12, 2], [12, 3]],
  AR: [...LATIN, [5, 25], [6, 20], [7, 9], [12, 8]],
  AT: [...WESTERN, { easter: 39 }, { easter: 50 }, [8, 15], [10, 26], [11, 1], [12, 8]],
  AU: [NEW_YEAR, [1, 26], ...EASTER, [4, 25], ...CHRISTMAS],
  BR: [...LATIN, { easter: -48 }, { easter: -47 }, [4, 21], [9, 7], [10, 12], [11, 2], [11, 15], [11, 20]],
  CA: [
    NEW_YEAR,
    { easter: -2 },
    [7, 1],
    { month: 9, weekday: 1, nth: 1 },
    { month: 10, weekday: 1, nth: 2 },
    [11, 11],
    ...CHRISTMAS,
  ],
  CH: [...WESTERN, { easter: 39 }, [8, 1]],
  CZ: [...WESTERN, [5, 8], [7, 5], [7, 6], [9, 28], [10, 28], [11, 17], [12, 24]],
  DE: [...WESTERN, { easter: 39 }, { easter: 50 }, [10, 3]],
  EE: [...WESTERN, [2, 24], [6, 23], [6, 24], [8, 20], [12, 24]],
  ES: [...LATIN, [1, 6], [8, 15], [10, 12], [11, 1], [12, 6], [12, 8]],
  FR: [NEW_YEAR, { easter: 1 }, LABOUR_DAY, [5, 8], { easter: 39 }, [7, 14], [8, 15], [11, 1], [11, 11], [12, 25]],
  GB: [
    NEW_YEAR,
    ...EASTER,
    { month: 5, weekday: 1, nth: 1 },
    { month: 5, weekday: 1, nth: -1 },
    { month: 8, weekday: 1, nth: -1 },
    ...CHRISTMAS,
  ],
  IE: [
    NEW_YEAR,
    [3, 17],
    { easter: 1 },
    { month: 8, weekday: 1, nth: 1 },
    { month: 10, weekday: 1, nth: -1 },
    ...CHRISTMAS,
  ],
  IN: [
    [1, 26],
    [8, 15],
    [10, 2],
    [12, 25],
  ],
  IT: [NEW_YEAR, [1, 6], { easter: 1 }, [4, 25], LABOUR_DAY, [6, 2], [8, 15], [11, 1], [12, 8], ...CHRISTMAS],
  JP: [NEW_YEAR, [1, 2], [1, 3], [2, 11], [4, 29], [5, 3], [5, 4], [5, 5], [8, 11], [11, 3], [11, 23]],
  KE: [NEW_YEAR, ...EASTER, LABOUR_DAY, [6, 1], [10, 10], [10, 20], [12, 12], ...CHRISTMAS],
  MX: [NEW_YEAR, LABOUR_DAY, [9, 16], { month: 11, weekday: 1, nth: 3 }, [12, 25]],
  NL: [NEW_YEAR, { easter: 1 }, [4, 27], { easter: 39 }, { easter: 50 }, ...CHRISTMAS],
  NO: [...WESTERN, { easter: -3 }, [5, 17], { easter: 39 }, { easter: 50 }],
  NZ: [NEW_YEAR, [1, 2], [2, 6], ...EASTER, [4, 25], { month: 10, weekday: 1, nth: 4 }, ...CHRISTMAS],
  PL: [NEW_YEAR, [1, 6], { easter: 1 }, LABOUR_DAY, [5, 3], { easter: 60 }, [8, 15], [11, 1], [11, 11], ...CHRISTMAS],
  SE: [...WESTERN, [1, 6], { easter: 39 }, [6, 6], [12, 24]],
  SG: [NEW_YEAR, { easter: -2 }, LABOUR_DAY, [8, 9], [12, 25]],
  US: [
    NEW_YEAR,
    { month: 1, weekday: 1, nth: 3 },
    { month: 2, weekday: 1, nth: 3 },
    { month: 5, weekday: 1, nth: -1 },
    [6, 19],
    [7, 4],
    { month: 9, weekday: 1, nth: 1 },
    { month: 11, weekday: 4, nth: 4 },
    [12, 25],
  ],
  VN: [NEW_YEAR, [4, 30], LABOUR_DAY, [9, 2]],
  ZA: [NEW_YEAR, [3, 21], ...EASTER, [4, 27], LABOUR_DAY, [6, 16], [8, 9], [9, 24], [12, 16], ...CHRISTMAS],
};

/** Monday is busy, Wednesday busiest, Friday ends early, a few work at weekends. Index 0 is Sunday. */
const WEEKDAY_LOAD = [0.05, 0.97, 1.06, 1.08, 1.02, 0.82, 0.04] as const;
const HOLIDAY_LOAD = 0.07;
/** Between Christmas and New Year most offices are nearly empty, public holiday or not. */
const YEAR_END_LOAD = 0.3;

export type Calendar = {
  readonly isHoliday: (country: string, dateMs: number) => boolean;
  /** Share of a normal working day's activity on a local date (given as that date's midnight in UTC). */
  readonly load: (country: string, dateMs: number) => number;
  /** Zone's offset from UTC at noon of a local date. */
  readonly offsetMs: (timeZone: string, dateMs: number) => number;
  /** `Date.prototype.toISOString`, at a sixth of its 700 ns: it is asked once per event. */
  readonly isoTime: (ms: number) => string;
};

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Remembers the holidays of a year and a zone's offset on the last date asked for: `Intl` takes microseconds. */
export function createCalendar(): Calendar {
  const holidaysOfYear = new Map<string, Set<number>>();
  const datePrefixes = new Map<number, string>();
  const zones = new Map<string, { formatter: Intl.DateTimeFormat; dateMs: number; offsetMs: number }>();

  function isHoliday(country: string, dateMs: number): boolean {
    const year = new Date(dateMs).getUTCFullYear();
    const key = `${country} ${year}`;
    let dates = holidaysOfYear.get(key);
    if (dates === undefined) {
      dates = new Set((HOLIDAYS[country] ?? []).map((rule) => dateOf(rule, year)));
      holidaysOfYear.set(key, dates);
    }
    return dates.has(dateMs);
  }

  function load(country: string, dateMs: number): number {
    const date = new Date(dateMs);
    const weekday = WEEKDAY_LOAD[date.getUTCDay()]!;
    if (isHoliday(country, dateMs)) return Math.min(weekday, HOLIDAY_LOAD);
    return date.getUTCMonth() === 11 && date.getUTCDate() > 23 ? weekday * YEAR_END_LOAD : weekday;
  }

  function offsetMs(timeZone: string, dateMs: number): number {
    let zone = zones.get(timeZone);
    if (zone === undefined) {
      const formatter = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
      zone = { formatter, dateMs: Number.NaN, offsetMs: 0 };
      zones.set(timeZone, zone);
    }
    if (zone.dateMs !== dateMs) {
      zone.dateMs = dateMs;
      zone.offsetMs = parseOffsetMs(zone.formatter.format(dateMs + DAY_MS / 2));
    }
    return zone.offsetMs;
  }

  function isoTime(ms: number): string {
    const day = Math.floor(ms / DAY_MS);
    let prefix = datePrefixes.get(day);
    if (prefix === undefined) {
      prefix = new Date(day * DAY_MS).toISOString().slice(0, 11);
      datePrefixes.set(day, prefix);
    }
    const ofDay = ms - day * DAY_MS;
    const hours = Math.floor(ofDay / HOUR_MS);
    const minutes = Math.floor(ofDay / 60_000) % 60;
    const seconds = Math.floor(ofDay / 1_000) % 60;
    const millis = ofDay % 1_000;
    const fraction = millis < 10 ? `00${millis}` : millis < 100 ? `0${millis}` : millis;
    return `${prefix}${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes]}:${TWO_DIGITS[seconds]}.${fraction}Z`;
  }

  return { isHoliday, load, offsetMs, isoTime };
}

/** Shares of a working day's sessions per local hour: nobody at four, a dip at lunch, a thin evening. */
const OFFICE_HOURS = [1, 0, 0, 0, 0, 2, 8, 28, 76, 100, 98, 88, 48, 74, 92, 86, 70, 42, 20, 12, 10, 8, 5, 2] as const;
/** Weekends and holidays: flat, from a late breakfast on. */
const FREE_HOURS = [1, 0, 0, 0, 0, 0, 1, 3, 6, 10, 12, 12, 9, 9, 11, 11, 10, 9, 8, 9, 10, 9, 6, 3] as const;

/** A local time of day for a session to start, in milliseconds since local midnight. */
export function startOfSessionMs(random: Random, load: number): number {
  const hours = load < 0.5 ? FREE_HOURS : OFFICE_HOURS;
  let remaining = random.unit() * hours.reduce<number>((sum, share) => sum + share, 0);
  let hour = 0;
  while (remaining >= hours[hour]!) remaining -= hours[hour++]!;
  return Math.floor((hour + remaining / hours[hour]!) * HOUR_MS);
}

function dateOf(rule: HolidayRule, year: number): number {
  if ('easter' in rule) return easterSunday(year) + rule.easter * DAY_MS;
  if ('nth' in rule) return nthWeekday(rule, year);
  return Date.UTC(year, rule[0] - 1, rule[1]);
}

function nthWeekday({ month, weekday, nth }: NthWeekday, year: number): number {
  if (nth < 0) {
    const last = Date.UTC(year, month, 0);
    return last - ((new Date(last).getUTCDay() - weekday + 7) % 7) * DAY_MS;
  }
  const first = Date.UTC(year, month - 1, 1);
  return first + (((weekday - new Date(first).getUTCDay() + 7) % 7) + 7 * (nth - 1)) * DAY_MS;
}

/** Gregorian Easter by the anonymous algorithm (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const march = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(march / 31) - 1, (march % 31) + 1);
}

/** Reads `… GMT+05:30` as `Intl` writes it. */
function parseOffsetMs(text: string): number {
  const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(text);
  if (match?.[1] === undefined) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}
