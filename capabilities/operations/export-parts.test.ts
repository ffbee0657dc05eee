import { expect, test } from 'vitest';
import { partsOf } from './export.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY = Date.UTC(2026, 10, 20);
const WHOLE = { fromMs: 0, toMs: DAY + 10 * DAY_MS };
const hour = (index: number, events: number) => ({ start_ms: DAY + index * HOUR_MS, events });

test('quiet hours of a day are one part, and a new day begins another', () => {
  expect(partsOf([hour(1, 10), hour(2, 20), hour(23, 5), hour(24, 7)], HOUR_MS, WHOLE)).toEqual([
    { fromMs: DAY + HOUR_MS, toMs: DAY + DAY_MS, events: 35 },
    { fromMs: DAY + DAY_MS, toMs: DAY + 25 * HOUR_MS, events: 7 },
  ]);
});

test('no part holds more than fits, unless a single bucket does', () => {
  const parts = partsOf(
    [hour(3, 600_000), hour(4, 600_000), hour(5, 400_000), hour(6, 3_500_000), hour(7, 1)],
    HOUR_MS,
    WHOLE,
  );
  expect(parts.map(({ events }) => events)).toEqual([600_000, 1_000_000, 3_500_000, 1]);
  for (const [index, part] of parts.entries()) if (index > 0) expect(part.fromMs).toBe(parts[index - 1]!.toMs);
});

test('no part reaches beyond the period asked for', () => {
  const period = { fromMs: DAY + 90_000, toMs: DAY + HOUR_MS + 1_000 };
  expect(partsOf([hour(0, 5), hour(1, 5)], HOUR_MS, period)).toEqual([{ ...period, events: 10 }]);
});

test('no events are no parts', () => {
  expect(partsOf([], HOUR_MS, WHOLE)).toEqual([]);
});
