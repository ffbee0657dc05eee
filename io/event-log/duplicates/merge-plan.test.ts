import { describe, expect, test } from 'vitest';
import { type MergePolicy, planMerge } from './merge-plan.ts';

const policy: MergePolicy = { baseIds: 250_000, fanIn: 4, absorbShare: 1 / 3 };

/** Lives three windows of time, each bringing `tables` full tables, merging and expiring as the log does. */
function live(tables: number) {
  type Run = { ids: number; parts: { ids: number; at: number }[] };
  let runs: Run[] = [];
  let mostRuns = 0;
  let mostKept = 0;
  let rewritten = 0;
  for (let at = 0; at < 3 * tables; at++) {
    runs.push({ ids: policy.baseIds, parts: [{ ids: policy.baseIds, at }] });
    for (;;) {
      runs = runs.filter((run) => run.parts.at(-1)!.at >= at - tables);
      const plan = planMerge(runs, policy);
      if (!plan) break;
      const stretch = runs.slice(plan.from, plan.to);
      rewritten += stretch.reduce((sum, run) => sum + run.ids, 0);
      const parts = stretch.flatMap((run) => run.parts).filter((part) => part.at >= at - tables);
      runs.splice(plan.from, plan.to - plan.from, { ids: parts.length * policy.baseIds, parts });
    }
    mostRuns = Math.max(mostRuns, runs.length);
    mostKept = Math.max(
      mostKept,
      runs.reduce((sum, run) => sum + run.ids, 0),
    );
  }
  return {
    mostRuns,
    rewritesPerId: rewritten / (3 * tables * policy.baseIds),
    keptPerLiving: mostKept / (tables * policy.baseIds),
  };
}

describe('the merge plan', () => {
  test('leaves a run alone, and small ones beside a large one', () => {
    expect(planMerge([], policy)).toBeUndefined();
    expect(planMerge([{ ids: 250_000 }], policy)).toBeUndefined();
    expect(
      planMerge([{ ids: 50_000_000 }, { ids: 250_000 }, { ids: 250_000 }, { ids: 250_000 }], policy),
    ).toBeUndefined();
  });

  test('merges the youngest runs of one size, not the oldest', () => {
    const runs = [{ ids: 50_000_000 }, { ids: 1_000_000 }, ...Array(4).fill({ ids: 240_000 })];
    expect(planMerge(runs, policy)).toEqual({ from: 2, to: 6 });
  });

  test('merges middle runs by twos, like with like', () => {
    const large = { ids: 50_000_000 };
    const small = { ids: 250_000 };
    expect(planMerge([large, { ids: 8_000_000 }, { ids: 4_000_000 }, small], policy)).toBeUndefined();
    expect(planMerge([large, { ids: 4_000_000 }, { ids: 4_000_000 }, small], policy)).toEqual({ from: 1, to: 3 });
  });

  test('merges everything once the younger runs are a third of the oldest', () => {
    expect(planMerge([{ ids: 12_000_000 }, { ids: 3_900_000 }], policy)).toBeUndefined();
    expect(planMerge([{ ids: 12_000_000 }, { ids: 3_900_000 }, { ids: 100_000 }], policy)).toEqual({ from: 0, to: 3 });
  });

  test.each([3, 20, 200, 2_000])(
    'with %d full tables a window keeps few runs and few expired ids, and rewrites each id a few times',
    (tables) => {
      const { mostRuns, rewritesPerId, keptPerLiving } = live(tables);
      expect(mostRuns).toBeLessThanOrEqual(12);
      expect(rewritesPerId).toBeLessThan(10);
      expect(keptPerLiving).toBeLessThan(1.7);
    },
  );
});
