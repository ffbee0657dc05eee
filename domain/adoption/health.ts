/** Says how a plan is doing, why, and what to do next: what the portfolio shows for each customer. */
import type { TaskCompletion } from './completion.ts';
import type { TaskStatus } from './plan.ts';
import { planProgress } from './progress.ts';

export type Health = 'completed' | 'stalled' | 'at_risk' | 'on_track' | 'not_started';

export type HealthReason =
  | { readonly code: 'overdue'; readonly days: number }
  | { readonly code: 'behind_schedule'; readonly expectedPercent: number; readonly actualPercent: number }
  | { readonly code: 'no_progress'; readonly days: number }
  | { readonly code: 'telemetry_silent'; readonly days: number }
  | { readonly code: 'criteria_lost'; readonly tasks: readonly string[] };

export type NextStep =
  | { readonly code: 'apply_recommendation'; readonly taskId: string; readonly task: string }
  | { readonly code: 'look_at_lost_criteria'; readonly taskId: string; readonly task: string }
  | { readonly code: 'restore_telemetry' }
  | { readonly code: 'start_task'; readonly taskId: string; readonly task: string }
  | {
      readonly code: 'close_gap';
      readonly taskId: string;
      readonly task: string;
      /** Names of required attributes that are not met. */
      readonly open: readonly string[];
    }
  | { readonly code: 'ask_for_status'; readonly taskId: string; readonly task: string }
  | { readonly code: 'none' };

export type PlanFacts = {
  readonly startDay: number;
  readonly dueDay: number | undefined;
  /** The last day a status changed or an attribute came to be met. */
  readonly lastProgressDay: number | undefined;
  readonly telemetry: {
    readonly isEnabled: boolean;
    readonly lastValueDay: number | undefined;
    /** How often values are expected; undefined where they come by hand. */
    readonly expectedEveryDays: number | undefined;
  };
  /** In the order of the plan. */
  readonly tasks: readonly TaskFacts[];
};

export type TaskFacts = {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
  readonly completion: TaskCompletion;
  readonly openAttributes: readonly string[];
};

export const HEALTH_RULES = {
  /** Without progress for so long a plan has stalled. */
  stalledAfterDays: 14,
  /** So far below the straight line from start to due day a plan is behind. */
  behindByPercent: 20,
  /** Telemetry is silent when so many expected values in a row did not come. */
  silentAfterMissed: 3,
  /** Where values come by hand. */
  silentAfterDaysByHand: 30,
} as const;

export type PlanHealth = {
  readonly health: Health;
  readonly reasons: readonly HealthReason[];
  readonly nextStep: NextStep;
};

export function planHealth(facts: PlanFacts, today: number): PlanHealth {
  const applicable = facts.tasks.filter(({ status }) => status !== 'NOT_APPLICABLE');
  const isCompleted = applicable.length > 0 && applicable.every(({ status }) => status === 'DONE');
  const reasons = isCompleted ? lostCriteria(applicable) : reasonsOf(facts, applicable, today);
  return { health: healthOf(applicable, isCompleted, reasons), reasons, nextStep: nextStepOf(applicable, reasons) };
}

function healthOf(tasks: readonly TaskFacts[], isCompleted: boolean, reasons: readonly HealthReason[]): Health {
  if (isCompleted) return reasons.length === 0 ? 'completed' : 'at_risk';
  if (reasons.some(({ code }) => code === 'no_progress')) return 'stalled';
  if (reasons.length > 0) return 'at_risk';
  return tasks.every(({ status }) => status === 'NOT_STARTED') ? 'not_started' : 'on_track';
}

function reasonsOf(facts: PlanFacts, tasks: readonly TaskFacts[], today: number): readonly HealthReason[] {
  return [
    ...schedule(facts, tasks, today),
    ...standstill(facts, tasks, today),
    ...silence(facts, today),
    ...lostCriteria(tasks),
  ];
}

function schedule(
  { startDay, dueDay }: PlanFacts,
  tasks: readonly TaskFacts[],
  today: number,
): readonly HealthReason[] {
  if (dueDay === undefined || tasks.length === 0) return [];
  if (today > dueDay) return [{ code: 'overdue', days: today - dueDay }];
  const expectedPercent = Math.max(0, ((today - startDay) * 100) / Math.max(1, dueDay - startDay));
  const actualPercent = planProgress(tasks).combined.percentage;
  if (expectedPercent - actualPercent <= HEALTH_RULES.behindByPercent) return [];
  return [{ code: 'behind_schedule', expectedPercent, actualPercent }];
}

function standstill(facts: PlanFacts, tasks: readonly TaskFacts[], today: number): readonly HealthReason[] {
  if (tasks.length === 0) return [];
  const days = today - (facts.lastProgressDay ?? facts.startDay);
  return days > HEALTH_RULES.stalledAfterDays ? [{ code: 'no_progress', days }] : [];
}

function silence({ telemetry, startDay }: PlanFacts, today: number): readonly HealthReason[] {
  if (!telemetry.isEnabled) return [];
  const days = today - (telemetry.lastValueDay ?? startDay);
  const { expectedEveryDays } = telemetry;
  const allowed =
    expectedEveryDays === undefined
      ? HEALTH_RULES.silentAfterDaysByHand
      : expectedEveryDays * HEALTH_RULES.silentAfterMissed;
  return days > allowed ? [{ code: 'telemetry_silent', days }] : [];
}

/** Done by hand or earlier, but what telemetry says now would not make it so. A done task is never reopened by itself. */
function lostCriteria(tasks: readonly TaskFacts[]): readonly HealthReason[] {
  const lost = tasks.filter(hasLostCriteria).map(({ name }) => name);
  return lost.length === 0 ? [] : [{ code: 'criteria_lost', tasks: lost }];
}

function hasLostCriteria({ status, completion }: TaskFacts): boolean {
  return status === 'DONE' && completion.totalAttributes > 0 && completion.recommendation !== 'DONE';
}

/** The cheapest step that moves the plan comes first. */
function nextStepOf(tasks: readonly TaskFacts[], reasons: readonly HealthReason[]): NextStep {
  const ready = tasks.find(
    ({ status, completion }) =>
      (status === 'IN_PROGRESS' || status === 'NOT_STARTED') && completion.recommendation === 'DONE',
  );
  if (ready !== undefined) return step('apply_recommendation', ready);
  if (reasons.some(({ code }) => code === 'telemetry_silent')) return { code: 'restore_telemetry' };
  const running = tasks.filter(({ status }) => status === 'IN_PROGRESS');
  const measured = running.filter(({ completion }) => completion.totalAttributes > 0).sort(byOpenAttributes);
  const [nearest] = measured;
  if (nearest !== undefined) return { ...step('close_gap', nearest), open: nearest.openAttributes };
  const [unmeasured] = running;
  if (unmeasured !== undefined) return step('ask_for_status', unmeasured);
  const next = tasks.find(({ status }) => status === 'NOT_STARTED');
  if (next !== undefined) return step('start_task', next);
  const lost = tasks.find(hasLostCriteria);
  return lost === undefined ? { code: 'none' } : step('look_at_lost_criteria', lost);
}

function step<Code extends string>(code: Code, { id, name }: TaskFacts): { code: Code; taskId: string; task: string } {
  return { code, taskId: id, task: name };
}

function byOpenAttributes(left: TaskFacts, right: TaskFacts): number {
  const open = ({ completion }: TaskFacts) => completion.totalAttributes - completion.metAttributes;
  return open(left) - open(right);
}
