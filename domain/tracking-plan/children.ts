/** The schemas inside a schema: the one place that knows which keywords hold some. */
import type { PropertySchema } from './event-schema.ts';
import { pointer } from './pointer.ts';

/** Schemas directly inside another, with the pointers that lead there. */
export function childrenOf(
  schema: PropertySchema,
): readonly { readonly path: string; readonly schema: PropertySchema }[] {
  const named = (keyword: '$defs' | 'properties') =>
    Object.entries(schema[keyword] ?? {}).map(([name, child]) => ({ path: pointer(keyword, name), schema: child }));
  const listed = (keyword: 'prefixItems' | 'anyOf' | 'oneOf') =>
    (schema[keyword] ?? []).map((child, index) => ({ path: pointer(keyword, index), schema: child }));
  const single = (keyword: 'items' | 'additionalProperties') => {
    const child = schema[keyword];
    return typeof child === 'object' ? [{ path: pointer(keyword), schema: child }] : [];
  };
  return [
    ...named('$defs'),
    ...named('properties'),
    ...single('additionalProperties'),
    ...single('items'),
    ...listed('prefixItems'),
    ...listed('anyOf'),
    ...listed('oneOf'),
  ];
}

/** The schema and all schemas in it, definitions included. */
export function everySchema(schema: PropertySchema): PropertySchema[] {
  return [schema, ...childrenOf(schema).flatMap(({ schema: child }) => everySchema(child))];
}
