import { anything, assert, constantFrom, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTrendDefinition } from './parse.ts';

const SMALLEST = { kind: 'trend', series: [{}], period: { last: 7, unit: 'day' } };

/** Paths and messages of what is wrong; the definition is the smallest one with `parts` put over it. */
function mistakes(parts: Record<string, unknown>): Record<string, string> {
  const parsed = parseTrendDefinition({ ...SMALLEST, ...parts });
  return parsed.ok ? {} : Object.fromEntries(parsed.errors.map(({ path, message }) => [path, message]));
}

describe('a trend definition', () => {
  test('is normalised: every default is filled in', () => {
    expect(parseTrendDefinition(SMALLEST)).toEqual({
      ok: true,
      value: {
        kind: 'trend',
        environment_id: null,
        series: [{ event: null, label: null, measure: { kind: 'total' }, filters: [] }],
        period: { last: 7, unit: 'day' },
        interval: 'day',
        time_zone: 'UTC',
        breakdown: null,
        breakdown_limit: 10,
        filters: [],
        compare: null,
      },
    });
  });

  test('normalised once more stays as it is', () => {
    const first = parseTrendDefinition({
      ...SMALLEST,
      environment_id: '0190A000-0000-7000-8000-00000000000F',
      series: [
        { event: 'project_created', label: 'Größe 📈', measure: { kind: 'unique' } },
        { measure: { kind: 'property', property: 'duration_ms', aggregate: 'p95' } },
      ],
      period: { from: '2026-11-01T08:00:00+01:00', to: '2026-11-20' },
      time_zone: 'europe/berlin',
      breakdown: { property: 'plan' },
      filters: [
        { field: 'is_internal', operator: 'equals', value: false },
        { property: 'seats', operator: 'greater_than', value: 10 },
        { property: 'plan', operator: 'in', value: ['pro', 5, true] },
        { field: 'country', operator: 'is_set' },
      ],
      compare: 'previous_period',
    });
    if (!first.ok) throw new Error(JSON.stringify(first.errors));
    expect(first.value).toMatchObject({
      environment_id: '0190a000-0000-7000-8000-00000000000f',
      time_zone: 'Europe/Berlin',
      period: { from: '2026-11-01T07:00:00.000Z', to: '2026-11-20' },
    });
    expect(parseTrendDefinition(first.value)).toEqual(first);
  });

  test('names every mistake at once, each by its path', () => {
    const found = mistakes({
      series: [{ event: 'Bad Name' }, { measure: { kind: 'uniqe' } }],
      interval: 'minute',
      time_zone: 'Mars/Olympus',
      colour: 'red',
    });
    expect(Object.keys(found).toSorted()).toEqual([
      '/colour',
      '/interval',
      '/series/0/event',
      '/series/1/measure/kind',
      '/time_zone',
    ]);
    expect(found['/interval']).toBe('must be one of hour, day, week, month; got "minute"');
    expect(found['/series/1/measure/kind']).toBe(
      'must be one of total, unique, per_user_average, property; got "uniqe"',
    );
    expect(found['/colour']).toContain('allowed are kind, environment_id, series');
  });

  test.each([
    ['no series', { series: [] }, '/series'],
    ['eleven series', { series: Array(11).fill({}) }, '/series'],
    ['a series that is no object', { series: ['project_created'] }, '/series/0'],
    [
      'a measure of a property without its name',
      { series: [{ measure: { kind: 'property', aggregate: 'sum' } }] },
      '/series/0/measure/property',
    ],
    [
      'an unknown aggregate',
      { series: [{ measure: { kind: 'property', property: 'a', aggregate: 'p42' } }] },
      '/series/0/measure/aggregate',
    ],
    ['uniques of something else', { series: [{ measure: { kind: 'unique', of: 'country' } }] }, '/series/0/measure/of'],
    [
      'a key that the kind of measure does not have',
      { series: [{ measure: { kind: 'total', of: 'user' } }] },
      '/series/0/measure/of',
    ],
    ['half a period', { period: { from: '2026-11-01' } }, '/period/to'],
    ['both kinds of period', { period: { last: 3, unit: 'day', from: '2026-11-01' } }, '/period'],
    ['a date that does not exist', { period: { from: '2026-02-29', to: '2026-03-05' } }, '/period/from'],
    ['a time without a zone', { period: { from: '2026-11-01T00:00:00', to: '2026-11-02' } }, '/period/from'],
    ['a year far off', { period: { from: '0000-01-01', to: '2026-11-02' } }, '/period/from'],
    ['a period that ends before it begins', { period: { from: '2026-11-02', to: '2026-11-01' } }, '/period/to'],
    ['an empty period', { period: { from: '2026-11-02T10:00:00Z', to: '2026-11-02T11:00:00+01:00' } }, '/period/to'],
    ['zero days', { period: { last: 0, unit: 'day' } }, '/period/last'],
    ['half a day', { period: { last: 0.5, unit: 'day' } }, '/period/last'],
    ['an environment that is no UUID', { environment_id: "' OR 1=1 --" }, '/environment_id'],
    ['a breakdown by nothing', { breakdown: {} }, '/breakdown'],
    ['a breakdown by field and property', { breakdown: { field: 'country', property: 'plan' } }, '/breakdown'],
    ['a breakdown by a column that is no field', { breakdown: { field: 'workspace_id' } }, '/breakdown/field'],
    ['too many lines', { breakdown: { field: 'country' }, breakdown_limit: 51 }, '/breakdown_limit'],
    [
      'more than a number on a text field',
      { filters: [{ field: 'country', operator: 'greater_than', value: 5 }] },
      '/filters/0/operator',
    ],
    [
      'text where a number is compared',
      { filters: [{ property: 'seats', operator: 'less_than', value: '5' }] },
      '/filters/0/value',
    ],
    [
      'a value that the field never has',
      { filters: [{ field: 'platform', operator: 'equals', value: 'fridge' }] },
      '/filters/0/value',
    ],
    [
      'text for a boolean',
      { filters: [{ field: 'is_internal', operator: 'equals', value: 'true' }] },
      '/filters/0/value',
    ],
    ['an empty list', { filters: [{ property: 'plan', operator: 'in', value: [] }] }, '/filters/0/value'],
    ['a list in a list', { filters: [{ property: 'plan', operator: 'in', value: [['a']] }] }, '/filters/0/value/0'],
    [
      'a value where none belongs',
      { filters: [{ property: 'plan', operator: 'is_set', value: true }] },
      '/filters/0/value',
    ],
    ['a missing value', { filters: [{ property: 'plan', operator: 'equals' }] }, '/filters/0/value'],
    ['NUL in a value', { filters: [{ property: 'plan', operator: 'equals', value: 'a\0b' }] }, '/filters/0/value'],
    [
      'half of an emoji',
      { filters: [{ property: 'plan', operator: 'contains', value: '\ud83d' }] },
      '/filters/0/value',
    ],
    ['a property name that is too long', { breakdown: { property: 'p'.repeat(101) } }, '/breakdown/property'],
  ])('with %s is refused', (_, parts, path) => {
    expect(Object.keys(mistakes(parts))).toEqual([path]);
  });

  test('may not single out a person, and says what to do instead', () => {
    for (const field of ['user_id', 'session_id']) {
      expect(mistakes({ breakdown: { field } })['/breakdown/field']).toContain('recorded approval');
      expect(mistakes({ filters: [{ field, operator: 'equals', value: 'x' }] })['/filters/0/field']).toContain(
        'unique',
      );
    }
  });

  test('that is anything else is refused and never throws', () => {
    assert(
      property(anything(), (input) => {
        expect(parseTrendDefinition(input).ok).toBe(false);
      }),
    );
    const part = constantFrom('series', 'period', 'interval', 'time_zone', 'breakdown', 'filters', 'compare');
    assert(
      property(part, record({ value: anything() }), (key, { value }) => {
        const parsed = parseTrendDefinition({ ...SMALLEST, [key]: value });
        if (!parsed.ok) expect(parsed.errors.every(({ path }) => path.startsWith(`/${key}`))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
