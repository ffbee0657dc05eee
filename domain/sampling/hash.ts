/** A number in [0, 1) for an event id: the same id always falls on the same side of a probability. */

/**
 * FNV-1a over the characters, then the finaliser of MurmurHash3 (Appleby, public domain), whose every output bit depends
 * on every input bit: FNV alone leaves its high bits poor for ids that differ at the end. The seed is secret to the
 * environment, so nobody can choose ids that are always kept. Deterministic, so a batch sent again meets the same answer.
 */
export function uniformOf(eventId: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let index = 0; index < eventId.length; index++) {
    hash = Math.imul(hash ^ eventId.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}
