/**
 * Makes of whatever a client sent something that may be kept: bounded in depth, members and length, scrubbed in names and
 * values, ids of persons and sessions replaced by pseudonyms wherever in it they stand.
 */
import { type PropertyValue, parseTimestamp, parseUuid } from '@uptake/domain/contract';
import type { Scrubber } from '@uptake/domain/privacy';

export const PAYLOAD_LIMITS = {
  /** Beyond what the envelope allows, so that a letter refused for its depth or size can still be mended. */
  depth: 32,
  members: 5_000,
  /** Of names and texts together, in UTF-16 code units. */
  characters: 128 * 1024,
  /** A longer text is left out whole: cutting it could leave half an address that no rule recognises. */
  textCharacters: 16 * 1024,
  nameCharacters: 200,
} as const;

/** Stands before a pseudonym, so that a replay does not take it for an id and hash it again. */
export const PSEUDONYM_MARK = 'pseudonym:';

export type PayloadTools = {
  readonly scrubber: Pick<Scrubber, 'properties' | 'text'>;
  readonly pseudonymOfUser: (id: string) => string;
  readonly pseudonymOfSession: (id: string) => string;
};

export type KeptPayload = {
  /** JSON text. */
  readonly json: string;
  /** False where something had to be left out; such a letter cannot be replayed. */
  readonly isComplete: boolean;
};

export function keepPayload(raw: unknown, tools: PayloadTools): KeptPayload {
  const copy = new BoundedCopy(tools);
  const root = { root: copy.value(raw, 0) } as { readonly root: PropertyValue };
  const scrubbed = tools.scrubber.properties(root).root;
  return { json: JSON.stringify(scrubbed ?? null), isComplete: copy.isComplete };
}

/** Which id a name calls for, whatever its spelling: `user_id`, `userId`, `User-ID`, `anonymousId`. */
export function identityOfName(name: string): 'user' | 'session' | undefined {
  if (name.length > 40) return undefined;
  const letters = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return USER_IDS.has(letters) ? 'user' : SESSION_IDS.has(letters) ? 'session' : undefined;
}

const USER_IDS = new Set(
  'user userid userids uid useruuid userguid userkey useridentifier externaluserid enduserid personid memberid employeeid customeruserid anonymousid anonid distinctid visitorid deviceid clientid accountuserid actorid'.split(
    ' ',
  ),
);
const SESSION_IDS = new Set('session sessionid sid sessionuuid sessionidentifier visitid'.split(' '));

/** Passes the scrubber untouched, since it has no members of its own, and is written as its text. */
class Verbatim {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toJSON(): string {
    return this.#text;
  }
}

const LEFT_OUT = '[left out]';

class BoundedCopy {
  isComplete = true;
  readonly #tools: PayloadTools;
  #members: number = PAYLOAD_LIMITS.members;
  #characters: number = PAYLOAD_LIMITS.characters;

  constructor(tools: PayloadTools) {
    this.#tools = tools;
  }

  value(raw: unknown, depth: number): unknown {
    if (typeof raw === 'string') return this.#text(raw);
    if (typeof raw !== 'object' || raw === null) return raw ?? null;
    if (depth >= PAYLOAD_LIMITS.depth) return this.#leaveOut();
    return Array.isArray(raw) ? this.#items(raw, depth) : this.#object(raw as Record<string, unknown>, depth);
  }

  #text(text: string): string {
    if (text.length > PAYLOAD_LIMITS.textCharacters || text.length > this.#characters) return this.#leaveOut();
    this.#characters -= text.length;
    return text.toWellFormed();
  }

  #items(items: readonly unknown[], depth: number): unknown[] {
    const kept: unknown[] = [];
    for (const item of items) {
      if (this.#isSpent('')) break;
      kept.push(this.value(item, depth + 1));
    }
    return kept;
  }

  #object(object: Record<string, unknown>, depth: number): Record<string, unknown> {
    const kept: Record<string, unknown> = {};
    for (const name in object) {
      if (this.#isSpent(name)) break;
      if (name === '__proto__' || name.length > PAYLOAD_LIMITS.nameCharacters) {
        this.isComplete = false;
        continue;
      }
      kept[name.toWellFormed()] = this.#member(name, object[name], depth);
    }
    return kept;
  }

  #member(name: string, raw: unknown, depth: number): unknown {
    if (depth === 0 && isKnownForm(name, raw)) return new Verbatim(raw);
    const identity = identityOfName(name);
    if (identity === undefined || typeof raw === 'boolean' || raw === null || raw === '') {
      return this.value(raw, depth + 1);
    }
    if (typeof raw === 'object') {
      // `user: {…}` is an object like any other; what is in it is looked at. A list of ids is a list of ids.
      if (!Array.isArray(raw)) return this.value(raw, depth + 1);
      return raw.slice(0, this.#members).map((item) => this.#pseudonym(identity, item) ?? this.value(item, depth + 2));
    }
    return this.#pseudonym(identity, raw);
  }

  #pseudonym(identity: 'user' | 'session', id: unknown): Verbatim | undefined {
    if (typeof id !== 'string' && typeof id !== 'number') return undefined;
    const { pseudonymOfUser, pseudonymOfSession } = this.#tools;
    const pseudonym = identity === 'user' ? pseudonymOfUser(String(id)) : pseudonymOfSession(String(id));
    return new Verbatim(PSEUDONYM_MARK + pseudonym);
  }

  #isSpent(name: string): boolean {
    this.#members -= 1;
    this.#characters -= name.length;
    if (this.#members >= 0 && this.#characters >= 0) return false;
    this.isComplete = false;
    return true;
  }

  #leaveOut(): string {
    this.isComplete = false;
    return LEFT_OUT;
  }
}

const TRACE_ID = /^[0-9a-f]{32}$/;

/** Random or counted by nature; by chance some look like a card number to a rule, and a replay needs them as they are. */
function isKnownForm(name: string, raw: unknown): raw is string {
  if (typeof raw !== 'string') return false;
  if (name === 'event_id') return parseUuid(raw) !== undefined;
  if (name === 'timestamp' || name === 'sent_at') return parseTimestamp(raw) !== undefined;
  return name === 'trace_id' && TRACE_ID.test(raw);
}

export type Unmarked = { readonly event: unknown; readonly pseudonyms: ReadonlySet<string> };

/**
 * A kept payload as the pipeline reads it: marks taken off, and beside it the pseudonyms that stood behind one. Only those
 * may pass unhashed; an id that a mapping writes is hashed like any other.
 */
export function unmarkPayload(payload: unknown): Unmarked {
  const pseudonyms = new Set<string>();
  const unmark = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (!value.startsWith(PSEUDONYM_MARK)) return value;
      const pseudonym = value.slice(PSEUDONYM_MARK.length);
      if (/^[0-9a-f]{16}$/.test(pseudonym)) pseudonyms.add(pseudonym);
      return pseudonym;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(unmark);
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unmark(member)]));
  };
  return { event: unmark(payload), pseudonyms };
}
