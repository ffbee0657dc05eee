import { expect, test } from 'vitest';
import { cronOf, DEFAULT_SCHEDULE, readCron, scheduleInWords } from './schedule.ts';

test.each([
  [DEFAULT_SCHEDULE, 'Every day at 02:00 UTC'],
  ['15 * * * *', 'Every hour at 15 minutes past'],
  ['30 6 * * 1', 'Every Monday at 06:30 UTC'],
  ['0 0 * * 7', 'Every Sunday at 00:00 UTC'],
  ['0 4 1 * *', 'On day 1 of every month at 04:00 UTC'],
  ['*/5 8-18 * * 1-5', 'By the cron line */5 8-18 * * 1-5, in UTC'],
  ['99 2 * * *', 'By the cron line 99 2 * * *, in UTC'],
])('%s is read as: %s', (line, words) => {
  expect(scheduleInWords(line)).toBe(words);
});

test.each([DEFAULT_SCHEDULE, '15 * * * *', '30 6 * * 1', '0 4 1 * *', '0 0 1 1 *', '0 2 1 * 1'])(
  '%s is the same after it was read and written',
  (line) => {
    expect(cronOf(readCron(line))).toBe(line);
  },
);
