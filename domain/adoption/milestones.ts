/** Which news the progress of a plan is: a milestone passed for the first time, or a standstill that nobody was told of. */

/** Of combined progress, in percent. */
export const MILESTONES = [25, 50, 75, 100] as const;
export type Milestone = (typeof MILESTONES)[number];

/** What is remembered of a plan, so that nothing is told twice. */
export type ToldMilestones = {
  /** The highest ever passed. Falling below it and passing it again is no news. */
  readonly reachedPercent: Milestone | 0;
  /** The day on which the standstill began that was told last. */
  readonly standstillSince: number | undefined;
};

export type MilestoneFacts = {
  readonly combinedPercent: number;
  readonly isStalled: boolean;
  /** The day of the last progress; the start where there was none. */
  readonly standstillSince: number;
};

export type MilestoneNews = {
  /** Of several passed at once the highest. */
  readonly reached: Milestone | undefined;
  readonly hasStalled: boolean;
  readonly told: ToldMilestones;
};

export function milestoneNews(facts: MilestoneFacts, before: ToldMilestones): MilestoneNews {
  const highest = MILESTONES.findLast((percent) => facts.combinedPercent >= percent) ?? 0;
  const isNew = highest > before.reachedPercent;
  const hasStalled = facts.isStalled && facts.standstillSince !== before.standstillSince;
  return {
    reached: isNew && highest !== 0 ? highest : undefined,
    hasStalled,
    told: {
      reachedPercent: isNew ? highest : before.reachedPercent,
      standstillSince: hasStalled ? facts.standstillSince : before.standstillSince,
    },
  };
}
