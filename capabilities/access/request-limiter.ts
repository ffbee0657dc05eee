/** How often a key may ask: a token bucket per key, counted in requests, in this process. Events have a limit of their own. */
import { Problem } from '@uptake/domain/contract';
import { LRUCache } from 'lru-cache';

/** A job that sends the values of a thousand customers at once should come through; one that never stops should not. */
const BURST_SECONDS = 10;
const MAX_KEYS = 10_000;

export type RequestLimiter = {
  /** Throws `rate_limited` with the seconds after which the key may ask again. */
  take(keyId: string): void;
};

/** `requestsPerSecond` 0 is no limit. */
export function createRequestLimiter(requestsPerSecond: number, nowMs: () => number): RequestLimiter {
  const capacity = requestsPerSecond * BURST_SECONDS;
  const buckets = new LRUCache<string, { tokens: number; filledAtMs: number }>({ max: MAX_KEYS });
  return {
    take(keyId) {
      if (requestsPerSecond === 0) return;
      const atMs = nowMs();
      const bucket = buckets.get(keyId) ?? { tokens: capacity, filledAtMs: atMs };
      buckets.set(keyId, bucket);
      const elapsedMs = Math.max(0, atMs - bucket.filledAtMs);
      bucket.tokens = Math.min(capacity, bucket.tokens + (elapsedMs / 1000) * requestsPerSecond);
      bucket.filledAtMs = atMs;
      if (bucket.tokens < 1) {
        const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / requestsPerSecond);
        const detail = `The key asks more than ${requestsPerSecond} times a second. Wait, or send several values in one request.`;
        throw new Problem('rate_limited', detail, { retryAfterSeconds });
      }
      bucket.tokens -= 1;
    },
  };
}
