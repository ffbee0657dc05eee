import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, judgeChange } from './compatibility.ts';
import { compileProperties } from './compile.ts';
import type { EventSchema, ObjectSchema, PropertySchema } from './event-schema.ts';
import { changedSchema, properties, tweakedSchema } from './generated.fixture.ts';
import { parseEventSchema } from './parse.ts';
import { schemaOf } from './schema.fixture.ts';

function parsed(part: Partial<EventSchema>): EventSchema {
  const read = parseEventSchema(schemaOf(part));
  if (Array.isArray(read)) throw new Error(JSON.stringify(read));
  return read;
}
const withProperties = (schema: ObjectSchema) => parsed({ properties: schema });
const withValue = (value: PropertySchema) => withProperties({ type: 'object', properties: { value } });

describe('a change that is called compatible', () => {
  test.each([
    ['another property', changedSchema],
    ['a keyword more or less', tweakedSchema],
  ])('refuses nothing that was valid before: %s', (_, pairs) => {
    const seen = { none: 0, compatible: 0, breaking: 0, shownBreaking: 0 };
    fc.assert(
      fc.property(pairs, fc.array(properties, { minLength: 12, maxLength: 12 }), ([old, next], values) => {
        const [before, after] = [withProperties(old), withProperties(next)];
        const { kind } = compareVersions(before, after);
        seen[kind]++;
        const [wasValid, isValid] = [compileProperties(before.properties), compileProperties(after.properties)];
        for (const value of values) {
          if (wasValid(value) !== undefined || isValid(value) === undefined) continue;
          seen.shownBreaking++;
          expect({ kind, old, next, value }).toMatchObject({ kind: 'breaking' });
        }
      }),
      { numRuns: 3_000 },
    );
    // The generator makes changes of every kind, and values that tell them apart.
    expect(Math.min(seen.compatible, seen.breaking)).toBeGreaterThan(100);
    expect(seen.shownBreaking).toBeGreaterThan(0);
  });
});

describe('the rules of change', () => {
  test.each<[string, PropertySchema, PropertySchema, string, string]>([
    ['compatible', { type: 'integer' }, { type: 'number' }, 'type_widened', '/type'],
    ['breaking', { type: 'number' }, { type: 'integer' }, 'type_narrowed', '/type'],
    ['compatible', { type: 'string' }, { type: ['string', 'null'] }, 'type_widened', '/type'],
    ['breaking', { enum: ['a', 'b'] }, { enum: ['a'] }, 'enum_narrowed', '/enum'],
    ['compatible', { enum: ['a'] }, { enum: ['a', 'c'] }, 'enum_widened', '/enum'],
    ['breaking', { type: 'string' }, { type: 'string', enum: ['a'] }, 'enum_added', '/enum'],
    ['breaking', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 8 }, 'bound_tightened', '/maxLength'],
    ['compatible', { type: 'number', minimum: 1 }, { type: 'number', minimum: 0 }, 'bound_loosened', '/minimum'],
    ['breaking', { type: 'number' }, { type: 'number', minimum: 0 }, 'bound_tightened', '/minimum'],
    ['breaking', { type: 'string', pattern: '^a' }, { type: 'string', pattern: '^b' }, 'pattern_changed', '/pattern'],
    ['compatible', { type: 'string', pattern: '^a' }, { type: 'string' }, 'pattern_dropped', ''],
    ['breaking', { type: 'string' }, { type: 'string', format: 'uuid' }, 'format_changed', '/format'],
    [
      'compatible',
      { type: 'integer', multipleOf: 4 },
      { type: 'integer', multipleOf: 2 },
      'step_refined',
      '/multipleOf',
    ],
    ['breaking', { type: 'integer', multipleOf: 2 }, { type: 'integer', multipleOf: 4 }, 'step_changed', '/multipleOf'],
    ['breaking', { type: 'string' }, { type: 'string', 'x-pii-class': 'high' }, 'class_raised', '/x-pii-class'],
    ['compatible', { type: 'string', 'x-pii-class': 'high' }, { type: 'string' }, 'class_lowered', '/x-pii-class'],
    ['compatible', { type: 'string' }, { type: 'string', description: 'New.' }, 'description_changed', '/description'],
  ])('%s: %j → %j', (kind, old, next, rule, path) => {
    const comparison = compareVersions(withValue(old), withValue(next));
    expect(comparison).toMatchObject({ kind, changes: [{ kind, rule, path: `/properties/properties/value${path}` }] });
  });

  const plan: ObjectSchema = {
    type: 'object',
    properties: { plan: { type: 'string' }, seats: { type: 'integer' } },
    required: ['plan'],
  };

  test.each<[string, string, Partial<ObjectSchema>]>([
    ['breaking', 'property_removed', { properties: { plan: { type: 'string' } } }],
    ['compatible', 'property_added', { properties: { ...plan.properties, trial: { type: 'boolean' } } }],
    ['breaking', 'property_required', { required: ['plan', 'seats'] }],
    ['compatible', 'property_optional', { required: [] }],
    ['compatible', 'object_opened', { additionalProperties: true }],
  ])('%s: %s', (kind, rule, part) => {
    const comparison = compareVersions(withProperties(plan), withProperties({ ...plan, ...part }));
    expect(comparison).toMatchObject({ kind, changes: [{ rule }] });
  });

  test('closing an object breaks', () => {
    const open = withProperties({ ...plan, additionalProperties: true });
    expect(compareVersions(open, withProperties(plan))).toMatchObject({
      kind: 'breaking',
      changes: [{ rule: 'object_closed' }],
    });
  });

  test('a definition that changes is seen where it is used', () => {
    const using = (maxLength: number) =>
      withProperties({
        type: 'object',
        $defs: { word: { type: 'string', maxLength } },
        properties: { a: { $ref: '#/$defs/word' } },
      });
    expect(compareVersions(using(5), using(4)).changes).toMatchObject([{ path: '/properties/properties/a/maxLength' }]);
    expect(compareVersions(using(4), using(5)).kind).toBe('compatible');
  });

  test('binding the envelope breaks, freeing it does not', () => {
    const bound = parsed({ envelope: { workflow_name: ['onboarding'] } });
    const wider = parsed({ envelope: { workflow_name: ['onboarding', 'import'] } });
    expect(compareVersions(parsed({}), bound)).toMatchObject({ kind: 'breaking' });
    expect(compareVersions(wider, bound)).toMatchObject({ kind: 'breaking' });
    expect(compareVersions(bound, wider)).toMatchObject({ kind: 'compatible' });
    expect(compareVersions(bound, parsed({}))).toMatchObject({ kind: 'compatible' });
    expect(compareVersions(parsed({ envelope: { workflow_name: [] } }), bound)).toMatchObject({ kind: 'breaking' });
  });

  test('the version and the state are no change of what is allowed', () => {
    expect(compareVersions(parsed({}), parsed({ version: 2, state: 'deprecated' }))).toEqual({
      kind: 'none',
      changes: [],
    });
  });
});

describe('a breaking change', () => {
  const nowMs = Date.parse('2026-11-21T12:00:00Z');
  const [old, next] = [withValue({ type: 'number' }), withValue({ type: 'integer' })];
  const approval = {
    migrationNote: 'The web app sends whole numbers from 4.2 on.',
    reviewer: 'mika@example.com',
    acceptedUntil: '2027-01-31T00:00:00Z',
  };

  test('needs a note, a reviewer and a time until which the old version stays accepted', () => {
    expect(judgeChange(old, next, approval, nowMs).missing).toEqual([]);
    const paths = (part: object) =>
      judgeChange(old, next, { ...approval, ...part }, nowMs).missing.map(({ path }) => path);
    expect(paths({ migrationNote: 'ok' })).toEqual(['/migration_note']);
    expect(paths({ reviewer: ' ' })).toEqual(['/reviewer']);
    expect(paths({ acceptedUntil: '2026-11-21' })).toEqual(['/accepted_until']);
    expect(paths({ acceptedUntil: '2026-11-21T12:00:00Z' })).toEqual(['/accepted_until']);
    expect(judgeChange(old, next, {}, nowMs).missing).toHaveLength(3);
  });

  test('of a draft needs nothing, since nobody relies on it', () => {
    expect(judgeChange({ ...old, state: 'draft' }, next, {}, nowMs)).toMatchObject({ kind: 'breaking', missing: [] });
  });

  test('that is none needs nothing', () => {
    expect(judgeChange(next, old, {}, nowMs)).toMatchObject({ kind: 'compatible', missing: [] });
  });
});
