/** How far telemetry says a task is done, and what it recommends. */
import { DEFAULT_THRESHOLD } from './plan.ts';

export type Recommendation = 'DONE' | 'STAY' | 'BLOCKED';

export type TaskCompletion = {
  /** Required attributes; optional ones are shown and count for nothing. */
  readonly totalAttributes: number;
  readonly metAttributes: number;
  /** Undefined where no attribute is required: telemetry has nothing to say then, and that is not zero percent. */
  readonly percentage: number | undefined;
  /** All required attributes are met, and there are some. */
  readonly allRequired: boolean;
  readonly recommendation: Recommendation;
};

/** How the console groups and colours tasks: green, yellow, red, and grey where nothing is measured. */
export type TelemetryStatus = 'met' | 'partial' | 'not_met' | 'not_measured';

export function taskCompletion(
  attributes: Iterable<{ readonly isRequired: boolean; readonly isMet: boolean }>,
  thresholdPercent: number = DEFAULT_THRESHOLD,
): TaskCompletion {
  let totalAttributes = 0;
  let metAttributes = 0;
  for (const { isRequired, isMet } of attributes) {
    if (!isRequired) continue;
    totalAttributes += 1;
    if (isMet) metAttributes += 1;
  }
  if (totalAttributes === 0) {
    return { totalAttributes, metAttributes, percentage: undefined, allRequired: false, recommendation: 'STAY' };
  }
  return {
    totalAttributes,
    metAttributes,
    percentage: (metAttributes * 100) / totalAttributes,
    allRequired: metAttributes === totalAttributes,
    recommendation: recommend(metAttributes, totalAttributes, thresholdPercent),
  };
}

/** Compares whole numbers: 29 of 100 reach 29 percent, which 29 / 100 * 100 in binary does not. */
function recommend(met: number, total: number, thresholdPercent: number): Recommendation {
  if (met === 0) return 'BLOCKED';
  return met * 100 >= thresholdPercent * total ? 'DONE' : 'STAY';
}

export function telemetryStatus(completion: TaskCompletion): TelemetryStatus {
  if (completion.totalAttributes === 0) return 'not_measured';
  if (completion.allRequired) return 'met';
  return completion.metAttributes === 0 ? 'not_met' : 'partial';
}
