/** Where the privacy settings of environments are kept. */
import { DEFAULT_PRIVACY } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import { environmentPrivacy } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';

export type PrivacySettings = {
  readonly respectsOptOutSignals: boolean;
  readonly locationByDefault: boolean;
  readonly scrubNames: readonly string[];
  readonly scrubForms: readonly string[];
  readonly bridge: { readonly days: number; readonly sealedKey: string; readonly since: Date } | null;
};

export type PrivacyStore = {
  read(workspaceId: string, environmentId: string): Promise<PrivacySettings>;
  /** Reads, changes and writes in one transaction, so that two people changing different things both have their way. */
  change(
    workspaceId: string,
    environmentId: string,
    change: (before: PrivacySettings) => PrivacySettings,
    nowMs: number,
  ): Promise<{ before: PrivacySettings; after: PrivacySettings }>;
  /** By environment: from when on a workspace's pseudonyms are linked, and for how long. */
  bridgesOf(workspaceId: string): Promise<ReadonlyMap<string, { readonly sinceMs: number; readonly days: number }>>;
};

const DEFAULTS: PrivacySettings = { ...DEFAULT_PRIVACY, bridge: null };

export function createPrivacyStore(controlStore: ControlStore): PrivacyStore {
  return {
    read: (workspaceId, environmentId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const [row] = await tx
          .select()
          .from(environmentPrivacy)
          .where(eq(environmentPrivacy.environmentId, environmentId));
        return row === undefined ? DEFAULTS : settingsOf(row);
      }),

    change: (workspaceId, environmentId, change, nowMs) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        // The row must be there before it can be locked.
        const values = { environmentId, workspaceId, updatedAt: new Date(nowMs) };
        await tx.insert(environmentPrivacy).values(values).onConflictDoNothing();
        const own = eq(environmentPrivacy.environmentId, environmentId);
        const [row] = await tx.select().from(environmentPrivacy).where(own).for('update');
        const before = settingsOf(row!);
        const after = change(before);
        await tx
          .update(environmentPrivacy)
          .set({
            ...after,
            scrubNames: [...after.scrubNames],
            scrubForms: [...after.scrubForms],
            bridgeDays: after.bridge?.days ?? null,
            bridgeKey: after.bridge?.sealedKey ?? null,
            bridgeSince: after.bridge?.since ?? null,
            updatedAt: new Date(nowMs),
          })
          .where(own);
        return { before, after };
      }),

    bridgesOf: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, async (tx) => {
        const rows = await tx.select().from(environmentPrivacy);
        return new Map(
          rows.flatMap((row) => {
            const { bridge } = settingsOf(row);
            return bridge === null
              ? []
              : [[row.environmentId, { sinceMs: bridge.since.getTime(), days: bridge.days }] as const];
          }),
        );
      }),
  };
}

function settingsOf(row: typeof environmentPrivacy.$inferSelect): PrivacySettings {
  const { respectsOptOutSignals, locationByDefault, scrubNames, scrubForms, bridgeDays, bridgeKey, bridgeSince } = row;
  const isBridged = bridgeDays !== null && bridgeKey !== null && bridgeSince !== null;
  return {
    respectsOptOutSignals,
    locationByDefault,
    scrubNames,
    scrubForms,
    bridge: isBridged ? { days: bridgeDays, sealedKey: bridgeKey, since: bridgeSince } : null,
  };
}
