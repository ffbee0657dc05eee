/** Decides which neighbouring runs become one, so that few filters are asked and expired ids do not linger. Pure. */

export type RunExtent = { readonly ids: number; readonly oldest: number; readonly newest: number };

export type MergePolicy = {
  /** Ids of a run fresh from a table. */
  readonly baseIds: number;
  /** Runs of one size that become one. */
  readonly fanIn: number;
  /** A merged run spans no more seconds than this: a run goes as a whole, when its newest id is out of the window. */
  readonly maxSpanSeconds: number;
  /** Above so many runs the cheapest neighbours merge whatever their span. */
  readonly maxRuns: number;
};

/** The stretch `[from, to)` of `runs` (oldest first) to merge next, or `undefined` where all is well. */
export function planMerge(runs: readonly RunExtent[], policy: MergePolicy): { from: number; to: number } | undefined {
  return sameLevelStretch(runs, policy) ?? (runs.length > policy.maxRuns ? cheapestPair(runs) : undefined);
}

function sameLevelStretch(runs: readonly RunExtent[], policy: MergePolicy) {
  const { fanIn } = policy;
  // Youngest first: small merges are cheap and are what keeps up with the appends.
  for (let to = runs.length; to >= fanIn; to--) {
    const stretch = runs.slice(to - fanIn, to);
    const levels = new Set(stretch.map((run) => level(run.ids, policy)));
    if (levels.size === 1 && spanSeconds(stretch) <= policy.maxSpanSeconds) return { from: to - fanIn, to };
  }
  return undefined;
}

function cheapestPair(runs: readonly RunExtent[]): { from: number; to: number } {
  let from = 0;
  for (let index = 1; index + 1 < runs.length; index++) {
    if (runs[index]!.ids + runs[index + 1]!.ids < runs[from]!.ids + runs[from + 1]!.ids) from = index;
  }
  return { from, to: from + 2 };
}

/** How many merges a run of this size has behind it. */
function level(ids: number, policy: MergePolicy): number {
  return Math.max(0, Math.round(Math.log(ids / policy.baseIds) / Math.log(policy.fanIn)));
}

function spanSeconds(runs: readonly RunExtent[]): number {
  return Math.max(...runs.map((run) => run.newest)) - Math.min(...runs.map((run) => run.oldest));
}
