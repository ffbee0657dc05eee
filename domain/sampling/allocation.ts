/**
 * Divides a budget among flows: how likely an event of each stratum is kept. Power allocation (Bankier 1988, The American
 * Statistician 42(3), with power ½): what is kept of a stratum grows with the square root of what it offers, times how much
 * it is favoured. Small flows stay whole, large stable ones are throttled; it lies between equal precision for every stratum
 * (power 0, which starves totals) and equal shares (power 1, which starves small flows).
 */
import { PANEL_SHARE } from './panel.ts';

export type Demand = {
  /** Events a day that are neither certain nor protected. */
  readonly offered: number;
  /** Events a day that are kept whatever the budget. */
  readonly fixed: number;
  /** 1 for a stable flow; more for one that is to be kept better. */
  readonly favour: number;
  /** The most another budget leaves it; may exceed 1. */
  readonly ceiling: number;
};

export type Allocation = {
  /** Probability wanted per demand; above 1 it says how much more would still fit, so that steps up can wait for room. */
  readonly wanted: readonly number[];
  /** The budget cannot be met: the floor, the panel and what is fixed are more than it. */
  readonly isExceeded: boolean;
};

/** What is kept of one offered event at probability `p`: the panel, and of the rest what is drawn. */
export function keptShare(p: number): number {
  const probability = Math.min(1, p);
  return PANEL_SHARE + (1 - PANEL_SHARE) * probability;
}

/** Halvings of the search: 2^-60 of the range is far below a step of the ladder. */
const ROUNDS = 60;

/**
 * Fills all strata to one water level: p = level · favour / √offered, never below the floor nor above its ceiling. What is
 * kept grows with the level, so the level that spends the budget is found by halving.
 */
export function allocate(demands: readonly Demand[], budget: number, floor: number): Allocation {
  const slopes = demands.map(({ offered, favour }) => favour / Math.sqrt(Math.max(offered, 1)));
  const at = (level: number) =>
    demands.map(({ ceiling }, index) => Math.min(ceiling, Math.max(floor, level * (slopes[index] ?? 0))));
  const keptOf = (wanted: readonly number[]) =>
    demands.reduce((sum, { offered, fixed }, index) => sum + fixed + offered * keptShare(wanted[index] ?? 0), 0);

  // The stratum with the smallest slope is the last to be whole.
  const highest = 1 / Math.min(...slopes, 1);
  const keptAtMost = keptOf(at(highest));
  if (keptAtMost <= budget) {
    const room = Math.max(1, budget / keptAtMost);
    return { wanted: demands.map(({ ceiling }) => Math.max(floor, Math.min(ceiling, room))), isExceeded: false };
  }
  if (keptOf(at(0)) > budget) return { wanted: at(0), isExceeded: true };
  let low = 0;
  let high = highest;
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2;
    if (keptOf(at(middle)) > budget) high = middle;
    else low = middle;
  }
  return { wanted: at(low), isExceeded: false };
}
