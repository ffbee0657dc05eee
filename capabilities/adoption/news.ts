/** What happened to a plan, for whoever wants to be told: reactions travel as data, after the transaction. */
import type { Judgement } from './judge.ts';
import type { NamedPlan } from './store/plan-state.ts';

export type News = {
  readonly kind: 'tasks_finished';
  readonly workspaceId: string;
  readonly planId: string;
  readonly customer: string;
  readonly product: string;
  readonly tasks: readonly { readonly id: string; readonly name: string; readonly note: string }[];
};

export function newsOf(state: NamedPlan, { finished }: Judgement): News | undefined {
  if (finished.length === 0 || !state.plan.notifyOnAutoStatus) return undefined;
  return {
    kind: 'tasks_finished',
    workspaceId: state.plan.workspaceId,
    planId: state.plan.id,
    customer: state.customerName,
    product: state.productName,
    tasks: finished.map(({ task, note }) => ({ id: task.id, name: task.name, note })),
  };
}
