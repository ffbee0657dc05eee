/**
 * Turns a property schema into a check of decoded properties. A check is a tree of closures made once: nothing is read
 * from the schema and nothing is allocated while values are good, which is what the events door pays for every event.
 */

import { nearestName, type PropertyValue, type Reason } from '@uptake/domain/contract';
import { compilePattern } from '@uptake/domain/patterns';
import type { JsonType, JsonValue, ObjectSchema, PropertySchema } from './event-schema.ts';
import { FORMAT_CHECKS } from './formats.ts';
import { definitionName } from './parse-property.ts';
import { said } from './pointer.ts';
import { isSameValue } from './same-value.ts';

export type PropertyReason = Extract<Reason, 'property_not_allowed' | 'property_missing' | 'property_invalid'>;

/** `trail` leads from the properties to the place; details never repeat a value, which could be personal. */
export type Violation = {
  readonly reason: PropertyReason;
  readonly trail: (string | number)[];
  readonly detail: string;
};

export type Check = (value: PropertyValue) => Violation | undefined;

/** The check of a whole `properties` object. The schema must come from `parseEventSchema`. */
export function compileProperties(schema: ObjectSchema): Check {
  return new Compiler(schema.$defs ?? {}).compile(schema);
}

/** The check of one value by a schema inside `root`, whose definitions it may refer to. */
export function compileValue(schema: PropertySchema, root: ObjectSchema): Check {
  return new Compiler(root.$defs ?? {}).compile(schema);
}

class Compiler {
  readonly #definitions: { readonly [name: string]: PropertySchema };
  readonly #compiled = new Map<string, Check>();

  constructor(definitions: { readonly [name: string]: PropertySchema }) {
    this.#definitions = definitions;
  }

  compile(schema: PropertySchema): Check {
    const checks: Check[] = [];
    if (schema.$ref !== undefined) checks.push(this.#reference(schema.$ref));
    if (schema.type !== undefined) checks.push(checkType(schema.type));
    if (schema.enum !== undefined) checks.push(checkEnum(schema.enum));
    if (schema.const !== undefined) checks.push(checkEnum([schema.const]));
    checks.push(...textChecks(schema), ...numberChecks(schema), ...this.#arrayChecks(schema));
    const object = this.#objectCheck(schema);
    if (object !== undefined) checks.push(object);
    if (schema.anyOf !== undefined)
      checks.push(
        checkAlternatives(
          schema.anyOf.map((each) => this.compile(each)),
          false,
        ),
      );
    if (schema.oneOf !== undefined)
      checks.push(
        checkAlternatives(
          schema.oneOf.map((each) => this.compile(each)),
          true,
        ),
      );
    return all(checks);
  }

  #reference(reference: string): Check {
    const name = definitionName(reference)!;
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const check = this.compile(this.#definitions[name]!);
    this.#compiled.set(name, check);
    return check;
  }

  #arrayChecks({ items, prefixItems = [], minItems, maxItems, uniqueItems }: PropertySchema): Check[] {
    const checks: Check[] = [];
    if (minItems !== undefined)
      checks.push(onArray((value) => value.length >= minItems, `have at least ${minItems} items`));
    if (maxItems !== undefined)
      checks.push(onArray((value) => value.length <= maxItems, `have at most ${maxItems} items`));
    if (uniqueItems === true) checks.push(onArray(isUnique, 'hold no item twice'));
    const prefix = prefixItems.map((each) => this.compile(each));
    if (items === false) {
      checks.push(onArray((value) => value.length <= prefix.length, `have at most ${prefix.length} items`));
    }
    const rest = typeof items === 'object' ? this.compile(items) : undefined;
    if (prefix.length > 0 || rest !== undefined) {
      checks.push((value) => {
        if (!Array.isArray(value)) return undefined;
        for (let index = 0; index < value.length; index++) {
          const violation = (prefix[index] ?? rest)?.(value[index]);
          if (violation !== undefined) return under(index, violation);
        }
        return undefined;
      });
    }
    return checks;
  }

  #objectCheck(schema: PropertySchema): Check | undefined {
    const { properties = {}, required = [], additionalProperties, minProperties, maxProperties } = schema;
    const isSaying = ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'].some(
      (keyword) => Object.hasOwn(schema, keyword),
    );
    if (!isSaying) return undefined;
    const names = Object.keys(properties);
    const checks = new Map(names.map((name) => [name, this.compile(properties[name]!)]));
    const other = typeof additionalProperties === 'object' ? this.compile(additionalProperties) : undefined;
    const isClosed = additionalProperties === false;
    return (value) => {
      if (!isObject(value)) return undefined;
      let count = 0;
      for (const name in value) {
        const each = value[name];
        if (each === undefined) continue;
        count++;
        const check = checks.get(name) ?? other;
        if (check !== undefined) {
          const violation = check(each);
          if (violation !== undefined) return under(name, violation);
        } else if (isClosed) {
          return notAllowed(name, names);
        }
      }
      for (let index = 0; index < required.length; index++) {
        const name = required[index]!;
        if (!Object.hasOwn(value, name) || value[name] === undefined) return missing(name);
      }
      if (minProperties !== undefined && count < minProperties)
        return invalid(`have at least ${minProperties} properties`);
      if (maxProperties !== undefined && count > maxProperties)
        return invalid(`have at most ${maxProperties} properties`);
      return undefined;
    };
  }
}

function all(checks: readonly Check[]): Check {
  const [first, second] = checks;
  if (first === undefined) return () => undefined;
  if (second === undefined) return first;
  if (checks.length === 2) return (value) => first(value) ?? second(value);
  return (value) => {
    for (let index = 0; index < checks.length; index++) {
      const violation = checks[index]!(value);
      if (violation !== undefined) return violation;
    }
    return undefined;
  };
}

const TYPE_CHECKS: Readonly<Record<JsonType, (value: PropertyValue) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => isObject(value),
};

const TYPE_NAMES: Readonly<Record<JsonType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'an array',
  object: 'an object',
};

function checkType(type: JsonType | readonly JsonType[]): Check {
  const types = typeof type === 'string' ? [type] : type;
  const violation = `be ${types.map((each) => TYPE_NAMES[each]).join(' or ')}`;
  const [first, second] = types.map((each) => TYPE_CHECKS[each]);
  if (second === undefined) return (value) => (first!(value) ? undefined : invalid(violation));
  const tests = types.map((each) => TYPE_CHECKS[each]);
  return (value) => (tests.some((test) => test(value)) ? undefined : invalid(violation));
}

function checkEnum(values: readonly JsonValue[]): Check {
  const plain = new Set<unknown>(values.filter((value) => typeof value !== 'object' || value === null));
  const structured = values.filter((value) => typeof value === 'object' && value !== null);
  const words = values.filter((value) => typeof value === 'string');
  const listed = values
    .slice(0, 20)
    .map((value) => JSON.stringify(value))
    .join(', ');
  const allowed = `be ${values.length === 1 ? '' : 'one of '}${listed}${values.length > 20 ? ', …' : ''}`;
  return (value) => {
    if (plain.has(value) || structured.some((each) => isSameValue(each, value))) return undefined;
    const nearest = typeof value === 'string' ? nearestName(value, words) : undefined;
    return invalid(allowed, nearest);
  };
}

function textChecks({ minLength, maxLength, pattern, format }: PropertySchema): Check[] {
  const checks: Check[] = [];
  if (minLength !== undefined) {
    checks.push(
      onText(
        (text) => text.length >= minLength && codePoints(text, minLength) >= minLength,
        `have at least ${minLength} characters`,
      ),
    );
  }
  if (maxLength !== undefined) {
    checks.push(
      onText(
        (text) => text.length <= maxLength || codePoints(text, maxLength + 1) <= maxLength,
        `have at most ${maxLength} characters`,
      ),
    );
  }
  if (pattern !== undefined) checks.push(onText(compilePattern(pattern), `match ${pattern}`));
  if (format !== undefined) {
    const { test, meaning } = FORMAT_CHECKS[format];
    checks.push(onText(test, `be ${meaning}`));
  }
  return checks;
}

function numberChecks(schema: PropertySchema): Check[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const checks: Check[] = [];
  if (minimum !== undefined) checks.push(onNumber((value) => value >= minimum, `be at least ${minimum}`));
  if (maximum !== undefined) checks.push(onNumber((value) => value <= maximum, `be at most ${maximum}`));
  if (exclusiveMinimum !== undefined)
    checks.push(onNumber((value) => value > exclusiveMinimum, `be more than ${exclusiveMinimum}`));
  if (exclusiveMaximum !== undefined)
    checks.push(onNumber((value) => value < exclusiveMaximum, `be less than ${exclusiveMaximum}`));
  // By division, as other validators do it: 0.3 is then no multiple of 0.1, and lint advises whole steps.
  if (multipleOf !== undefined)
    checks.push(onNumber((value) => Number.isInteger(value / multipleOf), `be a multiple of ${multipleOf}`));
  return checks;
}

function checkAlternatives(alternatives: readonly Check[], isExclusive: boolean): Check {
  return (value) => {
    let fitting = 0;
    for (const check of alternatives) {
      if (check(value) !== undefined) continue;
      if (!isExclusive) return undefined;
      fitting++;
    }
    if (fitting === 1) return undefined;
    const count = alternatives.length;
    return invalid(
      fitting === 0
        ? `fit one of ${count} alternatives, and fits none`
        : `fit exactly one of ${count} alternatives, and fits ${fitting}`,
    );
  };
}

function onText(test: (text: string) => boolean, must: string): Check {
  return (value) => (typeof value !== 'string' || test(value) ? undefined : invalid(must));
}

function onNumber(test: (value: number) => boolean, must: string): Check {
  return (value) => (typeof value !== 'number' || test(value) ? undefined : invalid(must));
}

function onArray(test: (value: readonly PropertyValue[]) => boolean, must: string): Check {
  return (value) => (!Array.isArray(value) || test(value) ? undefined : invalid(must));
}

function invalid(must: string, nearest?: string): Violation {
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  return { reason: 'property_invalid', trail: [], detail: `The value must ${must}${hint === '' ? '.' : hint}` };
}

function notAllowed(name: string, names: readonly string[]): Violation {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return { reason: 'property_not_allowed', trail: [name], detail: `The schema has no property ${said(name)}.${hint}` };
}

function missing(name: string): Violation {
  return { reason: 'property_missing', trail: [name], detail: `The property ${said(name)} is required.` };
}

function under(segment: string | number, violation: Violation): Violation {
  violation.trail.unshift(segment);
  return violation;
}

function isObject(value: PropertyValue): value is { readonly [key: string]: PropertyValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By comparing each with each while there are few, which is cheaper than to build a set. */
function isUnique(items: readonly PropertyValue[]): boolean {
  if (items.length > 16 && items.every((item) => typeof item !== 'object' || item === null)) {
    return new Set(items).size === items.length;
  }
  for (let at = 1; at < items.length; at++) {
    for (let before = 0; before < at; before++) if (isSameValue(items[before]!, items[at]!)) return false;
  }
  return true;
}

/** Counts no further than `enough`. */
function codePoints(text: string, enough: number): number {
  let count = 0;
  for (const _ of text) if (++count >= enough) break;
  return count;
}
