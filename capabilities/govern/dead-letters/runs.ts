/** What is kept of replays. A page's figures and the place behind it change in one transaction, so nothing counts twice. */
import type { EventResult } from '@uptake/domain/contract';
import type { EventMapping } from '@uptake/domain/tracking-plan';
import type { ControlStore } from '@uptake/io/control-store';
import { replayRuns } from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { type AuditActor, recordAudit } from '../../access/read-model.ts';
import type { LetterFilter, LetterPlace } from './filter.ts';

/** A page that was begun: where it ends, and which of its letters repeat events that were in the log before it. */
export type PendingPage = { readonly upTo: LetterPlace; readonly repeats: readonly string[] };

type Row = typeof replayRuns.$inferSelect;
export type ReplayRun = Omit<Row, 'filter' | 'mapping' | 'cursor' | 'pending'> & {
  readonly filter: LetterFilter;
  readonly mapping: EventMapping | null;
  readonly cursor: LetterPlace | null;
  readonly pending: PendingPage | null;
};
export type EndState = 'succeeded' | 'failed' | 'cancelled';
export type Counts = Readonly<Record<EventResult, number>>;

export type NewRun = {
  readonly workspaceId: string;
  readonly environmentId: string;
  readonly filter: LetterFilter;
  readonly mapping: EventMapping | undefined;
  readonly total: number;
  readonly actor: AuditActor;
  readonly atMs: number;
};

const LISTED = 100;
const UNFINISHED = ['waiting', 'running'] as const;

export type ReplayRuns = ReturnType<typeof createReplayRuns>;

export function createReplayRuns(controlStore: ControlStore) {
  const one = (workspaceId: string, id: string) => and(eq(replayRuns.workspaceId, workspaceId), eq(replayRuns.id, id));
  const change = ({ workspaceId, id }: ReplayRun, set: Partial<typeof replayRuns.$inferInsert>): Promise<ReplayRun> =>
    controlStore.withWorkspace(workspaceId, async (tx) => {
      const [row] = await tx.update(replayRuns).set(set).where(one(workspaceId, id)).returning();
      return row as ReplayRun;
    });

  return {
    insert: ({ actor, atMs, ...run }: NewRun): Promise<ReplayRun> =>
      controlStore.withWorkspace(run.workspaceId, async (tx) => {
        const requestedBy = actor.kind === 'system' ? null : actor.id;
        const requested = { requestedByKind: actor.kind, requestedBy, requestedAt: new Date(atMs) };
        const [row] = await tx
          .insert(replayRuns)
          .values({ ...run, ...requested })
          .returning();
        const { environmentId, filter, mapping, total } = run;
        const details = { environment_id: environmentId, filter, mapping: mapping ?? null, letters: total };
        const subject = { kind: 'replay', id: row!.id };
        const entry = {
          workspaceId: run.workspaceId,
          actor,
          action: 'dead_letters.replay_requested',
          subject,
          details,
        };
        await recordAudit(tx, entry, atMs);
        return row as ReplayRun;
      }),

    list: (workspaceId: string, environmentId: string): Promise<readonly ReplayRun[]> =>
      controlStore.withWorkspace(
        workspaceId,
        async (tx) =>
          (await tx
            .select()
            .from(replayRuns)
            .where(and(eq(replayRuns.workspaceId, workspaceId), eq(replayRuns.environmentId, environmentId)))
            .orderBy(desc(replayRuns.requestedAt), desc(replayRuns.id))
            .limit(LISTED)) as ReplayRun[],
      ),

    find: (workspaceId: string, id: string): Promise<ReplayRun | undefined> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx.select().from(replayRuns).where(one(workspaceId, id));
        return row as ReplayRun | undefined;
      }),

    /** The environment's next run that is not done, the one that was begun first. */
    next: (workspaceId: string, environmentId: string): Promise<ReplayRun | undefined> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx
          .select()
          .from(replayRuns)
          .where(
            and(
              eq(replayRuns.workspaceId, workspaceId),
              eq(replayRuns.environmentId, environmentId),
              inArray(replayRuns.state, [...UNFINISHED]),
            ),
          )
          .orderBy(asc(replayRuns.requestedAt), asc(replayRuns.id))
          .limit(1);
        return row as ReplayRun | undefined;
      }),

    /** Of every workspace: what a process that starts may have to go on with. */
    unfinished: (): Promise<readonly { readonly workspaceId: string; readonly environmentId: string }[]> =>
      controlStore.asSystem((tx) =>
        tx
          .selectDistinct({ workspaceId: replayRuns.workspaceId, environmentId: replayRuns.environmentId })
          .from(replayRuns)
          .where(inArray(replayRuns.state, [...UNFINISHED])),
      ),

    begin: (run: ReplayRun, total: number, atMs: number): Promise<ReplayRun> =>
      change(run, { state: 'running', startedAt: new Date(atMs), total }),

    /** Before the page is appended, or a crash could not tell its own events from others'. */
    beginPage: async (run: ReplayRun, pending: PendingPage): Promise<void> => void (await change(run, { pending })),

    finishPage: (run: ReplayRun, upTo: LetterPlace, counts: Counts): Promise<ReplayRun> =>
      change(run, {
        cursor: upTo,
        pending: null,
        pages: run.pages + 1,
        accepted: run.accepted + counts.accepted,
        duplicates: run.duplicates + counts.duplicate,
        rejected: run.rejected + counts.rejected,
        dropped: run.dropped + counts.dropped,
        sampled: run.sampled + counts.sampled,
      }),

    /** A waiting run ends at once; a running one after the page it is at. `undefined` where it has ended already. */
    cancel: (workspaceId: string, id: string, actor: AuditActor, atMs: number): Promise<ReplayRun | undefined> =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx
          .update(replayRuns)
          .set({
            isCancelRequested: true,
            state: sql`CASE WHEN ${replayRuns.state} = 'waiting' THEN 'cancelled' ELSE ${replayRuns.state} END`,
            finishedAt: sql`CASE WHEN ${replayRuns.state} = 'waiting' THEN ${new Date(atMs).toISOString()}::timestamptz END`,
          })
          .where(and(one(workspaceId, id), inArray(replayRuns.state, [...UNFINISHED])))
          .returning();
        if (row === undefined) return undefined;
        const subject = { kind: 'replay', id };
        await recordAudit(tx, { workspaceId, actor, action: 'dead_letters.replay_cancelled', subject }, atMs);
        return row as ReplayRun;
      }),

    /** In one transaction with the entry that says what became of the letters. */
    finish: (run: ReplayRun, state: EndState, error: string | null, atMs: number): Promise<void> =>
      controlStore.withWorkspace(run.workspaceId, async (tx) => {
        const { workspaceId, id, environmentId, total, accepted, duplicates, rejected, dropped, sampled } = run;
        const finishedAt = new Date(atMs);
        await tx.update(replayRuns).set({ state, error, finishedAt }).where(one(workspaceId, id));
        const counts = { total, accepted, duplicates, rejected, dropped, sampled };
        const details = { environment_id: environmentId, state, ...counts };
        const subject = { kind: 'replay', id };
        const action = 'dead_letters.replayed';
        await recordAudit(tx, { workspaceId, actor: { kind: 'system' }, action, subject, details }, atMs);
      }),
  };
}
