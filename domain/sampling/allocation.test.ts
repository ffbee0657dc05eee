import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, type Demand, keptShare } from './allocation.ts';

const demand = (offered: number, parts: Partial<Demand> = {}): Demand => ({
  offered,
  fixed: 0,
  favour: 1,
  ceiling: Number.POSITIVE_INFINITY,
  ...parts,
});
const keptOf = (demands: readonly Demand[], wanted: readonly number[]) =>
  demands.reduce((sum, each, index) => sum + each.fixed + each.offered * keptShare(wanted[index]!), 0);

describe('a budget', () => {
  test('keeps everything where everything fits, and says with how much room', () => {
    expect(allocate([demand(256), demand(64)], 640, 0.01).wanted.map((p) => Math.round(p * 1e9) / 1e9)).toEqual([2, 2]);
    expect(allocate([], 800, 0.01).wanted).toEqual([]);
  });

  test('throttles large flows and leaves small ones whole', () => {
    const demands = [demand(100_000), demand(10_000), demand(100)];
    const { wanted } = allocate(demands, 30_000, 0.01);
    expect(keptOf(demands, wanted)).toBeCloseTo(30_000, 3);
    expect(wanted[0]).toBeLessThan(wanted[1]!);
    expect(wanted[2]).toBeGreaterThanOrEqual(1);
    // What is kept grows with the square root of what is offered.
    expect(wanted[1]! / wanted[0]!).toBeCloseTo(Math.sqrt(10), 3);
  });

  test('keeps as many times more of what is favoured', () => {
    const { wanted } = allocate([demand(100_000), demand(100_000, { favour: 4 })], 40_000, 0.01);
    expect(wanted[1]! / wanted[0]!).toBeCloseTo(4, 3);
  });

  test('pays first for what is kept anyhow, and says so where that alone is too much', () => {
    const demands = [demand(10_000), demand(0, { fixed: 5_000 })];
    expect(keptOf(demands, allocate(demands, 7_000, 0.01).wanted)).toBeCloseTo(7_000, 3);
    const { wanted, isExceeded } = allocate(demands, 5_100, 0.01);
    expect(isExceeded).toBe(true);
    expect(wanted[0]).toBe(0.01);
  });

  test('is spent and never overspent, whatever flows, favours, ceilings and fixed loads meet', () => {
    const anyDemand = fc.record({
      offered: fc.integer({ min: 0, max: 10_000_000 }),
      fixed: fc.integer({ min: 0, max: 1_000 }),
      favour: fc.constantFrom(1, 4, 16),
      ceiling: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 0.01, max: 3, noNaN: true })),
    });
    fc.assert(
      fc.property(
        fc.array(anyDemand, { maxLength: 40 }),
        fc.integer({ min: 1, max: 20_000_000 }),
        (demands, budget) => {
          const { wanted, isExceeded } = allocate(demands, budget, 0.01);
          const kept = keptOf(demands, wanted);
          wanted.forEach((p, index) => {
            expect(p).toBeGreaterThanOrEqual(0.01);
            expect(p).toBeLessThanOrEqual(Math.max(0.01, demands[index]!.ceiling));
          });
          if (isExceeded) expect(wanted.every((p) => p === 0.01)).toBe(true);
          else expect(kept).toBeLessThanOrEqual(budget * (1 + 1e-9));
          const isHeldBack = wanted.some((p, index) => p < Math.min(1, demands[index]!.ceiling) && p > 0.01);
          if (isHeldBack && !isExceeded) expect(kept).toBeGreaterThan(budget * (1 - 1e-6) - 1e-3);
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });
});
