import { expect, test } from 'vitest';
import { dayOf, formatDay, parseDay } from './days.ts';

test('every day of four centuries reads back as written, one after the other', () => {
  const first = parseDay('1900-01-01');
  for (let day = first; day < first + 146_097; day += 1) {
    if (parseDay(formatDay(day)) !== day) throw new Error(`${day} reads as ${formatDay(day)}`);
  }
  expect(formatDay(first + 146_097)).toBe('2300-01-01');
  expect(parseDay('1970-01-01')).toBe(0);
});

test.each([
  '2025-02-29',
  '1900-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-04-31',
  '2026-1-01',
  '0000-01-01',
  '26-11-21',
  '２０２６-11-21',
  '2026/11/21',
  '',
])('"%s" is no day', (text) => expect(parseDay(text)).toBeNaN());

test('an instant belongs to its UTC day', () => {
  expect(formatDay(dayOf(Date.UTC(2026, 10, 21, 23, 59, 59, 999)))).toBe('2026-11-21');
  expect(dayOf(-1)).toBe(-1);
});
