import type { Event } from '@uptake/domain/contract';
import { NOT_KEPT, Sampler } from '@uptake/domain/sampling';
import { mulberry32 } from '@uptake/domain/sampling/simulation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInsightsService, type InsightsService } from './service.ts';
import { eventWith, openTestEventStore, TEST_SCOPE, type TestEventStore } from './testing.ts';

const NOW = Date.parse('2026-11-20T00:00:00Z');
const DAY = 86_400_000;
const random = mulberry32(20_261_120);
const hex = () => Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');

/** 4,000 people over ten days and twenty tenants; of the tenth of a hundred days ago nothing but aggregates is left. */
const people = Array.from({ length: 4_000 }, (_, n) => ({ userId: hex(), tenantId: `tenant-${n % 20}` }));
const offered: readonly Event[] = [0, 100].flatMap((age) =>
  Array.from({ length: 20_000 }, (_, n) => {
    const person = people[Math.floor(4_000 * random() ** 2)]!;
    return eventWith({
      ...person,
      eventId: `0197f3a0-0000-7000-8000-${(n + age * 1_000_000).toString(16).padStart(12, '0')}`,
      timestampMs: NOW - (age + 1) * DAY - Math.floor(random() * 10) * DAY + Math.floor(random() * DAY),
      eventName: n % 10 === 0 ? 'report_exported' : 'page_viewed',
      sessionId: `${person.userId.slice(0, 14)}${(n % 3).toString(16).padStart(2, '0')}`,
      properties: { duration_ms: Math.floor(1_000 * random()) },
    });
  }),
);

let store: TestEventStore;
let insights: InsightsService;
let asked: string[] = [];

beforeAll(async () => {
  store = await openTestEventStore();
  insights = createInsightsService({
    eventStore: {
      ...store.eventStore,
      ask: (question) => {
        asked.push(question.name);
        return store.eventStore.ask(question);
      },
    },
    freshness: async () => ({ asOf: new Date(NOW), behindMs: 0 }),
    environmentsOf: async () => [{ id: TEST_SCOPE.environmentId }],
    nowMs: () => NOW,
    retentionDays: 90,
  });
  const sampler = new Sampler({ seed: 5, samplesOutcomes: false, certainPerMinute: 10_000 });
  sampler.decide(offered[1]!);
  for (const flow of sampler.flows()) flow.stratum(0).weight = 8;
  const kept = offered.flatMap((event) => {
    const weight = sampler.decide(event);
    return weight === NOT_KEPT ? [] : [{ ...event, weight }];
  });
  expect(kept.length).toBeLessThan(offered.length * 0.5);
  await store.insert(kept);
});
afterAll(() => store.close());

const ids = (key: 'userId' | 'tenantId' | 'sessionId', events: readonly Event[]) =>
  new Set(events.map((e) => e[key])).size;
const RECENT = { fromMs: NOW - 12 * DAY, toMs: NOW };
const OLD = { fromMs: NOW - 112 * DAY, toMs: NOW - 100 * DAY };
const within = ({ fromMs, toMs }: typeof RECENT) =>
  offered.filter((event) => event.timestampMs >= fromMs && event.timestampMs < toMs);

describe('an answer from sampled events', () => {
  test.each([
    ['the events', RECENT, false],
    ['the aggregates, which outlive them', OLD, true],
  ] as const)('is near the truth by as much as it states, read from %s', async (_, period, isApproximate) => {
    asked = [];
    const counts = await insights.periodCounts({ workspaceId: TEST_SCOPE.workspaceId }, period);
    const truth = within(period);
    expect(counts).toMatchObject({ isSampled: true, isApproximate });
    const off = (value: number, of: number, standardError: number) => Math.abs(value - of) / standardError;
    const stated = counts.standardError!;
    expect(off(counts.totalEvents, truth.length, stated.totalEvents)).toBeLessThan(3);
    expect(off(counts.uniqueUsers, ids('userId', truth), stated.uniqueUsers)).toBeLessThan(3);
    expect(off(counts.uniqueSessions, ids('sessionId', truth), stated.uniqueSessions)).toBeLessThan(3.5);
    // The stated errors are worth stating: a few per cent.
    expect(stated.totalEvents / truth.length).toBeLessThan(0.03);
    expect(stated.uniqueUsers / ids('userId', truth)).toBeLessThan(0.12);
  });

  test('is exact for tenants and for flows that are not throttled, and says of tenants no error', async () => {
    const result = await insights.trend(TEST_SCOPE.workspaceId, {
      kind: 'trend',
      series: [{ measure: { kind: 'unique', of: 'tenant' } }, { event: 'report_exported' }],
      period: { from: '2026-11-09', to: '2026-11-18' },
    });
    const [tenants, reports] = result.answer.lines;
    expect(tenants).toMatchObject({ total: 20, standardError: { total: null } });
    const truth = within(RECENT).filter(
      ({ eventName, timestampMs }) => eventName === 'report_exported' && timestampMs < Date.parse('2026-11-19'),
    );
    expect(reports).toMatchObject({ total: truth.length, standardError: { total: 0 } });
  });

  test('costs a second question once, and from then on none', async () => {
    const trend = () =>
      insights.trend(TEST_SCOPE.workspaceId, { kind: 'trend', series: [{}], period: { last: 10, unit: 'day' } });
    asked = [];
    await trend();
    expect(asked).toEqual(['insights.trend']);
  });

  test('estimates sums, averages and events per person with their errors', async () => {
    const measures = [
      { kind: 'property', property: 'duration_ms', aggregate: 'sum' },
      { kind: 'property', property: 'duration_ms', aggregate: 'average' },
      { kind: 'property', property: 'duration_ms', aggregate: 'p50' },
      { kind: 'per_user_average' },
    ];
    const { answer } = await insights.trend(TEST_SCOPE.workspaceId, {
      kind: 'trend',
      series: measures.map((measure) => ({ measure })),
      period: { from: '2026-11-08', to: '2026-11-19' },
    });
    const truth = within(RECENT);
    const durations = truth.map((event) => event.properties.duration_ms as number);
    const sum = durations.reduce((total, each) => total + each, 0);
    const [total, average, median, perUser] = answer.lines;
    const off = (line: typeof total, of: number) => Math.abs(line!.total! - of) / line!.standardError!.total!;
    expect(off(total, sum)).toBeLessThan(3);
    expect(off(average, sum / durations.length)).toBeLessThan(3);
    expect(off(perUser, truth.length / ids('userId', truth))).toBeLessThan(3);
    expect(Math.abs(median!.total! - 500)).toBeLessThan(40);
    expect(median!.standardError!.total).toBeNull();
  });
});
