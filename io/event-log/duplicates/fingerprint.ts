/**
 * 128-bit fingerprints of event ids: equal exactly when workspace, scope and event id are equal.
 *
 * The id's 128 bits are XORed with a hash of workspace and scope, then mixed by a bijection. Within one scope two ids can
 * therefore never collide; across scopes they would with probability 2^-128, and since the hash is keyed with a secret of
 * this log nobody can aim for it. The mixing spreads time-ordered and hand-made ids evenly, which the table (low bits),
 * the filters and the block look-up (high bits) rely on.
 */
import { createHash } from 'node:crypto';

/** 32-bit words per fingerprint. */
export const FINGERPRINT_WORDS = 4;
export const FINGERPRINT_BYTES = FINGERPRINT_WORDS * 4;

export type Fingerprinter = (workspaceId: string, dedupeScope: string, eventIds: readonly string[]) => Uint32Array;

const SCOPES_KEPT = 10_000;
const BAD = 0x100;
const HEX = hexValues();
/** Where the 32 hexadecimal digits of a UUID are, dashes left out. */
const DIGIT_AT = [
  0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
];

/** `secret` is kept with the log: another one would make every remembered id unknown. */
export function createFingerprinter(secret: Uint8Array): Fingerprinter {
  const scopeHashes = new Map<string, Uint32Array>();

  function scopeHash(workspaceId: string, dedupeScope: string): Uint32Array {
    const key = `${workspaceId}\0${dedupeScope}`;
    const known = scopeHashes.get(key);
    if (known) return known;
    const digest = createHash('sha256').update(secret).update(key).digest();
    const hash = new Uint32Array(FINGERPRINT_WORDS);
    for (let word = 0; word < FINGERPRINT_WORDS; word++) hash[word] = digest.readUInt32LE(word * 4);
    if (scopeHashes.size >= SCOPES_KEPT) scopeHashes.clear();
    scopeHashes.set(key, hash);
    return hash;
  }

  return (workspaceId, dedupeScope, eventIds) => {
    const hash = scopeHash(workspaceId, dedupeScope);
    const words = new Uint32Array(eventIds.length * FINGERPRINT_WORDS);
    for (let index = 0; index < eventIds.length; index++) {
      writeFingerprint(eventIds[index]!, hash, words, index * FINGERPRINT_WORDS);
    }
    return words;
  };
}

function writeFingerprint(eventId: string, hash: Uint32Array, into: Uint32Array, at: number): void {
  if (eventId.length !== 36) throw notUuid(eventId);
  let a = uuidWord(eventId, 0) ^ hash[0]!;
  let b = uuidWord(eventId, 8) ^ hash[1]!;
  let c = uuidWord(eventId, 16) ^ hash[2]!;
  let d = uuidWord(eventId, 24) ^ hash[3]!;
  // An unbalanced Feistel network: each line is invertible on its own, two rounds let every bit reach every word.
  for (let round = 0; round < 2; round++) {
    b ^= mix(a);
    c ^= mix(b);
    d ^= mix(c);
    a ^= mix(d);
  }
  into[at] = a;
  into[at + 1] = b;
  into[at + 2] = c;
  into[at + 3] = d;
}

function uuidWord(eventId: string, digit: number): number {
  let value = 0;
  let flags = 0;
  for (let index = digit; index < digit + 8; index++) {
    const code = eventId.charCodeAt(DIGIT_AT[index]!);
    const nibble = code < HEX.length ? HEX[code]! : BAD;
    flags |= nibble;
    value = (value << 4) | nibble;
  }
  if (flags & BAD) throw notUuid(eventId);
  return value;
}

/** The finaliser of MurmurHash3 (Appleby), a bijection of 32 bits with full avalanche. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hexValues(): Uint16Array {
  const values = new Uint16Array(256).fill(BAD);
  for (let digit = 0; digit < 16; digit++) values[digit.toString(16).charCodeAt(0)] = digit;
  return values;
}

function notUuid(eventId: string): TypeError {
  return new TypeError(`an event id is a lower-case UUID, not ${JSON.stringify(eventId.slice(0, 64))}`);
}
