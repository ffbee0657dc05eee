/** HMAC-SHA-256 (RFC 2104) for pseudonyms. */
import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyedHash } from '@uptake/domain/privacy';

/** The key is imported once: given as bytes it is imported for every hash, 24 µs instead of 3. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const secretKey = createSecretKey(key);
  return (text) => createHmac('sha256', secretKey).update(text).digest('hex');
}
