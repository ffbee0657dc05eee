/** Runs of equal values of a yes/no attribute over its days. */
import type { Json } from './types.ts';

export type Stretch = { from: string; to: string; isOn: boolean; days: number };

const DAY_MS = 86_400_000;

/** A value holds until the next one; the last of them for one day. Values come oldest first, one for each day. */
export function stretchesOf(values: readonly { day: string; value: Json }[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, { day, value }] of values.entries()) {
    const next = values[index + 1]?.day;
    const days = next === undefined ? 1 : Math.max(1, Math.round((Date.parse(next) - Date.parse(day)) / DAY_MS));
    const last = stretches.at(-1);
    if (last !== undefined && last.isOn === (value === true)) {
      last.days += days;
      last.to = day;
    } else {
      stretches.push({ from: day, to: day, isOn: value === true, days });
    }
  }
  return stretches;
}
