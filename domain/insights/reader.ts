/** Reads parts of untrusted JSON and gathers what is wrong with them, each with its JSON pointer. */
import type { InputError } from '../contract/index.ts';
import { clip } from './fields.ts';

export class InputReader {
  readonly errors: InputError[] = [];
  /** Whether what is read may ask for single people; who allows that is for the caller to see to. */
  readonly mayNamePeople: boolean;

  constructor(options: { readonly mayNamePeople: boolean } = { mayNamePeople: false }) {
    this.mayNamePeople = options.mayNamePeople;
  }

  refuse(path: string, message: string): void {
    this.errors.push({ path, message });
  }

  /** An object with no other keys than these; a required one that is missing leaves an error of its own. */
  object(
    value: unknown,
    path: string,
    keys: readonly string[],
    required: readonly string[],
  ): Readonly<Record<string, unknown>> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse(path, 'must be an object');
      return undefined;
    }
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object)) {
      if (!keys.includes(key)) {
        this.refuse(`${path}/${pointerToken(key)}`, `is not known here; allowed are ${keys.join(', ')}`);
      }
    }
    for (const key of required) if (object[key] === undefined) this.refuse(`${path}/${key}`, 'is required');
    return object;
  }

  list(value: unknown, path: string, minItems: number, maxItems: number): readonly unknown[] {
    if (Array.isArray(value) && value.length >= minItems && value.length <= maxItems) return value;
    this.refuse(path, `must be a list of ${minItems} to ${maxItems} entries`);
    return [];
  }

  /** A string the stores can hold: no NUL, no lone surrogate. */
  text(value: unknown, path: string, maxLength: number, minLength = 0): string | undefined {
    const fits = typeof value === 'string' && value.length >= minLength && value.length <= maxLength;
    if (fits && value.isWellFormed() && !value.includes('\0')) return value;
    const atLeast = minLength === 0 ? 'at most' : `${minLength} to`;
    this.refuse(path, `must be text of ${atLeast} ${maxLength} characters, without NUL or broken surrogates`);
    return undefined;
  }

  wholeNumber(value: unknown, path: string, min: number, max: number): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.refuse(path, `must be a whole number from ${min} to ${max}`);
    return undefined;
  }

  oneOf<Value extends string>(value: unknown, path: string, allowed: readonly Value[]): Value | undefined {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
      const got = typeof value === 'string' ? `; got "${clip(value)}"` : '';
      this.refuse(path, `must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}${got}`);
    }
    return found;
  }
}

/** A key as part of a JSON pointer (RFC 6901). */
function pointerToken(key: string): string {
  return clip(key).replaceAll('~', '~0').replaceAll('/', '~1');
}
