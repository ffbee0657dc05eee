import { describe, expect, test } from 'vitest';
import { compileProperties } from './compile.ts';
import { importJsonSchema } from './import-json-schema.ts';
import { parseEventSchema } from './parse.ts';
import { schemaOf } from './schema.fixture.ts';

describe('an older JSON Schema', () => {
  test('of draft 04 is carried over, and judges as it did', () => {
    const { properties, warnings } = importJsonSchema({
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'http://example.com/project.json',
      type: 'object',
      definitions: { word: { type: 'string', maxLength: 5 } },
      properties: {
        share: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: false },
        pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
        word: { $ref: '#/definitions/word' },
      },
      required: ['share'],
    });
    expect(warnings).toEqual([]);
    const schema = parseEventSchema({ ...schemaOf(), properties });
    if (Array.isArray(schema)) throw new Error(JSON.stringify(schema));
    const check = compileProperties(schema.properties);
    expect(check({ share: 1, pair: ['a', 1], word: 'größe' })).toBeUndefined();
    expect(check({ share: 0 })).toMatchObject({ detail: 'The value must be more than 0.' });
    expect(check({ share: 1, pair: ['a', 1, 2] })).toMatchObject({ trail: ['pair'] });
    expect(check({ share: 1, word: 'größer' })).toMatchObject({ trail: ['word'] });
  });

  test('of draft 07 has its simple allOf merged', () => {
    const { properties, warnings } = importJsonSchema({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { a: { type: 'string' } },
      allOf: [{ properties: { b: { type: 'number' } }, required: ['a'] }, { required: ['b'] }],
    });
    expect(warnings).toEqual([]);
    expect(properties).toMatchObject({ properties: { a: {}, b: { type: 'number' } }, required: ['a', 'b'] });
  });

  test.each([
    [{ properties: { a: { not: { const: 1 } } } }, '/properties/a/not'],
    [{ properties: { a: { type: 'string', format: 'email' } } }, '/properties/a/format'],
    [{ properties: { a: { $ref: 'other.json' } } }, '/properties/a/$ref'],
    [{ patternProperties: { '^x': {} } }, '/patternProperties'],
    [{ dependencies: { a: ['b'] } }, '/dependencies'],
    [{ if: { required: ['a'] } }, '/if'],
    [{ properties: { a: true } }, '/properties/a'],
    [{ properties: { a: { type: 'string', required: true } } }, '/properties/a/required'],
    [{ properties: { a: { type: 'string' } }, allOf: [{ properties: { a: { maxLength: 2 } } }] }, '/allOf/0'],
  ])('says what it cannot carry over: %j', (part, path) => {
    const { properties, warnings } = importJsonSchema({ type: 'object', ...part });
    expect(warnings.map((warning) => warning.path)).toEqual([path]);
    expect(parseEventSchema({ ...schemaOf(), properties })).not.toBeInstanceOf(Array);
  });

  test.each([[null], [true], ['x'], [{ type: 'object', items: null, properties: [], anyOf: 3, $ref: 7 }]])(
    'that is none is no crash: %j',
    (given) => {
      expect(importJsonSchema(given).properties).toMatchObject({ type: 'object' });
    },
  );
});
