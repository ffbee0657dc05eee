import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTimestamp, TIMESTAMP_PATTERN } from './decode-timestamp.ts';

const PATTERN = new RegExp(TIMESTAMP_PATTERN);
const FIRST_MS = 0;
const LAST_MS = Date.UTC(2199, 11, 31, 23, 59, 59, 999);
const twoDigits = (number: number): string => String(number).padStart(2, '0');

test('every instant from 1970 to 2199 comes back as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), (ms) => {
      const text = new Date(ms).toISOString();
      expect(parseTimestamp(text)).toBe(ms);
      expect(text).toMatch(PATTERN);
    }),
    { numRuns: 5_000 },
  );
});

test('an offset moves the instant by hours and minutes, whichever zone it is written in', () => {
  const inner = fc.integer({ min: 2 * 86_400_000, max: LAST_MS - 2 * 86_400_000 });
  fc.assert(
    fc.property(inner, fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }), (ms, offsetMinutes) => {
      const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
      const minutes = Math.abs(offsetMinutes);
      const zone = `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
      expect(parseTimestamp(local + zone)).toBe(ms);
    }),
    { numRuns: 2_000 },
  );
});

test('the pattern of the JSON Schema and the parser draw the same line', () => {
  const part = (max: number) => fc.integer({ min: 0, max }).map(twoDigits);
  const timestamp = fc
    .tuple(
      fc.oneof(fc.integer({ min: 1960, max: 2210 }), fc.constantFrom(1972, 2000, 2100, 2024, 0, 9999)),
      part(14),
      part(33),
      part(25),
      part(62),
      part(62),
      fc.constantFrom('', '.', '.5', '.123', '.123456789', '.1234567890', ',5'),
      fc.constantFrom('Z', 'z', '', '+00:00', '-23:59', '+24:00', '+0200', '+2:00', '+01:60', ' Z', 'ZZ'),
    )
    .map(
      ([year, month, day, hour, minute, second, fraction, zone]) =>
        `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`,
    );
  let parsed = 0;
  fc.assert(
    fc.property(timestamp, (text) => {
      const ms = parseTimestamp(text);
      if (ms !== undefined) parsed++;
      // The one thing a pattern cannot see: an offset that moves the first hours of 1970 before it.
      const isBefore1970 = PATTERN.test(text) && text.startsWith('1970-01-01T') && ms === undefined;
      expect(isBefore1970 || PATTERN.test(text) === (ms !== undefined), text).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  expect(parsed).toBeGreaterThan(100);
});
