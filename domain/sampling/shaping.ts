/** Takes heavy properties off an event: long texts, lists and objects, unless their names are to be kept. */
import type { Event, PropertyValue } from '../contract/index.ts';
import type { Shaping } from './budget.ts';

export type Shape = (event: Event) => number;

/**
 * Numbers, booleans and short texts always stay: they are what answers are made of, so sums, averages and breakdowns of
 * them do not change. Answers how many properties were taken off.
 */
export function shaper({ maxTextLength, keepProperties }: Shaping): Shape {
  const kept = new Set(keepProperties);
  const isHeavy = (value: PropertyValue) =>
    typeof value === 'string' ? value.length > maxTextLength : typeof value === 'object' && value !== null;
  return (event) => {
    const heavy = Object.keys(event.properties).filter(
      (name) => !kept.has(name) && isHeavy(event.properties[name] as PropertyValue),
    );
    if (heavy.length === 0) return 0;
    const properties = { ...event.properties };
    for (const name of heavy) delete properties[name];
    event.properties = properties;
    return heavy.length;
  };
}
