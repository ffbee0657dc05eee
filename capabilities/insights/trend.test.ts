import { EVENT_TYPES, type Event, PLATFORMS } from '@uptake/domain/contract';
import { AGGREGATES, HOUR_MS, INTERVALS, planTrend, UNIQUE_OF } from '@uptake/domain/insights';
import * as fc from 'fast-check';
import { Check } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInsightsService, type InsightsService } from './service.ts';
import { eventWith, OTHER_SCOPE, openTestEventStore, TEST_SCOPE, type TestEventStore } from './testing.ts';
import { type NaiveLine, naiveTrend } from './testing-naive.ts';
import { TrendDefinitionSchema, TrendResultSchema, trendToWire } from './wire.ts';

/** Two weeks on either side of the end of summer time in Europe and in America. */
const NOW = Date.parse('2026-11-08T15:20:00Z');
const DAY = 24 * HOUR_MS;
const RETENTION_DAYS = 90;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;
const EVENTS = ['project_viewed', 'project_created', 'report_exported'] as const;
const COUNTRIES = ['DE', 'US', 'IN', 'FR', ''] as const;
const PLANS = ['free', 'Pro', 'größer "als" \\ alles', '企业', ''] as const;

let store: TestEventStore;
let insights: InsightsService;
let events: readonly Event[];

beforeAll(async () => {
  store = await openTestEventStore();
  insights = createInsightsService({
    eventStore: store.eventStore,
    freshness: async () => ({ asOf: new Date(NOW - 400), behindMs: 400 }),
    environmentsOf: async () => [{ id: TEST_SCOPE.environmentId }],
    nowMs: () => NOW,
    retentionDays: RETENTION_DAYS,
  });
  events = fc.sample(anEvent, { numRuns: 700, seed: 20_261_108 });
  await store.insert(events.slice(0, 300));
  await store.insert(events.slice(300));
  await store.insert(
    events.slice(0, 100).map((event) => ({ ...event, country: 'XX' })),
    OTHER_SCOPE,
  );
});
afterAll(() => store.close());

const hex = (prefix: string, n: number) => `${prefix}${n.toString(16)}`.padStart(16, '0');

const anEvent = fc
  .record({
    timestampMs: fc.integer({ min: NOW - 32 * DAY, max: NOW - 1 }),
    eventName: fc.constantFrom(...EVENTS),
    eventType: fc.constantFrom(...EVENT_TYPES),
    platform: fc.constantFrom(...PLATFORMS),
    user: fc.integer({ min: 0, max: 12 }),
    session: fc.integer({ min: 0, max: 40 }),
    tenant: fc.integer({ min: 0, max: 4 }),
    country: fc.constantFrom(...COUNTRIES),
    isInternal: fc.boolean(),
    // Certain and unsampled, drawn, and of the panel alone.
    weight: fc.constantFrom(1, 1, 1, 4, 1 / 0.3, 0, 0),
    properties: fc.record(
      {
        duration_ms: fc.oneof(fc.integer({ min: -5, max: 300 }), fc.constantFrom('soon', null, 12.5, 4_000_000_000)),
        plan: fc.oneof(fc.constantFrom(...PLANS), fc.constantFrom(5, true, null)),
        "it's {p0:String}": fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ user, session, tenant, ...parts }) =>
    eventWith({
      ...parts,
      userId: user === 0 ? '' : hex('abc', user),
      sessionId: session === 0 ? '' : hex('5e55', session),
      tenantId: tenant === 0 ? '' : `tenant-${tenant}`,
    }),
  );

const property = fc.constantFrom('duration_ms', 'plan', "it's {p0:String}", 'never_sent');
const measure = fc.oneof(
  fc.constant({ kind: 'total' }),
  fc.record({ kind: fc.constant('unique'), of: fc.constantFrom(...UNIQUE_OF) }),
  fc.constant({ kind: 'per_user_average' }),
  fc.record({ kind: fc.constant('property'), property, aggregate: fc.constantFrom(...AGGREGATES) }),
);
const scalar = fc.oneof(fc.constantFrom(...PLANS), fc.constantFrom(5, 12.5, true, false, "' OR 1=1 --"));
const filter = fc.oneof(
  fc.record({ property, operator: fc.constantFrom('equals', 'not_equals'), value: scalar }),
  fc.record({
    property,
    operator: fc.constantFrom('in', 'not_in'),
    value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    property,
    operator: fc.constantFrom('contains', 'not_contains', 'starts_with'),
    value: fc.constantFrom('P', 'FREE', 'größer', '业', '%', '\\'),
  }),
  fc.record({
    property,
    operator: fc.constantFrom('greater_than', 'greater_or_equal', 'less_than', 'less_or_equal'),
    value: fc.constantFrom(0, 12.5, 100, -3, 4_000_000_000),
  }),
  fc.record({ property, operator: fc.constantFrom('is_set', 'is_not_set') }),
  fc.record({
    field: fc.constant('country'),
    operator: fc.constantFrom('in', 'not_in'),
    value: fc.array(fc.constantFrom(...COUNTRIES, 'XX'), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    field: fc.constant('is_internal'),
    operator: fc.constantFrom('equals', 'not_equals'),
    value: fc.boolean(),
  }),
  fc.record({ field: fc.constant('tenant_id'), operator: fc.constantFrom('is_set', 'is_not_set') }),
  fc.record({
    field: fc.constant('event_name'),
    operator: fc.constantFrom('contains', 'starts_with'),
    value: fc.constant('PROJECT'),
  }),
);
const few = { maxLength: 2, size: 'small' } as const;
const series = fc.record({
  event: fc.constantFrom(null, ...EVENTS),
  measure,
  filters: fc.oneof(fc.constant([]), fc.array(filter, few)),
});
const period = fc.oneof(
  fc.record({ last: fc.integer({ min: 1, max: 14 }), unit: fc.constantFrom('day', 'hour') }),
  fc.constantFrom(
    { last: 2, unit: 'week' },
    { last: 1, unit: 'month' },
    { from: '2026-10-24', to: '2026-10-26' },
    { from: '2026-10-31', to: '2026-11-12' },
    { from: '2026-10-24T22:30:00Z', to: '2026-11-01T06:29:59.999Z' },
  ),
);
const definition = fc.record({
  kind: fc.constant('trend'),
  series: fc.array(series, { minLength: 1, maxLength: 3 }),
  period,
  interval: fc.constantFrom(...INTERVALS),
  time_zone: fc.constantFrom(...ZONES),
  breakdown: fc.oneof(
    fc.constant(null),
    fc.record({ property }),
    fc.record({ field: fc.constantFrom('country', 'event_type', 'is_internal', 'tenant_id', 'app_version') }),
  ),
  breakdown_limit: fc.integer({ min: 1, max: 6 }),
  filters: fc.oneof(fc.constant([]), fc.array(filter, few)),
  compare: fc.constantFrom(null, 'previous_period'),
});

function comparable(lines: readonly NaiveLine[]) {
  const round = (value: number | null) => (value === null ? null : Number(value.toPrecision(10)));
  const numbers = ({ values, total }: Pick<NaiveLine, 'values' | 'total'>) => ({
    values: values.map(round),
    total: round(total),
  });
  const line = ({ standardError, ...measured }: Pick<NaiveLine, 'values' | 'total' | 'standardError'>) => ({
    ...numbers(measured),
    standardError: standardError === null ? null : numbers(standardError),
  });
  return lines.map(({ seriesIndex, breakdown, isOther, previous, ...rest }) => ({
    of: [seriesIndex, breakdown, isOther],
    ...line(rest),
    previous: previous === null ? null : line(previous),
  }));
}

describe('a trend on the real engine', () => {
  test('equals the plainest computation, for every measure, filter, breakdown, interval and zone', async () => {
    const seen = { lines: 0, numbers: 0, others: 0 };
    await fc.assert(
      fc.asyncProperty(definition, async (asked) => {
        const result = await insights.trend(TEST_SCOPE.workspaceId, asked);
        const planned = planTrend(result.definition, {
          nowMs: NOW,
          retention: { rawFromMs: NOW - RETENTION_DAYS * DAY, hourlyFromMs: 0 },
        });
        if (!planned.ok) throw new Error('the service has planned it already');
        expect(comparable(result.answer.lines)).toEqual(comparable(naiveTrend(planned.value, events, NOW)));
        // What is read is what the description of the door allows, and so is what it answers.
        expect(Check(TrendDefinitionSchema, asked)).toBe(true);
        expect(Check(TrendResultSchema, trendToWire(result))).toBe(true);
        seen.lines += result.answer.lines.length;
        seen.numbers += result.answer.lines.flatMap((line) => line.values).filter((value) => value).length;
        seen.others += result.answer.lines.filter((line) => line.isOther).length;
      }),
      { numRuns: 80, seed: 7 },
    );
    // A comparison of nothing with nothing would show nothing.
    expect(seen.lines).toBeGreaterThan(200);
    expect(seen.numbers).toBeGreaterThan(500);
    expect(seen.others).toBeGreaterThan(10);
  }, 120_000);
});
