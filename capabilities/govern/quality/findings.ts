/**
 * Looks for personal data in what is stored already, harder than the door does: also behind the encodings that texts are
 * sent in. Says which rule found something where, never what.
 */
import type { PropertyValue } from '@uptake/domain/contract';
import { PSEUDONYM_MARK } from '@uptake/domain/dead-letters';
import { type OwnRules, Scrubber, type ScrubRule } from '@uptake/domain/privacy';

export type Finding = { readonly rule: ScrubRule; readonly place: string };

/** Ids and times of an event: random or counted, and by chance some look like a number of the rules. */
const KNOWN_FORMS = new Set(['event_id', 'timestamp', 'sent_at', 'trace_id', 'weight']);
const LONGEST_ENCODED = 4_096;
const DEEPEST = 32;

export class Finder {
  readonly #scrubber: Scrubber;
  readonly #fired = new Set<ScrubRule>();

  constructor(own: OwnRules) {
    this.#scrubber = new Scrubber((rule) => this.#fired.add(rule), own);
  }

  text(place: string, text: string): readonly Finding[] {
    return this.#rulesIn(text).map((rule) => ({ rule, place }));
  }

  /** Of an object: by the names of its members as well as by their values. */
  members(place: string, members: Readonly<Record<string, unknown>>): readonly Finding[] {
    const known = Object.entries(members).filter(([name]) => !KNOWN_FORMS.has(name));
    const rules = new Set<ScrubRule>();
    this.#look(Object.fromEntries(known), rules, 0);
    return [...rules].map((rule) => ({ rule, place }));
  }

  #look(value: unknown, rules: Set<ScrubRule>, depth: number): void {
    if (depth > DEEPEST) return;
    if (typeof value === 'string') for (const rule of this.#rulesIn(value)) rules.add(rule);
    else if (Array.isArray(value)) for (const item of value) this.#look(item, rules, depth + 1);
    else if (typeof value === 'object' && value !== null) this.#lookAtMembers(value, rules, depth);
    else if (typeof value === 'number') this.#note({ value }, rules);
  }

  #lookAtMembers(members: object, rules: Set<ScrubRule>, depth: number): void {
    for (const [name, value] of Object.entries(members)) {
      // A pseudonym and what was taken out stand where the rule by name would find them.
      if (typeof value === 'string' && value.startsWith(PSEUDONYM_MARK)) continue;
      this.#note({ [name]: shallow(value) }, rules);
      this.#look(value, rules, depth + 1);
    }
  }

  #note(properties: Readonly<Record<string, PropertyValue>>, rules: Set<ScrubRule>): void {
    this.#fired.clear();
    if (this.#scrubber.properties(properties) === properties) return;
    for (const rule of this.#fired) rules.add(rule);
  }

  #rulesIn(text: string): ScrubRule[] {
    const rules = new Set<ScrubRule>();
    for (const variant of [text, ...decoded(text)]) {
      this.#fired.clear();
      if (this.#scrubber.text(variant) !== variant) for (const rule of this.#fired) rules.add(rule);
    }
    return [...rules];
  }
}

/** An object is looked into member by member; its name alone may call for a rule all the same. */
function shallow(value: unknown): PropertyValue {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? [] : {};
  return value as PropertyValue;
}

const PERCENT = /%[0-9a-f]{2}/i;
const ESCAPE = /\\u[0-9a-f]{4}|&#x?[0-9a-f]{1,6};/i;
const BASE64 = /^[A-Za-z0-9+/_-]{12,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2}){8,}$/i;

/** What a text says once its encoding is undone; nothing where it has none. */
function decoded(text: string): string[] {
  if (text.length > LONGEST_ENCODED) return [];
  const variants: string[] = [];
  if (PERCENT.test(text)) variants.push(unescapePercent(text));
  if (ESCAPE.test(text)) variants.push(unescapeCharacters(text));
  if (HEX.test(text)) variants.push(...readable(Buffer.from(text, 'hex')));
  else if (BASE64.test(text)) variants.push(...readable(Buffer.from(text, 'base64')));
  return variants;
}

function unescapePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

function unescapeCharacters(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (whole, x: string, digits: string) => {
      const code = Number.parseInt(digits, x === '' ? 10 : 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}

/** Random bytes are no text, and what a rule makes of them is chance. */
function readable(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  return /[\p{Cc}\ufffd]/u.test(text) ? [] : [text];
}
