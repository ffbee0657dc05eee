/** Checks `properties` and `experiment_assignments` against the limits, without copying them: what passes is kept as parsed. */
import { isStorableText, jsonPointer, quotable } from './decode-text.ts';
import { LIMITS } from './limits.ts';
import type { Reason, Refusal } from './reasons.ts';

/**
 * One walk over one event's open-ended parts. `textLength` is the sum of what was seen, in UTF-16 units, so that the
 * decoder need measure only events that could be too large.
 */
export class PropertyWalk {
  textLength = 0;
  refusal: Refusal | undefined;
  readonly #isTextStorable: boolean;
  #count = 0;
  #root: 'properties' | 'experiment_assignments' = 'properties';
  /** Names from the root down to the object being walked; touched only when the walk goes deeper, so flat properties never pay for it. */
  readonly #trail: (string | number)[] = [];

  /** `isTextStorable`: the body was shown to hold neither NUL nor lone surrogates, so texts need no look. */
  constructor(isTextStorable: boolean) {
    this.#isTextStorable = isTextStorable;
  }

  reset(): void {
    this.textLength = 0;
    this.refusal = undefined;
    this.#count = 0;
  }

  /** Whether `object` holds nothing that a property may not hold. */
  properties(object: object): boolean {
    this.#root = 'properties';
    return this.#object(object as Record<string, unknown>, 0);
  }

  assignments(object: object): boolean {
    this.#root = 'experiment_assignments';
    const assignments = object as Record<string, unknown>;
    let count = 0;
    for (const name in assignments) {
      const bucket = assignments[name];
      if (bucket === undefined) continue;
      if (++count > LIMITS.assignmentsPerEvent) {
        return this.#refuse(
          'too_many_properties',
          undefined,
          `Send at most ${LIMITS.assignmentsPerEvent} assignments.`,
        );
      }
      if (!this.#name(name)) return false;
      if (typeof bucket !== 'string') {
        return this.#refuse('invalid_type', name, `The bucket is a text, not ${typeName(bucket)}.`);
      }
      if (bucket.length > LIMITS.assignmentLength) {
        return this.#refuse('string_too_long', name, tooLong(bucket, LIMITS.assignmentLength));
      }
      if (!this.#isTextStorable && !isStorableText(bucket)) return this.#refuse('invalid_string', name, UNSTORABLE);
      this.textLength += name.length + bucket.length;
    }
    return true;
  }

  #object(object: Record<string, unknown>, depth: number): boolean {
    for (const name in object) {
      const value = object[name];
      if (value === undefined) continue;
      if (++this.#count > LIMITS.propertiesPerEvent) {
        return this.#refuse(
          'too_many_properties',
          undefined,
          `Send at most ${LIMITS.propertiesPerEvent} properties in an event, counted on every level.`,
        );
      }
      if (!this.#name(name)) return false;
      this.textLength += name.length;
      if (!this.#value(value, name, depth)) return false;
    }
    return true;
  }

  #array(items: readonly unknown[], depth: number): boolean {
    if (items.length > LIMITS.arrayItems) {
      return this.#refuse('too_many_properties', undefined, `Send at most ${LIMITS.arrayItems} items in an array.`);
    }
    for (let index = 0; index < items.length; index++) {
      if (!this.#value(items[index], index, depth)) return false;
    }
    return true;
  }

  #value(value: unknown, at: string | number, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        this.textLength += value.length;
        if (value.length > LIMITS.propertyStringLength) {
          return this.#refuse('string_too_long', at, tooLong(value, LIMITS.propertyStringLength));
        }
        return this.#isTextStorable || isStorableText(value) || this.#refuse('invalid_string', at, UNSTORABLE);
      case 'number':
        this.textLength += 8;
        // Every double beyond 2^53 is whole, and was perhaps rounded before we could see it; NaN fails here as well.
        return (
          Math.abs(value) <= Number.MAX_SAFE_INTEGER ||
          this.#refuse(
            'number_out_of_range',
            at,
            'Beyond 2^53 - 1 digits are lost on the way; send the number as text.',
          )
        );
      case 'boolean':
        return true;
      case 'object':
        return value === null || this.#nested(value, at, depth + 1);
      default:
        return this.#refuse('invalid_type', at, `A property is JSON, not ${typeName(value)}.`);
    }
  }

  #nested(value: object, at: string | number, depth: number): boolean {
    if (depth > LIMITS.propertyDepth) {
      return this.#refuse(
        'too_deep',
        at,
        `Nest at most ${LIMITS.propertyDepth} levels below properties, or flatten them.`,
      );
    }
    this.textLength += 2;
    this.#trail.push(at);
    const isKept = Array.isArray(value)
      ? this.#array(value, depth)
      : this.#object(value as Record<string, unknown>, depth);
    this.#trail.pop();
    return isKept;
  }

  #name(name: string): boolean {
    if (name.length === 0 || name.length > LIMITS.propertyNameLength) {
      return this.#refuse('invalid_property_name', name, `Names have 1 to ${LIMITS.propertyNameLength} characters.`);
    }
    if (name === '__proto__') {
      return this.#refuse('invalid_property_name', name, 'This name is reserved; call the property something else.');
    }
    if (!this.#isTextStorable && !isStorableText(name)) {
      return this.#refuse(
        'invalid_property_name',
        name,
        `In the name ${JSON.stringify(quotable(name))}: ${UNSTORABLE}`,
      );
    }
    return true;
  }

  #refuse(reason: Reason, at: string | number | undefined, detail: string): false {
    const path = jsonPointer([this.#root, ...this.#trail, ...(at === undefined ? [] : [at])]);
    this.refusal ??= { reason, path, detail };
    return false;
  }
}

export const UNSTORABLE = 'The text holds a NUL or half of a surrogate pair; remove it before sending.';

export function tooLong(text: string, maxLength: number): string {
  return `The text has ${text.length} characters; shorten it to at most ${maxLength}.`;
}

/** How JSON names the type of a value, with its article. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}
