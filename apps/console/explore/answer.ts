/** The answer of a trend as it is shown: each series with its names, its colour and what it is compared with. */
import type { Dimension, TrendResult, TrendSeries } from '../api/types.ts';
import { describeMeasure, isAdditive, letterOf, nameOf } from './exploration.ts';

export type AnswerSeries = {
  key: string;
  /** Enough to tell it from its neighbours. */
  name: string;
  /** Understandable by itself: for exports. */
  fullName: string;
  /** Its colour in `styles.css`, as a CSS custom property. */
  color: `--series-${number | 'other'}`;
  isAdditive: boolean;
  values: readonly (number | null)[];
  total: number | null;
  standardError: TrendSeries['standard_error'];
  previous: TrendSeries['previous'];
};

/** How many colours there are before they come again. */
export const COLORS = 10;

export function answerSeriesOf(result: TrendResult): AnswerSeries[] {
  const { definition } = result;
  const isAlone = definition.series.length === 1;
  return result.series.map((one, position) => {
    const asked = definition.series[one.series_index];
    const event = one.event ?? 'Any event';
    const measure = asked ? describeMeasure(asked.measure) : '';
    const what = asked?.label || `${event} · ${measure}`;
    const value = definition.breakdown ? breakdownName(one, definition.breakdown) : undefined;
    const letter = isAlone ? '' : `${letterOf(one.series_index)} · `;
    return {
      key: `${one.series_index} ${one.is_other ? 'other' : JSON.stringify(one.breakdown)}`,
      name: value === undefined ? `${letter}${what}` : isAlone ? value : `${letterOf(one.series_index)} · ${value}`,
      fullName: `${letter}${what}${value === undefined ? '' : ` · ${value}`}`,
      color: one.is_other ? '--series-other' : `--series-${(position % COLORS) + 1}`,
      isAdditive: asked ? isAdditive(asked.measure) : false,
      values: one.values,
      total: one.total,
      standardError: one.standard_error,
      previous: one.previous,
    };
  });
}

function breakdownName({ breakdown, is_other }: TrendSeries, dimension: Dimension): string {
  if (is_other) return 'All others';
  if (breakdown === null || breakdown === '') return `No ${nameOf(dimension)}`;
  return String(breakdown);
}

/** Index of the first interval that is not over; the number of intervals where all are. */
export function incompleteIndexOf({ intervals, incomplete_from }: TrendResult): number {
  if (incomplete_from === null) return intervals.length;
  const from = Date.parse(incomplete_from);
  const index = intervals.findIndex((start) => Date.parse(start) >= from);
  return index === -1 ? intervals.length : index;
}

export function isEmpty(result: TrendResult): boolean {
  return result.series.every(({ values }) => values.every((value) => value === null || value === 0));
}
