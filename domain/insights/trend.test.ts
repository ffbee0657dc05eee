import { describe, expect, test } from 'vitest';
import type { Measure } from './definition.ts';
import { parseTrendDefinition } from './parse.ts';
import { planTrend, type TrendPlan } from './plan.ts';
import { answerTrend, type TrendRow, valueOfNothing } from './trend.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY = 86_400_000;
const TODAY = Date.parse('2026-11-20T00:00:00Z');
const TIME = { nowMs: NOW, asOfMs: NOW - 500 };

function plan(parts: Record<string, unknown> = {}, retentionDays = 90): TrendPlan {
  const parsed = parseTrendDefinition({ kind: 'trend', series: [{}], period: { last: 3, unit: 'day' }, ...parts });
  const retention = { rawFromMs: NOW - retentionDays * DAY, hourlyFromMs: NOW - 365 * DAY };
  const planned = parsed.ok ? planTrend(parsed.value, { nowMs: NOW, retention }) : parsed;
  if (!planned.ok) throw new Error(JSON.stringify(planned.errors));
  return planned.value;
}

const row = (startMs: number | null, measured: number | null, parts: Partial<TrendRow> = {}): TrendRow => ({
  isCurrent: true,
  valueIndex: null,
  startMs,
  measured: [measured],
  ...parts,
});

describe('the answer to a trend', () => {
  test('fills intervals without events: a count of nothing is zero, an average of nothing is no number', () => {
    const rows = [row(TODAY - DAY, 5), row(null, 5)];
    expect(answerTrend(plan(), rows, undefined, TIME).lines[0]).toMatchObject({ values: [0, 5, 0], total: 5 });
    const average = plan({ series: [{ measure: { kind: 'property', property: 'ms', aggregate: 'average' } }] });
    expect(answerTrend(average, rows, undefined, TIME).lines[0]).toMatchObject({ values: [null, 5, null], total: 5 });
  });

  test('takes the total from the whole period and does not sum intervals', () => {
    const unique = plan({ series: [{ measure: { kind: 'unique' } }] });
    const rows = [row(TODAY - DAY, 2), row(TODAY, 2), row(null, 3)];
    expect(answerTrend(unique, rows, undefined, TIME).lines[0]?.total).toBe(3);
  });

  test('has the first series of nothing at all too', () => {
    expect(answerTrend(plan(), [], undefined, TIME).lines).toEqual([
      {
        seriesIndex: 0,
        event: null,
        label: 'Any event',
        breakdown: null,
        isOther: false,
        values: [0, 0, 0],
        total: 0,
        standardError: null,
        previous: null,
      },
    ]);
  });

  test('states the errors of sampled numbers beside them, and none where none can be', () => {
    const series = [{}, { measure: { kind: 'unique', of: 'tenant' } }];
    const rows = [row(TODAY, 4), row(null, 4)].map((each) => ({
      ...each,
      measured: [4, 2],
      standardErrors: [1.5, null],
    }));
    const { lines } = answerTrend(plan({ series }), rows, undefined, { ...TIME, isSampled: true });
    expect(lines.map((line) => line.standardError)).toEqual([
      { values: [0, 0, 1.5], total: 1.5 },
      { values: [null, null, null], total: null },
    ]);
  });

  test('puts the previous period beside it, interval by interval', () => {
    const compared = plan({ compare: 'previous_period' });
    const before = { isCurrent: false };
    const rows = [row(TODAY, 4), row(null, 4), row(TODAY - 5 * DAY, 7, before), row(null, 7, before)];
    const answer = answerTrend(compared, rows, undefined, TIME);
    expect(answer.previousStartsMs).toEqual([TODAY - 5 * DAY, TODAY - 4 * DAY, TODAY - 3 * DAY]);
    expect(answer.lines[0]).toMatchObject({ values: [0, 0, 4], total: 4, previous: { values: [7, 0, 0], total: 7 } });
  });

  test('keeps the order of the values, leaves out those without events, and ends with the others', () => {
    const broken = plan({
      series: [{}, { event: 'project_created' }],
      breakdown: { field: 'country' },
      breakdown_limit: 3,
    });
    const of = (valueIndex: number | null, n: number) => row(null, n, { valueIndex, measured: [n, null] });
    const { lines } = answerTrend(broken, [of(null, 1), of(2, 3), of(0, 9)], ['DE', 'US', ''], TIME);
    expect(lines.map((line) => [line.seriesIndex, line.breakdown, line.isOther, line.total])).toEqual([
      [0, 'DE', false, 9],
      [0, '', false, 3],
      [0, null, true, 1],
      [1, 'DE', false, 0],
      [1, '', false, 0],
      [1, null, true, 0],
    ]);
  });

  test('says from which interval on numbers may still grow', () => {
    expect(answerTrend(plan(), [], undefined, TIME).incompleteFromMs).toBe(TODAY);
    const yesterday = plan({ period: { from: '2026-11-18', to: '2026-11-19' } });
    expect(answerTrend(yesterday, [], undefined, TIME).incompleteFromMs).toBeNull();
    const behind = { nowMs: NOW, asOfMs: TODAY - 1 };
    expect(answerTrend(yesterday, [], undefined, behind).incompleteFromMs).toBe(TODAY - DAY);
  });

  test('knows nothing of the future', () => {
    const ahead = plan({ period: { from: '2026-11-19', to: '2026-11-22' } });
    expect(answerTrend(ahead, [], undefined, TIME).lines[0]?.values).toEqual([0, 0, null, null]);
  });

  test('does not pass off a partly expired interval as a count', () => {
    const old = plan({ breakdown: { field: 'country' } }, 1);
    const rows = [
      row(TODAY - DAY, 5, { valueIndex: 0 }),
      row(TODAY, 5, { valueIndex: 0 }),
      row(null, 10, { valueIndex: 0 }),
    ];
    expect(answerTrend(old, rows, ['DE'], TIME).lines[0]).toMatchObject({ values: [null, null, 5], total: null });
  });

  test('has no number for an hour that the day before did not have', () => {
    const longDay = plan({
      period: { from: '2026-10-25', to: '2026-10-25' },
      interval: 'hour',
      time_zone: 'Europe/Berlin',
      compare: 'previous_period',
    });
    const previous = answerTrend(longDay, [], undefined, TIME).lines[0]?.previous?.values;
    expect(previous).toEqual([...Array<number>(24).fill(0), null]);
  });

  test('names a series by its label, else by its event', () => {
    const named = plan({
      series: [{ event: 'project_created', label: 'New projects' }, { event: 'project_created' }, {}],
    });
    expect(answerTrend(named, [], undefined, TIME).lines.map((line) => line.label)).toEqual([
      'New projects',
      'project_created',
      'Any event',
    ]);
  });
});

test.each<[Measure, 0 | null]>([
  [{ kind: 'total' }, 0],
  [{ kind: 'unique', of: 'tenant' }, 0],
  [{ kind: 'per_user_average' }, null],
  [{ kind: 'property', property: 'ms', aggregate: 'sum' }, 0],
  [{ kind: 'property', property: 'ms', aggregate: 'p95' }, null],
])('nothing, measured by %o, is %s', (measure, expected) => {
  expect(valueOfNothing(measure)).toBe(expected);
});
