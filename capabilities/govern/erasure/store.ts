/** What is kept of erasures: asked for, how far each has come, and the certificate of its end. */
import type { ControlStore } from '@uptake/io/control-store';
import { erasures } from '@uptake/io/control-store/schema';
import type { Erasure, Subject } from '@uptake/io/event-store';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { type AuditActor, recordAudit } from '../../access/read-model.ts';
import type { SignedCertificate } from './certificate.ts';
import type { StepName } from './step-names.ts';

export type DoneStep = {
  readonly name: StepName;
  readonly round: number;
  readonly finished_at: string;
  /** How many of what were found. */
  readonly found: Readonly<Record<string, number>>;
};

type Row = typeof erasures.$inferSelect;
export type ErasureRow = Omit<Row, 'steps' | 'certificate'> & {
  readonly steps: readonly DoneStep[];
  readonly certificate: SignedCertificate | null;
};

export type NewErasure = {
  readonly workspaceId: string;
  readonly subject: Subject;
  readonly ids: readonly string[];
  readonly fingerprints: readonly string[];
  readonly actor: AuditActor;
  readonly atMs: number;
};

const LISTED = 200;

export type ErasureStore = ReturnType<typeof createErasureStore>;

export function createErasureStore(controlStore: ControlStore) {
  const one = (workspaceId: string, id: string) => and(eq(erasures.workspaceId, workspaceId), eq(erasures.id, id));
  const change = (workspaceId: string, id: string, set: Partial<typeof erasures.$inferInsert>): Promise<void> =>
    controlStore.withWorkspace(workspaceId, async (tx) => {
      await tx.update(erasures).set(set).where(one(workspaceId, id));
    });

  return {
    insert: ({ workspaceId, subject, ids, fingerprints, actor, atMs }: NewErasure): Promise<ErasureRow> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx
          .insert(erasures)
          .values({
            workspaceId,
            subjectKind: subject.kind,
            subjectIds: [...ids],
            subjectFingerprints: [...fingerprints],
            requestedByKind: actor.kind,
            requestedBy: actor.kind === 'system' ? null : actor.id,
            requestedAt: new Date(atMs),
          })
          .returning();
        const details = { kind: subject.kind, fingerprints };
        const entry = {
          workspaceId,
          actor,
          action: 'erasure.requested',
          subject: { kind: 'erasure', id: row!.id },
          details,
        };
        await recordAudit(tx, entry, atMs);
        return row as ErasureRow;
      }),

    list: (workspaceId: string): Promise<readonly ErasureRow[]> =>
      controlStore.withWorkspace(
        workspaceId,
        async (tx) =>
          (await tx
            .select()
            .from(erasures)
            .where(eq(erasures.workspaceId, workspaceId))
            .orderBy(desc(erasures.requestedAt))
            .limit(LISTED)) as ErasureRow[],
      ),

    find: (workspaceId: string, id: string): Promise<ErasureRow | undefined> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx.select().from(erasures).where(one(workspaceId, id));
        return row as ErasureRow | undefined;
      }),

    /** Of every workspace: what a process that starts may have to go on with. */
    unfinished: (): Promise<readonly { readonly workspaceId: string; readonly id: string }[]> =>
      controlStore.asSystem((tx) =>
        tx
          .select({ workspaceId: erasures.workspaceId, id: erasures.id })
          .from(erasures)
          .where(inArray(erasures.state, ['waiting', 'running'])),
      ),

    progress: (row: ErasureRow, steps: readonly DoneStep[], rounds: number): Promise<void> =>
      change(row.workspaceId, row.id, { state: 'running', steps, rounds, error: null }),
    fail: (workspaceId: string, id: string, error: string): Promise<void> =>
      change(workspaceId, id, { state: 'failed', error }),
    retry: (workspaceId: string, id: string): Promise<void> =>
      change(workspaceId, id, { state: 'waiting', error: null, rounds: 0 }),

    /** The ids go with the end, in one transaction with the entry that says so. */
    finish: (
      row: ErasureRow,
      steps: readonly DoneStep[],
      certificate: SignedCertificate,
      atMs: number,
    ): Promise<void> =>
      controlStore.withWorkspace(row.workspaceId, async (tx) => {
        const finishedAt = new Date(atMs);
        const set = { state: 'done' as const, steps, certificate, finishedAt, subjectIds: [], error: null };
        await tx.update(erasures).set(set).where(one(row.workspaceId, row.id));
        await recordAudit(
          tx,
          {
            workspaceId: row.workspaceId,
            actor: { kind: 'system' },
            action: 'erasure.finished',
            subject: { kind: 'erasure', id: row.id },
            details: { fingerprints: row.subjectFingerprints, signature: certificate.signature },
          },
          atMs,
        );
      }),
  };
}

export function subjectOfRow(row: ErasureRow): Subject {
  return row.subjectKind === 'person'
    ? { kind: 'person', pseudonyms: row.subjectIds }
    : { kind: 'tenant', tenantId: row.subjectIds[0]! };
}

export function erasureOfRow(row: ErasureRow): Erasure {
  return { id: row.id, workspaceId: row.workspaceId, subject: subjectOfRow(row) };
}
