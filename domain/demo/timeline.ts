/** The dates of the demo's stories, set from the end of the period so that the charts tell them whenever it is loaded. */
import { DAY_MS, HOUR_MS } from './calendar.ts';

export const STORY_TENANTS = {
  stalling: 'moravia-castings',
  growing: 'pelican-robotics',
  /** The two that have the timeline view first. */
  pioneers: ['brightwell-logistics', 'tamarind-health'],
} as const;

export type Timeline = {
  readonly startMs: number;
  readonly endMs: number;
  readonly championLeavesMs: number;
  /** After the champion has left, use halves in this time … */
  readonly stallHalfLifeMs: number;
  /** … and ends altogether at this one. */
  readonly stalledMs: number;
  /** The timeline view is switched on for the two pioneers. */
  readonly featureReleasedMs: number;
  readonly faultyReleaseMs: number;
  readonly fixReleaseMs: number;
  readonly leanAgentsReleaseMs: number;
};

export const SHORTEST_DEMO_DAYS = 28;

/** Dates scale with the length of the period; releases fall on the weekday a team would choose. */
export function createTimeline(endMs: number, days: number): Timeline {
  if (!Number.isInteger(days) || days < SHORTEST_DEMO_DAYS) {
    throw new RangeError(`The demo's stories need a whole number of at least ${SHORTEST_DEMO_DAYS} days, not ${days}.`);
  }
  const startMs = endMs - days * DAY_MS;
  const at = (share: number): number => startMs + share * days * DAY_MS;
  const championLeavesMs = at(0.45);
  const faultyReleaseMs = weekdayAtOrBefore(at(0.6), 2) + 9 * HOUR_MS;
  return {
    startMs,
    endMs,
    championLeavesMs,
    stallHalfLifeMs: 0.06 * days * DAY_MS,
    stalledMs: at(0.8),
    featureReleasedMs: weekdayAtOrBefore(at(0.12), 3) + 9 * HOUR_MS,
    faultyReleaseMs,
    fixReleaseMs: faultyReleaseMs + 3 * DAY_MS,
    leanAgentsReleaseMs: weekdayAtOrBefore(at(0.7), 3) + 10 * HOUR_MS,
  };
}

/** Midnight UTC of the last such weekday (0 is Sunday). */
function weekdayAtOrBefore(ms: number, weekday: number): number {
  const midnight = Math.floor(ms / DAY_MS) * DAY_MS;
  return midnight - ((new Date(midnight).getUTCDay() - weekday + 7) % 7) * DAY_MS;
}
