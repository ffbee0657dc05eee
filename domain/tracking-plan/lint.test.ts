import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PropertySchema } from './event-schema.ts';
import { lintEventSchema } from './lint.ts';
import { schemaOf } from './schema.fixture.ts';

const good = { description: 'What it is.', 'x-pii-class': 'none' } as const;
const lintProperty = (schema: object, name = 'plan') =>
  lintEventSchema(schemaOf({ properties: { type: 'object', properties: { [name]: schema as PropertySchema } } }));
const short = (findings: ReturnType<typeof lintEventSchema>) =>
  findings.map(({ rule, severity, path }) => [rule, severity, path]);
const at = '/properties/properties/plan';

describe('lint', () => {
  test('finds nothing wrong with the examples that ship', () => {
    const directory = new URL('./examples/', import.meta.url);
    const files = readdirSync(directory);
    expect(files).toHaveLength(5);
    for (const file of files) {
      expect([file, lintEventSchema(JSON.parse(readFileSync(new URL(file, directory), 'utf8')))]).toEqual([file, []]);
    }
  });

  test.each<[object, string, string, string]>([
    [{ ...good }, 'value_untyped', 'error', at],
    [{ ...good, type: 'array' }, 'items_untyped', 'error', at],
    [{ ...good, type: 'string' }, 'text_unbounded', 'warning', at],
    [{ type: 'boolean', description: 'x' }, 'class_missing', 'error', at],
    [{ type: 'boolean', 'x-pii-class': 'none' }, 'description_missing', 'warning', at],
    [{ ...good, enum: ['a', 'b', 'a'] }, 'enum_duplicate', 'error', `${at}/enum/2`],
    [{ ...good, type: 'string', enum: ['a', 1] }, 'enum_contradicts', 'error', `${at}/enum/1`],
    [{ ...good, enum: ['a'], const: 'b' }, 'enum_contradicts', 'error', `${at}/const`],
    [{ ...good, type: 'integer', minimum: 2, maximum: 1 }, 'bounds_contradict', 'error', `${at}/minimum`],
    [
      { ...good, type: 'number', exclusiveMinimum: 1, maximum: 1 },
      'bounds_contradict',
      'error',
      `${at}/exclusiveMinimum`,
    ],
    [{ ...good, type: 'string', maxLength: 3, minimum: 1 }, 'keyword_without_effect', 'error', `${at}/minimum`],
    [{ ...good, type: 'number', multipleOf: 0.01 }, 'step_fraction', 'warning', `${at}/multipleOf`],
    [{ ...good, type: 'boolean', default: 'yes' }, 'example_invalid', 'error', `${at}/default`],
    [{ ...good, type: 'integer', examples: [1, 'x'] }, 'example_invalid', 'error', `${at}/examples/1`],
    [{ ...good, type: 'object', additionalProperties: true }, 'object_open', 'error', `${at}/additionalProperties`],
    [{ ...good, type: 'object', properties: {}, required: ['x'] }, 'required_unknown', 'error', `${at}/required/0`],
    [{ ...good, type: 'boolean', 'x-pii-class': 'low' }, 'class_too_low', 'error', '/pii_class'],
    [{ ...good, type: 'boolean', 'x-data-sensitivity': 'restricted' }, 'class_too_low', 'error', '/data_sensitivity'],
    [{ ...good, type: 'string', pattern: '(a+)+$', maxLength: 9 }, 'invalid_pattern', 'error', `${at}/pattern`],
  ])('says of %j what is wrong and where', (schema, rule, severity, path) => {
    expect(short(lintProperty(schema))).toEqual([[rule, severity, path]]);
  });

  test.each(['email', 'userEmail', 'contact-phone', 'ip', 'client_ip', 'first_name', 'password', 'iban', 'street'])(
    'does not believe that "%s" is not personal',
    (name) => {
      const rules = lintProperty({ ...good, type: 'string', maxLength: 20 }, name).map(({ rule }) => rule);
      expect(rules).toContain('personal_name');
    },
  );

  test.each(['email_count', 'has_phone', 'is_email_verified', 'tip', 'zipper', 'ship_type', 'description', 'iphone'])(
    'believes that "%s" is not personal',
    (name) => {
      expect(lintProperty({ ...good, type: 'integer' }, name)).toEqual([]);
    },
  );

  test('tells names apart that differ by case alone', () => {
    const properties = { plan: { ...good, type: 'boolean' }, Plan: { ...good, type: 'boolean' } } as const;
    const findings = lintEventSchema(schemaOf({ properties: { type: 'object', properties } }));
    expect(short(findings)).toContainEqual(['name_case', 'error', '/properties/properties/Plan']);
  });

  test('lets a draft lack what an active schema must have, as a warning', () => {
    const empty = { owner: '', description: '', feature_area: ' ' };
    const severities = (state: 'draft' | 'active') =>
      lintEventSchema(schemaOf({ ...empty, state })).map(({ rule, severity }) => [rule, severity]);
    const rules = ['owner_missing', 'description_missing', 'feature_area_missing'];
    expect(severities('active')).toEqual(rules.map((rule) => [rule, 'error']));
    expect(severities('draft')).toEqual(rules.map((rule) => [rule, 'warning']));
  });

  test('finds definitions nobody uses', () => {
    const properties = { type: 'object', properties: {}, $defs: { spare: { type: 'null' } } } as const;
    expect(short(lintEventSchema(schemaOf({ properties })))).toEqual([
      ['definition_unused', 'warning', '/properties/$defs/spare'],
    ]);
  });
});
