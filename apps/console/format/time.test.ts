import { describe, expect, test } from 'vitest';
import { localIso } from './local-iso.ts';
import { formatAgo, formatDuration, formatInterval, isTimeZone } from './time.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['2026-11-21T11:59:58Z', 'just now'],
  ['2026-11-21T11:59:00Z', '1 minute ago'],
  ['2026-11-21T09:59:00Z', '2 hours ago'],
  ['2026-11-18T11:00:00Z', '3 days ago'],
  ['2026-11-22T13:00:00Z', 'in 1 day'],
])('%s is %s', (iso, text) => {
  expect(formatAgo(iso, NOW)).toBe(text);
});

test('a duration is told in its largest unit, rounded down', () => {
  expect([400, 1_000, 119_000, 7_300_000].map(formatDuration)).toEqual([
    'under a second',
    '1 second',
    '1 minute',
    '2 hours',
  ]);
});

describe('the label of an interval', () => {
  test.each([
    ['hour', 'short', '01:00'],
    ['hour', 'long', 'Sun 1 Nov, 01:00'],
    ['day', 'short', '1 Nov'],
    ['day', 'long', 'Sun, 1 Nov 2026'],
    ['week', 'long', 'Week of Sun, 1 Nov 2026'],
    ['month', 'short', 'Nov 2026'],
    ['month', 'long', 'November 2026'],
  ] as const)('of a %s, %s, is %s where the person looks', (interval, length, text) => {
    expect(formatInterval('2026-11-01T00:00:00Z', interval, 'Europe/Berlin', length)).toBe(text);
  });
});

test('a local time carries its offset, half hours and the zone of Greenwich too', () => {
  expect(localIso('2026-11-21T12:00:00Z', 'hour', 'Asia/Kolkata')).toBe('2026-11-21T17:30+05:30');
  expect(localIso('2026-11-21T12:00:00Z', 'hour', 'UTC')).toBe('2026-11-21T12:00+00:00');
  expect(localIso('2026-11-21T12:00:00Z', 'day', 'Pacific/Apia')).toBe('2026-11-22');
});

test('time zones are known by name', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
});
