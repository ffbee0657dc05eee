/** What the registry writes and reads: planned events and their versions, always within one workspace. */
import type { EventSchema, SchemaState } from '@uptake/domain/tracking-plan';
import type { ControlTransaction } from '@uptake/io/control-store';
import { eventSchemaVersions, plannedEvents } from '@uptake/io/control-store/schema';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { AuditActor } from '../../access/read-model.ts';

export type PlannedEventRow = typeof plannedEvents.$inferSelect;
export type VersionRow = Omit<typeof eventSchemaVersions.$inferSelect, 'document'> & { readonly document: EventSchema };
/** `versions` by number, the current one last. */
export type PlannedEvent = { readonly row: PlannedEventRow; readonly versions: readonly VersionRow[] };

/** All planned events of a product by name, or the one asked for. */
export async function readPlan(
  tx: ControlTransaction,
  productId: string,
  eventName?: string,
): Promise<readonly PlannedEvent[]> {
  const isWanted = eventName === undefined ? undefined : eq(plannedEvents.eventName, eventName);
  const rows = await tx
    .select()
    .from(plannedEvents)
    .where(and(eq(plannedEvents.productId, productId), isWanted))
    .orderBy(asc(plannedEvents.eventName));
  if (rows.length === 0) return [];
  const versions = await tx
    .select()
    .from(eventSchemaVersions)
    .where(
      inArray(
        eventSchemaVersions.plannedEventId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(eventSchemaVersions.version));
  const byEvent = Map.groupBy(versions, ({ plannedEventId }) => plannedEventId);
  return rows.map((row) => ({ row, versions: (byEvent.get(row.id) ?? []) as VersionRow[] }));
}

/** Whoever else changes this event waits until the transaction ends. `undefined` where it is not planned. */
export async function lockEvent(
  tx: ControlTransaction,
  productId: string,
  eventName: string,
): Promise<PlannedEvent | undefined> {
  const isIt = and(eq(plannedEvents.productId, productId), eq(plannedEvents.eventName, eventName));
  const [locked] = await tx.select({ id: plannedEvents.id }).from(plannedEvents).where(isIt).for('update');
  if (locked === undefined) return undefined;
  const [event] = await readPlan(tx, productId, eventName);
  return event;
}

export type NewVersion = {
  readonly document: EventSchema;
  readonly isBreaking: boolean;
  readonly migrationNote: string | null;
  readonly reviewerId: string | null;
  readonly previousAcceptedUntil: Date | null;
  readonly actor: AuditActor;
  readonly nowMs: number;
};

/** False where somebody else planned the same event at the same moment. */
export async function insertEvent(
  tx: ControlTransaction,
  scope: { workspaceId: string; productId: string },
  first: NewVersion,
): Promise<boolean> {
  const { event_name, state, version } = first.document;
  const now = new Date(first.nowMs);
  const [row] = await tx
    .insert(plannedEvents)
    .values({ ...scope, eventName: event_name, state, currentVersion: version, createdAt: now, updatedAt: now })
    .onConflictDoNothing()
    .returning();
  if (row === undefined) return false;
  await insertVersionRow(tx, row, first);
  return true;
}

export async function insertVersion(tx: ControlTransaction, row: PlannedEventRow, next: NewVersion): Promise<void> {
  await insertVersionRow(tx, row, next);
  await tx
    .update(plannedEvents)
    .set({ currentVersion: next.document.version, updatedAt: new Date(next.nowMs) })
    .where(eq(plannedEvents.id, row.id));
}

async function insertVersionRow(tx: ControlTransaction, row: PlannedEventRow, next: NewVersion): Promise<void> {
  const { document, isBreaking, migrationNote, reviewerId, previousAcceptedUntil, actor, nowMs } = next;
  await tx.insert(eventSchemaVersions).values({
    plannedEventId: row.id,
    workspaceId: row.workspaceId,
    version: document.version,
    document,
    isBreaking,
    migrationNote,
    reviewerId,
    previousAcceptedUntil,
    createdByKind: actor.kind,
    createdBy: actor.kind === 'system' ? null : actor.id,
    createdAt: new Date(nowMs),
  });
}

export async function updateState(
  tx: ControlTransaction,
  row: PlannedEventRow,
  state: SchemaState,
  nowMs: number,
): Promise<void> {
  await tx
    .update(plannedEvents)
    .set({ state, updatedAt: new Date(nowMs) })
    .where(eq(plannedEvents.id, row.id));
}

/** The database lets drafts alone be deleted. */
export async function deleteDraft(tx: ControlTransaction, row: PlannedEventRow): Promise<void> {
  await tx.delete(plannedEvents).where(eq(plannedEvents.id, row.id));
}
