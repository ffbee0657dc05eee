/**
 * From what was kept to what happened: estimates without bias, and their standard errors.
 *
 * The design. Of a throttled flow an event is kept with weight
 *   1      where it is certain: the first of its tenant, event name and feature area of a UTC day;
 *   1/p    where it falls into the sample: an independent draw of probability p per event (Poisson sampling);
 *   0      where it does not, and its person is in the panel (share q = 1/16, drawn once per person);
 * and otherwise not at all. An event of a flow that is not throttled has weight 1. p may differ between events in any way
 * that does not look at the draws; the controller looks at what was offered, never at what was kept.
 *
 * Counts and sums. Σ w·x over kept events is the Horvitz–Thompson estimator: E[w] = 1 for every event, whatever p was
 * (Horvitz & Thompson 1952, JASA 47, eq. 5). Events are drawn independently, so its variance Σ x²(1/p − 1) is estimated
 * without bias by Σ w(w − 1)x² (ibid., sec. 4, with no joint terms); weights 0 and 1 contribute nothing, as they should.
 *
 * People (and sessions). Let s be 1 where an answer holds an event of the person with weight above 0, and a be 1 where the
 * person is in the panel. s + (1 − s)·a/q has expectation E[s] + (1 − E[s])·q/q = 1, since a is independent of the draws of
 * events. So the number of people is
 *   (people with a weighted event) + 16 · (people with panel events alone),
 * without bias in every period, filter and breakdown, also where p changed meanwhile: only one fixed share is divided by.
 * It is the difference estimator (Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling, sec. 6.3) with "was
 * seen in the sample" as its auxiliary. Given the sample, the unseen are a Poisson sample of share q, so the variance is
 * estimated by (1/q)(1/q − 1) per person with panel events alone. It vanishes as the sample sees everybody.
 *
 * Tenants are exact over UTC days by name and area, since their first event is certain; narrower than that they are a
 * lower bound.
 *
 * Sessions are estimated as people are. Those of one person share its membership, so their stated error is too small by about
 * a quarter where people have three sessions a day (simulated).
 *
 * Where there is bias: an average is a ratio of two estimates, biased by the order of 1/n; minima and maxima are of what was
 * kept; a session that began before its person was known has two chances to be in the panel, so among the unseen it counts
 * up to twice; tenants as said.
 */
import { PANEL_SHARE } from './panel.ts';

/** What one person stands for, of whom an answer holds panel events alone. */
export const PANEL_WEIGHT = 1 / PANEL_SHARE;

export type Estimate = { readonly value: number; readonly standardError: number };

/** `sumOfSquares`: Σ w(w − 1)x² over kept events, with x = 1 for counts. */
export function standardErrorOfSum(sumOfSquares: number): number {
  return Math.sqrt(Math.max(0, sumOfSquares));
}

/**
 * `kept`: distinct people among all kept events; `weighted`: among those with a weight above 0; `missing`: `missingShare` of
 * the same events. A count of none has no variance to be seen, yet it is no certainty: to the panel's misses one is added for
 * the error that is stated (not for the estimate), in proportion to how likely a single event is to be missed.
 */
export function estimateUnique(kept: number, weighted: number, missing: number): Estimate {
  // Sketches of the two may disagree by a little; fewer than none were not missed.
  const panelOnly = Math.max(0, kept - weighted);
  return {
    value: weighted + PANEL_WEIGHT * panelOnly,
    standardError: Math.sqrt(PANEL_WEIGHT * (PANEL_WEIGHT - 1) * (panelOnly + missing)),
  };
}

/** How likely an event is not in the sample, on average of those that count: Σ w(w − 1) / Σ w². */
export function missingShare(sumOfWeights: number, sumOfSquares: number): number {
  return sumOfSquares === 0 ? 0 : sumOfSquares / (sumOfSquares + sumOfWeights);
}

/**
 * Mean of x per event, R = Σwx / Σw: first-order Taylor (Särndal et al. 1992, result 5.6.2), with the residual x − R in
 * place of x. `squares`: Σ w(w−1), Σ w(w−1)x and Σ w(w−1)x² over the events that have x.
 */
export function standardErrorOfMean(
  mean: number,
  sumOfWeights: number,
  squares: { readonly ones: number; readonly values: number; readonly valuesSquared: number },
): number {
  const residuals = squares.valuesSquared - 2 * mean * squares.values + mean * mean * squares.ones;
  return sumOfWeights === 0 ? 0 : standardErrorOfSum(residuals) / sumOfWeights;
}

/**
 * Events per person, T / U. Given the draws of events, the estimate of U has a fixed expectation, so the two are
 * uncorrelated and their relative variances add (the same Taylor step).
 */
export function standardErrorOfRatio(numerator: Estimate, denominator: Estimate): number {
  if (denominator.value === 0 || numerator.value === 0) return 0;
  const relative = Math.hypot(numerator.standardError / numerator.value, denominator.standardError / denominator.value);
  return (numerator.value / denominator.value) * relative;
}
