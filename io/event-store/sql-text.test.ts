import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindParameters, quote, refusal, segments } from './sql-text.ts';

const NO_FUNCTIONS: ReadonlySet<string> = new Set(['merge', 'file', 'numbers']);

test('the parts of a statement make up the statement', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    '`',
    '\\',
    '--',
    '/*',
    '*/',
    '\n',
    'a',
    ' ',
    '{p:String}',
    '{',
    '}',
    ';',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const sql = pieces.join('');
      let parts: ReturnType<typeof segments>;
      try {
        parts = segments(sql);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return;
      }
      expect(parts.map((part) => part.text).join('')).toBe(sql);
    }),
    { numRuns: 2_000 },
  );
});

test('any text becomes exactly one literal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(segments(quote(text)).map((part) => part.kind)).toEqual(['literal']);
    }),
    { numRuns: 2_000 },
  );
});

test('only placeholders outside literals, names and comments are bound', () => {
  const sql = `SELECT '{p:String}', "{p:String}", {p:String} /* {p:String} */, {'a': 1}, {t:DateTime64(3, 'UTC')} -- {p:String}`;
  expect(bindParameters(sql, { p: "it's", t: '2026-11-01' })).toBe(
    `SELECT '{p:String}', "{p:String}", 'it\\'s' /* {p:String} */, {'a': 1}, CAST('2026-11-01', 'DateTime64(3, \\'UTC\\')') -- {p:String}`,
  );
});

test('a value that does not fit is refused by the name of its parameter', () => {
  expect(() => bindParameters('{gone:String}', {})).toThrow(/gone/);
  expect(() => bindParameters('{constructor:String}', {})).toThrow(/constructor/);
  expect(() => bindParameters('{n:UInt8}', { n: Number.NaN })).toThrow(/n is not a finite/);
  expect(() => bindParameters('{list:Array(String)}', { list: 'one' })).toThrow(/list/);
  expect(() => bindParameters('{one:String}', { one: ['list'] })).toThrow(/one/);
});

test('words inside values and harmless calls do not stop a question', () => {
  for (const sql of [
    "SELECT 'settings; format system' AS settings_text FROM numbers(3)",
    'WITH totals AS (SELECT 1 AS n) SELECT n FROM totals',
    '(SELECT 1) UNION ALL (SELECT 2)',
    "SELECT format('{}', 'a') -- settings",
  ]) {
    expect(refusal(sql, NO_FUNCTIONS), sql).toBeUndefined();
  }
});

test('a question that would leave its scope is told why it may not', () => {
  expect(refusal('SELECT 1 SETTINGS readonly = 0', NO_FUNCTIONS)).toMatch(/SETTINGS/);
  expect(refusal("SELECT * FROM merge ('a', 'b')", NO_FUNCTIONS)).toMatch(/merge/);
  expect(refusal('SELECT * FROM "system".parts', NO_FUNCTIONS)).toMatch(/system/);
  expect(refusal('TRUNCATE events', NO_FUNCTIONS)).toMatch(/SELECT/);
  expect(refusal("SELECT 'open", NO_FUNCTIONS)).toMatch(/does not end/);
});
