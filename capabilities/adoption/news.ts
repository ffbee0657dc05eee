/** What happened to a plan, for whoever wants to be told: reactions travel as data. */
import type { Milestone } from '@uptake/domain/adoption';
import { describeNextStep } from '@uptake/domain/adoption';
import type { Judgement } from './judge.ts';
import type { NamedPlan } from './store/plan-state.ts';

export type News = {
  readonly workspaceId: string;
  readonly planId: string;
  readonly customer: string;
  readonly product: string;
} & (
  | {
      readonly kind: 'tasks_finished';
      readonly tasks: readonly { readonly id: string; readonly name: string; readonly note: string }[];
    }
  | {
      readonly kind: 'milestone_reached';
      readonly percent: Milestone;
      readonly completed: number;
      readonly total: number;
    }
  | { readonly kind: 'plan_stalled'; readonly days: number; readonly nextStep: string }
);

/** Only what the plan has told to be told; the history has the rest. */
export function newsOf({ plan, customerName, productName }: NamedPlan, judgement: Judgement): readonly News[] {
  const { finished, milestone, figures } = judgement;
  const of = { workspaceId: plan.workspaceId, planId: plan.id, customer: customerName, product: productName };
  const news: News[] = [];
  if (plan.notifyOnAutoStatus && finished.length > 0) {
    const tasks = finished.map(({ task, note }) => ({ id: task.id, name: task.name, note }));
    news.push({ ...of, kind: 'tasks_finished', tasks });
  }
  if (!plan.notifyOnMilestone) return news;
  if (milestone.reached !== undefined)
    news.push({ ...of, kind: 'milestone_reached', percent: milestone.reached, ...milestone.count });
  if (milestone.stalledDays !== undefined) {
    const nextStep = describeNextStep(figures.nextStep);
    news.push({ ...of, kind: 'plan_stalled', days: milestone.stalledDays, nextStep });
  }
  return news;
}
