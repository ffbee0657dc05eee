/**
 * A split block Bloom filter over fingerprints: one cache line per look-up, eight bits in eight words (Putze, Sanders and
 * Singler 2007, "Cache-, hash- and space-efficient Bloom filters"; the layout Parquet standardised).
 *
 * A fingerprint is uniform already, so its words serve as the hash: the first chooses the block, the third and the fourth
 * the bits. Runs are ordered by the first word, so that building a filter walks it from front to back instead of missing
 * the cache with every id.
 */
import { FINGERPRINT_WORDS } from './fingerprint.ts';

const BLOCK_WORDS = 8;
const BLOCK_BITS = BLOCK_WORDS * 32;
const TWO_TO_32 = 2 ** 32;

export type Filter = Uint32Array<SharedArrayBuffer>;

/** With 16 bits per id one unknown id in 800 is let through, with 12 one in 200, with 10 one in 80 (decision 0004). */
export function createFilter(ids: number, bitsPerId: number): Filter {
  const blocks = Math.max(1, Math.ceil((ids * bitsPerId) / BLOCK_BITS));
  return emptyFilter(blocks * BLOCK_WORDS * 4);
}

/** For a filter read back from its file. */
export function emptyFilter(bytes: number): Filter {
  return new Uint32Array(new SharedArrayBuffer(bytes));
}

/** Marks the fingerprint at `words[at…at+3]`. */
export function addToFilter(filter: Filter, words: Uint32Array, at: number): void {
  const c = words[at + 2]!;
  const d = words[at + FINGERPRINT_WORDS - 1]!;
  const block = blockOf(filter, words[at]!);
  filter[block]! |= 1 << c;
  filter[block + 1]! |= 1 << (c >>> 5);
  filter[block + 2]! |= 1 << (c >>> 10);
  filter[block + 3]! |= 1 << (c >>> 15);
  filter[block + 4]! |= 1 << (c >>> 20);
  filter[block + 5]! |= 1 << (c >>> 25);
  filter[block + 6]! |= 1 << (d >>> 22);
  filter[block + 7]! |= 1 << (d >>> 27);
}

/**
 * Sets `marks[n]` for each fingerprint that may be in the filter. A whole batch per filter instead of all filters per id:
 * the processor then works on several cache misses at once, which makes a look-up a third cheaper.
 */
export function markInFilter(filter: Filter, fingerprints: Uint32Array, marks: Uint8Array): void {
  for (let index = 0, at = 0; at < fingerprints.length; index++, at += FINGERPRINT_WORDS) {
    if (mayBeInFilter(filter, fingerprints, at)) marks[index] = 1;
  }
}

/** False where the fingerprint was certainly never added. Shifts take their count modulo 32. */
export function mayBeInFilter(filter: Filter, words: Uint32Array, at: number): boolean {
  const c = words[at + 2]!;
  const d = words[at + FINGERPRINT_WORDS - 1]!;
  const block = blockOf(filter, words[at]!);
  return (
    ((filter[block]! >>> c) & 1) !== 0 &&
    ((filter[block + 1]! >>> (c >>> 5)) & 1) !== 0 &&
    ((filter[block + 2]! >>> (c >>> 10)) & 1) !== 0 &&
    ((filter[block + 3]! >>> (c >>> 15)) & 1) !== 0 &&
    ((filter[block + 4]! >>> (c >>> 20)) & 1) !== 0 &&
    ((filter[block + 5]! >>> (c >>> 25)) & 1) !== 0 &&
    ((filter[block + 6]! >>> (d >>> 22)) & 1) !== 0 &&
    ((filter[block + 7]! >>> (d >>> 27)) & 1) !== 0
  );
}

function blockOf(filter: Filter, word: number): number {
  return Math.floor((word * (filter.length / BLOCK_WORDS)) / TWO_TO_32) * BLOCK_WORDS;
}
