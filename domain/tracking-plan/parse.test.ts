import { describe, expect, test } from 'vitest';
import { parseEventSchema } from './parse.ts';
import { schemaOf } from './schema.fixture.ts';

const withProperties = (properties: unknown) => parseEventSchema({ ...schemaOf(), properties });
const problemsOf = (document: unknown) => {
  const read = parseEventSchema(document);
  return Array.isArray(read) ? read.map(({ rule, path }) => [rule, path]) : [];
};
const inProperties = (properties: object) => problemsOf({ ...schemaOf(), properties });

describe('an event schema', () => {
  test('is closed wherever it does not say that it is open', () => {
    const read = withProperties({
      type: 'object',
      properties: {
        a: { type: 'object', properties: { b: { type: 'string' } } },
        c: { type: 'array', items: { type: ['object', 'null'], properties: {} } },
        d: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] },
        e: { type: 'object', properties: {}, additionalProperties: true },
      },
      // Branches beside properties are closed by their parent, and would shut out its other properties.
      anyOf: [{ required: ['a'] }, { properties: { c: { minItems: 1 } } }],
    });
    expect(read).toMatchObject({
      properties: {
        additionalProperties: false,
        properties: {
          a: { additionalProperties: false },
          c: { items: { additionalProperties: false } },
          d: { anyOf: [{ additionalProperties: false }, { type: 'null' }] },
          e: { additionalProperties: true },
        },
        anyOf: [{ required: ['a'] }, { properties: { c: { minItems: 1 } } }],
      },
    });
    expect(JSON.stringify((read as { properties: { anyOf: unknown } }).properties.anyOf)).not.toContain('additional');
  });

  test.each([
    [null, 'not_an_object', ''],
    [[], 'not_an_object', ''],
    [{ ...schemaOf(), ownr: 'x' }, 'unknown_field', '/ownr'],
    [{ ...schemaOf(), event_name: 'Project Created' }, 'invalid_value', '/event_name'],
    [{ ...schemaOf(), version: 0 }, 'invalid_value', '/version'],
    [{ ...schemaOf(), state: 'actve' }, 'invalid_value', '/state'],
    [{ ...schemaOf(), pii_class: 'secret' }, 'invalid_value', '/pii_class'],
    [{ ...schemaOf(), accepted_until: '2027-01-31' }, 'invalid_value', '/accepted_until'],
    [{ ...schemaOf(), envelope: { country: ['DE'] } }, 'unknown_field', '/envelope/country'],
    [{ ...schemaOf(), envelope: { event_type: ['outcom'] } }, 'invalid_value', '/envelope/event_type'],
    [{ ...schemaOf(), envelope: { user_id: ['anna'] } }, 'invalid_value', '/envelope/user_id'],
    [{ ...schemaOf(), properties: { type: 'array' } }, 'invalid_value', '/properties'],
    [{ ...schemaOf(), description: 'x'.repeat(300_000) }, 'too_large', ''],
  ])('is refused with the place that is wrong: %#', (document, rule, path) => {
    expect(problemsOf(document)).toEqual([[rule, path]]);
  });

  test('says every field that is missing at once', () => {
    expect(problemsOf({ event_name: 'a', properties: { type: 'object' } })).toHaveLength(7);
  });

  const property = (schema: object) => inProperties({ type: 'object', properties: { a: schema } });
  const at = '/properties/properties/a';

  test.each([
    [{ type: 'string', not: { const: 'x' } }, 'unsupported_keyword', `${at}/not`],
    [{ patternProperties: { '^x': {} } }, 'unsupported_keyword', `${at}/patternProperties`],
    [{ typ: 'string' }, 'unsupported_keyword', `${at}/typ`],
    [{ constructor: 1 }, 'unsupported_keyword', `${at}/constructor`],
    [{ type: 'text' }, 'invalid_value', `${at}/type`],
    [{ type: 'string', format: 'email' }, 'invalid_value', `${at}/format`],
    [{ type: 'number', multipleOf: 0 }, 'invalid_value', `${at}/multipleOf`],
    [{ type: 'string', maxLength: -1 }, 'invalid_value', `${at}/maxLength`],
    [{ enum: [] }, 'invalid_value', `${at}/enum`],
    [{ type: 'string', pattern: '^(a+)+$' }, 'invalid_pattern', `${at}/pattern`],
    [{ $ref: 'https://example.com/schema.json' }, 'invalid_ref', `${at}/$ref`],
    [{ $ref: '#' }, 'invalid_ref', `${at}/$ref`],
    [{ $ref: '#/$defs/none' }, 'invalid_ref', `${at}/$ref`],
    [{ anyOf: [] }, 'invalid_value', `${at}/anyOf`],
    [{ type: 'string', $defs: {} }, 'invalid_ref', `${at}/$defs`],
  ])('refuses what it would not enforce: %j', (schema, rule, path) => {
    expect(property(schema)).toEqual([[rule, path]]);
  });

  test('refuses definitions that lead back to themselves, with the way', () => {
    const read = withProperties({
      type: 'object',
      $defs: {
        tree: { type: 'object', properties: { child: { $ref: '#/$defs/node' } } },
        node: { $ref: '#/$defs/tree' },
      },
      properties: { a: { $ref: '#/$defs/tree' } },
    });
    expect(read).toEqual([
      expect.objectContaining({ rule: 'invalid_ref', message: expect.stringContaining('tree → node → tree') }),
    ]);
  });

  test('refuses 10,000 properties at the place where they are', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`p${at}`, { type: 'null' }]));
    expect(problemsOf({ ...schemaOf(), properties: { type: 'object', properties: many } })).toEqual([
      ['too_many', '/properties/properties'],
    ]);
  });

  test('takes as many properties as an event may have, and not one more', () => {
    const count = (properties: number) =>
      inProperties({
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: properties }, (_, at) => [`p${at}`, { type: 'null' }])),
      });
    expect(count(250)).toEqual([]);
    expect(count(251)).toEqual([['too_many', '/properties/properties']]);
  });

  test('refuses what nests deeper than an event may, through definitions as well', () => {
    const nested = (levels: number): object =>
      levels === 0 ? { type: 'string' } : { type: 'object', properties: { deeper: nested(levels - 1) } };
    expect(inProperties({ type: 'object', properties: { a: nested(5) } })).toEqual([]);
    expect(inProperties({ type: 'object', properties: { a: nested(6) } })).toEqual([['too_deep', '/properties']]);
    expect(
      inProperties({
        type: 'object',
        $defs: { three: nested(3) },
        properties: {
          a: {
            type: 'object',
            properties: { b: { type: 'array', items: { type: 'array', items: { $ref: '#/$defs/three' } } } },
          },
        },
      }),
    ).toEqual([['too_deep', '/properties']]);
  });

  test('reads definitions that multiply without unfolding them', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [
        `d${at}`,
        at === 0 ? { type: 'string' } : { anyOf: [{ $ref: `#/$defs/d${at - 1}` }, { $ref: `#/$defs/d${at - 1}` }] },
      ]),
    );
    expect(inProperties({ type: 'object', $defs, properties: { a: { $ref: '#/$defs/d29' } } })).toEqual([]);
  });

  test('refuses names that would reach a prototype', () => {
    const properties = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as object;
    expect(inProperties(properties)).toEqual([['invalid_property_name', '/properties/properties/__proto__']]);
  });
});
