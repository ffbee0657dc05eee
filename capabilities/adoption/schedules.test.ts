import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SCHEDULE, describeSchedule, LONGEST_JITTER_MS, nextRunAt, parseSchedule } from './schedules.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 30);
const DAY_MS = 86_400_000;

describe('a schedule', () => {
  test.each(['0 2 * * *', ' 30  6 * * 1-5 ', '*/15 * * * *', '0 0 1 * *'])('is taken: %s', (text) => {
    expect(parseSchedule(text, NOW)).toEqual({ pattern: text.trim().replaceAll(/\s+/g, ' ') });
  });

  test.each([
    ['', 'five fields'],
    ['@daily', 'five fields'],
    ['0 0 2 * * *', 'five fields'],
    ['61 2 * * *', 'is no cron pattern'],
    ['0 2 30 2 *', 'has no time to come'],
    ['0 2 31 4,6,9,11 *', 'is no cron pattern'],
    ['* * * * *', 'at least five minutes apart'],
    ['0,1 2 * * *', 'at least five minutes apart'],
    [`0 2 * * ${'1,'.repeat(60)}1`, 'five fields'],
  ])('is refused with why: %s', (text, why) => {
    expect(parseSchedule(text, NOW).problem).toContain(why);
  });

  test.each([
    ['0 2 * * *', 'Every day at 02:00 UTC'],
    ['30 6 * * 1-5', 'Monday to Friday at 06:30 UTC'],
    ['0 7 * * 1', 'Every Monday at 07:00 UTC'],
    ['0 3 1 * *', 'On day 1 of every month at 03:00 UTC'],
    ['15 * * * *', 'Every hour at minute 15'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['0 2,14 * * *', 'By the pattern 0 2,14 * * * (UTC)'],
  ])('reads in words: %s', (pattern, words) => {
    expect(describeSchedule(pattern)).toBe(words);
  });
});

describe('the next run', () => {
  test('is after now, within the jitter of its time, and the same for the same source', () => {
    const hours = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(fc.string(), hours, fc.integer({ min: 0, max: 400 * DAY_MS }), (seed, hour, laterMs) => {
        const afterMs = NOW + laterMs;
        const runMs = nextRunAt(`0 ${hour} * * *`, afterMs, seed);
        expect(runMs).toBeGreaterThan(afterMs);
        expect(runMs - afterMs).toBeLessThanOrEqual(DAY_MS + LONGEST_JITTER_MS);
        const midnightMs = Math.floor(runMs / DAY_MS) * DAY_MS;
        expect(runMs - midnightMs - hour * 3_600_000).toBeGreaterThanOrEqual(0);
        expect(runMs - midnightMs - hour * 3_600_000).toBeLessThan(LONGEST_JITTER_MS);
        expect(nextRunAt(`0 ${hour} * * *`, afterMs, seed)).toBe(runMs);
        // From a run on, the next one is a day later: nothing is run twice, nothing left out.
        expect(nextRunAt(`0 ${hour} * * *`, runMs, seed)).toBe(runMs + DAY_MS);
      }),
      { numRuns: 300 },
    );
  });

  test('spreads a thousand plans with the default over ten minutes', () => {
    const minutes = Array.from({ length: 1_000 }, (_, plan) =>
      new Date(nextRunAt(DEFAULT_SCHEDULE, NOW, `plan ${plan}`)).getUTCMinutes(),
    );
    const counts = Array.from({ length: 10 }, (_, minute) => minutes.filter((each) => each === minute).length);
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(140);
  });

  test('of runs close together is never put off past the one after it', () => {
    for (let source = 0; source < 50; source++) {
      const first = nextRunAt('*/5 * * * *', NOW, `source ${source}`);
      expect(nextRunAt('*/5 * * * *', first, `source ${source}`) - first).toBe(5 * 60_000);
    }
  });
});
