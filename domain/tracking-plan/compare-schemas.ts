/**
 * Compares two property schemas keyword by keyword. Sound, not complete: what it calls compatible admits every value that
 * was valid; what it cannot show to be so (two patterns, rewritten alternatives) it calls breaking.
 */
import { DATA_SENSITIVITIES, PII_CLASSIFICATIONS } from '@uptake/domain/contract';
import type { JsonType, JsonValue, ObjectSchema, PropertySchema } from './event-schema.ts';
import { JSON_TYPES } from './event-schema.ts';
import { definitionName } from './parse-property.ts';
import { pointer, said } from './pointer.ts';
import { isSameValue } from './same-value.ts';

export type Change = {
  readonly kind: 'compatible' | 'breaking';
  readonly rule: string;
  /** JSON pointer into the new document, or into the old one where something is gone. */
  readonly path: string;
  readonly message: string;
};

export function compareSchemas(old: ObjectSchema, next: ObjectSchema): Change[] {
  const comparer = new Comparer();
  comparer.compare(resolve(old, old.$defs ?? {}), resolve(next, next.$defs ?? {}), '/properties');
  return comparer.changes;
}

/** Definitions put in place of the references to them; parsing made sure that this ends. */
function resolve(schema: PropertySchema, definitions: { readonly [name: string]: PropertySchema }): PropertySchema {
  const inner = (each: PropertySchema) => resolve(each, definitions);
  const { $ref, $defs: _, ...own } = schema;
  const name = $ref === undefined ? undefined : definitionName($ref);
  const target = name === undefined ? {} : inner(definitions[name]!);
  // Both hold, so a keyword that stands in both becomes an alternative of its own to be met as well.
  const doubled = Object.keys(own).filter((keyword) => Object.hasOwn(target, keyword) && !ANNOTATIONS.has(keyword));
  // What `items` applies to depends on `prefixItems` beside it, so these two are merged in no case.
  const isList = (each: PropertySchema) => each.items !== undefined || each.prefixItems !== undefined;
  if (isList(own) && isList(target)) doubled.push('items');
  const resolved: PropertySchema = {
    ...own,
    ...(own.properties && { properties: mapValues(own.properties, inner) }),
    ...(typeof own.additionalProperties === 'object' && { additionalProperties: inner(own.additionalProperties) }),
    ...(typeof own.items === 'object' && { items: inner(own.items) }),
    ...(own.prefixItems && { prefixItems: own.prefixItems.map(inner) }),
    ...(own.anyOf && { anyOf: own.anyOf.map(inner) }),
    ...(own.oneOf && { oneOf: own.oneOf.map(inner) }),
  };
  if ($ref === undefined) return resolved;
  // `oneOf` with a single branch says "this as well", which is compared as a whole.
  return doubled.length === 0 ? { ...target, ...resolved } : { oneOf: [target], anyOf: [resolved] };
}

const ANNOTATIONS: ReadonlySet<string> = new Set([
  'title',
  'description',
  '$comment',
  'default',
  'examples',
  'deprecated',
]);
const CLASSES = { 'x-pii-class': PII_CLASSIFICATIONS, 'x-data-sensitivity': DATA_SENSITIVITIES } as const;

/** Bounds: whether a greater number allows more, or fewer, values. */
const BOUNDS = {
  minimum: 'lower',
  exclusiveMinimum: 'lower',
  minLength: 'lower',
  minItems: 'lower',
  minProperties: 'lower',
  maximum: 'upper',
  exclusiveMaximum: 'upper',
  maxLength: 'upper',
  maxItems: 'upper',
  maxProperties: 'upper',
} as const satisfies Partial<Record<keyof PropertySchema, 'lower' | 'upper'>>;

class Comparer {
  readonly changes: Change[] = [];

  compare(old: PropertySchema, next: PropertySchema, path: string): void {
    this.#types(old, next, path);
    this.#values(old, next, path);
    this.#bounds(old, next, path);
    this.#whole(old, next, path, 'pattern', 'pattern_changed', 'pattern_dropped');
    this.#whole(old, next, path, 'format', 'format_changed', 'format_dropped');
    this.#multiple(old, next, path);
    if (old.uniqueItems !== true && next.uniqueItems === true) {
      this.#add('breaking', 'items_unique', `${path}/uniqueItems`, 'Items may no longer repeat.');
    } else if (old.uniqueItems === true && next.uniqueItems !== true) {
      this.#add('compatible', 'items_not_unique', path, 'Items may repeat.');
    }
    this.#whole(old, next, path, 'anyOf', 'alternatives_changed', 'alternatives_dropped');
    this.#whole(old, next, path, 'oneOf', 'alternatives_changed', 'alternatives_dropped');
    this.#properties(old, next, path);
    this.#items(old, next, path);
    this.#classes(old, next, path);
    this.#annotations(old, next, path);
  }

  #types(old: PropertySchema, next: PropertySchema, path: string): void {
    const [before, after] = [typesOf(old), typesOf(next)];
    const at = `${path}/type`;
    const gone = before.filter((type) => !after.includes(type) && !(type === 'integer' && after.includes('number')));
    if (gone.length > 0) {
      this.#add('breaking', 'type_narrowed', at, `No longer allowed: ${gone.join(', ')}.`);
      return;
    }
    const added = after.filter((type) => !before.includes(type));
    if (added.length > 0) this.#add('compatible', 'type_widened', at, `Now allowed: ${added.join(', ')}.`);
  }

  #values(old: PropertySchema, next: PropertySchema, path: string): void {
    const [before, after] = [allowedValues(old), allowedValues(next)];
    const at = path + (next.enum === undefined && next.const !== undefined ? '/const' : '/enum');
    if (after === undefined) {
      if (before !== undefined) this.#add('compatible', 'enum_dropped', path, 'Any value is allowed now.');
      return;
    }
    if (before === undefined) {
      this.#add('breaking', 'enum_added', at, 'Only listed values are allowed now.');
      return;
    }
    const gone = before.filter((value) => !after.some((each) => isSameValue(each, value)));
    const added = after.filter((value) => !before.some((each) => isSameValue(each, value)));
    if (gone.length > 0) this.#add('breaking', 'enum_narrowed', at, `No longer allowed: ${listed(gone)}.`);
    if (added.length > 0) this.#add('compatible', 'enum_widened', at, `Now allowed: ${listed(added)}.`);
  }

  #bounds(old: PropertySchema, next: PropertySchema, path: string): void {
    for (const [keyword, side] of Object.entries(BOUNDS)) {
      const [before, after] = [old[keyword as keyof typeof BOUNDS], next[keyword as keyof typeof BOUNDS]];
      if (before === after) continue;
      const isTighter =
        after !== undefined && (before === undefined || (side === 'lower' ? after > before : after < before));
      const change = `${keyword}: ${before ?? 'none'} → ${after ?? 'none'}.`;
      this.#add(
        isTighter ? 'breaking' : 'compatible',
        isTighter ? 'bound_tightened' : 'bound_loosened',
        after === undefined ? path : `${path}/${keyword}`,
        change,
      );
    }
  }

  #multiple({ multipleOf: before }: PropertySchema, { multipleOf: after }: PropertySchema, path: string): void {
    if (before === after) return;
    if (after === undefined) {
      this.#add('compatible', 'step_dropped', path, 'Numbers between the steps are allowed.');
      return;
    }
    const isFiner = before !== undefined && Number.isInteger(before) && Number.isInteger(after) && before % after === 0;
    const rule = isFiner ? 'step_refined' : 'step_changed';
    this.#add(isFiner ? 'compatible' : 'breaking', rule, `${path}/multipleOf`, `${before ?? 'none'} → ${after}.`);
  }

  /** Keywords that are compared as a whole: the same, gone, or breaking. */
  #whole(
    old: PropertySchema,
    next: PropertySchema,
    path: string,
    keyword: 'pattern' | 'format' | 'anyOf' | 'oneOf',
    changed: string,
    dropped: string,
  ): void {
    const [before, after] = [old[keyword], next[keyword]];
    if (after === undefined) {
      if (before !== undefined) this.#add('compatible', dropped, path, `"${keyword}" is gone.`);
    } else if (before === undefined || !isSameValue(before as JsonValue, after as JsonValue)) {
      this.#add(
        'breaking',
        changed,
        `${path}/${keyword}`,
        `"${keyword}" is ${before === undefined ? 'new' : 'changed'}.`,
      );
    }
  }

  #properties(old: PropertySchema, next: PropertySchema, path: string): void {
    const [before, after] = [old.properties ?? {}, next.properties ?? {}];
    const [openBefore, openAfter] = [old.additionalProperties ?? true, next.additionalProperties ?? true];
    for (const [name, schema] of Object.entries(before)) {
      const at = `${path}/properties${pointer(name)}`;
      if (Object.hasOwn(after, name)) this.compare(schema, after[name]!, at);
      else if (openAfter === true)
        this.#add('compatible', 'property_unlisted', at, `${said(name)} may be anything now.`);
      else this.#add('breaking', 'property_removed', at, `The property ${said(name)} is gone.`);
    }
    for (const name of Object.keys(after).filter((each) => !Object.hasOwn(before, each))) {
      const at = `${path}/properties${pointer(name)}`;
      // An open object may have been sent the name with any value.
      if (openBefore === false) this.#add('compatible', 'property_added', at, `The property ${said(name)} is new.`);
      else this.#add('breaking', 'property_bound', at, `${said(name)}, so far free, is now described.`);
    }
    for (const name of (next.required ?? []).filter((each) => !old.required?.includes(each))) {
      this.#add('breaking', 'property_required', `${path}/required`, `The property ${said(name)} is now required.`);
    }
    for (const name of (old.required ?? []).filter((each) => !next.required?.includes(each))) {
      this.#add('compatible', 'property_optional', path, `The property ${said(name)} is no longer required.`);
    }
    this.#openness(openBefore, openAfter, `${path}/additionalProperties`);
  }

  #openness(before: boolean | PropertySchema, after: boolean | PropertySchema, at: string): void {
    if (isSameValue(before as JsonValue, after as JsonValue)) return;
    if (after === true || before === false)
      this.#add('compatible', 'object_opened', at, 'Further properties are allowed.');
    else this.#add('breaking', 'object_closed', at, 'Further properties are restricted.');
  }

  #items(old: PropertySchema, next: PropertySchema, path: string): void {
    const [before, after] = [old.items ?? true, next.items ?? true];
    const isPrefixSame = isSameValue((old.prefixItems ?? []) as JsonValue, (next.prefixItems ?? []) as JsonValue);
    if (!isPrefixSame) {
      this.#add('breaking', 'items_changed', `${path}/prefixItems`, 'The items of the list are described otherwise.');
    }
    if (typeof before === 'object' && typeof after === 'object') this.compare(before, after, `${path}/items`);
    else if (after !== before) {
      const isLooser = after === true || before === false;
      const message = isLooser ? 'Items may be anything described now.' : 'Items are restricted.';
      this.#add(
        isLooser ? 'compatible' : 'breaking',
        isLooser ? 'items_freed' : 'items_bound',
        `${path}/items`,
        message,
      );
    }
  }

  #classes(old: PropertySchema, next: PropertySchema, path: string): void {
    for (const [keyword, order] of Object.entries(CLASSES) as [keyof typeof CLASSES, readonly string[]][]) {
      const [before, after] = [old[keyword], next[keyword]];
      if (before === after) continue;
      const isRaised = order.indexOf(after ?? '') > Math.max(order.indexOf(before ?? ''), 0);
      const message = `${keyword}: ${before ?? 'none said'} → ${after ?? 'none said'}.`;
      this.#add(
        isRaised ? 'breaking' : 'compatible',
        isRaised ? 'class_raised' : 'class_lowered',
        `${path}/${keyword}`,
        message,
      );
    }
  }

  #annotations(old: PropertySchema, next: PropertySchema, path: string): void {
    for (const keyword of ANNOTATIONS) {
      const [before, after] = [old[keyword as keyof PropertySchema], next[keyword as keyof PropertySchema]];
      if (before === undefined && after === undefined) continue;
      if (before !== undefined && after !== undefined && isSameValue(before as JsonValue, after as JsonValue)) continue;
      this.#add('compatible', 'description_changed', `${path}/${keyword}`, `"${keyword}" is changed.`);
    }
  }

  #add(kind: Change['kind'], rule: string, path: string, message: string): void {
    this.changes.push({ kind, rule, path, message });
  }
}

/** All types where none is said; `integer` only where `number` is not there already. */
function typesOf({ type }: PropertySchema): readonly JsonType[] {
  if (type === undefined) return JSON_TYPES.filter((each) => each !== 'integer');
  return typeof type === 'string' ? [type] : type;
}

/** The values `enum` and `const` leave; `undefined` where neither is there. */
function allowedValues(schema: PropertySchema): readonly JsonValue[] | undefined {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values === undefined) return undefined;
  if (schema.const === undefined || schema.enum === undefined) return values;
  return schema.enum.filter((value) => isSameValue(value, schema.const!));
}

function listed(values: readonly JsonValue[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function mapValues<Value, Mapped>(
  object: { readonly [name: string]: Value },
  map: (value: Value) => Mapped,
): { readonly [name: string]: Mapped } {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
