import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { refuseUnkeepable } from './keepable.ts';

const QUERY = 'mutation ($name: String!) { rename(name: $name) }';

function mistakes(variables: Record<string, unknown>, query = QUERY): readonly string[] {
  try {
    refuseUnkeepable(parse(query), variables);
    return [];
  } catch (error) {
    const { code, errors } = error as { code: string; errors: readonly { path: string; message: string }[] };
    expect(code).toBe('invalid_request');
    return errors.map(({ path, message }) => `${path} ${message}`);
  }
}

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('texts that every store keeps pass, whatever they mean, and so do files', () => {
  const texts = ['', 'Müller & Söhne', '日本 😀', "'; DROP TABLE x --", '\t\r\n'];
  expect(mistakes({ texts, config: { deep: { er: [1, true, null] } }, file: Buffer.from('\0') })).toEqual([]);
});

test('a NUL or half a character is refused with its place: as a value, within JSON, as a name, or by its number in the text', () => {
  expect(mistakes({ input: { name: 'a\0b' } })).toEqual([
    '/variables/input/name holds the character NUL, which no store can keep',
  ]);
  expect(mistakes({ config: [{ 'a/b': '\ud83d' }] })).toEqual([
    '/variables/config/0/a~1b holds half a character, which no store can keep',
  ]);
  expect(mistakes({ config: { 'x\0': 1 } })).toEqual([
    '/variables/config has a name that holds the character NUL, which no store can keep',
  ]);
  expect(mistakes({}, '{ customers(search: "a\\u0000") { id } }')).toEqual([
    '/query holds the character NUL, which no store can keep',
  ]);
});

test('JSON is refused where it is deeper than anything that is meant, be it a million levels', () => {
  expect(mistakes({ config: nested(60) })).toEqual([]);
  for (const levels of [70, 1_000_000]) {
    expect(mistakes({ config: nested(levels) })).toEqual([
      expect.stringContaining('/0/0/0 is nested deeper than 64 levels'),
    ]);
  }
});

test('of a thousand mistakes the first few are told', () => {
  expect(mistakes({ names: Array.from({ length: 1_000 }, () => '\0') })).toHaveLength(20);
});
