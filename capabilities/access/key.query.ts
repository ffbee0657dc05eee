/** One key by its hash, with the environment its events belong to. */
import type { EnvironmentSettings, SecretKeyScope } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { apiKeys, environmentPrivacy, environments, products } from '@uptake/io/control-store/schema';
import { and, asc, eq } from 'drizzle-orm';
import type { CollectingEnvironment } from './read-model.ts';

export type StoredKey = {
  readonly id: string;
  readonly kind: 'write' | 'secret';
  readonly workspaceId: string;
  readonly productId: string;
  readonly environmentId: string;
  readonly environment: EnvironmentSettings;
  readonly scopes: readonly SecretKeyScope[];
  readonly allowedAddresses: readonly string[];
  readonly expiresAtMs: number | undefined;
  readonly isRevoked: boolean;
};

/** Pause between two notes that a key was used: a write per request would cost more than the request. */
const LAST_USED_EVERY_MS = 60_000;

export function findKey(controlStore: ControlStore, keyHash: string, nowMs: number): Promise<StoredKey | undefined> {
  return controlStore.asSystem(async (tx) => {
    const [key] = await tx.select().from(apiKeys).where(eq(apiKeys.keyHash, keyHash));
    if (key === undefined) return undefined;
    const found = await environmentOfKey(tx, key.workspaceId, key.environmentId);
    if (found === undefined) return undefined;
    const { environment } = found;
    if (key.revokedAt === null && nowMs - (key.lastUsedAt?.getTime() ?? 0) >= LAST_USED_EVERY_MS) {
      await tx
        .update(apiKeys)
        .set({ lastUsedAt: new Date(nowMs) })
        .where(eq(apiKeys.id, key.id));
    }
    return {
      id: key.id,
      kind: key.kind,
      workspaceId: key.workspaceId,
      productId: environment.productId,
      environmentId: environment.id,
      environment: { ...settingsOf(found), eventsPerSecondLimit: key.eventsPerSecondLimit ?? undefined },
      scopes: key.scopes as SecretKeyScope[],
      allowedAddresses: key.allowedAddresses,
      expiresAtMs: key.expiresAt?.getTime(),
      isRevoked: key.revokedAt !== null,
    };
  });
}

/** What an environment collects, without any key. */
export function findEnvironment(
  controlStore: ControlStore,
  workspaceId: string,
  environmentId: string,
): Promise<CollectingEnvironment | undefined> {
  return controlStore.withWorkspace(workspaceId, async (tx) => {
    const found = await environmentOfKey(tx, workspaceId, environmentId);
    if (found === undefined) return undefined;
    const { productId } = found.environment;
    return { workspaceId, productId, environmentId, environment: settingsOf(found) };
  });
}

type FoundEnvironment = NonNullable<Awaited<ReturnType<typeof environmentOfKey>>>;

function settingsOf({ environment, privacy }: FoundEnvironment): EnvironmentSettings {
  const { mode, policy } = environment;
  return { mode, policy, eventsPerSecondLimit: undefined, ...excludedOf(environment), ...privacyOf(privacy) };
}

function excludedOf(environment: typeof environments.$inferSelect): Pick<EnvironmentSettings, 'excluded'> {
  const { excludedEvents, excludedFeatureAreas } = environment;
  if (excludedEvents.length === 0 && excludedFeatureAreas.length === 0) return {};
  return { excluded: { events: new Set(excludedEvents), featureAreas: new Set(excludedFeatureAreas) } };
}

export function privacyOf(row: typeof environmentPrivacy.$inferSelect | null): Pick<EnvironmentSettings, 'privacy'> {
  if (row === null) return {};
  const { respectsOptOutSignals, locationByDefault, scrubNames, scrubForms, bridgeDays, bridgeKey } = row;
  const bridge =
    bridgeDays === null || bridgeKey === null ? {} : { bridge: { sealedKey: bridgeKey, days: bridgeDays } };
  return { privacy: { respectsOptOutSignals, locationByDefault, scrubNames, scrubForms, ...bridge } };
}

/** The environment the key was made for, else the workspace's default: the oldest environment of its oldest product. */
async function environmentOfKey(tx: ControlTransaction, workspaceId: string, environmentId: string | null) {
  const [row] = await tx
    .select({ environment: environments, privacy: environmentPrivacy })
    .from(environments)
    .innerJoin(products, eq(products.id, environments.productId))
    .leftJoin(environmentPrivacy, eq(environmentPrivacy.environmentId, environments.id))
    .where(
      and(
        eq(environments.workspaceId, workspaceId),
        environmentId === null ? undefined : eq(environments.id, environmentId),
      ),
    )
    .orderBy(asc(products.createdAt), asc(products.slug), asc(environments.createdAt), asc(environments.slug))
    .limit(1);
  return row;
}
