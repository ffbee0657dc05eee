/** Random schemas, and values near them, for tests that must hold for all of them. */
import fc from 'fast-check';
import type { JsonValue, ObjectSchema, PropertySchema } from './event-schema.ts';

const NAMES = ['a', 'b', 'c', 'plan'] as const;
const name = fc.constantFrom(...NAMES);
const words = fc.constantFrom(
  '',
  'a',
  'ab',
  'free',
  'größer',
  '😀😀',
  '2026-11-21',
  '2026-02-29',
  '2026-11-21T09:30:00Z',
);
const uuid = fc.constant('0b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa');
const text = fc.oneof(words, uuid);
const number = fc.oneof(fc.integer({ min: -5, max: 12 }), fc.constantFrom(0.5, 2.5, -0, 1e6));
const small = fc.integer({ min: 0, max: 4 });

/** Values small enough that two of them are often the same. */
export const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

function withoutUndefined<Schema extends object>(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([, each]) => each !== undefined)) as Schema;
}

const textSchema = fc
  .record({
    minLength: optional(small),
    maxLength: optional(fc.integer({ min: 0, max: 12 })),
    pattern: optional(fc.constantFrom('^a', 'b$', '^[a-z]*$', '^\\p{L}+$', '.')),
    format: optional(fc.constantFrom('date', 'date-time', 'uuid')),
  })
  .map((keywords) => ({ type: 'string', ...keywords }));
const numberSchema = fc
  .record({
    type: fc.constantFrom('number', 'integer'),
    minimum: optional(number),
    maximum: optional(number),
    exclusiveMinimum: optional(number),
    exclusiveMaximum: optional(number),
    multipleOf: optional(fc.constantFrom(1, 2, 4, 0.5)),
  })
  .map((keywords) => keywords as PropertySchema);
const listed = fc.uniqueArray(value, {
  minLength: 1,
  maxLength: 4,
  comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});

const { schema } = fc.letrec<{ schema: PropertySchema; object: PropertySchema }>((tie) => ({
  schema: fc
    .oneof(
      { maxDepth: 3, withCrossShrink: true },
      textSchema,
      numberSchema,
      fc.constantFrom(
        { type: 'boolean' },
        { type: 'null' },
        { type: ['string', 'null'] },
        { type: ['integer', 'object'] },
        {},
      ),
      fc.constantFrom({ $ref: '#/$defs/word' }, { $ref: '#/$defs/word', maxLength: 3 }),
      listed.map((values) => ({ enum: values })),
      value.map((each) => ({ const: each })),
      fc
        .record({
          items: optional(fc.oneof(tie('schema'), fc.boolean())),
          prefixItems: optional(fc.array(tie('schema'), { minLength: 1, maxLength: 2 })),
          minItems: optional(small),
          maxItems: optional(small),
          uniqueItems: optional(fc.boolean()),
        })
        .map((keywords) => ({ type: 'array', ...keywords })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((branches) => ({ anyOf: branches })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((branches) => ({ oneOf: branches })),
      tie('object'),
    )
    .map((each) => withoutUndefined(each) as PropertySchema),
  object: fc
    .record({
      properties: fc.dictionary(name, tie('schema'), { maxKeys: 3, noNullPrototype: true }),
      required: optional(fc.uniqueArray(name, { maxLength: 2 })),
      additionalProperties: optional(fc.oneof(fc.boolean(), tie('schema'))),
      minProperties: optional(small),
      maxProperties: optional(small),
    })
    .map((keywords) => withoutUndefined({ type: 'object', ...keywords }) as PropertySchema),
}));

/** As an author would write it: closed or not. */
export const objectSchema: fc.Arbitrary<ObjectSchema> = fc
  .record({
    properties: fc.dictionary(name, schema, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    required: optional(fc.uniqueArray(name, { maxLength: 2 })),
    additionalProperties: optional(fc.constantFrom(false, true)),
  })
  .map((keywords) => ({
    ...withoutUndefined({ type: 'object' as const, ...keywords }),
    $defs: { word: { type: 'string', maxLength: 5 } },
  }));

export const properties = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });

/** Another schema that differs from the first in one property, or in what is required. */
export const changedSchema: fc.Arbitrary<readonly [ObjectSchema, ObjectSchema]> = fc
  .tuple(objectSchema, name, schema, optional(fc.uniqueArray(name, { maxLength: 2 })), fc.boolean())
  .map(([old, changed, next, required, isDropping]) => {
    const properties = { ...old.properties, [changed]: next };
    if (isDropping) delete properties[changed];
    return [old, withoutUndefined({ ...old, properties, required: required ?? old.required }) as ObjectSchema];
  });

/** A schema and the same with some keyword somewhere loosened or tightened. */
export const tweakedSchema: fc.Arbitrary<readonly [ObjectSchema, ObjectSchema]> = fc
  .tuple(
    objectSchema,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('drop', 'raise', 'lower', 'extend')), { minLength: 1, maxLength: 3 }),
  )
  .map(([old, tweaks]) => {
    const next = structuredClone(old) as { [keyword: string]: unknown };
    for (const [seed, kind] of tweaks) tweak(next, seed, kind);
    return [old, next as ObjectSchema];
  });

function tweak(root: object, seed: number, kind: string): void {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, inner] of Object.entries(node)) {
      if (key === '$defs' || key === 'const' || key === '$ref') continue;
      places.push([node as Record<string, unknown>, key]);
      if (key !== 'enum') visit(inner);
    }
  };
  visit(root);
  const place = places[seed % places.length];
  if (place === undefined) return;
  const [holder, key] = place;
  const given = holder[key];
  if (kind === 'drop' && holder !== root && key !== 'type' && !Array.isArray(holder)) delete holder[key];
  else if (typeof given === 'number' && key !== 'multipleOf')
    holder[key] = Math.max(0, given + (kind === 'raise' ? 1 : -1));
  else if (key === 'enum' && kind === 'extend') holder[key] = [...(given as unknown[]), 'another'];
  else if (key === 'type' && given === 'integer') holder[key] = 'number';
  else if (key === 'type' && given === 'string') holder[key] = ['string', 'null'];
}
