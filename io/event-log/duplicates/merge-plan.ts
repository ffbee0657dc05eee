/**
 * Decides which neighbouring runs become one. Pure.
 *
 * A look-up asks the filter of every run, and a filter too large for the processor's caches costs a memory access. So
 * there is one large run, the oldest, a few of middle size, and small ones whose filters stay cached: small runs of like
 * size merge by `fanIn`, middle ones by twos, and all of them join the oldest once they are a fair share of it. Rewriting is
 * also what drops expired ids, which therefore never make up more than that share for long.
 */

export type RunExtent = { readonly ids: number };

export type MergePolicy = {
  /** Ids of a run fresh from a table. */
  readonly baseIds: number;
  /** Younger runs of one size that become one. */
  readonly fanIn: number;
  /** Share of the oldest run's ids from which the younger ones join it. */
  readonly absorbShare: number;
};

/** Runs that were merged so often have filters of 10 MB and more: the fewer the better. */
const MIDDLE_LEVEL = 2;

/** The stretch `[from, to)` of `runs` (oldest first) to merge next, or `undefined` where all is well. */
export function planMerge(
  runs: readonly RunExtent[],
  policy: MergePolicy,
): { readonly from: number; readonly to: number } | undefined {
  const younger = runs.slice(1);
  const youngerIds = younger.reduce((sum, run) => sum + run.ids, 0);
  if (younger.length > 0 && youngerIds >= runs[0]!.ids * policy.absorbShare) return { from: 0, to: runs.length };
  for (let to = runs.length; to > 2; to--) {
    const [older, newer] = [runs[to - 2]!, runs[to - 1]!];
    const areMiddle = level(older.ids, policy) >= MIDDLE_LEVEL && level(newer.ids, policy) >= MIDDLE_LEVEL;
    if (areMiddle && older.ids < 1.5 * newer.ids) return { from: to - 2, to };
  }
  // Youngest first: small merges are cheap and are what keeps up with the appends.
  for (let to = runs.length; to > policy.fanIn; to--) {
    const levels = new Set(runs.slice(to - policy.fanIn, to).map((run) => level(run.ids, policy)));
    if (levels.size === 1) return { from: to - policy.fanIn, to };
  }
  return undefined;
}

/** How many merges by `fanIn` a run of this size has behind it. */
function level(ids: number, policy: MergePolicy): number {
  return Math.max(0, Math.round(Math.log(ids / policy.baseIds) / Math.log(policy.fanIn)));
}
