/** Reasons and next steps as sentences, for mails, exports and readers without a console. */
import type { HealthReason, NextStep } from './health.ts';

export function describeReason(reason: HealthReason): string {
  switch (reason.code) {
    case 'overdue':
      return `Due ${days(reason.days)} ago`;
    case 'behind_schedule':
      return `${Math.floor(reason.actualPercent)}% done where ${Math.floor(reason.expectedPercent)}% was expected by now`;
    case 'no_progress':
      return `No progress for ${days(reason.days)}`;
    case 'telemetry_silent':
      return `No telemetry value for ${days(reason.days)}`;
    case 'criteria_lost':
      return `Done, but its criteria are not met any more: ${reason.tasks.join(', ')}`;
  }
}

export function describeNextStep(step: NextStep): string {
  switch (step.code) {
    case 'apply_recommendation':
      return `Set "${step.task}" to done: its criteria are met`;
    case 'look_at_lost_criteria':
      return `Look at "${step.task}": it is done, but its criteria are not met any more`;
    case 'restore_telemetry':
      return 'Find out why no telemetry values come';
    case 'start_task':
      return `Start "${step.task}"`;
    case 'close_gap':
      return `Help the customer with "${step.task}": open are ${step.open.join(', ')}`;
    case 'ask_for_status':
      return `Ask how far "${step.task}" is: nothing measures it`;
    case 'none':
      return 'Nothing to do';
  }
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
