/** Takes values into a plan: keeps what is new, puts the newest beside each attribute, and judges what is concerned. */
import type { TaskCompletion, ValueSource } from '@uptake/domain/adoption';
import { formatDay, type Value } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { telemetryValues } from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, gte, lte, sql } from 'drizzle-orm';
import { evaluatePlanState } from './evaluate.ts';
import { type Judgement, storedCompletion } from './judge.ts';
import { type AttributeRow, attributesOf, type NamedPlan, type PlanState } from './store/plan-state.ts';
import { anyOf, type HistoryRow, insertValues, type ValueRow } from './store/recordset.ts';
import type { Actor } from './who.ts';

export type NewValue = {
  readonly attributeId: string;
  readonly value: Value;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly notes: string;
};

export type Recording = {
  readonly source: ValueSource;
  readonly batchId: string | null;
  readonly by: Actor;
  readonly nowMs: number;
  readonly expectedEveryDays: number | undefined;
  readonly newId: () => string;
  /** What the history says of it; told the number of values kept. */
  readonly because: (storedCount: number) => readonly HistoryRow[];
};

export type Recorded = {
  /** At most one for each attribute and day. */
  readonly stored: readonly ValueRow[];
  /** Said what was known already. */
  readonly unchangedCount: number;
  readonly judgement: Judgement;
  readonly completionBefore: ReadonlyMap<string, TaskCompletion>;
};

/** `values` hold in their order; the row of the plan is locked by whoever loaded it. */
export async function recordValues(
  tx: ControlTransaction,
  state: NamedPlan,
  values: readonly NewValue[],
  recording: Recording,
): Promise<Recorded> {
  const rows = await onlyNew(tx, state, values, recording.newId);
  const { workspaceId, id: planId } = state.plan;
  const { source, batchId, nowMs } = recording;
  const at = new Date(nowMs);
  if (source === 'events') await removeEarlierOf(tx, rows);
  await insertValues(tx, rows, { workspaceId, planId, source, batchId, at });
  const concerned = new Set(values.map(({ attributeId }) => attributeId));
  const fresh = withLatest(state, rows, { source, batchId, at });
  const judgement = await evaluatePlanState(tx, fresh, {
    nowMs,
    by: recording.by,
    concerned,
    mayFinishTasks: true,
    renewed: new Set(rows.map(({ attribute_id }) => attribute_id)),
    expectedEveryDays: recording.expectedEveryDays,
    ...(batchId !== null && { batchId }),
    because: recording.because(rows.length),
  });
  const completionBefore = new Map(
    state.tasks.map((task) => [task.id, storedCompletion(state.plan, task, state.attributesOf.get(task.id) ?? [])]),
  );
  return { stored: rows, unchangedCount: values.length - rows.length, judgement, completionBefore };
}

/** A bound value is of the whole day: the one before it today is part of it. */
async function removeEarlierOf(tx: ControlTransaction, rows: readonly ValueRow[]): Promise<void> {
  for (const { attribute_id, day } of rows) {
    const earlier = [eq(telemetryValues.attributeId, attribute_id), eq(telemetryValues.day, day)];
    await tx.delete(telemetryValues).where(and(...earlier, eq(telemetryValues.source, 'events')));
  }
}

type Keyed = { readonly attributeId: string; readonly day: string };
const keyOf = ({ attributeId, day }: Keyed) => `${attributeId} ${day}`;

async function onlyNew(
  tx: ControlTransaction,
  state: PlanState,
  values: readonly NewValue[],
  newId: () => string,
): Promise<readonly ValueRow[]> {
  const held = await heldValues(tx, state, values);
  const rows = new Map<string, ValueRow>();
  for (const { attributeId, value, day, notes } of values) {
    const row = {
      id: newId(),
      attribute_id: attributeId,
      day: formatDay(day),
      value,
      notes: notes === '' ? null : notes,
    };
    rows.set(keyOf({ attributeId, day: row.day }), row);
  }
  return [...rows].flatMap(([key, row]) => {
    const known = held.get(key);
    return known !== undefined && known.value === row.value && known.notes === row.notes ? [] : [row];
  });
}

type Held = { readonly value: Value; readonly notes: string | null };

/** Mostly the newest value beside the attribute tells; only corrections of earlier days ask for more. */
async function heldValues(
  tx: ControlTransaction,
  state: PlanState,
  values: readonly NewValue[],
): Promise<ReadonlyMap<string, Held>> {
  const attributes = new Map(attributesOf(state).map((attribute) => [attribute.id, attribute]));
  const held = new Map<string, Held>();
  const earlier = new Set<string>();
  let [from, to] = ['9999-12-31', '0001-01-01'];
  for (const { attributeId, day: dayNumber } of values) {
    const { latestDay = null, latestValue = null, latestNotes = null } = attributes.get(attributeId) ?? {};
    const day = formatDay(dayNumber);
    if (latestDay === null || latestValue === null || latestDay < day) continue;
    if (latestDay === day) {
      held.set(keyOf({ attributeId, day }), { value: latestValue, notes: latestNotes });
      continue;
    }
    earlier.add(attributeId);
    if (day < from) from = day;
    if (day > to) to = day;
  }
  if (earlier.size === 0) return held;
  const rows = await tx
    .selectDistinctOn([telemetryValues.attributeId, telemetryValues.day], {
      attributeId: telemetryValues.attributeId,
      day: telemetryValues.day,
      value: telemetryValues.value,
      notes: telemetryValues.notes,
    })
    .from(telemetryValues)
    .where(
      and(
        sql`${telemetryValues.attributeId} = ${anyOf([...earlier])}`,
        gte(telemetryValues.day, from),
        lte(telemetryValues.day, to),
      ),
    )
    .orderBy(asc(telemetryValues.attributeId), asc(telemetryValues.day), desc(telemetryValues.sequence));
  for (const row of rows) held.set(keyOf(row), row);
  return held;
}

/** What `refreshLatest` would make of the rows, without reading them back. */
function withLatest(
  state: PlanState,
  rows: readonly ValueRow[],
  of: Pick<Recording, 'source' | 'batchId'> & { readonly at: Date },
): PlanState {
  const latest = new Map<string, ValueRow>();
  for (const row of rows) {
    const known = latest.get(row.attribute_id);
    if (known === undefined || row.day >= known.day) latest.set(row.attribute_id, row);
  }
  const renewed = (attribute: AttributeRow): AttributeRow => {
    const row = latest.get(attribute.id);
    if (row === undefined || (attribute.latestDay !== null && attribute.latestDay > row.day)) return attribute;
    return {
      ...attribute,
      latestValueId: row.id,
      latestValue: row.value,
      latestDay: row.day,
      latestSource: of.source,
      latestBatchId: of.batchId,
      latestNotes: row.notes,
      latestAt: of.at,
    };
  };
  const attributesByTask = new Map([...state.attributesOf].map(([taskId, all]) => [taskId, all.map(renewed)] as const));
  return { ...state, attributesOf: attributesByTask };
}
