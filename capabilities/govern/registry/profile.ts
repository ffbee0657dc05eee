/** What a sample of stored events shows of an event: how often each property is there, of which types, with which values. */
import type { EventType } from '@uptake/domain/contract';
import type { JsonType, ObservedEvent, ObservedProperty } from '@uptake/domain/tracking-plan';

export type SampledEvent = {
  readonly properties: unknown;
  readonly eventType: string;
  readonly featureArea: string;
  /** False for what is restricted or highly personal: it counts, and no value of it is shown. */
  readonly isShown: boolean;
};

/** One more than an enum may have, so that one that has too many can be told. */
const MAX_VALUES = 21;
/** Longer texts are somebody's words, not an example. */
const EXAMPLE_MAX_LENGTH = 100;
const MAX_DEPTH = 5;
const MAX_MEMBERS = 250;

export function profileEvent(eventName: string, sample: readonly SampledEvent[]): ObservedEvent {
  const root = new Profile('', 0);
  for (const { properties, isShown } of sample) root.add(properties, isShown);
  const eventType = mostFrequent(sample.map((event) => event.eventType));
  const featureArea = mostFrequent(sample.map((event) => event.featureArea));
  return {
    eventName,
    count: sample.length,
    ...(eventType === undefined ? {} : { eventType: eventType as EventType }),
    ...(featureArea === undefined ? {} : { featureArea }),
    properties: root.members(),
  };
}

/** Grows with each value seen at one place. */
class Profile {
  readonly #name: string;
  readonly #depth: number;
  #count = 0;
  readonly #types: Partial<Record<JsonType, number>> = {};
  readonly #values = new Set<string | number | boolean>();
  #hasMoreValues = false;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  #maxLength = 0;
  #items: Profile | undefined;
  readonly #members = new Map<string, Profile>();

  constructor(name: string, depth: number) {
    this.#name = name;
    this.#depth = depth;
  }

  add(value: unknown, isShown: boolean): void {
    this.#count++;
    const type = typeOf(value);
    this.#types[type] = (this.#types[type] ?? 0) + 1;
    if (typeof value === 'number') {
      this.#minimum = Math.min(this.#minimum, value);
      this.#maximum = Math.max(this.#maximum, value);
    }
    if (typeof value === 'string') this.#maxLength = Math.max(this.#maxLength, value.length);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      this.#keep(value, isShown);
    if (this.#depth >= MAX_DEPTH || value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      this.#items ??= new Profile(this.#name, this.#depth + 1);
      for (const item of value) this.#items.add(item, isShown);
      return;
    }
    for (const [name, member] of Object.entries(value)) this.#member(name)?.add(member, isShown);
  }

  members(): ObservedProperty[] {
    return [...this.#members.values()].map((member) => member.#observed());
  }

  #keep(value: string | number | boolean, isShown: boolean): void {
    if (this.#values.has(value)) return;
    const isExample = isShown && !(typeof value === 'string' && value.length > EXAMPLE_MAX_LENGTH);
    if (isExample && this.#values.size < MAX_VALUES) this.#values.add(value);
    else this.#hasMoreValues = true;
  }

  #member(name: string): Profile | undefined {
    const known = this.#members.get(name);
    if (known !== undefined || this.#members.size >= MAX_MEMBERS) return known;
    const made = new Profile(name, this.#depth + 1);
    this.#members.set(name, made);
    return made;
  }

  #observed(): ObservedProperty {
    const hasNumbers = this.#minimum <= this.#maximum;
    return {
      name: this.#name,
      count: this.#count,
      types: this.#types,
      examples: [...this.#values],
      distinctCount: this.#values.size + (this.#hasMoreValues ? 1 : 0),
      ...(hasNumbers && { minimum: this.#minimum, maximum: this.#maximum }),
      ...(this.#maxLength > 0 && { maxLength: this.#maxLength }),
      ...(this.#items !== undefined && { items: this.#items.#observed() }),
      ...(this.#members.size > 0 && { properties: this.members() }),
    };
  }
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'string' | 'boolean' | 'object';
}

/** `undefined` where most say nothing. */
function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [top] = [...counts].sort(([, one], [, other]) => other - one);
  return top === undefined || top[0] === '' ? undefined : top[0];
}
