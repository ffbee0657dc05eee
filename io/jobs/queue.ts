/** The job tables: what is claimed, kept, given back and finished. Each function is one transaction or part of one. */
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { jobSchedules, jobs } from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, inArray, isNull, lt, lte, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

export type ClaimedJob = typeof jobs.$inferSelect;
export type Now = { readonly now: Date };
type Worker = { readonly workerId: string };

/** The key under which a schedule enqueues: a run that is still waiting is not doubled by the next time. */
export const SCHEDULE_KEY = 'schedule';

export async function enqueue(
  tx: ControlTransaction,
  job: { name: string; payload: unknown; key: string | undefined; runAt: Date },
): Promise<void> {
  await tx
    .insert(jobs)
    .values({ name: job.name, payload: job.payload ?? null, key: job.key ?? null, runAt: job.runAt })
    .onConflictDoNothing({
      target: [jobs.name, jobs.key],
      where: sql`state = 'waiting' AND key IS NOT NULL`,
    });
}

/** Names only the columns that whoever speaks for a workspace may fill. */
export async function enqueueIn(
  tx: ControlTransaction,
  job: { name: string; payload: unknown; runAt: Date },
): Promise<void> {
  await tx.execute(sql`
    INSERT INTO jobs (name, payload, run_at)
    VALUES (${job.name}, ${JSON.stringify(job.payload ?? null)}::text::jsonb, ${job.runAt.toISOString()}::timestamptz)`);
}

/**
 * Takes up to `limit` due jobs. Rows another process is taking are skipped, keys that are running are left waiting; of
 * two processes that claim the same key at the same moment one fails on the index `jobs_running_key` and claims nothing.
 */
export function claimDue(
  controlStore: ControlStore,
  what: Now & Worker & { names: readonly string[]; limit: number; leasedUntil: Date },
): Promise<readonly ClaimedJob[]> {
  const { now, workerId, names, limit, leasedUntil } = what;
  const running = alias(jobs, 'running');
  return controlStore.asSystem(async (tx) => {
    const due = await tx
      .select({ id: jobs.id, name: jobs.name, key: jobs.key })
      .from(jobs)
      .where(
        and(
          eq(jobs.state, 'waiting'),
          lte(jobs.runAt, now),
          inArray(jobs.name, [...names]),
          or(
            isNull(jobs.key),
            notExists(
              tx
                .select({ id: running.id })
                .from(running)
                .where(and(eq(running.state, 'running'), eq(running.name, jobs.name), eq(running.key, jobs.key))),
            ),
          ),
        ),
      )
      .orderBy(asc(jobs.runAt), asc(jobs.id))
      .limit(limit)
      .for('update', { skipLocked: true });
    if (due.length === 0) return [];
    const ids = due.map((job) => job.id);
    return tx
      .update(jobs)
      .set({
        state: 'running',
        attempts: sql`${jobs.attempts} + 1`,
        workerId,
        leasedUntil,
        startedAt: now,
        finishedAt: null,
      })
      .where(inArray(jobs.id, ids))
      .returning();
  });
}

/** Says that these jobs are still worked on; returns those that are still ours. */
export function renewLeases(
  controlStore: ControlStore,
  what: Worker & { ids: readonly string[]; leasedUntil: Date },
): Promise<readonly string[]> {
  return controlStore.asSystem(async (tx) => {
    const rows = await tx
      .update(jobs)
      .set({ leasedUntil: what.leasedUntil })
      .where(and(inArray(jobs.id, [...what.ids]), eq(jobs.workerId, what.workerId), eq(jobs.state, 'running')))
      .returning({ id: jobs.id });
    return rows.map((row) => row.id);
  });
}

/** Jobs whose process has not been heard of in time. They are still marked running. */
export function lostJobs(controlStore: ControlStore, what: Now & { names: readonly string[] }) {
  return controlStore.asSystem((tx) =>
    tx
      .select()
      .from(jobs)
      .where(and(eq(jobs.state, 'running'), lt(jobs.leasedUntil, what.now), inArray(jobs.name, [...what.names]))),
  );
}

export type Outcome =
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'waiting'; readonly error: string | null; readonly runAt: Date; readonly attempts: number };

/** Writes down how an attempt ended, unless somebody else has taken the job over meanwhile. */
export function settle(controlStore: ControlStore, job: ClaimedJob, outcome: Outcome, { now }: Now): Promise<void> {
  return controlStore.asSystem(async (tx) => {
    const actual = outcome.state === 'waiting' && (await hasSuccessor(tx, job)) ? supersededBy(outcome) : outcome;
    await tx
      .update(jobs)
      .set({
        state: actual.state,
        error: actual.state === 'succeeded' ? null : actual.error,
        ...(actual.state === 'waiting'
          ? { runAt: actual.runAt, attempts: actual.attempts, workerId: null, leasedUntil: null }
          : { finishedAt: now }),
      })
      .where(
        and(
          eq(jobs.id, job.id),
          eq(jobs.state, 'running'),
          eq(jobs.workerId, job.workerId ?? ''),
          eq(jobs.attempts, job.attempts),
        ),
      );
  });
}

/** Another job of this name and key waits already: it does the work, and two of them may not wait. */
async function hasSuccessor(tx: ControlTransaction, job: ClaimedJob): Promise<boolean> {
  if (job.key === null) return false;
  const [row] = await tx
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.name, job.name), eq(jobs.key, job.key), eq(jobs.state, 'waiting')))
    .limit(1);
  return row !== undefined;
}

function supersededBy(outcome: { readonly error: string | null }): Outcome {
  return { state: 'failed', error: `${outcome.error ?? 'interrupted'} (a newer job of the same key takes over)` };
}

/** Keeps the next time of a schedule that is known under the same pattern, so that a time missed meanwhile is caught up. */
export function saveSchedule(controlStore: ControlStore, schedule: { name: string; cron: string; nextRunAt: Date }) {
  return controlStore.asSystem(async (tx) => {
    await tx
      .insert(jobSchedules)
      .values(schedule)
      .onConflictDoUpdate({
        target: jobSchedules.name,
        set: { cron: schedule.cron, nextRunAt: schedule.nextRunAt },
        setWhere: sql`${jobSchedules.cron} <> ${schedule.cron}`,
      });
  });
}

/** Enqueues one job for each schedule whose time has come, however many times were missed. */
export function enqueueScheduled(
  controlStore: ControlStore,
  what: Now & { names: readonly string[]; nextTime: (cron: string) => Date },
): Promise<void> {
  return controlStore.asSystem(async (tx) => {
    const due = await tx
      .select()
      .from(jobSchedules)
      .where(and(lte(jobSchedules.nextRunAt, what.now), inArray(jobSchedules.name, [...what.names])))
      .for('update', { skipLocked: true });
    for (const { name, cron } of due) {
      await enqueue(tx, { name, payload: null, key: SCHEDULE_KEY, runAt: what.now });
      await tx
        .update(jobSchedules)
        .set({ nextRunAt: what.nextTime(cron) })
        .where(eq(jobSchedules.name, name));
    }
  });
}

export function listRuns(controlStore: ControlStore, name: string, limit: number): Promise<readonly ClaimedJob[]> {
  return controlStore.asSystem((tx) =>
    tx
      .select()
      .from(jobs)
      .where(eq(jobs.name, name))
      .orderBy(desc(sql`coalesce(${jobs.finishedAt}, ${jobs.startedAt}, ${jobs.runAt})`), desc(jobs.id))
      .limit(limit),
  );
}

export function forgetFinishedBefore(controlStore: ControlStore, before: Date): Promise<void> {
  return controlStore.asSystem(async (tx) => {
    await tx.delete(jobs).where(lt(jobs.finishedAt, before));
  });
}
