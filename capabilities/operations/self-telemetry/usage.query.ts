/** How often each family of milestones happened, and in how many workspaces: one question for the whole page (requirement L7). */
import { MILESTONE_FAMILIES, SYSTEM_LEDGER } from '@uptake/domain/ledger';
import type { Question } from '@uptake/io/event-store';

export const USAGE_WINDOWS = { '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 } as const;
export type UsageWindow = keyof typeof USAGE_WINDOWS;

export type UsageRow = {
  /** A family, or '' for all of them together. */
  readonly family: string;
  readonly milestones: number;
  readonly previous_milestones: number;
  readonly workspaces: number;
  readonly previous_workspaces: number;
};

/** The window up to now beside the one before it. Reads the days of the system ledger alone: a range of the primary key. */
export function usageQuestion(window: UsageWindow, nowMs: number): Question {
  const lengthMs = USAGE_WINDOWS[window];
  const at = (parameter: string) => `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;
  return {
    name: 'operations.usage',
    scope: { workspaceId: SYSTEM_LEDGER.workspaceId, environmentId: SYSTEM_LEDGER.environmentId },
    parameters: {
      since: nowMs - lengthMs,
      before: nowMs - 2 * lengthMs,
      now: nowMs,
      families: Object.keys(MILESTONE_FAMILIES),
    },
    sql: `SELECT
  toString(event_name) AS family,
  sumIf(weight, timestamp >= ${at('since')}) AS milestones,
  sumIf(weight, timestamp < ${at('since')}) AS previous_milestones,
  uniqExactIf(tenant_id, timestamp >= ${at('since')}) AS workspaces,
  uniqExactIf(tenant_id, timestamp < ${at('since')}) AS previous_workspaces
FROM events
WHERE timestamp >= ${at('before')} AND timestamp <= ${at('now')} AND event_name IN ({families:Array(String)})
GROUP BY GROUPING SETS ((event_name), ())`,
  };
}
