/** A token bucket per key, counted in events. */

import { LIMITS } from '@uptake/domain/contract';
import { LRUCache } from 'lru-cache';

/** A pause of the network must not cost events when it ends: this many seconds' worth may come at once. */
const BURST_SECONDS = 2;

export type RateLimiter = {
  /** 0 where the events may pass, else the seconds after which they may. */
  take(keyId: string, events: number, eventsPerSecond: number): number;
};

export function createRateLimiter(nowMs: () => number, maxKeys = 10_000): RateLimiter {
  const buckets = new LRUCache<string, { tokens: number; filledAtMs: number }>({ max: maxKeys });
  return {
    take(keyId, events, eventsPerSecond) {
      // The largest batch must fit, or it could never be sent at all.
      const capacity = Math.max(eventsPerSecond * BURST_SECONDS, LIMITS.eventsPerBatch);
      const atMs = nowMs();
      let bucket = buckets.get(keyId);
      if (bucket === undefined) {
        bucket = { tokens: capacity, filledAtMs: atMs };
        buckets.set(keyId, bucket);
      }
      const elapsedMs = Math.max(0, atMs - bucket.filledAtMs);
      bucket.tokens = Math.min(capacity, bucket.tokens + (elapsedMs / 1000) * eventsPerSecond);
      bucket.filledAtMs = atMs;
      if (bucket.tokens < events) return Math.max(1, Math.ceil((events - bucket.tokens) / eventsPerSecond));
      bucket.tokens -= events;
      return 0;
    },
  };
}
