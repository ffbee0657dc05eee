import { expect, test } from 'vitest';
import { describePeriod, isSamePeriod, recentDates } from './period.ts';

test.each([
  [{ last: 30, unit: 'day' } as const, 'Last 30 days'],
  [{ last: 1, unit: 'hour' } as const, 'Last hour'],
  [{ from: '2026-11-01', to: '2026-11-21' }, '1 Nov 2026 – 21 Nov 2026'],
  [{ from: '2026-11-01', to: '2026-11-01' }, '1 Nov 2026'],
  [{ from: '2026-11-01T23:00:00Z', to: '2026-11-02T05:30:00Z' }, '2 Nov 2026, 01:00 – 2 Nov 2026, 07:30'],
])('the period %j reads %s', (period, text) => {
  expect(describePeriod(period, 'Africa/Cairo')).toBe(text);
});

test('a date is the same day in every time zone', () => {
  expect(describePeriod({ from: '2026-11-01', to: '2026-11-01' }, 'Pacific/Apia')).toBe('1 Nov 2026');
});

test('periods are the same when they say the same', () => {
  expect(isSamePeriod({ last: 7, unit: 'day' }, { last: 7, unit: 'day' })).toBe(true);
  expect(isSamePeriod({ last: 7, unit: 'day' }, { last: 7, unit: 'week' })).toBe(false);
  expect(isSamePeriod({ last: 7, unit: 'day' }, { from: '2026-11-01', to: '2026-11-07' })).toBe(false);
});

test('a custom period starts from today where the person looks, not where the server is', () => {
  const nowMs = Date.parse('2026-11-21T11:30:00Z');
  expect(recentDates(nowMs, 6, 'Europe/Berlin')).toEqual({ from: '2026-11-15', to: '2026-11-21' });
  expect(recentDates(nowMs, 6, 'Pacific/Apia')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
});
