import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../conformance/insights-periods.json' with { type: 'json' };
import { HOUR_MS } from './calendar.ts';
import { INTERVALS, type TrendDefinition } from './definition.ts';
import { parseTrendDefinition } from './parse.ts';
import { planTrend, type TrendPlan } from './plan.ts';

const NOW = Date.parse('2026-11-20T12:34:56Z');
const DAY = 24 * HOUR_MS;
const RETENTION = { rawFromMs: NOW - 90 * DAY, hourlyFromMs: NOW - 365 * DAY };
const FOREVER = { rawFromMs: 0, hourlyFromMs: 0 };

function definition(parts: Record<string, unknown>): TrendDefinition {
  const parsed = parseTrendDefinition({ kind: 'trend', series: [{}], period: { last: 7, unit: 'day' }, ...parts });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value;
}

function plan(parts: Record<string, unknown>, retention = RETENTION, nowMs = NOW): TrendPlan {
  const planned = planTrend(definition(parts), { nowMs, retention });
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return planned.value;
}

const iso = (ms: number) => new Date(ms).toISOString();

describe('intervals of a planned period', () => {
  test.each(vectors.cases)(
    'agree with the conformance vectors: $name',
    ({ now, definition: parts, expect: expected }) => {
      const { current, previous } = plan(parts, FOREVER, Date.parse(now));
      expect({
        intervals: current.startsMs.map(iso),
        end: iso(current.endMs),
        previous_intervals: previous?.startsMs.map(iso) ?? null,
        previous_end: previous === null ? null : iso(previous.endMs),
      }).toEqual(expected);
    },
  );

  test('are ascending, meet each other, and leave the previous period before the period', () => {
    const zone = constantFrom(
      'UTC',
      'America/New_York',
      'Europe/Berlin',
      'Asia/Kolkata',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    );
    const unit = constantFrom(...INTERVALS);
    const now = integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2030, 0, 1) });
    assert(
      property(zone, unit, unit, integer({ min: 1, max: 12 }), now, (time_zone, periodUnit, interval, last, nowMs) => {
        const period = { last, unit: periodUnit };
        const planned = planTrend(definition({ time_zone, interval, period, compare: 'previous_period' }), {
          nowMs,
          retention: FOREVER,
        });
        if (!planned.ok) return;
        const { current, previous, edgesMs, spans } = planned.value;
        expect(current.startsMs[0]).toBeLessThanOrEqual(nowMs);
        expect(current.endMs).toBeGreaterThan(nowMs);
        expect(previous?.startsMs).toHaveLength(current.startsMs.length);
        expect(previous!.endMs).toBeLessThanOrEqual(current.startsMs[0]!);
        expect(previous!.startsMs[0]).toBeLessThan(current.startsMs[0]!);
        for (const list of [current.startsMs, edgesMs]) {
          expect(list.every((ms, index) => index === 0 || ms > list[index - 1]!)).toBe(true);
        }
        expect(previous!.startsMs.every((ms, i, all) => i === 0 || ms >= all[i - 1]!)).toBe(true);
        expect(spans[0]!.fromMs).toBe(edgesMs[0]);
        expect(spans.at(-1)!.toMs).toBe(current.endMs);
      }),
      { numRuns: 300 },
    );
  });

  test('compared by months end with the last day of a shorter month, and move by days inside one', () => {
    const { previous } = plan({
      period: { from: '2011-03-29T23:00:00Z', to: '2011-03-30T01:00:00Z' },
      interval: 'month',
      compare: 'previous_period',
    });
    expect([...previous!.startsMs, previous!.endMs].map(iso)).toEqual([
      '2011-03-28T23:00:00.000Z',
      '2011-03-29T01:00:00.000Z',
    ]);
    const days = plan({
      period: { from: '2026-03-01', to: '2026-03-30' },
      interval: 'month',
      compare: 'previous_period',
    });
    expect([...days.previous!.startsMs, days.previous!.endMs].map(iso)).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
  });

  test('begin with the period where it begins inside one', () => {
    const { current } = plan({
      period: { from: '2026-11-04T09:30:00Z', to: '2026-11-17T09:30:00Z' },
      interval: 'week',
    });
    expect(current.startsMs.map(iso)).toEqual([
      '2026-11-04T09:30:00.000Z',
      '2026-11-09T00:00:00.000Z',
      '2026-11-16T00:00:00.000Z',
    ]);
  });

  test('may not be more than a chart can hold, and the answer says what to choose', () => {
    const planned = planTrend(definition({ period: { last: 200, unit: 'day' }, interval: 'hour' }), {
      nowMs: NOW,
      retention: RETENTION,
    });
    expect(planned).toEqual({
      ok: false,
      errors: [
        { path: '/interval', message: expect.stringMatching(/4800 intervals .* 2500 are allowed; choose a longer/) },
      ],
    });
  });
});

describe('the spans that are read', () => {
  test('are one where the previous period ends where the period begins', () => {
    const { spans, current } = plan({ compare: 'previous_period' });
    expect(spans).toEqual([{ fromMs: current.startsMs[0]! - 7 * DAY, toMs: current.endMs }]);
  });

  test('are two where whole weeks leave a gap between them, and the gap is not read', () => {
    const { spans } = plan({
      period: { from: '2026-11-04', to: '2026-11-13' },
      interval: 'week',
      compare: 'previous_period',
    });
    expect(spans.map(({ fromMs, toMs }) => [iso(fromMs).slice(0, 10), iso(toMs).slice(0, 10)])).toEqual([
      ['2026-10-21', '2026-10-31'],
      ['2026-11-04', '2026-11-14'],
    ]);
  });
});

describe('the source', () => {
  const year = { period: { last: 6, unit: 'month' }, interval: 'month' };

  test('is the events while they are kept, and exact', () => {
    expect(plan({}).source).toBe('raw');
  });

  test('is the aggregates for a longer period that they can answer', () => {
    const { source, knownFromMs } = plan({
      ...year,
      series: [{ event: 'project_created', measure: { kind: 'unique' } }, {}],
      filters: [{ field: 'tenant_id', operator: 'equals', value: 'acme' }],
      breakdown: { field: 'feature_area' },
    });
    expect([source, knownFromMs]).toEqual(['hourly', RETENTION.hourlyFromMs]);
  });

  test.each([
    ['a breakdown they do not keep', { breakdown: { field: 'country' } }],
    ['a filter they do not keep', { filters: [{ property: 'plan', operator: 'is_set' }] }],
    [
      'a filter of one series they do not keep',
      { series: [{ filters: [{ field: 'source', operator: 'equals', value: 'api' }] }] },
    ],
    ['a measure of a property', { series: [{ measure: { kind: 'property', property: 'a', aggregate: 'sum' } }] }],
    ['days that do not begin on the hour', { time_zone: 'Asia/Kolkata' }],
  ])('stays the events for %s, as far as they reach', (_, parts) => {
    const { source, knownFromMs } = plan({ ...year, ...parts });
    expect([source, knownFromMs]).toEqual(['raw', RETENTION.rawFromMs]);
  });

  test('is the aggregates as soon as the period it is compared with reaches back that far', () => {
    expect(plan({ period: { last: 60, unit: 'day' } }).source).toBe('raw');
    expect(plan({ period: { last: 60, unit: 'day' }, compare: 'previous_period' }).source).toBe('hourly');
  });
});

describe('a breakdown', () => {
  test('by a field of few values needs no ranking; by any other it does', () => {
    expect(plan({ breakdown: { field: 'is_internal' } }).breakdown?.closedValues).toEqual(['true', 'false']);
    expect(plan({ breakdown: { field: 'platform' }, breakdown_limit: 5 }).breakdown?.closedValues).toBeUndefined();
    expect(plan({ breakdown: { field: 'country' } }).breakdown?.closedValues).toBeUndefined();
    expect(plan({ breakdown: { property: 'is_internal' } }).breakdown?.closedValues).toBeUndefined();
  });
});
