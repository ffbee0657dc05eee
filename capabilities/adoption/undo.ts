/** Takes a batch back: its values go, the plan is judged anew, and what telemetry finished because of it is open again. */
import { Problem } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionHistory, adoptionPlans, telemetryBatches, telemetryValues } from '@uptake/io/control-store/schema';
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import { evaluatePlanState } from './evaluate.ts';
import { newsOf } from './news.ts';
import type { AdoptionService } from './port.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { loadPlan, type TaskRow, uuidOr } from './store/plan-state.ts';
import { refreshLatest, updateStatuses } from './store/recordset.ts';
import { actor, actorId, requireAct, visibleCustomers } from './who.ts';

export type Undo = Pick<AdoptionService, 'undoTelemetryImport'>;

export function createUndo(dependencies: AdoptionDependencies, readPlan: AdoptionService['adoptionPlan']): Undo {
  const { controlStore, nowMs, tell } = dependencies;
  return {
    async undoTelemetryImport(principal, batchId) {
      requireAct(principal, 'supply');
      const undone = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const [found] = await tx
          .select({ planId: telemetryBatches.planId })
          .from(telemetryBatches)
          .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetryBatches.planId))
          .where(and(eq(telemetryBatches.id, uuidOr(batchId)), visibleCustomers(principal, adoptionPlans.customerId)));
        if (found === undefined) throw noSuchImport();
        // The plan is locked before anything of it, as everywhere; then the batch is looked at once more.
        const state = await loadPlan(tx, found.planId, principal);
        const [batch] = await tx
          .select()
          .from(telemetryBatches)
          .where(eq(telemetryBatches.id, uuidOr(batchId)));
        if (batch === undefined) throw noSuchImport();
        if (batch.undoneAt !== null) throw new Problem('conflict', 'This import was taken back before.');
        const removed = await tx
          .delete(telemetryValues)
          .where(eq(telemetryValues.batchId, batch.id))
          .returning({ attributeId: telemetryValues.attributeId });
        const concerned = new Set(removed.map(({ attributeId }) => attributeId));
        await refreshLatest(tx, [...concerned]);
        const reopened = await finishedBy(tx, batch.id, state.tasks);
        const at = new Date(nowMs());
        const by = actor(principal);
        const notes = `Open again: the ${batch.kind} import that completed it was taken back`;
        await updateStatuses(
          tx,
          reopened.map(({ id }) => ({ id, status: 'IN_PROGRESS', source: 'SYSTEM', notes })),
          { at, name: actorId(by) },
        );
        const present = await loadPlan(tx, batch.planId, principal);
        const judgement = await evaluatePlanState(tx, present, {
          nowMs: at.getTime(),
          by,
          concerned,
          mayFinishTasks: false,
          expectedEveryDays: expectedEveryDays(state.plan.telemetrySchedule),
          because: [
            { kind: 'undo', text: `${removed.length} values taken back`, batch_id: batch.id, source: batch.kind },
            ...reopened.map((task) => ({
              kind: 'status',
              text: `${task.name}: ${notes}`,
              task_id: task.id,
              from_text: 'DONE',
              to_text: 'IN_PROGRESS',
              source: 'SYSTEM',
              batch_id: batch.id,
            })),
          ],
        });
        await tx
          .update(telemetryBatches)
          .set({ undoneAt: at, undoneBy: actorId(by) })
          .where(eq(telemetryBatches.id, batch.id));
        await newestImportAgain(tx, batch.planId);
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_values.import_undone',
          subject: { kind: 'adoption_plan', id: batch.planId },
          details: { batch_id: batch.id, values: removed.length, tasks_reopened: reopened.length },
        });
        const counts = { valuesRemoved: removed.length, tasksReopened: reopened.length };
        await tell(tx, newsOf(present, judgement));
        return { planId: batch.planId, counts };
      });
      const { planId, counts } = undone;
      const plan = await readPlan(principal, planId);
      if (plan === undefined) throw new Problem('not_found', 'There is no such adoption plan.');
      return { batchId, ...counts, plan };
    },
  };
}

const noSuchImport = () => new Problem('not_found', 'There is no such import.');

/** Only where nothing came after: a status that somebody set since stays. */
async function finishedBy(
  tx: ControlTransaction,
  batchId: string,
  tasks: readonly TaskRow[],
): Promise<readonly TaskRow[]> {
  const rows = await tx
    .select({ taskId: adoptionHistory.taskId, at: adoptionHistory.at })
    .from(adoptionHistory)
    .where(and(eq(adoptionHistory.batchId, batchId), eq(adoptionHistory.kind, 'auto_status')));
  const finishedAt = new Map(rows.map(({ taskId, at }) => [taskId, at.getTime()]));
  return tasks.filter(
    ({ id, status, statusSource, statusUpdatedAt }) =>
      status === 'DONE' && statusSource === 'TELEMETRY' && statusUpdatedAt?.getTime() === finishedAt.get(id),
  );
}

async function newestImportAgain(tx: ControlTransaction, planId: string): Promise<void> {
  const [newest] = await tx
    .select({ importedAt: telemetryBatches.importedAt, kind: telemetryBatches.kind })
    .from(telemetryBatches)
    .where(and(eq(telemetryBatches.planId, planId), isNull(telemetryBatches.undoneAt)))
    .orderBy(desc(telemetryBatches.importedAt), sql`id`)
    .limit(1);
  await tx
    .update(adoptionPlans)
    .set({ telemetryLastImportAt: newest?.importedAt ?? null, telemetrySource: newest?.kind ?? null })
    .where(eq(adoptionPlans.id, planId));
}
