/** Checks a chain of audit entries: every entry as it was written, in its place, and none missing. */
import { canonicalJson, type Json } from './canonical-json.ts';

/** An entry as it is kept; the names are those that are hashed. */
export type ChainedEntry = {
  readonly id: string;
  readonly workspace_id: string | null;
  readonly sequence: number;
  /** ISO-8601, milliseconds, UTC. */
  readonly occurred_at: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly details: { readonly [name: string]: Json };
  readonly previous_hash: string;
  readonly hash: string;
};

/** A place in a chain, written down somewhere else: what was there then must still be there. */
export type Anchor = { readonly sequence: number; readonly hash: string };

export type ChainFault = {
  /** `changed`: its own hash does not fit it. `unlinked`: it does not follow the one before. `missing`: it is not there. */
  readonly kind: 'changed' | 'unlinked' | 'missing' | 'cut_off' | 'anchor_differs';
  readonly sequence: number;
  readonly entryId: string | undefined;
  readonly detail: string;
};

export const BEFORE_FIRST: Anchor = { sequence: 0, hash: '0'.repeat(64) };

/** What an entry's hash is taken over. */
export function hashedText(entry: Omit<ChainedEntry, 'hash'>): string {
  return canonicalJson({
    action: entry.action,
    actor_id: entry.actor_id,
    actor_kind: entry.actor_kind,
    details: entry.details,
    id: entry.id,
    occurred_at: entry.occurred_at,
    previous_hash: entry.previous_hash,
    sequence: entry.sequence,
    subject_id: entry.subject_id,
    subject_kind: entry.subject_kind,
    workspace_id: entry.workspace_id,
  });
}

/**
 * Reads a chain from its beginning, entry by entry in the order of `sequence`. Stops caring after the first fault: what
 * follows a broken link proves nothing.
 */
export class ChainCheck {
  #last: Anchor = BEFORE_FIRST;
  #fault: ChainFault | undefined;
  readonly #sha256: (text: string) => string;
  readonly #anchors: ReadonlyMap<number, string>;

  /** `sha256`: lower-case hex of the UTF-8 bytes. `anchors`: places written down earlier. */
  constructor(sha256: (text: string) => string, anchors: readonly Anchor[] = []) {
    this.#sha256 = sha256;
    this.#anchors = new Map(anchors.map(({ sequence, hash }) => [sequence, hash]));
  }

  next(entry: ChainedEntry): void {
    this.#fault ??= this.#faultOf(entry);
    if (this.#fault === undefined) this.#last = { sequence: entry.sequence, hash: entry.hash };
  }

  /** `end`: where the store says the chain ends. Answers the first fault, or `undefined` for a whole chain. */
  finish(end: Anchor): ChainFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const reached = this.#last;
    const furthest = Math.max(end.sequence, ...this.#anchors.keys());
    if (furthest > reached.sequence) {
      return {
        kind: 'cut_off',
        sequence: reached.sequence + 1,
        entryId: undefined,
        detail: `the chain ends with entry ${reached.sequence}, and reached entry ${furthest} before`,
      };
    }
    if (end.sequence < reached.sequence || end.hash !== reached.hash) {
      const detail = `the chain ends with entry ${reached.sequence}, and its end was moved to ${end.sequence}`;
      return { kind: 'unlinked', sequence: reached.sequence, entryId: undefined, detail };
    }
    return undefined;
  }

  /** The last entry that is beyond doubt. */
  get verified(): Anchor {
    return this.#last;
  }

  #faultOf(entry: ChainedEntry): ChainFault | undefined {
    const at = { sequence: entry.sequence, entryId: entry.id };
    const expected = this.#last.sequence + 1;
    if (entry.sequence > expected) {
      const detail = `entry ${expected} is missing; entry ${entry.sequence} follows ${this.#last.sequence}`;
      return { kind: 'missing', sequence: expected, entryId: undefined, detail };
    }
    if (entry.sequence < expected) return { kind: 'unlinked', ...at, detail: `entry ${entry.sequence} is there twice` };
    if (this.#sha256(hashedText(entry)) !== entry.hash) {
      return { kind: 'changed', ...at, detail: `entry ${entry.sequence} is not as it was written` };
    }
    if (entry.previous_hash !== this.#last.hash) {
      return { kind: 'unlinked', ...at, detail: `entry ${entry.sequence} does not follow the one before it` };
    }
    const anchored = this.#anchors.get(entry.sequence);
    if (anchored !== undefined && anchored !== entry.hash) {
      const detail = `entry ${entry.sequence} is another than the anchor names: the chain was written anew`;
      return { kind: 'anchor_differs', ...at, detail };
    }
    return undefined;
  }
}

const ANCHOR = /^(\d{1,15}):([0-9a-f]{64})$/;

/** `12:ab34…`, as it is printed for keeping elsewhere; `undefined` where the text is none. */
export function parseAnchor(text: string): Anchor | undefined {
  const [, sequence, hash] = ANCHOR.exec(text.trim()) ?? [];
  return sequence === undefined || hash === undefined ? undefined : { sequence: Number(sequence), hash };
}

export function anchorText({ sequence, hash }: Anchor): string {
  return `${sequence}:${hash}`;
}
