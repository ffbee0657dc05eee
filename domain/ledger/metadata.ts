/** What a ledger row may say besides who and when: enumerated keys whose values are stable identifiers, never text (requirement L4). */
import type { PropertyValue } from '@uptake/domain/contract';

export type MetadataKind =
  /** One of a fixed list of words. */
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** A word of somebody's code: `dead_letter_replay`, `billing.invoice-export`. */
  | { readonly kind: 'identifier' }
  /** The UUID of a row in the table that holds the truth. */
  | { readonly kind: 'reference' }
  | { readonly kind: 'boolean' };

export type MetadataKey = MetadataKind & { readonly required?: boolean };

/** Of one milestone, by key. What is not listed may not be said. */
export type MetadataRules = Readonly<Record<string, MetadataKey>>;

export const IDENTIFIER_MAX_LENGTH = 64;

/**
 * Lower-case words joined by `.`, `:`, `-`, `_` or `/`, a letter first: what a programmer writes once. Neither a sentence,
 * an address, a number nor a token of mixed case passes.
 */
const IDENTIFIER = /^[a-z][a-z0-9_]*(?:[.:/-][a-z0-9_]+)*$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** So many digits in a row are a phone or a card rather than a name. */
const LONG_NUMBER = /\d{7}/;

export function isIdentifier(value: string): boolean {
  return value.length <= IDENTIFIER_MAX_LENGTH && IDENTIFIER.test(value) && !LONG_NUMBER.test(value);
}

export function isReference(value: string): boolean {
  return UUID.test(value);
}

/** What is wrong with a value, in words that do not repeat it; `undefined` where nothing is. */
export function mistakeInMetadata(key: MetadataKind, value: PropertyValue): string | undefined {
  switch (key.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'enum':
      return typeof value === 'string' && key.values.includes(value)
        ? undefined
        : `must be one of ${key.values.join(', ')}`;
    case 'identifier':
      return typeof value === 'string' && isIdentifier(value)
        ? undefined
        : `must be a stable identifier: lower-case words joined by _ . : / or -, at most ${IDENTIFIER_MAX_LENGTH} characters`;
    case 'reference':
      return typeof value === 'string' && isReference(value) ? undefined : 'must be a UUID';
  }
}
