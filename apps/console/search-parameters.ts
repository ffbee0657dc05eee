/** The search part of an address as plain text parameters: no JSON in it, a repeated name is a list. */

export type SearchParameters = Record<string, string | string[]>;

export function parseSearch(search: string): SearchParameters {
  const parameters: SearchParameters = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const before = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const next = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
    // Not an assignment: that would take `__proto__` for the prototype.
    Object.defineProperty(parameters, name, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return parameters;
}

/** The reverse, with the characters left readable that a query may hold as they are (RFC 3986, section 3.4). */
export function stringifySearch(parameters: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) search.append(name, String(item));
    }
  }
  const text = search.toString().replace(/%(3A|2F|2C|40)/g, (escaped) => decodeURIComponent(escaped));
  return text === '' ? '' : `?${text}`;
}
