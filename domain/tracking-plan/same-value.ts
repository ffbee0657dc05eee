/** Equality of JSON values as JSON Schema has it: numbers by value, objects without regard to the order of names. */
import type { JsonValue } from './event-schema.ts';

export function isSameValue(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => isSameValue(item, b[at]))
    );
  }
  const [one, other] = [a as { [name: string]: JsonValue }, b as { [name: string]: JsonValue }];
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSameValue(one[name]!, other[name]!))
  );
}
