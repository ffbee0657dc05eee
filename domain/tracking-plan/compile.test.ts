import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileProperties } from './compile.ts';
import type { EventSchema, ObjectSchema } from './event-schema.ts';
import { objectSchema, properties } from './generated.fixture.ts';
import { parseEventSchema } from './parse.ts';
import { schemaOf } from './schema.fixture.ts';

function parsed(schema: ObjectSchema): ObjectSchema {
  const read = parseEventSchema(schemaOf({ properties: schema }));
  if (Array.isArray(read)) throw new Error(JSON.stringify(read));
  return (read as EventSchema).properties;
}

function ajvOf(schema: ObjectSchema): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  // Its default export is the function itself, which its types for ES modules do not say.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addKeyword('x-pii-class');
  return ajv.compile(schema);
}

describe('a compiled schema', () => {
  test('accepts what another implementation of JSON Schema 2020-12 accepts, and nothing else', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(objectSchema, fc.array(properties, { minLength: 8, maxLength: 8 }), (given, values) => {
        const schema = parsed(given);
        const check = compileProperties(schema);
        const reference = ajvOf(schema);
        for (const value of values) {
          const isAccepted = check(value) === undefined;
          expect({ schema, value, isAccepted }).toEqual({ schema, value, isAccepted: reference(value) });
          if (isAccepted) accepted++;
          else refused++;
        }
      }),
      { numRuns: 250 },
    );
    // A generator that made only one kind would show nothing.
    expect(accepted).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(200);
  });

  const check = compileProperties(
    parsed({
      type: 'object',
      properties: {
        email: { type: 'string', maxLength: 5 },
        plan: { enum: ['free', 'team', 'enterprise', null] },
        seats: { type: 'integer', minimum: 1, maximum: 10 },
        tags: { type: 'array', items: { enum: ['usability', 'docs'] }, uniqueItems: true },
        'a/b~c': { type: 'object', properties: { deep: { type: 'boolean' } } },
      },
      required: ['plan'],
    }),
  );

  test.each([
    [{ plan: 'free', emial: 'x' }, 'property_not_allowed', ['emial'], 'Did you mean "email"?'],
    [{ plan: 'fere' }, 'property_invalid', ['plan'], 'did you mean "free"?'],
    [{}, 'property_missing', ['plan'], '"plan" is required'],
    [{ plan: undefined } as never, 'property_missing', ['plan'], 'required'],
    [{ plan: null, seats: 1.5 }, 'property_invalid', ['seats'], 'a whole number'],
    [{ plan: null, seats: 11 }, 'property_invalid', ['seats'], 'at most 10'],
    [{ plan: null, seats: null }, 'property_invalid', ['seats'], 'a whole number'],
    [{ plan: null, email: 'größer' }, 'property_invalid', ['email'], 'at most 5 characters'],
    [{ plan: null, tags: ['docs', 'dcos'] }, 'property_invalid', ['tags', 1], 'did you mean "docs"?'],
    [{ plan: null, tags: ['docs', 'docs'] }, 'property_invalid', ['tags'], 'no item twice'],
    [{ plan: null, 'a/b~c': { deep: 1 } }, 'property_invalid', ['a/b~c', 'deep'], 'true or false'],
    [{ plan: null, 'a/b~c': { other: 1 } }, 'property_not_allowed', ['a/b~c', 'other'], 'no property "other"'],
    [{ plan: null, constructor: 1 } as never, 'property_not_allowed', ['constructor'], 'no property'],
  ])('says of %j what is wrong, where, and what was perhaps meant', (value, reason, trail, detail) => {
    expect(check(value)).toEqual({ reason, trail, detail: expect.stringContaining(detail) });
  });

  test('counts characters as people do: four emojis are four', () => {
    expect(check({ plan: null, email: '😀😀😀😀😀' })).toBeUndefined();
    expect(check({ plan: null, email: '😀😀😀😀😀😀' })).toBeDefined();
  });

  test('never says a value back, which could be personal', () => {
    const said = check({ plan: 'anna.berg@example.org', seats: 3 });
    expect(JSON.stringify(said)).not.toContain('anna');
  });
});
