import { describe, expect, test } from 'vitest';
import { uniformOf } from './hash.ts';
import { isInPanel, PANEL_SHARE } from './panel.ts';

const COUNT = 100_000;
const hex = (n: number, length: number) => n.toString(16).padStart(length, '0');

/** Ids as clients make them, the awkward ones included. */
const FAMILIES: Readonly<Record<string, (n: number) => string>> = {
  'that count upwards': (n) => `00000000-0000-4000-8000-${hex(n, 12)}`,
  'whose head counts upwards': (n) => `${hex(n, 8)}-0000-4000-8000-000000000000`,
  'of version 7 within a second': (n) =>
    `0197f3a0-${hex(n % 1000, 4)}-7000-8000-${hex(Math.imul(n, 0x9e3779b1) >>> 0, 12)}`,
};

/** Of 100 equal bins, chi-square with 99 degrees of freedom stays under 168 but for one time in 100,000. */
function chiSquare(values: readonly number[]): number {
  const bins = new Array<number>(100).fill(0);
  for (const value of values) bins[Math.floor(value * 100)]!++;
  const expected = values.length / 100;
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('the draw of an event', () => {
  test.each(Object.keys(FAMILIES))('is uniform for ids %s, whatever the seed', (family) => {
    for (const seed of [0, 1, 0xdead_beef]) {
      const draws = Array.from({ length: COUNT }, (_, n) => uniformOf(FAMILIES[family]!(n), seed));
      expect(chiSquare(draws)).toBeLessThan(168);
    }
  });

  test('is the same for the same id, and unrelated for another seed', () => {
    const ids = Array.from({ length: COUNT }, (_, n) => FAMILIES['that count upwards']!(n));
    expect(ids.map((id) => uniformOf(id, 7))).toEqual(ids.map((id) => uniformOf(id, 7)));
    const both = ids.filter((id) => uniformOf(id, 7) < 0.5 && uniformOf(id, 8) < 0.5).length;
    // A quarter, within five standard deviations.
    expect(Math.abs(both - COUNT / 4)).toBeLessThan(5 * Math.sqrt(COUNT * 0.1875));
  });
});

describe('the panel', () => {
  test('is one pseudonym in sixteen, judged by the person first and by the session where there is none', () => {
    const pseudonyms = Array.from({ length: 256 }, (_, n) => `${hex(n, 2)}aaaaaaaaaaaaaa`);
    expect(pseudonyms.filter((user) => isInPanel(user, '')).length).toBe(256 * PANEL_SHARE);
    expect(isInPanel('f000000000000000', '0000000000000000')).toBe(false);
    expect(isInPanel('', '0000000000000000')).toBe(true);
    expect(isInPanel('', '')).toBe(false);
  });
});
