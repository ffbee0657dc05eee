import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern, PatternError } from './pattern.ts';

const character = fc.constantFrom('a', 'b', 'c', '-', '1', '_', ' ', 'é', '𝒳', '\n', '.');
const atom = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'b', 'c', '1', 'é', '𝒳', '-', '\\.', '\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '.'),
  },
  { weight: 1, arbitrary: fc.constantFrom('[ab]', '[^ab]', '[a-c]', '[\\d_-]', '[^\\w]', '[^\\W1]', '[é𝒳]', '^', '$') },
);
const isAnchor = (text: string) => text === '^' || text === '$';
const pattern = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    atom,
    fc
      .tuple(atom, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '*?'))
      .map(([one, many]) => (isAnchor(one) ? one : one + many)),
    fc.tuple(tie('pattern'), fc.constantFrom('', '*', '+', '{0,2}')).map(([inner, many]) => `(${inner})${many}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
  ),
})).pattern;

test('a pattern finds what the regular expressions of the language find', () => {
  fc.assert(
    fc.property(pattern, fc.string({ unit: character, maxLength: 12 }), (source, text) => {
      expect(compilePattern(source)(text)).toBe(new RegExp(source, 'u').test(text));
    }),
    { numRuns: 3_000, seed: 20261121 },
  );
});

test('patterns that make backtracking explode take no time', () => {
  const text = `${'a'.repeat(1_000)}!`;
  const started = performance.now();
  for (const source of [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a*)*$',
    '(a|aa)+$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    `${'a?'.repeat(90)}${'a'.repeat(90)}b`,
  ]) {
    expect(compilePattern(source)(text), source).toBe(false);
  }
  // The same patterns would keep a backtracking matcher busy for longer than the age of the universe.
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('nothing repeated any number of times over is read at once', () => {
  const source = `${'('.repeat(15)}${'){100}'.repeat(15)}`;
  expect(compilePattern(source)('')).toBe(true);
});

test('a pattern too large to follow is refused', () => {
  expect(() => compilePattern('(\\d{50}){50}')).toThrow(PatternError);
});
