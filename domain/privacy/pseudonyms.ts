/**
 * Turns ids of persons and sessions into pseudonyms: 64 bits of a keyed hash as 16 lower-case hex characters. Without the
 * key nobody can go from a known id to its pseudonym; with 64 bits, one pair among 100 million users of a workspace
 * collides with a chance of 3 in 10,000 (birthday bound n²/2^65). Each rotation has a key of its own, taken by the time of
 * the event: what happened in one period has one pseudonym, however late it arrives.
 */
import { rotationOf, rotationStartMs } from './rotation.ts';

export type PseudonymKind = 'user' | 'session';
/** A keyed hash as hex text, at least 16 characters (HMAC-SHA256 in the server). */
export type KeyedHash = (text: string) => string;

/**
 * Remembers what it computed, since a user sends many events. Two generations instead of a least-recently-used list: at
 * most `maxRemembered` ids are kept twice over, and remembering costs no bookkeeping.
 */
export class Pseudonyms {
  readonly #hashOf: (rotation: number) => KeyedHash;
  readonly #maxRemembered: number;
  #young = new Map<string, Map<string, string>>();
  #old = new Map<string, Map<string, string>>();
  #youngCount = 0;

  /** `hashOf` answers the hash under the key of a rotation, or throws where there is none. */
  constructor(hashOf: (rotation: number) => KeyedHash, maxRemembered = 100_000) {
    this.#hashOf = hashOf;
    this.#maxRemembered = maxRemembered;
  }

  /**
   * One workspace's pseudonyms of one kind, by id and time of the event. The same id in another workspace has an unrelated
   * pseudonym. Ask anew for every batch: the function keeps using what was remembered when it was made.
   */
  of(workspaceId: string, kind: PseudonymKind): (id: string, atMs: number) => string {
    // NUL cannot occur in an id, so no two of these texts can be confused.
    const prefix = `${workspaceId}\0${kind}\0`;
    let rotation = Number.NaN;
    let startMs = Number.NaN;
    let endMs = Number.NaN;
    let young: Map<string, string> | undefined;
    return (id, atMs) => {
      if (id === '') return '';
      if (!(atMs >= startMs && atMs < endMs)) {
        rotation = rotationOf(atMs);
        startMs = rotationStartMs(rotation);
        endMs = rotationStartMs(rotation + 1);
        young = this.#young.get(prefix + rotation);
      }
      return young?.get(id) ?? this.#remember(prefix, rotation, id);
    };
  }

  /** Forgets what was computed: called when keys are destroyed, or memory would keep what they no longer tell. */
  forget(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngCount = 0;
  }

  #remember(prefix: string, rotation: number, id: string): string {
    if (this.#youngCount >= this.#maxRemembered) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngCount = 0;
    }
    const key = prefix + rotation;
    let ids = this.#young.get(key);
    if (ids === undefined) {
      ids = new Map();
      this.#young.set(key, ids);
    }
    let pseudonym = ids.get(id);
    if (pseudonym === undefined) {
      pseudonym = this.#old.get(key)?.get(id) ?? this.#hashOf(rotation)(prefix + id).slice(0, 16);
      ids.set(id, pseudonym);
      this.#youngCount++;
    }
    return pseudonym;
  }
}
