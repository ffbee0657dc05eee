import { describe, expect, test } from 'vitest';
import { compileProperties } from './compile.ts';
import { featureRecords } from './feature-record.ts';
import { lintEventSchema } from './lint.ts';
import { parseEventSchema } from './parse.ts';
import { type ObservedProperty, proposeSchema } from './propose.ts';
import { schemaOf } from './schema.fixture.ts';

const observed = (
  property: Partial<ObservedProperty> & Pick<ObservedProperty, 'name' | 'types'>,
): ObservedProperty => ({
  count: 1_000,
  examples: [],
  distinctCount: 900,
  ...property,
});
const propose = (...properties: ObservedProperty[]) =>
  proposeSchema({
    eventName: 'project_created',
    count: 1_000,
    eventType: 'outcome',
    featureArea: 'projects',
    properties,
  });
const proposed = (property: ObservedProperty) => propose(property).schema.properties.properties?.[property.name];

describe('a proposal', () => {
  test('is a draft that reads as a schema, and lacks only what people must say', () => {
    const { schema } = propose(
      observed({ name: 'plan', types: { string: 1_000 }, examples: ['free', 'team'], distinctCount: 2 }),
      observed({ name: 'seats', types: { integer: 900 }, count: 900, minimum: 1, maximum: 40 }),
    );
    expect(schema).toMatchObject({
      state: 'draft',
      event_type: 'outcome',
      feature_area: 'projects',
      pii_class: 'none',
    });
    expect(parseEventSchema(schema)).not.toBeInstanceOf(Array);
    expect(lintEventSchema(schema).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(schema.properties).toEqual({
      type: 'object',
      properties: {
        plan: { enum: ['free', 'team'], 'x-pii-class': 'none' },
        seats: { type: 'integer', minimum: 0, 'x-pii-class': 'none' },
      },
      required: ['plan'],
      additionalProperties: false,
    });
  });

  test('accepts again what it was drafted from', () => {
    const { schema } = propose(
      observed({ name: 'plan', types: { string: 990, null: 10 }, examples: ['free', 'größer'], distinctCount: 2 }),
      observed({ name: 'price', types: { number: 3, integer: 7 }, minimum: -4 }),
      observed({
        name: 'tags',
        types: { array: 5 },
        items: observed({ name: 'tags', types: { string: 9 }, maxLength: 6 }),
      }),
      observed({
        name: 'size',
        types: { object: 5 },
        properties: [observed({ name: 'width', types: { integer: 5 }, count: 5 })],
      }),
    );
    const check = compileProperties(schema.properties);
    for (const plan of ['free', 'größer', null]) {
      expect(check({ plan, price: -4.5, tags: ['a', 'bcdefg'], size: { width: 3 } })).toBeUndefined();
    }
  });

  test.each([
    ['as many values as were kept, but not all', { examples: ['a', 'b'], distinctCount: 3 }],
    ['too few sightings of each value', { examples: ['a', 'b', 'c'], distinctCount: 3, count: 29 }],
    ['texts that are no words', { examples: ['one\ntwo'], distinctCount: 1 }],
  ])('takes for no list: %s', (_, part) => {
    expect(proposed(observed({ name: 'plan', types: { string: 1_000 }, maxLength: 9, ...part }))).toMatchObject({
      type: 'string',
      maxLength: 32,
    });
  });

  test('never lists or shows values of what sounds personal, and classes it high', () => {
    const email = observed({
      name: 'work_email',
      types: { string: 1_000 },
      examples: ['a'],
      distinctCount: 1,
      maxLength: 30,
    });
    const { schema, presence } = propose(email);
    expect(schema.properties.properties?.work_email).toEqual({ type: 'string', maxLength: 64, 'x-pii-class': 'high' });
    expect(presence[0]?.examples).toEqual([]);
    expect(schema).toMatchObject({ pii_class: 'high', data_sensitivity: 'restricted' });
  });

  test('knows UUIDs and times', () => {
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    expect(proposed(observed({ name: 'order_id', types: { string: 50 }, examples: ids }))).toEqual({
      type: 'string',
      format: 'uuid',
      'x-pii-class': 'low',
    });
  });

  test('says how often each property is there, and leaves out what was never more than null', () => {
    const { presence, schema } = propose(
      observed({ name: 'rare', types: { boolean: 10 }, count: 10 }),
      observed({ name: 'empty', types: { null: 400 }, count: 400 }),
    );
    expect(presence).toMatchObject([
      { name: 'empty', share: 0.4, isProposed: false },
      { name: 'rare', share: 0.01, types: ['boolean'], isProposed: true },
    ]);
    expect(schema.properties).not.toHaveProperty('required');
  });
});

describe('the record of a feature', () => {
  test('gathers what its schemas say and names what is missing', () => {
    const records = featureRecords(
      [
        schemaOf({
          hypothesis: 'Templates help.',
          target_metrics: ['median duration'],
          feedback_prompts: ['How easy?'],
        }),
        schemaOf({ event_name: 'invoice_sent', feature_area: 'billing', state: 'draft', hypothesis: 'Fewer calls.' }),
      ],
      ['search', 'projects', ''],
    );
    expect(records).toMatchObject([
      {
        feature_area: 'billing',
        hypotheses: ['Fewer calls.'],
        missing: ['target_metrics', 'schemas', 'feedback_prompts'],
      },
      { feature_area: 'projects', schemas: [{ event_name: 'project_created', version: 1 }], missing: [] },
      { feature_area: 'search', missing: ['hypothesis', 'target_metrics', 'schemas', 'feedback_prompts'] },
    ]);
  });
});
