/**
 * The keys of pseudonyms: one per rotation, random, kept encrypted, made before it is needed and destroyed when the last
 * event it was used for has expired. From then on nobody can tell which pseudonym a known person had, not even with the
 * secret key of the installation.
 */
import { Problem } from '@uptake/domain/contract';
import { type KeyedHash, Pseudonyms, rotationOf, rotationStartMs } from '@uptake/domain/privacy';
import type { ControlStore } from '@uptake/io/control-store';
import { pseudonymKeys } from '@uptake/io/control-store/schema';
import type { Logger } from '@uptake/io/observability';
import type { Secrets } from '@uptake/io/secrets';
import { inArray, lt } from 'drizzle-orm';
import { createKeyedHash } from './keyed-hash.ts';

export type PseudonymKeysDependencies = {
  readonly controlStore: ControlStore;
  readonly secrets: Pick<Secrets, 'encrypt' | 'decrypt'>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly nowMs: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Raw events older than this are refused, so no key is needed for them. */
  readonly retentionDays: number;
};

export type PseudonymKeys = {
  readonly pseudonyms: Pseudonyms;
  /** Makes and reads the keys of every event that may come; rejects where the store does not answer. Again every hour. */
  start(): Promise<void>;
  stop(): void;
  /** What `start` does every hour: makes what will be needed, destroys what no event needs any more. */
  turn(): Promise<void>;
  /** Every pseudonym a person of a workspace has, one per rotation whose key still exists. */
  pseudonymsOf(workspaceId: string, userId: string): readonly string[];
};

const DAY_MS = 86_400_000;
const TURN_EVERY_MS = 60 * 60_000;
const KEY_BYTES = 32;
/** A day more than events are kept, so that no event loses its key to a clock that differs. */
const GRACE_MS = DAY_MS;

export function createPseudonymKeys(dependencies: PseudonymKeysDependencies): PseudonymKeys {
  const { controlStore, secrets, nowMs, logger, retentionDays } = dependencies;
  const hashes = new Map<number, KeyedHash>();
  const pseudonyms = new Pseudonyms((rotation) => hashes.get(rotation) ?? noKey());
  let timer: NodeJS.Timeout | undefined;

  /** From that of the oldest event that may come to that of the next rotation. */
  function wanted(): number[] {
    const first = rotationOf(nowMs() - retentionDays * DAY_MS - GRACE_MS);
    const last = rotationOf(nowMs()) + 1;
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  async function turn(): Promise<void> {
    const rotations = wanted();
    const missing = rotations.filter((rotation) => !hashes.has(rotation));
    const oldest = rotations[0]!;
    await controlStore.asSystem(async (tx) => {
      if (missing.length > 0) {
        const made = missing.map((rotation) => ({
          rotation,
          sealedKey: sealed(rotation, dependencies.randomBytes(KEY_BYTES)),
          createdAt: new Date(nowMs()),
        }));
        // Another process may have been faster: then its key is the one.
        await tx.insert(pseudonymKeys).values(made).onConflictDoNothing();
        const rows = await tx.select().from(pseudonymKeys).where(inArray(pseudonymKeys.rotation, missing));
        for (const { rotation, sealedKey } of rows) hashes.set(rotation, opened(rotation, sealedKey));
      }
      await tx.delete(pseudonymKeys).where(lt(pseudonymKeys.rotation, oldest));
    });
    forgetBefore(oldest);
  }

  function forgetBefore(oldest: number): void {
    const gone = [...hashes.keys()].filter((rotation) => rotation < oldest);
    if (gone.length === 0) return;
    for (const rotation of gone) hashes.delete(rotation);
    pseudonyms.forget();
    logger.info({ before: new Date(rotationStartMs(oldest)).toISOString() }, 'keys of old pseudonyms destroyed');
  }

  const context = (rotation: number): string => `pseudonyms:rotation:${rotation}`;
  const sealed = (rotation: number, key: Uint8Array): string =>
    secrets.encrypt(Buffer.from(key).toString('base64'), context(rotation));
  const opened = (rotation: number, text: string): KeyedHash =>
    createKeyedHash(Buffer.from(secrets.decrypt(text, context(rotation)), 'base64'));

  return {
    pseudonyms,
    turn,
    async start() {
      await turn();
      timer = setInterval(() => {
        turn().catch((error: unknown) =>
          logger.warn({ error: String(error) }, 'keys of pseudonyms could not be turned'),
        );
      }, TURN_EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
    pseudonymsOf(workspaceId, userId) {
      const of = pseudonyms.of(workspaceId, 'user');
      return [...hashes.keys()].sort((a, b) => a - b).map((rotation) => of(userId, rotationStartMs(rotation)));
    },
  };
}

function noKey(): never {
  throw new Problem('store_unavailable', 'The keys of pseudonyms are not there yet; nothing was stored.', {
    retryAfterSeconds: 5,
  });
}
