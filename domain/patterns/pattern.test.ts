import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, patternProblem } from './pattern.ts';

/** Patterns over a small alphabet, so that texts often match, with every construct that is supported. */
const { pattern } = fc.letrec<{ pattern: string; sequence: string; quantified: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '[^a]',
      '.',
      '\\d',
      '\\w',
      '\\s',
      '\\S',
      'é',
      '\\u{1F600}',
      '[a-c_-]',
      '\\p{Lu}',
      '-',
    ),
    tie('pattern').map((inner) => `(?:${inner})`),
    tie('pattern').map((inner) => `(${inner})`),
  ),
  quantified: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '{0}'))
    .map(([atom, sign]) => atom + sign),
  sequence: fc.array(tie('quantified'), { maxLength: 3 }).map((parts) => parts.join('')),
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|')),
}));
const anchored = fc
  .tuple(fc.boolean(), pattern, fc.boolean())
  .map(([from, inner, to]) => `${from ? '^' : ''}${inner.includes('|') ? `(?:${inner})` : inner}${to ? '$' : ''}`);
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '-', '_', 'é', 'Ω', '😀', '\n', 'A'),
  maxLength: 8,
});

describe('a pattern', () => {
  test('matches what the engine of ECMAScript matches', () => {
    fc.assert(
      fc.property(anchored, fc.array(text, { minLength: 1, maxLength: 10 }), (source, texts) => {
        const native = new RegExp(source, 'u');
        const matches = compilePattern(source);
        // Some would keep the engine busy for minutes over eight characters; that is what ours is for.
        const length = patternProblem(source, 300) === undefined ? 8 : 3;
        for (const each of texts.map((text) => text.slice(0, length)))
          expect([source, each, matches(each)]).toEqual([source, each, native.test(each)]);
      }),
      { numRuns: 1_500 },
    );
  });

  test('is anchored in each alternative by itself', () => {
    const matches = compilePattern('^a|b$');
    expect(['ax', 'xb', 'xa', 'bx'].map(matches)).toEqual([true, true, false, false]);
  });

  test.each([
    '(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(a*)*b',
    '^([a-z]+)*$',
    '^(a|a){30}$',
    '^(\\w+\\s?)*$',
    '(.*)*',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^(?:\\d{1,9}){1,9}$',
    '^(a*b?)*$',
  ])('that lets other engines run away is refused: %s', (source) => {
    expect(patternProblem(source, 300)).toContain('catastrophic');
  });

  test.each([
    '^[a-z][a-z0-9_]{0,99}$',
    '^([0-9a-f]{2}){3}$',
    '^(?:[a-z]+\\.)*[a-z]+$',
    '^\\d{3}-\\d{4}$',
    '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
    '\\p{L}+',
    '^v?\\d+\\.\\d+(?:\\.\\d+)?(?:-[\\w.]+)?$',
  ])('that people need is taken: %s', (source) => {
    expect(patternProblem(source, 300)).toBeUndefined();
  });

  test.each([
    ['(?=a)b', 'At character 2: look-around'],
    ['(a)\\1', '"\\1" is not supported'],
    ['a\\b', '"\\b" is not supported'],
    ['([', 'It is no regular expression'],
    ['x{1000}', 'longer than 500 characters'],
    ['a^b', 'at the ends of the pattern alone'],
    ['a'.repeat(301), 'at most 300'],
    ['(?:a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*)*'.repeat(5), 'catastrophic'],
  ])('that cannot be decided in linear time or is wrong is refused with why: %s', (source, why) => {
    expect(patternProblem(source, 300)).toContain(why);
  });

  test('costs time in proportion to the text, even one that is catastrophic elsewhere', () => {
    const matches = compilePattern('^(a+)+$');
    const long = `${'a'.repeat(1_000_000)}!`;
    const startMs = performance.now();
    expect(matches(long)).toBe(false);
    // Backtracking would take 2^1,000,000 steps; a million steps take milliseconds.
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('forgets its states rather than keep exponentially many of them', () => {
    // Its deterministic automaton has 2^12 states.
    const matches = compilePattern('[ab]*a[ab]{11}$');
    const native = /[ab]*a[ab]{11}$/u;
    let seed = 7;
    for (let round = 0; round < 300; round++) {
      let word = '';
      for (let at = 0; at < 60; at++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        word += seed % 3 === 0 ? 'a' : 'b';
      }
      expect(matches(word)).toBe(native.test(word));
    }
  });

  test('is judged quickly, however it is made', () => {
    const startMs = performance.now();
    expect(patternProblem(`${'('.repeat(15)}${'){100}'.repeat(15)}`, 300)).toBeUndefined();
    expect(patternProblem(`${'('.repeat(15)}a?${'){100}'.repeat(15)}`, 300)).toContain('longer than 500');
    patternProblem(`^${'[a-z]*[a-y]*'.repeat(20)}$`, 300);
    patternProblem(`^(?:${'a?'.repeat(100)})*$`, 300);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
