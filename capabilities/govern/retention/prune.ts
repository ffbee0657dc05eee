/** Removes what is older than its tier, and writes down what it was: the proof of it. */
import type { ControlStore } from '@uptake/io/control-store';
import { retentionRuns, workspaces } from '@uptake/io/control-store/schema';
import type { EventStore, Expiry } from '@uptake/io/event-store';
import { desc, eq } from 'drizzle-orm';
import { type AccessReadModel, type AuditActor, recordAudit } from '../../access/read-model.ts';
import { effectiveTiers, type TierStore, type Tiers } from './tiers.ts';

/** `dead_letters` are refused events, `outcomes` what replays made of them, `tallies` how many were accepted and refused. */
export const RETENTION_CLASSES = ['raw', 'restricted', 'aggregated', 'dead_letters', 'outcomes', 'tallies'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

export type Removed = {
  readonly environment_id: string;
  readonly class: RetentionClass;
  /** Everything older was to go. */
  readonly before: string;
  readonly rows: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Rows older than `before` that are still there; of a dry run, all of them. */
  readonly remaining: number;
};

type Row = typeof retentionRuns.$inferSelect;
export type RetentionRun = Omit<Row, 'removed'> & { readonly removed: readonly Removed[] };
export type Trigger = Row['trigger'];

export type PruneDependencies = {
  readonly controlStore: ControlStore;
  readonly eventStore: Pick<EventStore, 'upkeep'>;
  readonly environmentsOf: AccessReadModel['environmentsOf'];
  readonly tiers: TierStore;
  /** TELEMETRY_RETENTION_DAYS and what goes with it. */
  readonly limits: Tiers;
  readonly nowMs: () => number;
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Whatever longer time an installation grants restricted events. */
const MAX_LETTER_DAYS = 30;

/** Nothing is removed. */
export async function previewPrune(workspaceId: string, dependencies: PruneDependencies): Promise<readonly Removed[]> {
  return expireAll(workspaceId, dependencies, true);
}

/** One workspace; the run is written down before the first row goes, so that even one that is cut short shows. */
export async function prune(
  workspaceId: string,
  by: { readonly trigger: Trigger; readonly actor: AuditActor },
  dependencies: PruneDependencies,
): Promise<RetentionRun> {
  const { controlStore, eventStore, nowMs } = dependencies;
  const id = await controlStore.asSystem(async (tx) => {
    const [row] = await tx
      .insert(retentionRuns)
      .values({ workspaceId, startedAt: new Date(nowMs()), trigger: by.trigger })
      .returning({ id: retentionRuns.id });
    return row!.id;
  });
  const bytesBefore = await eventStore.upkeep.bytesOnDisk();
  const removed = await expireAll(workspaceId, dependencies, false);
  const rows = removed.reduce((sum, each) => sum + each.rows, 0);
  if (rows > 0) await eventStore.upkeep.writeOutRemoved();
  const bytesAfter = await eventStore.upkeep.bytesOnDisk();
  return controlStore.asSystem(async (tx) => {
    const [row] = await tx
      .update(retentionRuns)
      .set({ finishedAt: new Date(nowMs()), removed, bytesBefore, bytesAfter })
      .where(eq(retentionRuns.id, id))
      .returning();
    const subject = { kind: 'retention_run', id };
    // What removed nothing every night would only fill the log.
    if (rows > 0 || by.trigger !== 'schedule') {
      const details = { rows, bytes_before: bytesBefore, bytes_after: bytesAfter };
      await recordAudit(tx, { workspaceId, actor: by.actor, action: 'retention.pruned', subject, details }, nowMs());
    }
    return row as RetentionRun;
  });
}

export function listRuns(controlStore: ControlStore, workspaceId: string, limit: number): Promise<RetentionRun[]> {
  return controlStore.withWorkspace(
    workspaceId,
    async (tx) =>
      (await tx
        .select()
        .from(retentionRuns)
        .where(eq(retentionRuns.workspaceId, workspaceId))
        .orderBy(desc(retentionRuns.startedAt))
        .limit(limit)) as RetentionRun[],
  );
}

export async function workspaceIds(controlStore: ControlStore): Promise<readonly string[]> {
  const rows = await controlStore.asSystem((tx) => tx.select({ id: workspaces.id }).from(workspaces));
  return rows.map(({ id }) => id);
}

async function expireAll(
  workspaceId: string,
  { eventStore, environmentsOf, tiers, limits, nowMs }: PruneDependencies,
  isDryRun: boolean,
): Promise<Removed[]> {
  const own = await tiers.of(workspaceId);
  const removed: Removed[] = [];
  for (const { id: environmentId } of await environmentsOf(workspaceId)) {
    const expiries = expiriesOf(
      { workspaceId, environmentId, isDryRun },
      effectiveTiers(own.get(environmentId), limits),
      nowMs(),
    );
    for (const [name, expiry] of expiries) {
      const { rows, oldest, newest } = await eventStore.upkeep.expire(expiry);
      const left = isDryRun ? { rows } : await eventStore.upkeep.expire({ ...expiry, isDryRun: true });
      removed.push({
        environment_id: environmentId,
        class: name,
        before: new Date(expiry.beforeMs).toISOString(),
        rows,
        oldest: oldest ?? null,
        newest: newest ?? null,
        remaining: left.rows,
      });
    }
  }
  return removed;
}

function expiriesOf(
  shared: Pick<Expiry, 'workspaceId' | 'environmentId' | 'isDryRun'>,
  tiers: Tiers,
  nowMs: number,
): readonly (readonly [RetentionClass, Expiry])[] {
  const events = { ...shared, table: 'events', timeColumn: 'timestamp' } as const;
  const ago = (days: number) => nowMs - days * DAY_MS;
  // Nobody can tell of a refused event how sensitive it was. An outcome is younger than its letter, so it never goes first.
  const lettersBeforeMs = ago(Math.min(tiers.rawDays, tiers.restrictedDays, MAX_LETTER_DAYS));
  return [
    ['raw', { ...events, sensitivity: 'other', beforeMs: ago(tiers.rawDays) }],
    ['restricted', { ...events, sensitivity: 'restricted', beforeMs: ago(tiers.restrictedDays) }],
    [
      'aggregated',
      {
        ...shared,
        table: 'events_hourly',
        timeColumn: 'hour',
        // An hour is gone when all of it is too old.
        beforeMs: Math.floor(ago(tiers.aggregatedDays) / HOUR_MS) * HOUR_MS,
      },
    ],
    ['dead_letters', { ...shared, table: 'dead_letters', timeColumn: 'received_at', beforeMs: lettersBeforeMs }],
    ['outcomes', { ...shared, table: 'dead_letter_outcomes', timeColumn: 'decided_at', beforeMs: lettersBeforeMs }],
    ['tallies', { ...shared, table: 'event_tallies', timeColumn: 'minute', beforeMs: ago(tiers.rawDays) }],
  ];
}
