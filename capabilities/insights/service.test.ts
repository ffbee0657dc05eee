import type { Event } from '@uptake/domain/contract';
import { planTrend } from '@uptake/domain/insights';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInsightsService, type InsightsService } from './service.ts';
import { eventWith, OTHER_SCOPE, openTestEventStore, TEST_SCOPE, type TestEventStore } from './testing.ts';
import { naiveTrend } from './testing-naive.ts';

const NOW = Date.parse('2026-11-20T12:00:30Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WORKSPACE = TEST_SCOPE.workspaceId;
const SCOPE = { workspaceId: WORKSPACE };
const STAGING = { ...TEST_SCOPE, environmentId: '0190a000-0000-7000-8000-000000000004' };
const FRESHNESS = { asOf: new Date(NOW - 400), behindMs: 400 };
const user = (n: number) => n.toString(16).padStart(16, '0');

/** 200 days back, three users a day of whom the third comes every third day; the older half is beyond raw retention. */
const events: readonly Event[] = Array.from({ length: 200 }, (_, day) => day).flatMap((day) =>
  [1, 2, ...(day % 3 === 0 ? [3] : [])].map((n) =>
    eventWith({
      timestampMs: NOW - day * DAY - n * MINUTE,
      eventName: n === 1 ? 'report_exported' : 'project_viewed',
      eventType: n === 2 && day === 0 ? 'error' : 'action',
      userId: user(n),
      sessionId: user(1_000 + day * 10 + n),
      tenantId: `tenant-${n}`,
      featureArea: n === 1 ? 'reports' : 'projects',
      country: ['DE', 'FR', 'größer'][n - 1]!,
      weight: n === 2 && day === 150 ? 2.5 : 1,
      properties: { seats: n, plan: ['free', 'Pro', 'free'][n - 1]!, trial: n === 1, tags: ['a'], gone: null },
    }),
  ),
);

let store: TestEventStore;
let insights: InsightsService;

beforeAll(async () => {
  store = await openTestEventStore();
  insights = createInsightsService({
    eventStore: store.eventStore,
    freshness: async () => FRESHNESS,
    environmentsOf: async (id) =>
      id === WORKSPACE ? [{ id: TEST_SCOPE.environmentId }, { id: STAGING.environmentId }] : [],
    nowMs: () => NOW,
    retentionDays: 90,
  });
  await store.insert(events);
  await store.insert([eventWith({ timestampMs: NOW - HOUR, userId: user(9), eventName: 'staged' })], STAGING);
  await store.insert([eventWith({ timestampMs: NOW - HOUR, userId: user(8), eventName: 'foreign' })], OTHER_SCOPE);
});
afterAll(() => store.close());

const inPeriod = (fromMs: number, toMs: number, of = events) =>
  of.filter((event) => event.timestampMs >= fromMs && event.timestampMs < toMs);
const distinct = (of: readonly Event[], key: 'userId' | 'sessionId') => new Set(of.map((event) => event[key])).size;
const production = { ...SCOPE, environmentId: TEST_SCOPE.environmentId };

describe('counts of a period', () => {
  test('are events, unique users and sessions, and each event by name', async () => {
    const period = { fromMs: NOW - 10 * DAY, toMs: NOW };
    const expected = inPeriod(period.fromMs, period.toMs);
    expect(await insights.periodCounts(production, period)).toEqual({
      totalEvents: expected.length,
      uniqueUsers: 3,
      uniqueSessions: distinct(expected, 'sessionId'),
      standardError: null,
      eventCounts: { report_exported: 10, project_viewed: expected.length - 10 },
      period,
      freshness: FRESHNESS,
      isSampled: false,
      isApproximate: false,
      crossesRotation: false,
      explanation: null,
    });
  });

  test('are narrowed by event, tenant and feature area', async () => {
    const period = { fromMs: NOW - 10 * DAY, toMs: NOW };
    const filter = { eventName: 'project_viewed', tenantId: 'tenant-3', featureArea: 'projects' };
    const counts = await insights.periodCounts(production, period, filter);
    expect(counts).toMatchObject({ totalEvents: 4, uniqueUsers: 1, eventCounts: { project_viewed: 4 } });
    const none = await insights.periodCounts(production, period, { ...filter, featureArea: 'reports' });
    expect(none).toMatchObject({ totalEvents: 0, uniqueUsers: 0, uniqueSessions: 0, eventCounts: {} });
  });

  test('of whole hours beyond raw retention come from the aggregates, weights included', async () => {
    const period = { fromMs: Date.parse('2026-05-20'), toMs: Date.parse('2026-07-01') };
    const expected = inPeriod(period.fromMs, period.toMs);
    const counts = await insights.periodCounts(production, period);
    expect(counts).toMatchObject({
      totalEvents: expected.reduce((sum, event) => sum + event.weight, 0),
      uniqueUsers: 3,
      uniqueSessions: expected.length,
      isApproximate: true,
    });
    expect(counts.totalEvents % 1).toBe(0.5);
  });

  test('say that they are estimates where an event stands for several', async () => {
    const period = { fromMs: NOW - 151 * DAY, toMs: NOW - 149 * DAY };
    expect(await insights.periodCounts(production, period)).toMatchObject({ isSampled: true, isApproximate: false });
  });
});

describe('a trend beyond raw retention', () => {
  const asked = {
    kind: 'trend',
    environment_id: TEST_SCOPE.environmentId,
    series: [
      { measure: { kind: 'total' } },
      { event: 'project_viewed', measure: { kind: 'unique', of: 'user' } },
      { measure: { kind: 'unique', of: 'tenant' } },
      {
        measure: { kind: 'unique', of: 'session' },
        filters: [{ field: 'feature_area', operator: 'equals', value: 'reports' }],
      },
    ],
    period: { from: '2026-06-01', to: '2026-08-31' },
    interval: 'week',
    time_zone: 'Europe/Berlin',
    breakdown: { field: 'tenant_id' },
    breakdown_limit: 2,
  };

  test('is answered from the aggregates, equal to the events they stand for', async () => {
    const result = await insights.trend(WORKSPACE, asked);
    expect(result).toMatchObject({ isApproximate: true, isSampled: true, freshness: FRESHNESS });
    const retention = { rawFromMs: NOW - 90 * DAY, hourlyFromMs: 0 };
    const planned = planTrend(result.definition, { nowMs: NOW, retention });
    if (!planned.ok) throw new Error('planned before');
    expect(planned.value.source).toBe('hourly');
    const expected = naiveTrend(planned.value, events, NOW);
    expect(expected).toHaveLength(12);
    expect(result.answer.lines.map(({ event: _event, label: _label, ...line }) => line)).toEqual(expected);
  });

  test('has no number where only expired events could tell', async () => {
    const { answer, isApproximate } = await insights.trend(WORKSPACE, {
      kind: 'trend',
      series: [{ measure: { kind: 'property', property: 'seats', aggregate: 'max' } }],
      period: { from: '2026-08-01', to: '2026-09-30' },
      interval: 'month',
    });
    expect(answer.lines[0]).toMatchObject({ values: [null, 3], total: null });
    expect(isApproximate).toBe(false);
  });
});

describe('what there is to ask about', () => {
  test('lists events by frequency with when they were last seen', async () => {
    const { events: listed } = await insights.catalogue(production);
    const recent = inPeriod(NOW - 30 * DAY, NOW);
    expect(listed).toEqual([
      { name: 'project_viewed', events: recent.length - 30, last_seen_ms: NOW - 2 * MINUTE },
      { name: 'report_exported', events: 30, last_seen_ms: NOW - MINUTE },
    ]);
  });

  test('lists properties with their kind, and never a field that shows single people', async () => {
    const { properties, fields } = await insights.catalogue(production);
    expect(Object.fromEntries(properties.map(({ name, kind }) => [name, kind]))).toEqual({
      seats: 'number',
      plan: 'text',
      trial: 'boolean',
      tags: 'text',
      gone: 'text',
    });
    expect(properties[0]?.events).toBe(inPeriod(NOW - 30 * DAY, NOW).length);
    expect(fields.map(({ name }) => name)).toContain('country');
    expect(fields.map(({ name }) => name)).not.toContain('user_id');
  });

  test('offers values most frequent first, found whatever their case', async () => {
    expect(await insights.values(production, { property: 'plan' }, undefined)).toEqual([
      { value: 'free', events: 40 },
      { value: 'Pro', events: 30 },
    ]);
    expect(await insights.values(production, { property: 'plan' }, 'pRO')).toEqual([{ value: 'Pro', events: 30 }]);
    expect(await insights.values(production, { field: 'country' }, 'ÖSS')).toEqual([]);
    expect(await insights.values(production, { field: 'country' }, 'öSS')).toEqual([]);
    expect(await insights.values(production, { field: 'country' }, 'Öß')).toEqual([{ value: 'größer', events: 10 }]);
    expect(await insights.values(production, { field: 'is_internal' }, undefined)).toEqual([
      { value: 'false', events: 70 },
    ]);
  });
});

describe('the overview', () => {
  test('puts the last hour and the last day beside the ones before', async () => {
    const { totals, topEvents, asOfMs } = await insights.overview(production);
    expect(asOfMs).toBe(NOW);
    expect(totals).toEqual({
      events_last_hour: 3,
      events_previous_hour: 0,
      active_users_24h: 3,
      active_users_previous_24h: 2,
      active_tenants_24h: 3,
      active_tenants_previous_24h: 2,
      error_rate_24h: 1 / 3,
      is_sampled: 0,
    });
    expect(topEvents).toEqual([
      { event_name: 'project_viewed', events: 2, users: 2 },
      { event_name: 'report_exported', events: 1, users: 1 },
    ]);
  });

  test('has sixty minutes without a gap, the running one last', async () => {
    const { minutes } = await insights.overview(production);
    expect(minutes).toHaveLength(60);
    expect(minutes.at(-1)?.minute_ms).toBe(Date.parse('2026-11-20T12:00:00Z'));
    expect(minutes.filter(({ events: count }) => count > 0)).toEqual(
      [3, 2, 1].map((n) => ({ minute_ms: Date.parse('2026-11-20T12:00:00Z') - n * MINUTE, events: 1 })),
    );
  });

  test('has no error rate where nothing happened', async () => {
    const empty = { workspaceId: '0190c000-0000-7000-8000-000000000001' };
    expect((await insights.overview(empty)).totals).toMatchObject({ error_rate_24h: null, events_last_hour: 0 });
  });
});

describe('the workspace', () => {
  test('is answered with all of its environments, or with the one that is named', async () => {
    const period = { fromMs: NOW - 2 * HOUR, toMs: NOW };
    expect((await insights.periodCounts(SCOPE, period)).eventCounts).toHaveProperty('staged', 1);
    expect((await insights.periodCounts(production, period)).eventCounts).not.toHaveProperty('staged');
  });

  test('never sees another, whatever is asked', async () => {
    const everything = { fromMs: 0, toMs: NOW + DAY };
    expect((await insights.periodCounts(SCOPE, everything)).eventCounts).not.toHaveProperty('foreign');
    const byName = {
      kind: 'trend',
      series: [{}],
      period: { last: 2, unit: 'day' },
      breakdown: { field: 'event_name' },
    };
    const { answer } = await insights.trend(WORKSPACE, byName);
    expect(answer.lines.map((line) => line.breakdown).toSorted()).toEqual([
      'project_viewed',
      'report_exported',
      'staged',
    ]);
  });

  test('has no environment of another one', async () => {
    const foreign = {
      kind: 'trend',
      series: [{}],
      period: { last: 2, unit: 'day' },
      environment_id: OTHER_SCOPE.environmentId,
    };
    await expect(insights.trend(WORKSPACE, foreign)).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });
});
