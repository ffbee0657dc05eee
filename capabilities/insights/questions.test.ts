import { parseTrendDefinition, planTrend, type TrendPlan } from '@uptake/domain/insights';
import type { Question } from '@uptake/io/event-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyticsQuestion } from './analytics.query.ts';
import { catalogueEventsQuestion, catalogueKindsQuestion, cataloguePropertiesQuestion } from './catalogue.query.ts';
import { overviewMinutesQuestion, overviewTopEventsQuestion, overviewTotalsQuestion } from './overview.query.ts';
import { eventWith, openTestEventStore, TEST_SCOPE, type TestEventStore } from './testing.ts';
import { newestValuesQuestion, rankingQuestion, trendQuestion } from './trend.query.ts';
import { valuesQuestion } from './values.query.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY = 86_400_000;
const SCOPE = { workspaceId: TEST_SCOPE.workspaceId };
const WEEK = { fromMs: NOW - 7 * DAY, toMs: NOW };

function plan(parts: Record<string, unknown>, rawDays = 90): TrendPlan {
  const parsed = parseTrendDefinition({ kind: 'trend', series: [{}], period: { last: 3, unit: 'day' }, ...parts });
  const retention = { rawFromMs: NOW - rawDays * DAY, hourlyFromMs: 0 };
  const planned = parsed.ok ? planTrend(parsed.value, { nowMs: NOW, retention }) : parsed;
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return planned.value;
}

const trend = (parts: Record<string, unknown>, values?: readonly string[], rawDays?: number) =>
  trendQuestion(plan(parts, rawDays), values, SCOPE);

const EVERY_MEASURE = [
  { event: 'project_created' },
  { measure: { kind: 'unique', of: 'user' } },
  { measure: { kind: 'unique', of: 'session' } },
  { measure: { kind: 'unique', of: 'tenant' } },
  { measure: { kind: 'per_user_average' } },
  ...['sum', 'average', 'max', 'p95'].map((aggregate) => ({
    measure: { kind: 'property', property: 'duration_ms', aggregate },
  })),
];
const EVERY_OPERATOR = [
  { field: 'country', operator: 'equals', value: 'DE' },
  { field: 'tenant_id', operator: 'not_in', value: ['acme', "o'hara"] },
  { field: 'is_internal', operator: 'equals', value: false },
  { field: 'surface', operator: 'contains', value: 'settings' },
  { property: 'plan', operator: 'in', value: ['pro', 5, true] },
  { property: 'plan', operator: 'starts_with', value: 'p' },
  { property: 'seats', operator: 'greater_or_equal', value: 10 },
  { property: 'coupon', operator: 'is_not_set' },
];

/** Every shape of SQL that insights can put to the store. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  'trend-one-series': trend({ series: [{ event: 'project_created', measure: { kind: 'unique' } }] }),
  'trend-every-measure': trend({ series: EVERY_MEASURE, time_zone: 'Europe/Berlin' }),
  'trend-every-operator': trend({ filters: EVERY_OPERATOR }),
  'trend-compared': trend({ compare: 'previous_period' }),
  'trend-compared-with-gap': trend({ period: { last: 10, unit: 'day' }, interval: 'week', compare: 'previous_period' }),
  'trend-by-field': trend({ breakdown: { field: 'country' }, compare: 'previous_period' }, ['DE', '', 'US']),
  'trend-by-property': trend({ breakdown: { property: 'plan' } }, ['pro']),
  'trend-from-aggregates': trend(
    { series: [{ measure: { kind: 'unique' } }, { event: 'login' }], breakdown: { field: 'tenant_id' } },
    ['acme'],
    1,
  ),
  'trend-sampled': trendQuestion(
    plan({ series: EVERY_MEASURE, breakdown: { field: 'country' } }),
    ['DE'],
    SCOPE,
    'sampled',
  ),
  'trend-sampled-from-aggregates': trendQuestion(
    plan({ series: [{ measure: { kind: 'unique' } }, { event: 'login' }] }, 1),
    undefined,
    SCOPE,
    'sampled',
  ),
  'ranking-sampled': rankingQuestion(
    plan({ series: [{ measure: { kind: 'unique' } }], breakdown: { field: 'country' } }),
    SCOPE,
    'sampled',
  )!,
  'newest-values': newestValuesQuestion(
    plan({ series: [{ event: 'login' }], breakdown: { property: 'plan' } }),
    NOW,
    SCOPE,
  )!,
  'ranking-by-field': rankingQuestion(
    plan({ series: [{ event: 'login', measure: { kind: 'unique' } }, {}], breakdown: { field: 'country' } }),
    SCOPE,
  )!,
  'ranking-by-property': rankingQuestion(
    plan({ series: [{ measure: { kind: 'per_user_average' } }], breakdown: { property: 'plan' } }),
    SCOPE,
  )!,
  'ranking-from-aggregates': rankingQuestion(plan({ breakdown: { field: 'feature_area' } }, 1), SCOPE)!,
  analytics: analyticsQuestion(WEEK, { eventName: 'login', tenantId: 'acme', featureArea: 'billing' }, 'raw', SCOPE),
  'analytics-from-aggregates': analyticsQuestion(WEEK, {}, 'hourly', SCOPE),
  'analytics-sampled-from-aggregates': analyticsQuestion(WEEK, {}, 'hourly', SCOPE, 'sampled'),
  'catalogue-events': catalogueEventsQuestion(NOW - 30 * DAY, SCOPE),
  'catalogue-properties': cataloguePropertiesQuestion(NOW - 30 * DAY, SCOPE),
  'catalogue-kinds': catalogueKindsQuestion(NOW - 30 * DAY, SCOPE),
  'values-of-field': valuesQuestion({ field: 'is_internal' }, undefined, NOW - 30 * DAY, SCOPE),
  'values-of-property': valuesQuestion({ property: 'plan' }, 'pr', NOW - 30 * DAY, SCOPE),
  'overview-totals': overviewTotalsQuestion(NOW, SCOPE),
  'overview-totals-sampled': overviewTotalsQuestion(NOW, SCOPE, 'sampled'),
  'overview-minutes': overviewMinutesQuestion(NOW, SCOPE),
  'overview-top-events': overviewTopEventsQuestion(NOW, SCOPE),
};
const NAMES = Object.keys(QUESTIONS);

let store: TestEventStore;

beforeAll(async () => {
  store = await openTestEventStore();
  // Enough days and events that an index has something to leave out.
  const spread = Array.from({ length: 20_000 }, (_, index) =>
    eventWith({ timestampMs: NOW - (index % 80) * DAY, eventName: index % 2 === 0 ? 'login' : 'project_created' }),
  );
  await store.insert(spread);
});
afterAll(() => store.close());

describe('the SQL of insights', () => {
  test.each(NAMES)('of %s is the one that was reviewed', async (name) => {
    const { sql, parameters } = QUESTIONS[name]!;
    const bound = JSON.stringify(parameters, null, 2);
    await expect(`${sql}\n\n-- bound\n${bound}\n`).toMatchFileSnapshot(`./golden/${name}.sql`);
  });

  test.each(NAMES)('of %s holds no value of the asker: all of them are bound', (name) => {
    expect(QUESTIONS[name]!.sql).not.toMatch(/acme|hara|duration_ms|project_created|login|coupon|Europe|20\d\d-/);
  });

  test.each(NAMES)('of %s is understood by the engine', async (name) => {
    await expect(store.eventStore.ask(QUESTIONS[name]!)).resolves.toBeInstanceOf(Array);
  });

  test.each(NAMES)('of %s lets the engine leave out other workspaces and other times', async (name) => {
    const { sql, parameters } = QUESTIONS[name]!;
    // The seam adds the workspace as a table filter; here it stands in the text, where the plan shows it.
    const scoped = sql.replace(/\bWHERE\b/, `WHERE workspace_id = '${SCOPE.workspaceId}' AND`);
    const rows = await store.eventStore.askAsOperator<{ explain: string }>({
      name: 'insights.explain',
      sql: `EXPLAIN indexes = 1 ${scoped}`,
      ...(parameters === undefined ? {} : { parameters }),
    });
    const explained = rows.map((row) => row.explain).join('\n');
    const primaryKey = explained.slice(explained.indexOf('PrimaryKey'));
    expect(primaryKey).toMatch(/workspace_id in \['0190a000/);
    expect(explained).toMatch(/Partition\n\s+Keys:\n\s+toYYYYMM\((timestamp|hour)\)\n\s+Condition: (?!true)/);
  });
});
