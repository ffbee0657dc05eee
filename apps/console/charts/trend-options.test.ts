import { describe, expect, test } from 'vitest';
import type { TrendDefinition, TrendResult } from '../api/types.ts';
import { answerSeriesOf } from '../explore/answer.ts';
import { MOST_COMPARED_LINES, type TrendOptions, trendOptions } from './trend-options.ts';

const palette = { ink: '#111', muted: '#222', line: '#333', surface: '#fff', of: (property: string) => property };

function resultOf(definition: Partial<TrendDefinition>, lines: (string | null)[]): TrendResult {
  return {
    kind: 'trend',
    definition: {
      kind: 'trend',
      series: [{ event: 'project_created', measure: { kind: 'total' } }],
      period: { last: 3, unit: 'day' },
      interval: 'day',
      time_zone: 'UTC',
      ...definition,
    },
    intervals: ['2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z'],
    incomplete_from: '2026-11-21T00:00:00.000Z',
    series: lines.map((breakdown) => ({
      series_index: 0,
      event: 'project_created',
      label: '',
      breakdown,
      is_other: false,
      values: [5, 7, 1],
      total: 13,
      previous: definition.compare ? { values: [4, 4, 4], total: 12 } : null,
    })),
    previous_intervals: null,
    freshness: { as_of: '2026-11-21T12:00:00.000Z', behind_ms: 0 },
    sampled: false,
    took_ms: 1,
  };
}

function draw(kind: 'line' | 'bar', result: TrendResult) {
  const options: TrendOptions = trendOptions({
    result,
    series: answerSeriesOf(result),
    kind,
    palette,
    isNarrow: false,
    isMotionReduced: true,
    tooltip: () => expect.unreachable('nobody points'),
  });
  return [options.series ?? []].flat();
}

test('what was counted from sampled events has error bars, down to nothing at least', () => {
  const result = resultOf({}, [null]);
  const [one] = result.series;
  const sampled = {
    ...result,
    series: [{ ...one!, standard_error: { values: [1, 10, null], total: 11 } }],
  };
  const drawn = draw('line', sampled);
  expect(drawn.at(-1)).toMatchObject({ type: 'custom' });
  const { data } = drawn.at(-1) as { data: number[][] };
  expect(data.map((point) => point.map((number) => Number(number.toFixed(2))))).toEqual([
    [0, 3.04, 6.96],
    [1, 0, 26.6],
  ]);
  expect(draw('line', result).some(({ type }) => type === 'custom')).toBe(false);
});

describe('a line', () => {
  test('is solid while intervals are over and dashed from the last whole one on', () => {
    const [solid, dashed] = draw('line', resultOf({}, [null]));
    expect(solid).toMatchObject({ data: [5, 7, null] });
    expect(dashed).toMatchObject({ data: [null, 7, 1], lineStyle: { type: [4, 4] } });
  });

  test('is drawn once when everything is over', () => {
    const lines = draw('line', { ...resultOf({}, [null]), incomplete_from: null });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ data: [5, 7, 1] });
  });

  test('has its previous period beside it only while there are few lines', () => {
    const compared = (count: number) => {
      const countries = Array.from({ length: count }, (_, index) => `C${index}`);
      const result = resultOf({ compare: 'previous_period', breakdown: { field: 'country' } }, countries);
      return draw('line', result).filter(({ id }) => String(id).endsWith('previous')).length;
    };
    expect(compared(MOST_COMPARED_LINES)).toBe(MOST_COMPARED_LINES);
    expect(compared(MOST_COMPARED_LINES + 1)).toBe(0);
  });
});

describe('bars', () => {
  test('of a breakdown are stacked when their values add up', () => {
    const bars = draw('bar', resultOf({ breakdown: { field: 'country' } }, ['DE', 'FR']));
    expect(new Set(bars.map((bar) => 'stack' in bar && bar.stack)).size).toBe(1);
    expect(bars[0]).toHaveProperty('stack');
  });

  test('of unique users stand side by side: one user may be in two countries', () => {
    const series = [{ event: 'project_created', measure: { kind: 'unique', of: 'user' } as const }];
    const bars = draw('bar', resultOf({ series, breakdown: { field: 'country' } }, ['DE', 'FR']));
    for (const bar of bars) expect(bar).not.toHaveProperty('stack');
  });

  test('without a breakdown are not stacked', () => {
    expect(draw('bar', resultOf({ breakdown: null }, [null]))[0]).not.toHaveProperty('stack');
  });

  test('of an interval that is not over are lighter', () => {
    const [bars] = draw('bar', resultOf({}, [null]));
    expect(bars?.data).toMatchObject([
      { value: 5, itemStyle: { color: '--series-1' } },
      { value: 7, itemStyle: { color: '--series-1' } },
      { value: 1, itemStyle: { opacity: 0.45 } },
    ]);
  });
});
