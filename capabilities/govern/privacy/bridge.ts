/**
 * Notes for environments with a bridge which pseudonyms are one person, and writes it down about once a second. The name
 * that stays is a hash under a key of the environment, so links of two environments have nothing in common.
 */
import type { EnvironmentPrivacy, EventScope } from '@uptake/domain/contract';
import { type KeyedHash, ROTATION_DAYS } from '@uptake/domain/privacy';
import type { EventStore, PseudonymLink } from '@uptake/io/event-store';
import type { Logger } from '@uptake/io/observability';
import type { Secrets } from '@uptake/io/secrets';
import { LRUCache } from 'lru-cache';
import { createKeyedHash } from './keyed-hash.ts';

export type BridgeDependencies = {
  readonly eventStore: Pick<EventStore, 'links'>;
  readonly secrets: Pick<Secrets, 'decrypt'>;
  readonly logger: Pick<Logger, 'warn'>;
};

export type BridgeNote = (userId: string, pseudonym: string, atMs: number) => void;

export type Bridges = {
  /** `undefined` where the environment has no bridge. */
  of(scope: EventScope, privacy: EnvironmentPrivacy | undefined): BridgeNote | undefined;
  /** Writes down what was noted. Rejects where the store does not answer; what was noted is kept for the next time. */
  flush(): Promise<void>;
  start(): void;
  /** Writes down the rest. */
  stop(): Promise<void>;
};

const DAY_MS = 86_400_000;
/** A link is noted once a rotation, and must outlive its last event. */
const ROTATION_MARGIN_DAYS = ROTATION_DAYS;
const FLUSH_EVERY_MS = 1_000;
/** Links remembered as written: beyond it one is written again, which changes nothing. */
const MAX_REMEMBERED = 500_000;
/** Beyond it links are dropped until the store answers again; they are noted anew when the person is next seen. */
const MAX_WAITING = 200_000;
const MAX_ENVIRONMENTS = 1_000;

export function bridgeContext(environmentId: string): string {
  return `bridge:${environmentId}`;
}

export function createBridges({ eventStore, secrets, logger }: BridgeDependencies): Bridges {
  const hashes = new LRUCache<string, KeyedHash>({ max: MAX_ENVIRONMENTS });
  let remembered = new Set<string>();
  let waiting: PseudonymLink[] = [];
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function hashOf(environmentId: string, sealedKey: string): KeyedHash {
    let hash = hashes.get(sealedKey);
    if (hash === undefined) {
      hash = createKeyedHash(Buffer.from(secrets.decrypt(sealedKey, bridgeContext(environmentId)), 'base64'));
      hashes.set(sealedKey, hash);
    }
    return hash;
  }

  async function flushNow(): Promise<void> {
    const links = waiting;
    waiting = [];
    try {
      await eventStore.links.keep(links);
    } catch (error) {
      waiting = [...links, ...waiting].slice(0, MAX_WAITING);
      throw error;
    }
  }
  async function flush(): Promise<void> {
    await flushing?.catch(() => undefined);
    if (waiting.length === 0) return;
    flushing = flushNow().finally(() => {
      flushing = undefined;
    });
    await flushing;
  }

  return {
    of({ workspaceId, environmentId }, privacy) {
      const bridge = privacy?.bridge;
      if (bridge === undefined) return undefined;
      // A key that is made anew links anew: what was remembered belongs to the old one.
      const prefix = `${bridge.sealedKey.slice(-16)}${environmentId}`;
      return (userId, pseudonym, atMs) => {
        const link = prefix + pseudonym;
        if (remembered.has(link) || waiting.length >= MAX_WAITING) return;
        if (remembered.size >= MAX_REMEMBERED) remembered = new Set();
        remembered.add(link);
        const person = hashOf(environmentId, bridge.sealedKey)(`${workspaceId}\0person\0${userId}`).slice(0, 16);
        // By the first event seen of a rotation; later ones of it may be thirty days younger and need the link as long.
        const expiresAtMs = atMs + (bridge.days + ROTATION_MARGIN_DAYS) * DAY_MS;
        waiting.push({ workspaceId, environmentId, pseudonym, person, expiresAtMs });
      };
    },
    flush,
    start() {
      timer = setInterval(() => {
        flush().catch((error: unknown) =>
          logger.warn({ error: String(error) }, 'links of pseudonyms could not be written'),
        );
      }, FLUSH_EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await flush().catch((error: unknown) => logger.warn({ error: String(error) }, 'links of pseudonyms were lost'));
    },
  };
}
