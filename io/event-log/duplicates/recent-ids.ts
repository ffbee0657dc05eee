/**
 * The newest event ids: an exact open-addressing table of fingerprints in memory, filled up once and then written out as
 * a run. It lives in shared memory so that the worker sorts and writes it without copying.
 */
import { FINGERPRINT_WORDS } from './fingerprint.ts';

export const SLOT_WORDS = FINGERPRINT_WORDS + 1;
/** The word of a slot that says what is known of its id; 0 is an empty slot. */
const STATE = FINGERPRINT_WORDS;

/** The id was claimed but its event was not kept. The slot stays so that probing chains hold, and may be taken again. */
export const RELEASED = 1;
/** States from here on are claims in flight, numbered by owner; below it is the second in which the id was accepted. */
const FIRST_CLAIM = 0xf000_0000;
const CLAIM_NUMBERS = 0x1_0000_0000 - FIRST_CLAIM;

/** Unix seconds as a slot state. Reaches the year 2097. */
export function acceptedAt(unixMs: number): number {
  return Math.min(FIRST_CLAIM - 1, Math.max(2, Math.floor(unixMs / 1000)));
}

export function claimState(owner: number): number {
  return FIRST_CLAIM + (owner % CLAIM_NUMBERS);
}

export function isClaim(state: number): boolean {
  return state >= FIRST_CLAIM;
}

export function isAccepted(state: number): boolean {
  return state > RELEASED && state < FIRST_CLAIM;
}

/** Half full at most, so that probing stays short. */
const SLOTS_PER_ID = 2;

export class RecentIds {
  /** Numbers the tables in order; the durable copies of the ids are filed under it. */
  readonly generation: number;
  /** Slots of four fingerprint words and a state. */
  readonly words: Uint32Array<SharedArrayBuffer>;
  readonly capacity: number;
  /** Claims in flight: the table may be written out only when there are none. */
  claims = 0;
  #used = 0;
  readonly #mask: number;

  /** `capacity` is a power of two. `recycled` is the memory of a table of the same capacity that is no longer needed. */
  constructor(generation: number, capacity: number, recycled?: Uint32Array<SharedArrayBuffer>) {
    this.generation = generation;
    this.capacity = capacity;
    const slots = capacity * SLOTS_PER_ID;
    this.#mask = slots - 1;
    this.words = recycled?.fill(0) ?? new Uint32Array(new SharedArrayBuffer(slots * SLOT_WORDS * 4));
  }

  get used(): number {
    return this.#used;
  }

  get bytes(): number {
    return this.words.byteLength;
  }

  hasRoomFor(ids: number): boolean {
    return this.#used + ids <= this.capacity;
  }

  /** The slot of a fingerprint (`fingerprints[at…at+3]`), or the complement of the empty slot it would take. */
  find(fingerprints: Uint32Array, at: number): number {
    const words = this.words;
    const mask = this.#mask;
    const a = fingerprints[at]!;
    const b = fingerprints[at + 1]!;
    const c = fingerprints[at + 2]!;
    const d = fingerprints[at + 3]!;
    for (let slot = d & mask; ; slot = (slot + 1) & mask) {
      const word = slot * SLOT_WORDS;
      if (words[word + STATE] === 0) return ~slot;
      if (words[word + 3] === d && words[word] === a && words[word + 1] === b && words[word + 2] === c) return slot;
    }
  }

  state(slot: number): number {
    return this.words[slot * SLOT_WORDS + STATE]!;
  }

  setState(slot: number, state: number): void {
    this.words[slot * SLOT_WORDS + STATE] = state;
  }

  /** Fills the empty slot that `find` answered. */
  occupy(slot: number, fingerprints: Uint32Array, at: number, state: number): void {
    const words = this.words;
    const word = slot * SLOT_WORDS;
    words[word] = fingerprints[at]!;
    words[word + 1] = fingerprints[at + 1]!;
    words[word + 2] = fingerprints[at + 2]!;
    words[word + 3] = fingerprints[at + 3]!;
    words[word + STATE] = state;
    this.#used += 1;
  }
}
