/** HMAC-SHA-256 (RFC 2104) for pseudonyms. */
import { createHmac } from 'node:crypto';
import type { KeyedHash } from '@uptake/domain/privacy';

export function createKeyedHash(key: Uint8Array): KeyedHash {
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}
