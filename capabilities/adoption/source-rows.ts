/** Rows of sources and their runs as adoption answers them; credentials are never among what is read. */
import type { ControlTransaction } from '@uptake/io/control-store';
import { sourceRuns, telemetrySources } from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type * as model from './model.ts';
import type { RunState, SourceKind, SourceRun, TelemetrySource } from './port.ts';
import { anyOf } from './store/recordset.ts';

export type SourceRow = typeof telemetrySources.$inferSelect;
export type RunRow = typeof sourceRuns.$inferSelect;

export function sourceToModel(
  row: SourceRow,
  lastRun: RunRow | undefined,
  { baseUrl, nowMs }: { readonly baseUrl: string; readonly nowMs: number },
): TelemetrySource {
  return {
    id: row.id,
    kind: row.kind.toUpperCase() as SourceKind,
    name: row.name,
    config: row.config,
    hasCredentials: row.sealedCredentials !== null,
    attributeId: row.attributeId ?? undefined,
    schedule: row.schedule ?? undefined,
    isEnabled: row.isEnabled,
    nextRunAt: row.isEnabled ? row.nextRunAt?.toISOString() : undefined,
    lastRun: lastRun && runToModel(lastRun),
    webhookUrl: row.kind === 'webhook' ? `${baseUrl}/api/v1/adoption/hooks/${row.id}` : undefined,
    previousSecretExpiresAt: stillAhead(row.previousSecretExpiresAt, nowMs)?.toISOString(),
  };
}

/** What is over is not told. */
export const stillAhead = (at: Date | null, nowMs: number) => (at !== null && at.getTime() > nowMs ? at : undefined);

export function runToModel(row: RunRow): SourceRun {
  return {
    id: row.id,
    sourceId: row.sourceId ?? undefined,
    sourceName: row.sourceName,
    state: row.state.toUpperCase() as RunState,
    startedAt: row.startedAt?.toISOString(),
    finishedAt: row.finishedAt?.toISOString(),
    attempts: row.attempts,
    batchId: row.batchId ?? undefined,
    valuesStored: row.valuesStored,
    valuesRefused: row.valuesRefused,
    reason: row.reason ?? undefined,
  };
}

/** The newest run of each source. */
export async function lastRunsOf(
  tx: ControlTransaction,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, RunRow>> {
  if (sourceIds.length === 0) return new Map();
  const rows = await tx
    .selectDistinctOn([sourceRuns.sourceId])
    .from(sourceRuns)
    .where(sql`${sourceRuns.sourceId} = ${anyOf(sourceIds)}`)
    .orderBy(asc(sourceRuns.sourceId), desc(sourceRuns.createdAt));
  return new Map(rows.flatMap((row) => (row.sourceId === null ? [] : [[row.sourceId, row] as const])));
}

/** By the attribute that is bound. */
export async function bindingsOf(
  tx: ControlTransaction,
  planIds: readonly string[],
): Promise<ReadonlyMap<string, model.Binding>> {
  const rows = await tx
    .select()
    .from(telemetrySources)
    .where(and(sql`${telemetrySources.planId} = ${anyOf(planIds)}`, eq(telemetrySources.kind, 'binding')));
  const runs = await lastRunsOf(
    tx,
    rows.map(({ id }) => id),
  );
  return new Map(
    rows.flatMap((row) => {
      if (row.attributeId === null) return [];
      const run = runs.get(row.id);
      const binding = {
        id: row.id,
        definition: row.config,
        text: row.name,
        lastRunAt: run?.finishedAt?.toISOString(),
        lastError: run?.state === 'failed' ? (run.reason ?? undefined) : undefined,
      };
      return [[row.attributeId, binding] as const];
    }),
  );
}
