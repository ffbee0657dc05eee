import type { PropertySchema } from '@uptake/domain/tracking-plan';
import { expect, test } from 'vitest';
import { shapeInWords } from './shape.ts';

const cases: readonly (readonly [PropertySchema, string])[] = [
  [{ type: 'string', maxLength: 64 }, 'text, at most 64 characters'],
  [{ type: 'integer', minimum: 0, maximum: 9 }, 'whole number, at least 0, at most 9'],
  [{ type: 'integer', maximum: 86_400_000 }, 'whole number, at most 86,400,000'],
  [{ enum: ['blank', 'template', null] }, 'one of blank · template · null'],
  [{ const: 'web' }, 'always web'],
  [{ type: ['string', 'null'], format: 'date' }, 'text or null, a date'],
  [{ type: 'array', items: { type: 'boolean' } }, 'list, of true or false'],
  [{ type: 'object', properties: { a: {}, b: {} } }, 'object, with a, b'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'text, or number'],
  [{ $ref: '#/$defs/money' }, 'as defined in money'],
  [{}, 'anything'],
];

test.each(cases)('%j is said as “%s”', (schema, words) => {
  expect(shapeInWords(schema)).toBe(words);
});

test('long lists are cut short, saying by how much', () => {
  const values = Array.from({ length: 15 }, (_, index) => `v${index}`);
  expect(shapeInWords({ enum: values })).toMatch(/^one of v0 · .* · v11 and 3 more$/);
});
