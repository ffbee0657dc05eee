/** What a person says an environment may keep. */

export type Budget = {
  /** Events a day of the whole environment; `null` where only feature areas are bounded. */
  readonly eventsPerDay: number | null;
  readonly areas: readonly AreaBudget[];
  /** Errors, outcomes and feedback are sampled like everything else. */
  readonly samplesOutcomes: boolean;
  /** Also takes heavy properties off what is kept of stable, throttled flows. `null`: payloads stay whole. */
  readonly shaping: Shaping | null;
};

/** '' is what names no feature area. */
export type AreaBudget = { readonly featureArea: string; readonly eventsPerDay: number };

export type Shaping = {
  /** Texts longer than this are heavy, and so are lists and objects, whatever their size. */
  readonly maxTextLength: number;
  /** Names of properties that stay whatever they weigh. */
  readonly keepProperties: readonly string[];
};

/** Parts of a budget a day whose spending in a minute on certain events is still no attack. */
const CERTAIN_SHARE_PER_MINUTE = 1 / 2 / 1_440;
const LEAST_CERTAIN_PER_MINUTE = 100;

/** The first events of tenants are kept for certain until they take half of the budget. */
export function certainPerMinute({ eventsPerDay, areas }: Budget): number {
  const bound = eventsPerDay ?? areas.reduce((sum, area) => sum + area.eventsPerDay, 0);
  return Math.max(LEAST_CERTAIN_PER_MINUTE, bound * CERTAIN_SHARE_PER_MINUTE);
}
