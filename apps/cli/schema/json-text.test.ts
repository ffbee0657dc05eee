import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonText } from './json-text.ts';

describe('the text of a JSON file', () => {
  const text = `{
  "event_name": "a",
  "properties": {
    "größe/\\"x\\"~": [1, {"deep": null}],
    "twice": 1, "twice": 2
  }
}
`;

  test.each([
    ['', 1, 1],
    ['/event_name', 2, 3],
    ['/properties/größe~1"x"~0', 4, 5],
    ['/properties/größe~1"x"~0/1', 4, 25],
    ['/properties/größe~1"x"~0/1/deep', 4, 26],
    ['/properties/absent/deeper', 3, 3],
    ['/absent', 1, 1],
  ])('has "%s" at line %i, column %i', (path, line, column) => {
    expect(readJsonText(text).placeOf(path)).toEqual({ line, column });
  });

  test('names what stands twice', () => {
    const { duplicates, placeAt } = readJsonText(text);
    expect(duplicates.map(({ path, offset }) => [path, placeAt(offset)])).toEqual([
      ['/properties/twice', { line: 5, column: 17 }],
    ]);
  });

  test.each([
    ['{"a": 1,}', 1, 9],
    ['{"a" 1}', 1, 6],
    ['{\n  "a": [1, 2\n}', 3, 1],
    ['{"a": "x\n"}', 1, 7],
    ['{"a": tru}', 1, 7],
    ['', 1, 1],
    ['{} {}', 1, 4],
    ['{"a": "\\q"}', 1, 7],
    ['[1,]', 1, 4],
    ['['.repeat(100_000), 1, 502],
  ])('is wrong where it is wrong: %#', (wrong, line, column) => {
    const { mistake, placeAt, document } = readJsonText(wrong);
    expect(document).toBeUndefined();
    expect(placeAt(mistake?.offset ?? -1)).toEqual({ line, column });
  });

  test('is read as JSON.parse reads it, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ maxLength: 3 }), fc.nat(), (json, noise, seed) => {
        const at = seed % (json.length + 1);
        for (const each of [json, json.slice(0, at) + noise + json.slice(at)]) {
          let expected: unknown;
          let isJson = true;
          try {
            expected = JSON.parse(each);
          } catch {
            isJson = false;
          }
          const read = readJsonText(each);
          expect([each, read.mistake === undefined]).toEqual([each, isJson]);
          if (isJson) expect(read.document).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('may begin with the mark that editors leave', () => {
    expect(readJsonText('\ufeff{"a": 1}').document).toEqual({ a: 1 });
  });
});
