/** How far a plan is: by hand, by telemetry, and combined as the larger of both. */
import type { TaskCompletion } from './completion.ts';
import type { TaskStatus } from './plan.ts';

export type Progress = { readonly completed: number; readonly total: number; readonly percentage: number };

export type PlanProgress = {
  /** Tasks whose status is DONE. */
  readonly manual: Progress;
  /** Tasks that telemetry recommends to be DONE. Out of all tasks too, so that the three compare. */
  readonly telemetry: Progress;
  /** The larger count of the two, out of the same total. */
  readonly combined: Progress;
  /** Tasks with a required attribute: the most that telemetry could ever find. */
  readonly measurableTasks: number;
};

export type TaskState = { readonly status: TaskStatus; readonly completion: TaskCompletion };

export function planProgress(tasks: Iterable<TaskState>): PlanProgress {
  let total = 0;
  let done = 0;
  let recommended = 0;
  let measurableTasks = 0;
  for (const { status, completion } of tasks) {
    if (status === 'NOT_APPLICABLE') continue;
    total += 1;
    if (status === 'DONE') done += 1;
    if (completion.totalAttributes > 0) measurableTasks += 1;
    if (completion.recommendation === 'DONE') recommended += 1;
  }
  return {
    manual: progress(done, total),
    telemetry: progress(recommended, total),
    combined: progress(Math.max(done, recommended), total),
    measurableTasks,
  };
}

export type AttributeProgress = {
  readonly totalAttributes: number;
  readonly metAttributes: number;
  readonly percentage: number;
};

/** Over the required attributes of all applicable tasks. */
export function attributeProgress(tasks: Iterable<TaskState>): AttributeProgress {
  let totalAttributes = 0;
  let metAttributes = 0;
  for (const { status, completion } of tasks) {
    if (status === 'NOT_APPLICABLE') continue;
    totalAttributes += completion.totalAttributes;
    metAttributes += completion.metAttributes;
  }
  return { totalAttributes, metAttributes, percentage: progress(metAttributes, totalAttributes).percentage };
}

/** A plan without tasks is at zero percent. */
function progress(completed: number, total: number): Progress {
  return { completed, total, percentage: total === 0 ? 0 : (completed * 100) / total };
}
