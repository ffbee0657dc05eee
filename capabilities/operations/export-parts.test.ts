import { expect, test } from 'vitest';
import { partsOf } from './export.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY = Date.UTC(2026, 10, 20);
const WHOLE = { fromMs: 0, toMs: DAY + 10 * DAY_MS };
const hour = (index: number, events: number) => ({ hour_ms: DAY + index * HOUR_MS, events });

test('quiet hours of a day are one part, and a new day begins another', () => {
  expect(partsOf([hour(1, 10), hour(2, 20), hour(23, 5), hour(24, 7)], WHOLE)).toEqual([
    { fromMs: DAY + HOUR_MS, toMs: DAY + DAY_MS },
    { fromMs: DAY + DAY_MS, toMs: DAY + 25 * HOUR_MS },
  ]);
});

test('a busy hour is cut into stretches that leave nothing out and overlap nowhere', () => {
  const parts = partsOf([hour(3, 60_000), hour(4, 350_000), hour(5, 1)], WHOLE);
  expect(parts).toHaveLength(6);
  for (const [index, part] of parts.entries()) if (index > 0) expect(part.fromMs).toBe(parts[index - 1]!.toMs);
  expect(parts[0]!.fromMs).toBe(DAY + 3 * HOUR_MS);
  expect(parts.at(-1)!.toMs).toBe(DAY + 6 * HOUR_MS);
});

test('no part reaches beyond the period asked for', () => {
  const period = { fromMs: DAY + 90_000, toMs: DAY + HOUR_MS + 1_000 };
  expect(partsOf([hour(0, 5), hour(1, 5)], period)).toEqual([period]);
});

test('no events are no parts', () => {
  expect(partsOf([], WHOLE)).toEqual([]);
});
