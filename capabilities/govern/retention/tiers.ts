/** How long each class is kept, by environment (requirement E6): never longer than the installation says. */
import type { ControlStore } from '@uptake/io/control-store';
import { retentionTiers } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { type AuditActor, recordAudit } from '../../access/read-model.ts';

export type Tiers = {
  readonly rawDays: number;
  /** Raw events marked `restricted`. */
  readonly restrictedDays: number;
  readonly aggregatedDays: number;
};

export type EnvironmentTiers = Tiers & {
  /** False where the environment keeps as long as the installation does. */
  readonly isOwn: boolean;
};

export type TierStore = {
  /** By environment; one that is absent keeps what the installation says. */
  of(workspaceId: string): Promise<ReadonlyMap<string, Tiers>>;
  /** `undefined` takes the environment's own away. */
  change(
    scope: { readonly workspaceId: string; readonly environmentId: string },
    tiers: Tiers | undefined,
    change: { readonly actor: AuditActor; readonly before: Tiers; readonly atMs: number },
  ): Promise<void>;
};

/** A limit that was lowered since holds for what was set before. */
export function effectiveTiers(own: Tiers | undefined, limits: Tiers): EnvironmentTiers {
  if (own === undefined) return { ...limits, isOwn: false };
  const rawDays = Math.min(own.rawDays, limits.rawDays);
  return {
    rawDays,
    restrictedDays: Math.min(own.restrictedDays, limits.restrictedDays, rawDays),
    aggregatedDays: Math.min(own.aggregatedDays, limits.aggregatedDays),
    isOwn: true,
  };
}

export const tiersToWire = ({ rawDays, restrictedDays, aggregatedDays }: Tiers) => ({
  raw_days: rawDays,
  restricted_days: restrictedDays,
  aggregated_days: aggregatedDays,
});

export function createTierStore(controlStore: ControlStore): TierStore {
  return {
    of: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const rows = await tx.select().from(retentionTiers).where(eq(retentionTiers.workspaceId, workspaceId));
        return new Map(rows.map((row) => [row.environmentId, row]));
      }),
    change: ({ workspaceId, environmentId }, tiers, { actor, before, atMs }) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        if (tiers === undefined) {
          await tx.delete(retentionTiers).where(eq(retentionTiers.environmentId, environmentId));
        } else {
          const { rawDays, restrictedDays, aggregatedDays } = tiers;
          const set = { rawDays, restrictedDays, aggregatedDays };
          await tx
            .insert(retentionTiers)
            .values({ workspaceId, environmentId, ...set })
            .onConflictDoUpdate({ target: retentionTiers.environmentId, set });
        }
        await recordAudit(
          tx,
          {
            workspaceId,
            actor,
            action: 'retention.changed',
            subject: { kind: 'environment', id: environmentId },
            details: { before: tiersToWire(before), after: tiers === undefined ? 'installation' : tiersToWire(tiers) },
          },
          atMs,
        );
      }),
  };
}
