/**
 * Carries JSON Schemas of older drafts (04, 06, 07, 2019-09) over to the part of 2020-12 that Uptake enforces. What cannot
 * be carried over is left out and told, never dropped in silence: the schema then admits more than it did.
 */
import { FORMATS } from './event-schema.ts';
import { type Document, isDocument, pointer, said } from './pointer.ts';

export type ImportWarning = { readonly path: string; readonly message: string };
export type ImportedSchema = {
  /** For `properties` of an event schema; `parseEventSchema` judges it. */
  readonly properties: Document;
  readonly warnings: readonly ImportWarning[];
};

/** `schema` describes the object of an event's properties. `warnings` point into it. */
export function importJsonSchema(schema: unknown): ImportedSchema {
  const importer = new Importer();
  if (!isDocument(schema)) {
    return { properties: { type: 'object' }, warnings: [{ path: '', message: 'A JSON Schema is an object.' }] };
  }
  const carried = importer.schema(schema, '', 0);
  const definitions = importer.definitions(schema);
  return {
    properties: {
      ...carried,
      type: 'object',
      ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
    },
    warnings: importer.warnings,
  };
}

const MAX_NESTING = 50;

const SAME = new Set([
  'type',
  'enum',
  'const',
  'required',
  'minProperties',
  'maxProperties',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'multipleOf',
  'title',
  'description',
  '$comment',
  'default',
  'examples',
  'deprecated',
  'x-pii-class',
  'x-data-sensitivity',
]);
/** Say where a schema is from or who writes a value; they admit and refuse nothing. */
const WITHOUT_EFFECT = new Set([
  '$schema',
  '$id',
  'id',
  '$anchor',
  '$vocabulary',
  'readOnly',
  'writeOnly',
  'contentMediaType',
  'contentEncoding',
]);
/** Read together with the keyword they belong to, or gathered at the root. */
const ELSEWHERE = new Set([
  'definitions',
  '$defs',
  'additionalItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  '$recursiveAnchor',
]);

class Importer {
  readonly warnings: ImportWarning[] = [];

  definitions(root: Document): Record<string, unknown> {
    const carried: Record<string, unknown> = {};
    for (const keyword of ['definitions', '$defs']) {
      const given = root[keyword];
      if (!isDocument(given)) continue;
      for (const [name, schema] of Object.entries(given)) {
        if (name !== '__proto__') carried[name] = this.schema(schema, pointer(keyword, name), 0);
      }
    }
    return carried;
  }

  schema(given: unknown, path: string, nesting: number): Record<string, unknown> {
    if (given === true) {
      this.#warn(path, 'It allows anything; say its type.');
      return {};
    }
    if (!isDocument(given) || nesting > MAX_NESTING) {
      this.#warn(
        path,
        given === false ? 'It allows nothing; leave it out.' : 'This is no schema, or nested too deeply.',
      );
      return {};
    }
    const carried: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(given)) {
      if (ELSEWHERE.has(keyword) || WITHOUT_EFFECT.has(keyword)) continue;
      this.#keyword(carried, keyword, value, path + pointer(keyword), nesting);
    }
    this.#bounds(carried, given);
    this.#items(carried, given, path, nesting);
    if (path !== '' && (isDocument(given.definitions) || isDocument(given.$defs))) {
      this.#warn(path, 'Definitions are taken from the root of the schema alone.');
    }
    // Draft 04 says by a flag in the property what later drafts list.
    if (typeof carried.required === 'boolean') {
      delete carried.required;
      this.#warn(`${path}/required`, 'A flag is no list: name the property in "required" of the object around it.');
    }
    return carried;
  }

  #keyword(carried: Record<string, unknown>, keyword: string, value: unknown, at: string, nesting: number): void {
    const inner = (each: unknown, where: string) => this.schema(each, where, nesting + 1);
    if (SAME.has(keyword)) {
      carried[keyword] = value;
      return;
    }
    switch (keyword) {
      case 'properties':
        carried.properties = Object.fromEntries(
          Object.entries(isDocument(value) ? value : {}).map(([name, each]) => [name, inner(each, at + pointer(name))]),
        );
        return;
      case 'additionalProperties':
        carried.additionalProperties = typeof value === 'boolean' ? value : inner(value, at);
        return;
      case 'anyOf':
      case 'oneOf':
        if (Array.isArray(value)) carried[keyword] = value.map((each, index) => inner(each, at + pointer(index)));
        return;
      case 'allOf':
        this.#allOf(carried, value, at, nesting);
        return;
      case 'items':
      case 'prefixItems':
        return;
      case '$ref':
        this.#reference(carried, value, at);
        return;
      case 'format':
        if (FORMATS.some((format) => format === value)) carried.format = value;
        else this.#warn(at, `The format ${said(String(value))} is not supported; say it with "pattern".`);
        return;
      default:
        this.#warn(at, `${said(keyword)} cannot be carried over; the schema now admits more.`);
    }
  }

  /** Merged where its parts do not speak of the same; otherwise told. */
  #allOf(carried: Record<string, unknown>, value: unknown, at: string, nesting: number): void {
    for (const [index, part] of (Array.isArray(value) ? value : []).entries()) {
      const merged = this.schema(part, at + pointer(index), nesting + 1);
      for (const [keyword, each] of Object.entries(merged)) {
        const there = carried[keyword];
        if (keyword === 'properties' && isDocument(there) && isDocument(each)) {
          const twice = Object.keys(each).filter((name) => Object.hasOwn(there, name));
          carried.properties = { ...each, ...there };
          if (twice.length > 0)
            this.#warn(at + pointer(index), `Described twice, of which the first counts: ${twice.join(', ')}.`);
        } else if (keyword === 'required' && Array.isArray(there) && Array.isArray(each)) {
          carried.required = [...new Set([...there, ...each])];
        } else if (there === undefined) {
          carried[keyword] = each;
        } else if (JSON.stringify(there) !== JSON.stringify(each)) {
          this.#warn(at + pointer(index, keyword), `${said(keyword)} stands in several parts; merge them by hand.`);
        }
      }
    }
  }

  #reference(carried: Record<string, unknown>, value: unknown, at: string): void {
    const name = typeof value === 'string' ? /^#\/(?:definitions|\$defs)\/([^/]+)$/.exec(value)?.[1] : undefined;
    if (name === undefined) {
      this.#warn(at, 'Only references to definitions of the same schema can be carried over.');
    } else {
      carried.$ref = `#/$defs/${name}`;
    }
  }

  /** Draft 04 has flags that make `minimum` and `maximum` exclusive, later drafts bounds of their own. */
  #bounds(carried: Record<string, unknown>, given: Document): void {
    for (const [bound, exclusive] of [
      ['minimum', 'exclusiveMinimum'],
      ['maximum', 'exclusiveMaximum'],
    ] as const) {
      if (given[exclusive] === true) {
        if (given[bound] !== undefined) carried[exclusive] = given[bound];
        continue;
      }
      if (given[bound] !== undefined) carried[bound] = given[bound];
      if (typeof given[exclusive] === 'number') carried[exclusive] = given[exclusive];
    }
  }

  /** `items` as a list became `prefixItems`, and `additionalItems` then `items`. */
  #items(carried: Record<string, unknown>, given: Document, path: string, nesting: number): void {
    const one = (each: unknown, at: string) => (typeof each === 'boolean' ? each : this.schema(each, at, nesting + 1));
    const isOldTuple = Array.isArray(given.items);
    const prefix = isOldTuple ? given.items : given.prefixItems;
    const prefixPath = path + (isOldTuple ? '/items' : '/prefixItems');
    if (Array.isArray(prefix)) {
      carried.prefixItems = prefix.map((each, index) => this.schema(each, prefixPath + pointer(index), nesting + 1));
    }
    if (isOldTuple) {
      if (given.additionalItems !== undefined) carried.items = one(given.additionalItems, `${path}/additionalItems`);
    } else if (given.items !== undefined) {
      carried.items = one(given.items, `${path}/items`);
    }
  }

  #warn(path: string, message: string): void {
    this.warnings.push({ path, message });
  }
}
