import {
  decodeEvent,
  ENVELOPE_FIELDS,
  type EnvelopeField,
  envelopeJsonSchema,
  isRefusal,
} from '@uptake/domain/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(envelopeJsonSchema());
const context = {
  receivedAtMs: Date.parse('2026-11-21T12:00:00Z'),
  maxAgeMs: 90 * 86_400_000,
  defaultSource: 'client',
  newEventId: () => '5f6c1d7e-8aab-4c0b-9d4a-527c1e4f7a9a',
} as const;

/** What the schema cannot say, as `envelopeJsonSchema` documents. */
const BEYOND_THE_SCHEMA = new Set([
  'timestamp_too_old',
  'timestamp_in_future',
  'event_too_large',
  'too_many_properties',
]);

/** Texts at and around every kind of edge, among them lone surrogates, NUL, pairs, and the names JavaScript minds. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    'a',
    '\0',
    '\ud800',
    'x\udc00',
    '😀',
    '__proto__',
    'constructor',
    'DE',
    'd1',
    'Ünïcode',
    'a'.repeat(64),
    'a'.repeat(101),
  ),
  fc.integer({ min: 30, max: 260 }).map((length) => 'x'.repeat(length)),
);
/** Mostly harmless, so that most events have one fault or none. */
const mostlyPlain = fc.oneof(
  { weight: 60, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: text },
);
const anything: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(2 ** 53 - 1, 2 ** 53, -(2 ** 53), true, false, null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

function plausible(field: EnvelopeField): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'enum':
      return fc.constantFrom(...field.values);
    case 'boolean':
      return fc.boolean();
    case 'uuid':
      return fc.oneof(
        { weight: 20, arbitrary: fc.uuid() },
        { weight: 1, arbitrary: fc.constant('00000000-0000-0000-0000-000000000000') },
      );
    case 'event_name':
      return fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
    case 'timestamp':
      return fc.constantFrom(
        '2026-11-21T11:59:59.5Z',
        '2026-11-21T12:00:00+01:00',
        '2026-11-21',
        '2026-02-30T00:00:00Z',
      );
    case 'country':
      return fc.stringMatching(/^[A-Za-z]{2}$/);
    case 'assignments':
      return fc.dictionary(mostlyPlain, mostlyPlain, { maxKeys: 5, noNullPrototype: true });
    case 'consent':
      return fc.oneof(
        fc.record(
          {
            analytics: fc.constantFrom('granted', 'denied', 'unknown'),
            location: fc.constantFrom('granted', 'denied'),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        fc.constantFrom('', 'location=denied', 'analytics=granted;location=granted'),
      );
    case 'properties':
      return fc.dictionary(
        mostlyPlain,
        fc.oneof(
          {
            weight: 12,
            arbitrary: fc.oneof(mostlyPlain, fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.boolean()),
          },
          { weight: 1, arbitrary: anything },
        ),
        { maxKeys: 5, noNullPrototype: true },
      );
    case 'text':
      return fc.string({ maxLength: field.maxLength });
  }
}

const fieldOf = (field: EnvelopeField) =>
  fc.oneof(
    { weight: 90, arbitrary: plausible(field) },
    { weight: 1, arbitrary: anything },
    { weight: 3, arbitrary: fc.constant(null) },
  );
const event = fc
  .record(Object.fromEntries(ENVELOPE_FIELDS.map((field) => [field.name, fieldOf(field)])), {
    requiredKeys: ['event_name'],
  })
  .chain((known) =>
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(known as Record<string, unknown>) },
      { weight: 1, arbitrary: text.map((name) => ({ ...known, [name]: 1 })) },
    ),
  )
  // As the door has it: parsed from JSON, so that `__proto__` is a name like others.
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

test('the decoder and the JSON Schema agree about events of every kind', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: event }, { weight: 1, arbitrary: anything }), (value) => {
      const decoded = decodeEvent(value, context);
      if (!isRefusal(decoded)) {
        accepted++;
        expect(isValid(value), JSON.stringify(isValid.errors)).toBe(true);
      } else if (isValid(value)) {
        expect(BEYOND_THE_SCHEMA, `${JSON.stringify(decoded)} but valid by the schema`).toContain(decoded.reason);
      }
    }),
    { numRuns: 6_000 },
  );
  // Both sides refusing everything would agree as well.
  expect(accepted).toBeGreaterThan(300);
});

test('the schema names the fields of the envelope and no others', () => {
  const { properties } = envelopeJsonSchema() as { properties: object };
  expect(Object.keys(properties)).toEqual(ENVELOPE_FIELDS.map((field) => field.name));
});
