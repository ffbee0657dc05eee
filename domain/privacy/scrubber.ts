/** Scrubs whole events: every text of the envelope, every name and value of the properties. */
import type { Event, PropertyValue } from '@uptake/domain/contract';
import { type NamedRule, ruleOfName, wordsOf } from './keys.ts';
import { isCardNumber } from './numbers.ts';
import { expressionOf, type OwnRules } from './own-rules.ts';
import { type OnScrubbed, replacementOf } from './rules.ts';
import { scrubText, scrubVersion } from './text.ts';

/** Property names of a healthy tracking plan number in the hundreds; beyond this a client makes them up. */
const MAX_REMEMBERED_NAMES = 20_000;
const SHORTEST_CARD_NUMBER = 1e12;
/** Nothing shorter than `a@b.cd` is personal by its form. */
const SHORTEST_PERSONAL = 6;
/** Slots of `Scrubber.#clean`: the version has rules of its own, the columns below are numbered from 1. */
const VERSION = 0;
const REPEATING_COLUMNS = 7;

type Properties = { readonly [name: string]: PropertyValue };
/** What is known of a property name: the rule it calls for, and what it is stored as. */
type KnownName = { readonly named: NamedRule | undefined; readonly storedAs: string };

/** What most ids are. By chance some hold what looks like a number of the rules. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;
const OWN: NamedRule = { rule: 'own', keepsNumbers: false };
const TRACE_ID = /^[0-9a-f]{32}$/;

export class Scrubber {
  readonly #onScrubbed: OnScrubbed | undefined;
  readonly #names = new Map<string, KnownName>();
  readonly #ownNames: ReadonlySet<string>;
  readonly #ownForms: RegExp | undefined;
  /** By column the text found clean last. */
  readonly #clean: string[] = Array.from({ length: 1 + REPEATING_COLUMNS }, () => '');

  /** `own`: what is taken out beside what the product's rules cover. Throws on a form that `refusalOfForm` refuses. */
  constructor(onScrubbed?: OnScrubbed, own: OwnRules = { names: [], forms: [] }) {
    this.#onScrubbed = onScrubbed;
    this.#ownNames = new Set(own.names.map(wordsOf));
    this.#ownForms = expressionOf(own.forms);
  }

  /** In place for the envelope; `properties` and assignments are replaced where something was found, never written to. */
  event(event: Event): void {
    if (event.appVersion !== this.#clean[VERSION]) {
      const version = this.version(event.appVersion);
      if (version === event.appVersion) this.#clean[VERSION] = version;
      event.appVersion = version;
    }
    event.tenantId = this.text(event.tenantId);
    event.userRole = this.#repeating(1, event.userRole);
    event.featureArea = this.#repeating(2, event.featureArea);
    event.workflowName = this.#repeating(3, event.workflowName);
    event.surface = this.#repeating(4, event.surface);
    event.requestId = this.text(event.requestId);
    // Thirty-two hexadecimal digits are what W3C makes them, random; by chance some hold what looks like a card number.
    if (!TRACE_ID.test(event.traceId)) event.traceId = this.text(event.traceId);
    event.correlationId = this.text(event.correlationId);
    event.browserFamily = this.#repeating(5, event.browserFamily);
    event.osFamily = this.#repeating(6, event.osFamily);
    event.region = this.#repeating(7, event.region);
    event.experimentAssignments = this.#assignments(event.experimentAssignments);
    event.properties = this.properties(event.properties) as Record<string, PropertyValue>;
  }

  /** Of an application: four numbers with dots are no address there. */
  version(text: string): string {
    return scrubVersion(text, this.#onScrubbed);
  }

  text(text: string): string {
    if (this.#ownForms !== undefined) return this.#own(this.#ownForms, scrubText(text, this.#onScrubbed));
    if (text.length < SHORTEST_PERSONAL || (text.length === UUID_LENGTH && UUID.test(text))) return text;
    return scrubText(text, this.#onScrubbed);
  }

  #own(forms: RegExp, text: string): string {
    return text.replace(forms, () => {
      this.#onScrubbed?.('own');
      return replacementOf('own');
    });
  }

  /** For columns of few values, which one event after the other has the same: what was clean a moment ago is clean. */
  #repeating(column: number, text: string): string {
    if (text === this.#clean[column]) return text;
    const scrubbed = this.text(text);
    if (scrubbed === text) this.#clean[column] = text;
    return scrubbed;
  }

  /** The same object where nothing was found. */
  properties(properties: Properties): Properties {
    let scrubbed: Record<string, PropertyValue> | undefined;
    for (const name in properties) {
      const value = properties[name]!;
      const known = this.#known(name);
      const kept = known.named === undefined ? this.#value(value) : this.#named(value, known.named);
      if (scrubbed === undefined && kept === value && known.storedAs === name) continue;
      scrubbed ??= before(properties, name);
      scrubbed[freeName(scrubbed, known.storedAs)] = kept;
    }
    return scrubbed ?? properties;
  }

  /** By their form only: an experiment may well be called `new_password`. */
  #assignments(assignments: Record<string, string>): Record<string, string> {
    let isClean = true;
    const scrubbed: Record<string, string> = {};
    for (const name in assignments) {
      const storedAs = this.text(name);
      const bucket = this.text(assignments[name]!);
      isClean &&= storedAs === name && bucket === assignments[name];
      scrubbed[freeName(scrubbed, storedAs)] = bucket;
    }
    return isClean ? assignments : scrubbed;
  }

  #value(value: PropertyValue): PropertyValue {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return value >= SHORTEST_CARD_NUMBER ? this.#number(value) : value;
      case 'object':
        if (value === null) return value;
        return Array.isArray(value) ? this.#items(value) : this.properties(value as Properties);
      default:
        return value;
    }
  }

  #items(items: readonly PropertyValue[]): readonly PropertyValue[] {
    let scrubbed: PropertyValue[] | undefined;
    for (let index = 0; index < items.length; index++) {
      const kept = this.#value(items[index]!);
      if (kept === items[index]) continue;
      scrubbed ??= [...items];
      scrubbed[index] = kept;
    }
    return scrubbed ?? items;
  }

  #number(value: number): PropertyValue {
    if (!Number.isInteger(value) || !isCardNumber(String(value))) return value;
    this.#onScrubbed?.('card');
    return replacementOf('card');
  }

  /** Whole, whatever it holds: an address is an object as often as a text. Yes, no and nothing name nobody. */
  #named(value: PropertyValue, { rule, keepsNumbers }: NamedRule): PropertyValue {
    if (value === null || value === '' || typeof value === 'boolean') return value;
    if (keepsNumbers && typeof value === 'number') return value;
    this.#onScrubbed?.(rule);
    return replacementOf(rule);
  }

  #known(name: string): KnownName {
    let known = this.#names.get(name);
    if (known === undefined) {
      if (this.#names.size >= MAX_REMEMBERED_NAMES) this.#names.clear();
      const named = this.#ownNames.has(wordsOf(name)) ? OWN : ruleOfName(name);
      known = { named, storedAs: this.text(name) };
      this.#names.set(name, known);
    }
    return known;
  }
}

/** The properties that stand before `name`, all of which were found clean. */
function before(properties: Properties, name: string): Record<string, PropertyValue> {
  const copy: Record<string, PropertyValue> = {};
  for (const earlier in properties) {
    if (earlier === name) break;
    copy[earlier] = properties[earlier]!;
  }
  return copy;
}

/** Two names may scrub to the same text; neither value is lost for it. */
function freeName(properties: Properties, name: string): string {
  if (!Object.hasOwn(properties, name)) return name;
  let suffix = 2;
  while (Object.hasOwn(properties, `${name}_${suffix}`)) suffix++;
  return `${name}_${suffix}`;
}
