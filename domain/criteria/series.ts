/** A series: what an attribute's value was, day by day. */
import type { Value } from './criterion.ts';

/** A value and the day it is for (days since 1970-01-01). */
export type Observation = { readonly day: number; readonly value: Value };

/** At most one observation a day, oldest first. */
export type Series = readonly Observation[];

/**
 * A series of observations given in the order in which they were written. Of several for one day the one written last
 * counts: it corrects the others, so the same import twice changes no sum.
 */
export function seriesOf(written: Iterable<Observation>): Series {
  const byDay = new Map<number, Observation>();
  for (const observation of written) byDay.set(observation.day, observation);
  return [...byDay.values()].sort((left, right) => left.day - right.day);
}

/** Index after the last observation for `day` or an earlier one. */
export function endAt(series: Series, day: number): number {
  // Nearly always the newest value is for today or before.
  const last = series[series.length - 1];
  if (last === undefined || last.day <= day) return series.length;
  let low = 0;
  let high = series.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle] as Observation).day <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}
