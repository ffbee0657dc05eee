/** Reads and writes places of a configuration, named as the server names them where something is wrong (`/mapping/rows`). */
import type { Json } from '../types.ts';

const keysOf = (place: string) => place.split('/').slice(1);
const isObject = (json: Json | undefined): json is { readonly [name: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

export function valueAt(json: Json, place: string): Json | undefined {
  let at: Json | undefined = json;
  for (const key of keysOf(place)) {
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(key)];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** What is shown in a text field: nothing where there is no text or number. */
export function textAt(json: Json, place: string): string {
  const value = valueAt(json, place);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function listAt(json: Json, place: string): readonly Json[] {
  const value = valueAt(json, place);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** With the value at its place, objects on the way made; `undefined` takes the place away. */
export function withValue(json: Json, place: string, value: Json | undefined): Json {
  return put(json, keysOf(place), value) ?? {};
}

function put(json: Json | undefined, [key, ...rest]: readonly string[], value: Json | undefined): Json | undefined {
  if (key === undefined) return value;
  if (Array.isArray(json)) {
    const items: readonly Json[] = json;
    const index = Number(key);
    const item = put(items[index], rest, value);
    return item === undefined ? items.filter((_, at) => at !== index) : items.toSpliced(index, 1, item);
  }
  const object = isObject(json) ? json : {};
  const { [key]: before, ...others } = object;
  const member = put(before, rest, value);
  return member === undefined ? others : { ...object, [key]: member };
}
