/** Decides whether telemetry may set a task's status by itself: from IN_PROGRESS to DONE, and nothing else ever. */
import type { TaskCompletion } from './completion.ts';
import { DEFAULT_THRESHOLD, type StatusSource, type TaskStatus } from './plan.ts';

/** What a task says against the plan's setting. */
export type TaskOverride =
  | { readonly kind: 'inherit' }
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly thresholdPercent: number };

export type PlanAutoStatus = { readonly isEnabled: boolean; readonly thresholdPercent: number };

/** Why a status stays: a closed list. */
export type KeepReason =
  | 'switched_off'
  | 'nothing_required'
  | 'below_threshold'
  | 'not_started'
  | 'already_done'
  | 'not_applicable';

export type AutoStatus =
  | { readonly newStatus: 'DONE'; readonly source: StatusSource; readonly note: string }
  | { readonly newStatus?: undefined; readonly reason: KeepReason };

/** `completion` must have been computed with `effectiveThreshold` of the same plan and task. */
export function decideAutoStatus(
  status: TaskStatus,
  completion: TaskCompletion,
  plan: PlanAutoStatus,
  override: TaskOverride = { kind: 'inherit' },
): AutoStatus {
  const isOn = override.kind === 'inherit' ? plan.isEnabled : override.kind === 'on';
  if (!isOn) return { reason: 'switched_off' };
  return decideByCriteria(status, completion);
}

/** The same, whatever the switches say: what a person would be recommended. */
export function decideByCriteria(status: TaskStatus, completion: TaskCompletion): AutoStatus {
  if (completion.percentage === undefined) return { reason: 'nothing_required' };
  if (completion.recommendation !== 'DONE') return { reason: 'below_threshold' };
  switch (status) {
    case 'NOT_STARTED':
      return { reason: 'not_started' };
    case 'DONE':
      return { reason: 'already_done' };
    case 'NOT_APPLICABLE':
      return { reason: 'not_applicable' };
    case 'IN_PROGRESS':
      return { newStatus: 'DONE', source: 'TELEMETRY', note: autoStatusNote(completion.percentage) };
  }
}

/** Rounded down: a note never claims 100% while something is open. */
export function autoStatusNote(percentage: number): string {
  return `[AUTO] Task completed via telemetry (${Math.floor(percentage)}% criteria met)`;
}

export function effectiveThreshold(plan: PlanAutoStatus, override: TaskOverride = { kind: 'inherit' }): number {
  return override.kind === 'on' ? override.thresholdPercent : plan.thresholdPercent;
}

export const DEFAULT_AUTO_STATUS: PlanAutoStatus = { isEnabled: true, thresholdPercent: DEFAULT_THRESHOLD };

/** The last column of the workbook's Task_Summary. */
export function recommendedStatus(status: TaskStatus, completion: TaskCompletion): 'AUTO-DONE' | 'Keep as is' {
  return decideByCriteria(status, completion).newStatus === undefined ? 'Keep as is' : 'AUTO-DONE';
}
