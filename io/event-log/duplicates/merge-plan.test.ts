import { describe, expect, test } from 'vitest';
import { type MergePolicy, planMerge, type RunExtent } from './merge-plan.ts';

const WINDOW = 7 * 86_400;
const policy: MergePolicy = { baseIds: 500_000, fanIn: 4, maxSpanSeconds: WINDOW / 3, maxRuns: 20 };

/** Lives `windows` windows of time with a full table every `everySeconds`, merging and expiring as the log does. */
function live(everySeconds: number, windows: number) {
  let runs: RunExtent[] = [];
  let most = 0;
  let merged = 0;
  let added = 0;
  for (let second = 0; second < windows * WINDOW; second += everySeconds) {
    runs.push({ ids: policy.baseIds, oldest: second - everySeconds, newest: second });
    added += policy.baseIds;
    for (;;) {
      runs = runs.filter((run) => run.newest >= second - WINDOW);
      const plan = planMerge(runs, policy);
      if (!plan) break;
      const stretch = runs.slice(plan.from, plan.to);
      const ids = stretch.reduce((sum, run) => sum + run.ids, 0);
      merged += ids;
      runs.splice(plan.from, plan.to - plan.from, {
        ids,
        oldest: stretch[0]!.oldest,
        newest: stretch.at(-1)!.newest,
      });
    }
    most = Math.max(most, runs.length);
  }
  const kept = runs.reduce((sum, run) => sum + run.ids, 0);
  const living = (Math.min(windows, 1) * WINDOW * policy.baseIds) / everySeconds;
  return { most, writesPerId: merged / added, keptPerLiving: kept / living };
}

describe('the merge plan', () => {
  test('leaves few runs alone', () => {
    const run = { ids: 500_000, oldest: 0, newest: 60 };
    expect(planMerge([], policy)).toBeUndefined();
    expect(planMerge([run, run, run], policy)).toBeUndefined();
  });

  test('merges the youngest runs of one size', () => {
    const small = (second: number) => ({ ids: 480_000, oldest: second, newest: second + 60 });
    const big = { ids: 2_000_000, oldest: 0, newest: 60 };
    expect(planMerge([big, big, big, small(60), small(120), small(180), small(240)], policy)).toEqual({
      from: 3,
      to: 7,
    });
  });

  test('does not merge over more than its share of the window, unless there are too many runs', () => {
    const run = (day: number) => ({ ids: 500_000, oldest: day * 86_400, newest: (day + 1) * 86_400 });
    expect(planMerge([0, 1, 2, 3, 4, 5, 6].map(run), policy)).toBeUndefined();
    const many = Array.from({ length: 21 }, (_, index) => run(index));
    expect(planMerge(many, policy)).toEqual({ from: 0, to: 2 });
  });

  test.each([
    ['50 million ids a week', WINDOW / 100],
    ['500 million ids a week', WINDOW / 1_000],
    ['a million ids a week', WINDOW / 2],
    ['a thousand ids a week', WINDOW * 500],
  ])('with %s keeps runs, rewriting and expired ids few', (_, everySeconds) => {
    const { most, writesPerId, keptPerLiving } = live(everySeconds, everySeconds > WINDOW ? 2_000 : 4);
    expect(most).toBeLessThanOrEqual(20);
    expect(writesPerId).toBeLessThan(6);
    if (everySeconds < WINDOW) expect(keptPerLiving).toBeLessThan(1.55);
  });
});
