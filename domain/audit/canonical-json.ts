/**
 * One text per JSON value, so that a hash over it can be computed again by anybody: RFC 8785 (members in the order of their
 * names, no spaces), but numbers in plain decimal notation, as the control store keeps them.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export function canonicalJson(value: Json): string {
  if (typeof value === 'number') return plainDecimal(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

const isList = (value: Exclude<Json, null | boolean | number | string>): value is readonly Json[] =>
  Array.isArray(value);

/** By code points, which is the order of the bytes in UTF-8; the order of UTF-16 differs beyond U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The shortest digits that name the number, without an exponent: 1e21 is 1 and twenty-one zeros. */
function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('JSON has no infinite numbers');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
