import { AGGREGATES, INTERVALS, OPERATORS, UNIQUE_OF } from '@uptake/domain/insights';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dimension, Filter } from '../api/types.ts';
import { parseSearch, stringifySearch } from '../search-parameters.ts';
import { addressOf, readAddress } from './address.ts';
import { CHARTS, type Exploration, intervalsFor, takesList, takesValue } from './exploration.ts';

const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const eventName = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const dimension: fc.Arbitrary<Dimension> = fc.oneof(
  fc.constantFrom({ field: 'country' }, { field: 'tenant_id' }),
  name.map((property) => ({ property })),
);
const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean());
const filter: fc.Arbitrary<Filter> = fc
  .tuple(dimension, fc.constantFrom(...OPERATORS), scalar, fc.array(scalar, { maxLength: 3 }), fc.boolean())
  .map(([target, operator, one, many, isDraft]) => ({
    ...target,
    operator,
    ...(isDraft || !takesValue(operator) ? {} : { value: takesList(operator) ? many : one }),
  }));
const measure = fc.oneof(
  fc.constant({ kind: 'total' as const }),
  fc.constant({ kind: 'per_user_average' as const }),
  fc.constantFrom(...UNIQUE_OF).map((of) => ({ kind: 'unique' as const, of })),
  fc.tuple(name, fc.constantFrom(...AGGREGATES)).map(([property, aggregate]) => ({
    kind: 'property' as const,
    property,
    aggregate,
  })),
);
const period = fc.oneof(
  fc.record({ last: fc.integer({ min: 1, max: 700 }), unit: fc.constantFrom(...INTERVALS) }),
  fc.constantFrom(
    { from: '2026-11-01', to: '2026-11-01' },
    { from: '2025-01-01', to: '2026-11-21' },
    { from: '2026-11-01T00:00:00+01:00', to: '2026-11-02T06:30:00.500Z' },
  ),
);
const exploration: fc.Arbitrary<Exploration> = period.chain((chosen) =>
  fc.record({
    series: fc.array(
      fc.record({
        event: fc.option(eventName),
        measure,
        filters: fc.array(filter, { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    filters: fc.array(filter, { maxLength: 3 }),
    breakdown: fc.option(dimension),
    breakdownLimit: fc.constant(10),
    period: fc.constant(chosen),
    interval: fc.constantFrom(...intervalsFor(chosen)),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
    compare: fc.boolean(),
    chart: fc.constantFrom(...CHARTS),
  }),
);

const read = (search: string) => readAddress(parseSearch(search), 'UTC');

describe('the address of an exploration', () => {
  test('says all of it: whoever opens the link sees the same', () => {
    fc.assert(
      fc.property(exploration, (shared) => {
        const opened = read(stringifySearch(addressOf(shared)));
        expect(opened.problems).toEqual([]);
        expect(opened.exploration).toEqual(shared);
      }),
      { numRuns: 150 },
    );
  });

  test('is readable', () => {
    const { exploration: shown } = read('?s=project_created:unique:user&f=field.country:in:["DE","AT"]&last=7.day');
    expect(decodeURIComponent(stringifySearch(addressOf(shown)))).toBe(
      '?s=project_created:unique:user&f=field.country:in:["DE","AT"]&last=7.day&interval=day&tz=UTC',
    );
  });

  test('without parameters is all events of the last 30 days in the reader’s own zone', () => {
    const { exploration: shown, problems } = readAddress({}, 'Asia/Kolkata');
    expect(problems).toEqual([]);
    expect(shown).toMatchObject({
      series: [{ event: null, measure: { kind: 'total' } }],
      period: { last: 30, unit: 'day' },
      interval: 'day',
      timeZone: 'Asia/Kolkata',
    });
  });

  test.each([
    ['?s=Project-Created:total', 's'],
    ['?s=project_created:median', 's'],
    ['?s=project_created:unique:browser', 's'],
    ['?s=project_created:property:p91:duration_ms', 's'],
    [`?${Array.from({ length: 11 }, () => 's=a:total').join('&')}`, 's'],
    ['?f=country:in:["DE"]', 'f'],
    ['?f=field.country:like:"D"', 'f'],
    ['?f=field.country:in:"DE"', 'f'],
    ['?f=field.country:equals:["DE"]', 'f'],
    ['?f=field.country:equals:{"a":1}', 'f'],
    ['?f=field.country:is_set:true', 'f'],
    ['?s=a:total&f.A=broken', 'f.A'],
    ['?by=country', 'by'],
    ['?by=field.country&limit=0', 'limit'],
    ['?last=30', 'last'],
    ['?last=-1.day', 'last'],
    ['?last=9999.day', 'last'],
    ['?from=2026-11-21&to=2026-11-01', 'from, to'],
    ['?from=2026-11-01', 'from, to'],
    ['?from=2026-13-45&to=2026-13-46', 'from, to'],
    ['?from=2026-11-01&to=2026-11-02T00:00:00Z', 'from, to'],
    ['?last=90.day&interval=hour', 'interval'],
    ['?interval=decade', 'interval'],
    ['?tz=Mars/Olympus', 'tz'],
    ['?compare=last_year', 'compare'],
    ['?chart=pie', 'chart'],
  ])('that is broken (%s) names the parameter and what is allowed', (search, parameter) => {
    const { problems } = read(search);
    expect(problems.map((problem) => problem.parameter)).toEqual([parameter]);
    expect(problems[0]?.expected).not.toBe('');
  });

  test('that is broken in one place is still used in the others', () => {
    const { exploration: shown } = read('?s=project_created:total&s=oops&by=field.country&last=soon&chart=bar');
    expect(shown).toMatchObject({
      series: [{ event: 'project_created' }],
      breakdown: { field: 'country' },
      period: { last: 30, unit: 'day' },
      chart: 'bar',
    });
  });

  test('may hold anything without the reader failing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('s', 'f', 'f.A', 'by', 'last', 'from', 'to', 'tz'), fc.string()),
        (any) => {
          const { exploration: shown } = readAddress(any, 'UTC');
          expect(readAddress(addressOf(shown), 'UTC').problems).toEqual([]);
        },
      ),
    );
  });
});
