import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, intervalStarts, shift, startOf, startOfNext } from './calendar.ts';
import { INTERVALS } from './definition.ts';
import { instantOfLocal, localMs, timeZoneName } from './zone.ts';

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
] as const;
const zone = constantFrom(...ZONES);
const interval = constantFrom(...INTERVALS);
/** 2009 to 2030: Apia's skipped day and twenty years of clock changes. */
const instant = integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2030, 0, 1) });
const RUNS = { numRuns: 400 };

/** The local date by another way through Intl than the code under test takes. */
const dateFormats = new Map(
  ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })]),
);
const localDate = (timeZone: (typeof ZONES)[number], ms: number) => dateFormats.get(timeZone)!.format(ms);
const iso = (ms: number) => new Date(ms).toISOString();

describe('intervals of the local calendar', () => {
  test('hold the instant they were asked for, whatever the zone', () => {
    assert(
      property(interval, instant, zone, (unit, ms, timeZone) => {
        expect(startOf(unit, ms, timeZone)).toBeLessThanOrEqual(ms);
        expect(startOfNext(unit, ms, timeZone)).toBeGreaterThan(ms);
      }),
      RUNS,
    );
  });

  test('have one start, which is its own start and the end of the interval before', () => {
    assert(
      property(interval, instant, zone, (unit, ms, timeZone) => {
        const start = startOf(unit, ms, timeZone);
        expect(startOf(unit, start, timeZone)).toBe(start);
        expect(startOfNext(unit, start - 1, timeZone)).toBe(start);
        expect(startOf(unit, startOfNext(unit, ms, timeZone) - 1, timeZone)).toBe(start);
      }),
      RUNS,
    );
  });

  test('are days exactly where the local date changes', () => {
    assert(
      property(instant, zone, (ms, timeZone) => {
        const start = startOf('day', ms, timeZone);
        expect(localDate(timeZone, start)).toBe(localDate(timeZone, ms));
        expect(localDate(timeZone, start - 1)).not.toBe(localDate(timeZone, ms));
        expect(localDate(timeZone, startOfNext('day', ms, timeZone))).not.toBe(localDate(timeZone, ms));
      }),
      RUNS,
    );
  });

  test('are weeks that begin on Monday and months that begin on the first', () => {
    assert(
      property(instant, zone, (ms, timeZone) => {
        const weekday = new Date(localMs(timeZone, startOf('week', ms, timeZone))).getUTCDay();
        const day = new Date(localMs(timeZone, startOf('month', ms, timeZone))).getUTCDate();
        expect([weekday, day]).toEqual([1, 1]);
      }),
      RUNS,
    );
  });

  test('cut a period into as many days as it has local dates', () => {
    assert(
      property(instant, integer({ min: 1, max: 40 * DAY_MS }), zone, (fromMs, durationMs, timeZone) => {
        const starts = intervalStarts('day', fromMs, fromMs + durationMs, timeZone);
        const dates = new Set<string>();
        for (let ms = fromMs; ms < fromMs + durationMs; ms += HOUR_MS / 2) dates.add(localDate(timeZone, ms));
        dates.add(localDate(timeZone, fromMs + durationMs - 1));
        expect(starts.map((ms) => localDate(timeZone, ms))).toEqual([...dates].toSorted());
      }),
      { numRuns: 60 },
    );
  });
});

describe('when the clocks change', () => {
  test('a day has 23 or 25 hours, and each of them is an hour', () => {
    const hours = (date: string, timeZone: string) => {
      const start = startOf('day', Date.parse(date), timeZone);
      return intervalStarts('hour', start, startOfNext('day', start, timeZone), timeZone);
    };
    expect(hours('2026-03-29T12:00:00Z', 'Europe/Berlin')).toHaveLength(23);
    expect(hours('2026-10-25T12:00:00Z', 'Europe/Berlin')).toHaveLength(25);
    expect(hours('2026-03-08T18:00:00Z', 'America/New_York')).toHaveLength(23);
    expect(hours('2026-11-01T18:00:00Z', 'America/New_York')).toHaveLength(25);
    for (const starts of [
      hours('2026-03-29T12:00:00Z', 'Europe/Berlin'),
      hours('2026-10-25T12:00:00Z', 'Europe/Berlin'),
    ]) {
      expect(new Set(starts.slice(1).map((ms, index) => ms - starts[index]!))).toEqual(new Set([HOUR_MS]));
    }
  });

  test('by half an hour, as on Lord Howe Island, one hour has 30 minutes and another 90', () => {
    const lengths = (date: string) => {
      const start = startOf('day', Date.parse(date), 'Australia/Lord_Howe');
      const end = startOfNext('day', start, 'Australia/Lord_Howe');
      const starts = intervalStarts('hour', start, end, 'Australia/Lord_Howe');
      return starts.map((ms, index) => ((starts[index + 1] ?? end) - ms) / 60_000);
    };
    expect(lengths('2026-10-04T06:00:00Z')).toEqual([60, 60, 30, ...Array<number>(21).fill(60)]);
    expect(lengths('2026-04-05T06:00:00Z')).toEqual([60, 90, ...Array<number>(22).fill(60)]);
  });

  test('the day that Samoa skipped is no day', () => {
    const starts = intervalStarts(
      'day',
      Date.parse('2011-12-29T10:00:00Z'),
      Date.parse('2012-01-01T10:00:00Z'),
      'Pacific/Apia',
    );
    expect(starts.map((ms) => localDate('Pacific/Apia', ms))).toEqual(['2011-12-29', '2011-12-31', '2012-01-01']);
  });

  test('a reading that comes twice means the first, a skipped one the same distance after the gap', () => {
    const berlin = (local: string) => iso(instantOfLocal('Europe/Berlin', Date.parse(`${local}Z`)));
    expect(berlin('2026-10-25T02:30:00')).toBe('2026-10-25T00:30:00.000Z');
    expect(berlin('2026-03-29T02:30:00')).toBe('2026-03-29T01:30:00.000Z');
  });

  test('hours in Kolkata begin at half past in UTC', () => {
    expect(iso(startOf('hour', Date.parse('2026-11-20T12:10:00Z'), 'Asia/Kolkata'))).toBe('2026-11-20T11:30:00.000Z');
  });
});

describe('shifting by the calendar', () => {
  test('keeps the local time of day across a change of clocks', () => {
    const noon = instantOfLocal('Europe/Berlin', Date.parse('2026-10-26T12:00:00Z'));
    expect(iso(shift('day', noon, -2, 'Europe/Berlin'))).toBe('2026-10-24T10:00:00.000Z');
  });

  test('takes the last day of a shorter month', () => {
    expect(iso(shift('month', Date.parse('2026-03-31T08:00:00Z'), -1, 'UTC'))).toBe('2026-02-28T08:00:00.000Z');
    expect(iso(shift('month', Date.parse('2028-01-31T08:00:00Z'), 1, 'UTC'))).toBe('2028-02-29T08:00:00.000Z');
    expect(iso(shift('month', Date.parse('2026-01-15T08:00:00Z'), -13, 'UTC'))).toBe('2024-12-15T08:00:00.000Z');
  });

  test('there and back returns, wherever no day is missing', () => {
    const whole = constantFrom(...ZONES.filter((name) => name !== 'Pacific/Apia'));
    const steps = integer({ min: -30, max: 30 });
    assert(
      property(constantFrom('day', 'week', 'month'), instant, steps, whole, (unit, ms, count, timeZone) => {
        const start = startOf(unit, ms, timeZone);
        expect(shift(unit, shift(unit, start, count, timeZone), -count, timeZone)).toBe(start);
      }),
      RUNS,
    );
  });

  test('keeps the start of a day one, also where midnight itself is skipped', () => {
    const skipped = startOf('day', Date.parse('2026-03-08T18:00:00Z'), 'America/Havana');
    expect(iso(skipped)).toBe('2026-03-08T05:00:00.000Z');
    expect(iso(shift('day', skipped, -1, 'America/Havana'))).toBe('2026-03-07T05:00:00.000Z');
    expect(iso(shift('day', skipped, 1, 'America/Havana'))).toBe('2026-03-09T04:00:00.000Z');
  });
});

describe('names of time zones', () => {
  test('are known in any case and refused where there is no such zone', () => {
    expect(timeZoneName('europe/berlin')).toBe('Europe/Berlin');
    expect(timeZoneName('UTC')).toBe('UTC');
    expect(timeZoneName('Asia/Kolkata')).toBe('Asia/Kolkata');
    for (const name of ['', 'Mars/Olympus', '+02:00', 'Europe/Berlin; DROP TABLE events', 'x'.repeat(100)]) {
      expect(timeZoneName(name)).toBeUndefined();
    }
  });
});
