/** Makes, lists, rotates and revokes keys. A key is shown in the answer that makes it and never again. */
import { Problem, type SecretKeyScope } from '@uptake/domain/contract';
import type { ControlStore, ControlTransaction } from '@uptake/io/control-store';
import { apiKeys, environments } from '@uptake/io/control-store/schema';
import { and, asc, eq, isNull } from 'drizzle-orm';
import { mistakeInAddress } from './allowed-addresses.ts';
import { recordAudit } from './audit.ts';
import { displayPrefix, hashKey, type KeyKind, makeKey, type RandomBytes } from './key-format.ts';
import type { AuditActor } from './read-model.ts';

export type KeyRow = Omit<typeof apiKeys.$inferSelect, 'keyHash'>;
/** `key` is the secret itself. */
export type MadeKey = KeyRow & { readonly key: string };

export type NewKey = {
  readonly kind: KeyKind;
  readonly name: string;
  /** Required for a write key; a secret key without one speaks for the whole workspace. */
  readonly environmentId?: string | undefined;
  /** Of a secret key; `read` where absent. */
  readonly scopes?: readonly SecretKeyScope[] | undefined;
  readonly allowedAddresses?: readonly string[] | undefined;
  readonly eventsPerSecondLimit?: number | undefined;
};

export type KeyDependencies = {
  readonly controlStore: ControlStore;
  readonly randomBytes: RandomBytes;
  readonly nowMs: () => number;
  /** Called after each change, so that this process forgets at once what it remembers of keys. */
  readonly onChange: () => void;
};

export type Keys = {
  list(workspaceId: string): Promise<readonly KeyRow[]>;
  create(workspaceId: string, key: NewKey, actor: AuditActor): Promise<MadeKey>;
  /** A key with the same rights; the old one still works for `overlapSeconds`. */
  rotate(workspaceId: string, keyId: string, overlapSeconds: number, actor: AuditActor): Promise<MadeKey>;
  /** Effective at once here, within five seconds in other processes. Revoking twice is harmless. */
  revoke(workspaceId: string, keyId: string, actor: AuditActor): Promise<void>;
};

export function createKeys(dependencies: KeyDependencies): Keys {
  const { controlStore, randomBytes, nowMs, onChange } = dependencies;
  return {
    list: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, async (tx) =>
        (
          await tx.select().from(apiKeys).where(eq(apiKeys.workspaceId, workspaceId)).orderBy(asc(apiKeys.createdAt))
        ).map(withoutHash),
      ),

    create: async (workspaceId, key, actor) => {
      checkNewKey(key);
      const made = await controlStore.withWorkspace(workspaceId, (tx) =>
        insertKey(tx, { workspaceId, key, rawKey: makeKey(key.kind, randomBytes), actor, nowMs: nowMs() }),
      );
      onChange();
      return made;
    },

    rotate: async (workspaceId, keyId, overlapSeconds, actor) => {
      const now = nowMs();
      const made = await controlStore.withWorkspace(workspaceId, async (tx) => {
        const old = await findKeyRow(tx, workspaceId, keyId);
        if (old.revokedAt !== null) throw new Problem('conflict', 'The key was revoked; make a new one instead.');
        if (old.expiresAt !== null && old.expiresAt.getTime() <= now) {
          throw new Problem('conflict', 'The key has expired; make a new one instead.');
        }
        const endsAt = new Date(
          Math.min(now + overlapSeconds * 1000, old.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY),
        );
        await tx.update(apiKeys).set({ expiresAt: endsAt }).where(eq(apiKeys.id, old.id));
        const rawKey = makeKey(old.kind, randomBytes);
        const replacement = await insertKey(tx, { workspaceId, key: rightsOf(old), rawKey, actor, nowMs: now });
        const details = { replaced_by: replacement.id, overlap_seconds: overlapSeconds };
        await recordAudit(
          tx,
          { workspaceId, actor, action: 'api_key.rotated', subject: { kind: 'api_key', id: old.id }, details },
          now,
        );
        return replacement;
      });
      onChange();
      return made;
    },

    revoke: async (workspaceId, keyId, actor) => {
      const now = nowMs();
      await controlStore.withWorkspace(workspaceId, async (tx) => {
        const key = await findKeyRow(tx, workspaceId, keyId);
        if (key.revokedAt === null) await markRevoked(tx, key, actor, now);
      });
      onChange();
    },
  };
}

export async function insertKey(
  tx: ControlTransaction,
  what: { workspaceId: string; key: NewKey; rawKey: string; actor: AuditActor; nowMs: number },
): Promise<MadeKey> {
  const { workspaceId, key, rawKey, actor, nowMs } = what;
  const environment =
    key.environmentId === undefined ? undefined : await findEnvironment(tx, workspaceId, key.environmentId);
  const [row] = await tx
    .insert(apiKeys)
    .values({
      workspaceId,
      kind: key.kind,
      name: key.name,
      prefix: displayPrefix(rawKey),
      keyHash: hashKey(rawKey),
      productId: environment?.productId ?? null,
      environmentId: environment?.id ?? null,
      scopes: key.kind === 'secret' ? [...(key.scopes ?? ['read'])] : [],
      allowedAddresses: [...(key.allowedAddresses ?? [])],
      eventsPerSecondLimit: key.eventsPerSecondLimit ?? null,
      createdAt: new Date(nowMs),
    })
    .returning();
  const made = withoutHash(row!);
  await recordAudit(
    tx,
    {
      workspaceId,
      actor,
      action: 'api_key.created',
      subject: { kind: 'api_key', id: made.id },
      details: { kind: made.kind, name: made.name, scopes: made.scopes },
    },
    nowMs,
  );
  return { ...made, key: rawKey };
}

/**
 * A write key that a program makes for itself at each start: the living key of this name in this environment gets a new
 * secret, so that starts do not heap up keys; the secret it had is unknown from then on.
 */
export async function renewKeyNamed(
  tx: ControlTransaction,
  what: { workspaceId: string; environmentId: string; name: string; rawKey: string; actor: AuditActor; nowMs: number },
): Promise<MadeKey> {
  const { workspaceId, environmentId, name, rawKey, actor, nowMs } = what;
  const [living] = await tx
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.workspaceId, workspaceId),
        eq(apiKeys.environmentId, environmentId),
        eq(apiKeys.kind, 'write'),
        eq(apiKeys.name, name),
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.expiresAt),
      ),
    )
    .limit(1);
  const key: NewKey = { kind: 'write', name, environmentId };
  if (living === undefined) return insertKey(tx, { workspaceId, key, rawKey, actor, nowMs });
  const [renewed] = await tx
    .update(apiKeys)
    .set({ keyHash: hashKey(rawKey), prefix: displayPrefix(rawKey), createdAt: new Date(nowMs) })
    .where(eq(apiKeys.id, living.id))
    .returning();
  const subject = { kind: 'api_key', id: living.id };
  await recordAudit(tx, { workspaceId, actor, action: 'api_key.renewed', subject }, nowMs);
  return { ...withoutHash(renewed!), key: rawKey };
}

async function markRevoked(tx: ControlTransaction, key: KeyRow, actor: AuditActor, nowMs: number): Promise<void> {
  await tx
    .update(apiKeys)
    .set({ revokedAt: new Date(nowMs) })
    .where(eq(apiKeys.id, key.id));
  const subject = { kind: 'api_key', id: key.id };
  await recordAudit(tx, { workspaceId: key.workspaceId, actor, action: 'api_key.revoked', subject }, nowMs);
}

function checkNewKey(key: NewKey): void {
  if (key.kind === 'write') {
    if (key.environmentId === undefined) throw new Problem('invalid_request', 'A write key needs an environment_id.');
    if (key.scopes !== undefined && key.scopes.length > 0) {
      throw new Problem('invalid_request', 'A write key has no scopes: it may send events, nothing else.');
    }
  }
  const mistake = key.allowedAddresses?.map(mistakeInAddress).find((each) => each !== undefined);
  if (mistake !== undefined) throw new Problem('invalid_request', `allowed_addresses: ${mistake}.`);
}

async function findKeyRow(tx: ControlTransaction, workspaceId: string, keyId: string): Promise<KeyRow> {
  const [row] = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, keyId)))
    .for('update');
  if (row === undefined) throw new Problem('not_found', 'There is no such key in this workspace.');
  return withoutHash(row);
}

async function findEnvironment(tx: ControlTransaction, workspaceId: string, environmentId: string) {
  const [environment] = await tx
    .select()
    .from(environments)
    .where(and(eq(environments.workspaceId, workspaceId), eq(environments.id, environmentId)));
  if (environment === undefined) throw new Problem('not_found', 'There is no such environment in this workspace.');
  return environment;
}

function rightsOf(key: KeyRow): NewKey {
  return {
    kind: key.kind,
    name: key.name,
    environmentId: key.environmentId ?? undefined,
    scopes: key.kind === 'secret' ? (key.scopes as SecretKeyScope[]) : undefined,
    allowedAddresses: key.allowedAddresses,
    eventsPerSecondLimit: key.eventsPerSecondLimit ?? undefined,
  };
}

function withoutHash({ keyHash: _, ...row }: typeof apiKeys.$inferSelect): KeyRow {
  return row;
}
