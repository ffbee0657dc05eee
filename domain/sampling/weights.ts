/**
 * The weights a kept event may have: preferred numbers (series R20 of ISO 3, rounded), twenty to a decade. A probability
 * from this ladder is short to read and steady: small changes of traffic move no step, which is half of keeping a controller
 * from swinging.
 */
const DECADE = [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9] as const;

export const WEIGHTS: readonly number[] = [...DECADE, ...DECADE.map((weight) => Math.round(weight * 1000) / 100), 100];

/** The least a flow is ever sampled at, beside the panel. */
export const LEAST_PROBABILITY = 1 / 100;

/** The smallest weight whose probability does not exceed the one given. */
export function weightFor(probability: number): number {
  if (probability >= 1) return 1;
  // Half a unit in the last place is no reason for a step.
  return WEIGHTS.find((weight) => 1 / weight <= probability * (1 + 1e-9)) ?? 100;
}

/** A step down needs the wanted probability to be this much below the present one … */
const DOWN = 0.97;
/** … and a step up this much above, so that noise around a step does not pass it to and fro. */
const UP = 1.2;
/** What a step up leaves unused, so that the next step down is not near. */
const MARGIN = 1.05;

/** `wanted` may exceed 1, which says how safely everything fits. */
export function steadyWeight(presentWeight: number, wanted: number): number {
  const present = 1 / presentWeight;
  if (wanted < present * DOWN) return weightFor(wanted);
  if (wanted > present * UP || (present < 1 && wanted >= MARGIN)) {
    return Math.min(presentWeight, weightFor(wanted / MARGIN));
  }
  return presentWeight;
}
