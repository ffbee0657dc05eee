/** Many rows in one statement with one parameter: the embedded store answers one statement after the other. */
import type { Value } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { type SQL, sql } from 'drizzle-orm';

/** A set of ids as one parameter, for `= ANY (…)`. */
export function anyOf(ids: readonly string[]): SQL {
  return sql`ANY (${`{${ids.join(',')}}`}::uuid[])`;
}

const rowsOf = (rows: readonly object[]) => sql`${JSON.stringify(rows)}::text::jsonb`;

export type ValueRow = {
  readonly id: string;
  readonly attribute_id: string;
  readonly day: string;
  readonly value: Value;
  readonly notes: string | null;
};

export type Writing = {
  readonly workspaceId: string;
  readonly planId: string;
  readonly source: string;
  readonly batchId: string | null;
  readonly at: Date;
};

/** In the order given, which is the order in which they hold. */
export async function insertValues(tx: ControlTransaction, rows: readonly ValueRow[], of: Writing): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    INSERT INTO telemetry_values (id, workspace_id, plan_id, attribute_id, day, value, source, batch_id, notes, created_at)
    SELECT id, ${of.workspaceId}::uuid, ${of.planId}::uuid, attribute_id, day, value, ${of.source}, ${of.batchId}::uuid, notes,
      ${of.at.toISOString()}::timestamptz
    FROM jsonb_to_recordset(${rowsOf(rows)}) AS rows (id uuid, attribute_id uuid, day date, value jsonb, notes text)`);
}

/** Puts the newest of each attribute's values beside it; the newest is what was written last for the last day. */
export async function refreshLatest(tx: ControlTransaction, attributeIds: readonly string[]): Promise<void> {
  if (attributeIds.length === 0) return;
  await tx.execute(sql`
    UPDATE adoption_attributes AS a SET latest_value_id = v.id, latest_value = v.value, latest_day = v.day,
      latest_source = v.source, latest_batch_id = v.batch_id, latest_notes = v.notes, latest_at = v.created_at
    FROM unnest(${`{${attributeIds.join(',')}}`}::uuid[]) AS wanted (id)
    LEFT JOIN LATERAL (
      SELECT * FROM telemetry_values t WHERE t.attribute_id = wanted.id ORDER BY t.day DESC, t.sequence DESC LIMIT 1
    ) AS v ON true
    WHERE a.id = wanted.id`);
}

export type AttributeState = {
  readonly id: string;
  readonly is_met: boolean;
  readonly verdict: string;
  readonly latest_value_id: string | null;
  readonly latest_value: Value | null;
  readonly latest_day: string | null;
  readonly latest_source: string | null;
  readonly latest_batch_id: string | null;
  readonly latest_notes: string | null;
  readonly latest_at: Date | null;
};

/** Verdict and newest value together: each update of a row costs every index of its table. */
export async function updateAttributes(
  tx: ControlTransaction,
  rows: readonly AttributeState[],
  checkedAt: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    UPDATE adoption_attributes AS a SET is_met = rows.is_met, verdict = rows.verdict,
      last_checked_at = ${checkedAt.toISOString()}::timestamptz, latest_value_id = rows.latest_value_id,
      latest_value = rows.latest_value, latest_day = rows.latest_day, latest_source = rows.latest_source,
      latest_batch_id = rows.latest_batch_id, latest_notes = rows.latest_notes, latest_at = rows.latest_at
    FROM jsonb_to_recordset(${rowsOf(rows)}) AS rows (id uuid, is_met boolean, verdict text, latest_value_id uuid,
      latest_value jsonb, latest_day date, latest_source text, latest_batch_id uuid, latest_notes text,
      latest_at timestamptz)
    WHERE a.id = rows.id`);
}

export type StatusRow = {
  readonly id: string;
  readonly status: string;
  readonly source: string;
  readonly notes: string | null;
};

export async function updateStatuses(
  tx: ControlTransaction,
  rows: readonly StatusRow[],
  by: { readonly at: Date; readonly name: string | null },
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    UPDATE adoption_tasks AS t SET status = rows.status, status_source = rows.source, status_notes = rows.notes,
      status_updated_at = ${by.at.toISOString()}::timestamptz, status_updated_by = ${by.name}
    FROM jsonb_to_recordset(${rowsOf(rows)}) AS rows (id uuid, status text, source text, notes text)
    WHERE t.id = rows.id`);
}

export type HistoryRow = {
  readonly kind: string;
  readonly text: string;
  readonly task_id?: string | undefined;
  readonly attribute_id?: string | undefined;
  readonly from_text?: string | undefined;
  readonly to_text?: string | undefined;
  readonly source?: string | undefined;
  readonly batch_id?: string | null | undefined;
};

export async function insertHistory(
  tx: ControlTransaction,
  rows: readonly HistoryRow[],
  of: {
    readonly workspaceId: string;
    readonly planId: string;
    readonly at: Date;
    readonly actorKind: string;
    readonly actorId: string | null;
  },
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    INSERT INTO adoption_history (workspace_id, plan_id, at, actor_kind, actor_id, kind, text, task_id, attribute_id, from_text,
      to_text, source, batch_id)
    SELECT ${of.workspaceId}::uuid, ${of.planId}::uuid, ${of.at.toISOString()}::timestamptz, ${of.actorKind}, ${of.actorId},
      kind, text, task_id, attribute_id, from_text, to_text, source, batch_id
    FROM jsonb_to_recordset(${rowsOf(rows)}) AS rows (kind text, text text, task_id uuid, attribute_id uuid, from_text text,
      to_text text, source text, batch_id uuid)`);
}
