/** Says who a key belongs to, from memory where it can: the events door asks for every request. */
import { type Principal, Problem } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import type { Logger, Metrics } from '@uptake/io/observability';
import { LRUCache } from 'lru-cache';
import { type AddressTest, addressTest } from './allowed-addresses.ts';
import type { ConfigurationWatch } from './configuration-watch.ts';
import { findKey, type StoredKey } from './key.query.ts';
import { hashKey, KEY_MAX_LENGTH } from './key-format.ts';

/**
 * A change made in this process takes effect at once, one of another process within the second that the watch needs to see
 * it. This is for what no watch sees: rows changed past the triggers.
 */
const MAX_AGE_MS = 5_000;
/** From this age on an entry is looked up again in the background while it still answers. */
const REFRESH_AFTER_MS = 2_500;
/** While the store does not answer nothing can be revoked either, so known keys go on for this long. */
const MAX_AGE_WITHOUT_STORE_MS = 10 * 60_000;
/** A wrong key is not looked up again for this long. */
const REFUSED_FOR_MS = 2_000;
const MAX_ENTRIES = 10_000;

type Entry = {
  readonly principal: Principal;
  readonly isAllowed: AddressTest;
  readonly expiresAtMs: number;
  readonly loadedAtMs: number;
  validUntilMs: number;
  isRefreshing: boolean;
};
type Refusal = { readonly code: 'key_unknown' | 'key_revoked'; readonly untilMs: number };

export type KeyAuthenticator = {
  authenticateKey(rawKey: string | undefined, remoteAddress: string): Promise<Principal>;
  authenticateKeyCached(rawKey: string | undefined, remoteAddress: string): Principal | undefined;
  /** Everything remembered is looked up again: called when a key or an environment changed here. */
  forget(): void;
};

export type KeyAuthenticatorDependencies = {
  readonly controlStore: ControlStore;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly watch: ConfigurationWatch;
};

export function createKeyAuthenticator(dependencies: KeyAuthenticatorDependencies): KeyAuthenticator {
  const { controlStore, nowMs, logger, metrics, watch } = dependencies;
  const lookUps = metrics.counter('uptake_key_lookups_total', 'Keys looked up in the control store.', ['result']);
  // Apart, so that a flood of wrong keys cannot push out the right ones.
  const known = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  const refused = new LRUCache<string, Refusal>({ max: MAX_ENTRIES });
  const loading = new Map<string, Promise<Entry | Refusal>>();
  let generation = 0;

  function cached(rawKey: string): Entry | undefined {
    const entry = known.get(rawKey);
    if (entry === undefined) return undefined;
    const now = nowMs();
    if (now >= entry.validUntilMs || now >= entry.expiresAtMs) return undefined;
    if (now - entry.loadedAtMs >= REFRESH_AFTER_MS && !entry.isRefreshing) {
      entry.isRefreshing = true;
      load(rawKey).catch((error: unknown) => keepWithoutStore(entry, error));
    }
    return entry;
  }

  function keepWithoutStore(entry: Entry, error: unknown): void {
    entry.isRefreshing = false;
    entry.validUntilMs = Math.min(nowMs() + MAX_AGE_MS, entry.loadedAtMs + MAX_AGE_WITHOUT_STORE_MS);
    logger.warn({ error: String(error) }, 'a known key could not be looked up again; it goes on for now');
  }

  /** Many requests with one key at once cause one look-up. */
  function load(rawKey: string): Promise<Entry | Refusal> {
    const running = loading.get(rawKey);
    if (running !== undefined) return running;
    const started = loadNow(rawKey).finally(() => {
      if (loading.get(rawKey) === started) loading.delete(rawKey);
    });
    loading.set(rawKey, started);
    return started;
  }

  async function loadNow(rawKey: string): Promise<Entry | Refusal> {
    const startedIn = generation;
    const now = nowMs();
    const key = await findKey(controlStore, hashKey(rawKey), now);
    const result = key === undefined || key.isRevoked ? refusalOf(key, now) : entryOf(key, now);
    // What was read before a change may be what the change did away with.
    const isCurrent = startedIn === generation;
    if ('code' in result) {
      lookUps.add(1, { result: result.code });
      known.delete(rawKey);
      if (isCurrent) refused.set(rawKey, result);
    } else {
      lookUps.add(1, { result: 'found' });
      if (isCurrent) known.set(rawKey, result);
    }
    return result;
  }

  function forget(): void {
    generation++;
    loading.clear();
    known.clear();
    refused.clear();
  }
  watch.onChange('access', forget);

  return {
    authenticateKeyCached: (rawKey, remoteAddress) => {
      if (rawKey === undefined || !watch.isCurrent()) return undefined;
      const entry = cached(rawKey);
      return entry?.isAllowed(remoteAddress) ? entry.principal : undefined;
    },
    authenticateKey: async (rawKey, remoteAddress) => {
      if (rawKey === undefined || rawKey === '') throw new Problem('key_missing', HOW_TO_SEND_A_KEY);
      if (rawKey.length > KEY_MAX_LENGTH) throw refuse('key_unknown');
      if (!watch.isCurrent()) await watch.look();
      const refusal = refused.get(rawKey);
      if (refusal !== undefined && nowMs() < refusal.untilMs) throw refuse(refusal.code);
      const result = cached(rawKey) ?? (await load(rawKey).catch(storeUnavailable));
      if ('code' in result) throw refuse(result.code);
      if (nowMs() >= result.expiresAtMs)
        throw new Problem('key_expired', 'Use the key that replaced it, or make a new one.');
      if (!result.isAllowed(remoteAddress)) {
        throw new Problem(
          'address_not_allowed',
          'The key may be used from listed addresses only; this one is not among them.',
        );
      }
      return result.principal;
    },
    forget,
  };
}

const HOW_TO_SEND_A_KEY =
  'Send a key as Authorization: Bearer KEY, as X-API-Key, or as the user name of Basic authentication.';

function refuse(code: Refusal['code']): Problem {
  if (code === 'key_revoked') return new Problem(code, 'Somebody revoked this key. Use another one.');
  return new Problem(code, 'Check that the whole key was copied and that it belongs to this installation.');
}

function storeUnavailable(cause: unknown): never {
  throw new Problem('store_unavailable', 'Keys cannot be looked up right now.', { retryAfterSeconds: 5, cause });
}

function refusalOf(key: StoredKey | undefined, nowMs: number): Refusal {
  return { code: key === undefined ? 'key_unknown' : 'key_revoked', untilMs: nowMs + REFUSED_FOR_MS };
}

function entryOf(key: StoredKey, nowMs: number): Entry {
  return {
    principal: principalOf(key),
    isAllowed: addressTest(key.allowedAddresses),
    expiresAtMs: key.expiresAtMs ?? Number.POSITIVE_INFINITY,
    loadedAtMs: nowMs,
    validUntilMs: nowMs + MAX_AGE_MS,
    isRefreshing: false,
  };
}

function principalOf(key: StoredKey): Principal {
  const { id: keyId, workspaceId, productId, environmentId, environment, scopes } = key;
  const common = { keyId, workspaceId, productId, environmentId, environment };
  return key.kind === 'write' ? { kind: 'write_key', ...common } : { kind: 'secret_key', scopes, ...common };
}
