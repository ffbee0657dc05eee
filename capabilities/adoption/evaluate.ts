/** Judges a plan and keeps what came out, in the transaction of whatever made it necessary. */
import { describeReason } from '@uptake/domain/adoption';
import { dayOf, describeValue, formatDay } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionAttributes, adoptionPlanDays, adoptionPlans } from '@uptake/io/control-store/schema';
import { eq, sql } from 'drizzle-orm';
import { type Judgement, judge, needsSeries } from './judge.ts';
import { attributesOf, type PlanState, seriesOfAttributes } from './store/plan-state.ts';
import {
  type AttributeState,
  anyOf,
  type HistoryRow,
  insertHistory,
  updateAttributes,
  updateStatuses,
} from './store/recordset.ts';
import { type Actor, actorId, SYSTEM } from './who.ts';

export type Evaluating = {
  readonly nowMs: number;
  readonly by: Actor;
  readonly concerned?: ReadonlySet<string>;
  readonly mayFinishTasks: boolean;
  /** Whose newest value is another than the store has beside them. */
  readonly renewed?: ReadonlySet<string>;
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
  state: PlanState,
  judgement: Judgement,
  options: Evaluating,
): Promise<void> {
  const { plan } = state;
  const at = new Date(options.nowMs);
  await keepAttributes(tx, state, judgement, options);
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

/** Those with another verdict or value as they are now; the others of those judged with the time alone. */
async function keepAttributes(
  tx: ControlTransaction,
  state: PlanState,
  { changed, evaluatedCount }: Judgement,
  { nowMs, concerned, renewed }: Evaluating,
): Promise<void> {
  const at = new Date(nowMs);
  const verdictOf = new Map(changed.map(({ attribute, verdict }) => [attribute.id, verdict]));
  const rows = attributesOf(state)
    .filter(({ id }) => verdictOf.has(id) || renewed?.has(id) === true)
    .map((attribute): AttributeState => {
      const verdict = verdictOf.get(attribute.id) ?? attribute.verdict;
      return {
        id: attribute.id,
        is_met: verdict === 'met',
        verdict,
        latest_value_id: attribute.latestValueId,
        latest_value: attribute.latestValue,
        latest_day: attribute.latestDay,
        latest_source: attribute.latestSource,
        latest_batch_id: attribute.latestBatchId,
        latest_notes: attribute.latestNotes,
        latest_at: attribute.latestAt,
      };
    });
  await updateAttributes(tx, rows, at);
  if (evaluatedCount === 0) return;
  const kept = new Set(rows.map(({ id }) => id));
  const others = [...(concerned ?? [])].filter((id) => !kept.has(id));
  if (concerned !== undefined && others.length === 0) return;
  await tx
    .update(adoptionAttributes)
    .set({ lastCheckedAt: at })
    .where(
      concerned === undefined
        ? eq(adoptionAttributes.planId, state.plan.id)
        : sql`${adoptionAttributes.id} = ${anyOf(others)}`,
    );
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

/** Of more changes than anybody reads, each task tells how many it has. */
const MAX_SINGLE_CHANGES = 100;

function consequences(judgement: Judgement, batchId: string | undefined): readonly HistoryRow[] {
  const { changed, finished, milestone } = judgement;
  return [
    ...verdictRows(changed, batchId),
    ...finishedRows(finished, batchId),
    ...milestoneRows(milestone).map((row) => ({ ...row, batch_id: batchId })),
  ];
}

function milestoneRows({ reached, count, stalledDays }: Judgement['milestone']): readonly HistoryRow[] {
  const { completed, total } = count;
  const rows: HistoryRow[] = [];
  if (reached !== undefined)
    rows.push({
      kind: 'milestone',
      text: `${reached}% reached: ${completed} of ${total} tasks`,
      to_text: `${reached}`,
    });
  if (stalledDays !== undefined)
    rows.push({
      kind: 'stalled',
      text: `Stalled: ${describeReason({ code: 'no_progress', days: stalledDays }).toLowerCase()}`,
    });
  return rows;
}

function verdictRows(changed: Judgement['changed'], batchId: string | undefined): readonly HistoryRow[] {
  const told = changed.filter(({ attribute, verdict }) => verdict === 'met' || attribute.isMet);
  if (told.length > MAX_SINGLE_CHANGES) return changesOfTasks(told, batchId);
  return changed.flatMap(({ attribute, verdict }): readonly HistoryRow[] => {
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
}

function changesOfTasks(changed: Judgement['changed'], batchId: string | undefined): readonly HistoryRow[] {
  return [...Map.groupBy(changed, ({ attribute }) => attribute.taskId)].flatMap(([taskId, all]) => {
    const met = all.filter(({ verdict }) => verdict === 'met').length;
    const row = (kind: string, count: number, text: string): readonly HistoryRow[] =>
      count === 0 ? [] : [{ kind, text: `${count} ${text}`, task_id: taskId, batch_id: batchId }];
    return [
      ...row('criterion_met', met, 'criteria of this task came to be met'),
      ...row('criterion_lost', all.length - met, 'criteria of this task are not met any more'),
    ];
  });
}

function finishedRows(finished: Judgement['finished'], batchId: string | undefined): readonly HistoryRow[] {
  return finished.map(({ task, note }) => ({
    kind: 'auto_status',
    text: `${task.name}: ${note}`,
    task_id: task.id,
    from_text: task.status,
    to_text: 'DONE',
    source: 'TELEMETRY',
    batch_id: batchId,
  }));
}
