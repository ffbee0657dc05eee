/** Values that systems send or that sources fetch: mapped, kept as one batch, the same message never twice. */
import { createHash } from 'node:crypto';
import type { ValueSource } from '@uptake/domain/adoption';
import { type Principal, Problem } from '@uptake/domain/contract';
import { dayOf } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionPlans, telemetryBatches } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import { recordAudit } from '../access/read-model.ts';
import type { AdoptionDependencies } from './dependencies.ts';
import { type MappedSourceRow, mapRows, type SourceRow } from './map-rows.ts';
import { newsOf } from './news.ts';
import type { ImportCounts } from './port.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { loadPlan, type NamedPlan } from './store/plan-state.ts';
import { recordValues } from './values.ts';
import { type Actor, actorId } from './who.ts';

export type Supply = {
  readonly workspaceId: string;
  readonly planId: string;
  readonly rows: readonly SourceRow[];
  readonly source: ValueSource;
  readonly sourceId?: string;
  readonly by: Actor;
  /** Whose eyes the plan is looked for with; absent where a source of the plan itself supplies. */
  readonly principal?: Principal;
  /** The same key again with the same rows is answered as the first time. */
  readonly idempotencyKey?: string;
};

export type Supplied = {
  readonly batchId: string;
  readonly stored: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly row: number; readonly problem: string }[];
  readonly tasksFinished: number;
  readonly isRepeat: boolean;
};

export type TakeSupply = (supply: Supply) => Promise<Supplied>;

export function createSupply(dependencies: AdoptionDependencies): TakeSupply {
  const { controlStore } = dependencies;
  return async (supply) => {
    const contentHash = createHash('sha256')
      .update(JSON.stringify(supply.rows.map(flat)))
      .digest('hex');
    return controlStore.withWorkspace(supply.workspaceId, async (tx) => {
      const state = await loadPlan(tx, supply.planId, supply.principal);
      const known = await answeredBefore(tx, supply, contentHash);
      if (known !== undefined) return { ...known, isRepeat: true };
      return keep(tx, dependencies, state, supply, contentHash);
    });
  };
}

/** Lists and objects are values of no type: whatever is in them is refused, and it may be deeper than JSON can be written. */
function flat(row: SourceRow): SourceRow {
  return typeof row.value === 'object' && row.value !== null ? { ...row, value: [] } : row;
}

/** The row of the plan is locked, so two with one key come here one after the other. */
async function answeredBefore(
  tx: ControlTransaction,
  { planId, idempotencyKey }: Supply,
  contentHash: string,
): Promise<Supplied | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const [batch] = await tx
    .select()
    .from(telemetryBatches)
    .where(and(eq(telemetryBatches.planId, planId), eq(telemetryBatches.idempotencyKey, idempotencyKey)));
  if (batch === undefined) return undefined;
  if (batch.contentHash !== contentHash)
    throw new Problem('idempotency_conflict', 'This Idempotency-Key was used for other values before.');
  return (batch.summary as { readonly supplied: Supplied }).supplied;
}

async function keep(
  tx: ControlTransaction,
  { nowMs, auditMs = nowMs, newId, tell }: AdoptionDependencies,
  state: NamedPlan,
  supply: Supply,
  contentHash: string,
): Promise<Supplied> {
  const { plan } = state;
  const batchId = newId();
  const at = new Date(nowMs());
  const mapped = mapRows(state, supply.rows, dayOf(at.getTime()));
  const values = mapped.flatMap((each) => (each.problem === undefined ? [each.taken] : []));
  // Bound values follow the events all day long: each day has one, and no batch to be taken back.
  const isBound = supply.source === 'events';
  const recorded = await recordValues(tx, state, values, {
    source: supply.source,
    batchId: isBound ? null : batchId,
    by: supply.by,
    nowMs: at.getTime(),
    newId,
    expectedEveryDays: expectedEveryDays(plan.telemetrySchedule),
    because: (stored) =>
      stored === 0 || isBound
        ? []
        : [{ kind: 'values', text: `${stored} values by ${supply.source}`, source: supply.source, batch_id: batchId }],
  });
  const supplied: Supplied = {
    batchId,
    stored: recorded.stored.length,
    unchanged: recorded.unchangedCount,
    refused: refusedOf(mapped),
    tasksFinished: recorded.judgement.finished.length,
    isRepeat: false,
  };
  await tell(tx, newsOf(state, recorded.judgement));
  if (isBound) return supplied;
  const summary: ImportCounts = {
    tasksProcessed: new Set(mapped.flatMap(({ attribute }) => attribute?.taskId ?? [])).size,
    attributesUpdated: new Set(recorded.stored.map(({ attribute_id }) => attribute_id)).size,
    criteriaEvaluated: recorded.judgement.evaluatedCount,
    taskStatusChanged: supplied.tasksFinished,
    errors: supplied.refused.length,
    rows: mapped.length,
    unfilled: 0,
    unchanged: supplied.unchanged,
  };
  await tx.insert(telemetryBatches).values({
    id: batchId,
    workspaceId: plan.workspaceId,
    planId: plan.id,
    sourceId: supply.sourceId ?? null,
    kind: supply.source,
    contentHash,
    idempotencyKey: supply.idempotencyKey ?? null,
    importedAt: at,
    importedByKind: supply.by.kind,
    importedBy: actorId(supply.by),
    summary: { summary, supplied },
  });
  if (recorded.stored.length > 0)
    await tx
      .update(adoptionPlans)
      .set({ telemetryLastImportAt: at, telemetrySource: supply.source })
      .where(eq(adoptionPlans.id, plan.id));
  const details = {
    batch_id: batchId,
    source: supply.source,
    values: supplied.stored,
    errors: supplied.refused.length,
  };
  const subject = { kind: 'adoption_plan', id: plan.id };
  const entry = {
    workspaceId: plan.workspaceId,
    actor: supply.by,
    action: 'adoption_values.imported',
    subject,
    details,
  };
  await recordAudit(tx, entry, auditMs());
  return supplied;
}

function refusedOf(mapped: readonly MappedSourceRow[]): Supplied['refused'] {
  return mapped.flatMap(({ problem }, index) => (problem === undefined ? [] : [{ row: index + 1, problem }]));
}
