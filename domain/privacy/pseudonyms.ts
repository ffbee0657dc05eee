/**
 * Turns ids of persons and sessions into pseudonyms: 64 bits of a keyed hash as 16 lower-case hex characters. Without the
 * key nobody can go from a known id to its pseudonym; with 64 bits, one pair among 100 million users of a workspace
 * collides with a chance of 3 in 10,000 (birthday bound n²/2^65).
 */

export type PseudonymKind = 'user' | 'session';
/** A keyed hash as hex text, at least 16 characters (HMAC-SHA256 in the server). */
export type KeyedHash = (text: string) => string;

/**
 * Remembers what it computed, since a user sends many events. Two generations instead of a least-recently-used list: at
 * most `maxRemembered` ids are kept twice over, and remembering costs no bookkeeping.
 */
export class Pseudonyms {
  readonly #keyedHash: KeyedHash;
  readonly #maxRemembered: number;
  #young = new Map<string, Map<string, string>>();
  #old = new Map<string, Map<string, string>>();
  #youngCount = 0;

  constructor(keyedHash: KeyedHash, maxRemembered = 100_000) {
    this.#keyedHash = keyedHash;
    this.#maxRemembered = maxRemembered;
  }

  /**
   * One workspace's pseudonyms of one kind. The same id in another workspace has an unrelated pseudonym. Ask anew for
   * every batch: the function keeps using what was remembered when it was made.
   */
  of(workspaceId: string, kind: PseudonymKind): (id: string) => string {
    // NUL cannot occur in an id, so no two of these texts can be confused.
    const prefix = `${workspaceId}\0${kind}\0`;
    const young = this.#young.get(prefix);
    return (id) => (id === '' ? '' : (young?.get(id) ?? this.#remember(prefix, id)));
  }

  #remember(prefix: string, id: string): string {
    if (this.#youngCount >= this.#maxRemembered) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngCount = 0;
    }
    let ids = this.#young.get(prefix);
    if (ids === undefined) {
      ids = new Map();
      this.#young.set(prefix, ids);
    }
    let pseudonym = ids.get(id);
    if (pseudonym === undefined) {
      pseudonym = this.#old.get(prefix)?.get(id) ?? this.#keyedHash(prefix + id).slice(0, 16);
      ids.set(id, pseudonym);
      this.#youngCount++;
    }
    return pseudonym;
  }
}
