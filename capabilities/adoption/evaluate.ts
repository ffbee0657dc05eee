/** Judges a plan and keeps what came out, in the transaction of whatever made it necessary. */
import { dayOf, describeValue, formatDay } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionAttributes, adoptionPlanDays, adoptionPlans } from '@uptake/io/control-store/schema';
import { eq, sql } from 'drizzle-orm';
import { type Judgement, judge, needsSeries } from './judge.ts';
import { attributesOf, type NamedPlan, type PlanState, seriesOfAttributes } from './store/plan-state.ts';
import { anyOf, type HistoryRow, insertHistory, updateStatuses, updateVerdicts } from './store/recordset.ts';
import { type Actor, actorId, SYSTEM } from './who.ts';

export type Evaluating = {
  readonly nowMs: number;
  readonly by: Actor;
  readonly concerned?: ReadonlySet<string>;
  readonly mayFinishTasks: boolean;
  readonly hasProgressed?: boolean;
  readonly expectedEveryDays: number | undefined;
  readonly batchId?: string;
  /** Goes into the history before what followed from it. */
  readonly because?: readonly HistoryRow[];
};

export async function evaluatePlanState(
  tx: ControlTransaction,
  state: PlanState,
  options: Evaluating,
): Promise<Judgement> {
  const today = dayOf(options.nowMs);
  const { concerned } = options;
  const asked = attributesOf(state).filter(
    (attribute) => (concerned === undefined || concerned.has(attribute.id)) && needsSeries(attribute, today),
  );
  const seriesOf = await seriesOfAttributes(
    tx,
    asked.map(({ id }) => id),
  );
  const judgement = judge(state, seriesOf, { ...options, today });
  await keep(tx, state, judgement, options);
  return judgement;
}

async function keep(
  tx: ControlTransaction,
  { plan }: PlanState,
  judgement: Judgement,
  options: Evaluating,
): Promise<void> {
  const at = new Date(options.nowMs);
  await updateVerdicts(
    tx,
    judgement.changed.map(({ attribute, verdict }) => ({ id: attribute.id, verdict, is_met: verdict === 'met' })),
  );
  const { concerned } = options;
  if (judgement.evaluatedCount > 0) {
    await tx
      .update(adoptionAttributes)
      .set({ lastCheckedAt: at })
      .where(
        concerned === undefined
          ? eq(adoptionAttributes.planId, plan.id)
          : sql`${adoptionAttributes.id} = ${anyOf([...concerned])}`,
      );
  }
  await updateStatuses(
    tx,
    judgement.finished.map(({ task, note }) => ({ id: task.id, status: 'DONE', source: 'TELEMETRY', notes: note })),
    { at, name: null },
  );
  await tx.update(adoptionPlans).set(judgement.figures).where(eq(adoptionPlans.id, plan.id));
  await keepDay(tx, plan, judgement, formatDay(dayOf(options.nowMs)));
  const common = { workspaceId: plan.workspaceId, planId: plan.id, at };
  await insertHistory(tx, options.because ?? [], {
    ...common,
    actorKind: options.by.kind,
    actorId: actorId(options.by),
  });
  await insertHistory(tx, consequences(judgement, options.batchId), {
    ...common,
    actorKind: SYSTEM.kind,
    actorId: actorId(SYSTEM),
  });
}

async function keepDay(
  tx: ControlTransaction,
  plan: PlanState['plan'],
  { percents }: Judgement,
  day: string,
): Promise<void> {
  const figures = {
    manualPercent: percents.manual,
    telemetryPercent: percents.telemetry,
    combinedPercent: percents.combined,
  };
  await tx
    .insert(adoptionPlanDays)
    .values({ planId: plan.id, workspaceId: plan.workspaceId, day, ...figures })
    .onConflictDoUpdate({ target: [adoptionPlanDays.planId, adoptionPlanDays.day], set: figures });
}

function consequences({ changed, finished }: Judgement, batchId: string | undefined): readonly HistoryRow[] {
  const verdicts = changed.flatMap(({ attribute, verdict }): readonly HistoryRow[] => {
    // From missing to not met says nothing that the value itself did not say.
    if (verdict !== 'met' && !attribute.isMet) return [];
    const { name, latestValue, dataType } = attribute;
    const value = latestValue === null ? '' : ` (${describeValue(latestValue, dataType)})`;
    const [kind, text] =
      verdict === 'met'
        ? ['criterion_met', `${name} meets its criterion${value}`]
        : ['criterion_lost', `${name} does not meet its criterion any more${value}`];
    const { id, taskId } = attribute;
    return [
      {
        kind,
        text,
        task_id: taskId,
        attribute_id: id,
        from_text: attribute.verdict,
        to_text: verdict,
        batch_id: batchId,
      },
    ];
  });
  const done = finished.map(
    ({ task, note }): HistoryRow => ({
      kind: 'auto_status',
      text: `${task.name}: ${note}`,
      task_id: task.id,
      from_text: task.status,
      to_text: 'DONE',
      source: 'TELEMETRY',
      batch_id: batchId,
    }),
  );
  return [...verdicts, ...done];
}

/** What a person or a webhook is told after the transaction. */
export type AutoStatusNews = { readonly plan: NamedPlan; readonly judgement: Judgement };
