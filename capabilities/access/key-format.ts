/** What a key looks like, how it is stored, and where a request carries it. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type KeyKind = 'write' | 'secret';
export type RandomBytes = (count: number) => Uint8Array;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters of 62 carry 190 random bits. */
const RANDOM_LENGTH = 32;
const PREFIX_OF = { write: 'upk_w_', secret: 'upk_s_' } as const;

/** Longer than any key of ours, short enough that nobody makes us hash megabytes. */
export const KEY_MAX_LENGTH = 200;

export function makeKey(kind: KeyKind, randomBytes: RandomBytes): string {
  let random = '';
  // Bytes from 248 on would favour the first letters of the alphabet, so they are thrown away.
  const limit = 256 - (256 % ALPHABET.length);
  while (random.length < RANDOM_LENGTH) {
    for (const byte of randomBytes(RANDOM_LENGTH)) {
      if (byte < limit && random.length < RANDOM_LENGTH) random += ALPHABET[byte % ALPHABET.length];
    }
  }
  return PREFIX_OF[kind] + random;
}

/** Sixteen characters, 95 random bits: nobody guesses it, and it can be typed from paper. */
export function makePassword(randomBytes: RandomBytes): string {
  return makeKey('secret', randomBytes).slice(-16);
}

/** Hex SHA-256. Fast on purpose: 190 random bits cannot be guessed, however fast the hash. */
export function hashKey(rawKey: string): string {
  return hash('sha256', rawKey, 'hex');
}

/** What people see of a key afterwards: never more than a third of it. */
export function displayPrefix(rawKey: string): string {
  return rawKey.slice(0, Math.min(12, Math.floor(rawKey.length / 3)));
}

export function keyOfHeaders(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    if (/^bearer /i.test(authorization)) return authorization.slice(7).trim() || undefined;
    if (/^basic /i.test(authorization)) {
      const [userName] = Buffer.from(authorization.slice(6), 'base64').toString('utf8').split(':', 1);
      return userName || undefined;
    }
  }
  const header = headers['x-api-key'];
  return (Array.isArray(header) ? header[0] : header) || undefined;
}
