/**
 * Reads JSON Schema 2020-12 as far as Uptake supports it: every keyword is known and well-formed, references are local and
 * end somewhere, patterns run in linear time. Writes out `additionalProperties: false` wherever an object does not say.
 */
import { DATA_SENSITIVITIES, LIMITS, nearestName, PII_CLASSIFICATIONS } from '@uptake/domain/contract';
import { patternProblem } from '@uptake/domain/patterns';
import { FORMATS, JSON_TYPES, type ObjectSchema, SCHEMA_LIMITS, type SchemaRule } from './event-schema.ts';
import { type Document, isDocument, pointer, said } from './pointer.ts';

export type Report = (rule: SchemaRule, path: string, message: string) => void;

/** The schema at `/properties` of the document; `undefined` where something was reported that leaves none. */
export function parsePropertySchema(value: unknown, report: Report): ObjectSchema | undefined {
  if (!isDocument(value) || value.type !== 'object') {
    report('invalid_value', '/properties', 'It must be a JSON Schema with "type": "object".');
    return undefined;
  }
  const reader = new SchemaReader(report, isDocument(value.$defs) ? value.$defs : {});
  const schema = reader.schema(value, '/properties', { nesting: 0, isRoot: true, isBranchOfObject: false });
  reader.checkReferences(schema);
  return schema as ObjectSchema;
}

/** Keywords that hold plain values, with what is wrong with one that does not fit. */
const PLAIN_KEYWORDS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  type: typeProblem,
  enum: (value) => {
    if (!Array.isArray(value) || value.length === 0) return 'It must be a list of at least one value.';
    const { enumValues } = SCHEMA_LIMITS;
    return value.length > enumValues ? `It has ${value.length} values; at most ${enumValues} are allowed.` : undefined;
  },
  const: () => undefined,
  required: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === 'string') ? undefined : 'It must be a list of names.',
  minProperties: count,
  maxProperties: count,
  minItems: count,
  maxItems: count,
  minLength: count,
  maxLength: count,
  uniqueItems: flag,
  pattern: (value) => (typeof value === 'string' ? undefined : 'It must be a text.'),
  format: (value) =>
    FORMATS.some((format) => format === value)
      ? undefined
      : `Supported formats are ${FORMATS.join(', ')}; say others with "pattern".`,
  minimum: finite,
  maximum: finite,
  exclusiveMinimum: finite,
  exclusiveMaximum: finite,
  multipleOf: (value) => finite(value) ?? ((value as number) > 0 ? undefined : 'It must be more than 0.'),
  'x-pii-class': (value) => among(value, PII_CLASSIFICATIONS),
  'x-data-sensitivity': (value) => among(value, DATA_SENSITIVITIES),
  title: string,
  description: string,
  $comment: string,
  default: () => undefined,
  examples: (value) => (Array.isArray(value) ? undefined : 'It must be a list.'),
  deprecated: flag,
  $ref: (value) => (typeof value === 'string' ? undefined : 'It must be a text.'),
};

const STRUCTURAL_KEYWORDS = ['$defs', 'properties', 'additionalProperties', 'items', 'prefixItems', 'anyOf', 'oneOf'];
const KEYWORDS = [...Object.keys(PLAIN_KEYWORDS), ...STRUCTURAL_KEYWORDS];

/** What to do instead of keywords that people may miss. */
const INSTEAD: Readonly<Record<string, string>> = {
  allOf: 'merge its parts into one schema',
  not: 'say what is allowed instead',
  if: 'say the alternatives with "anyOf"',
  patternProperties: 'list every property: an allowlist has no patterns',
  dependentSchemas: 'say the alternatives with "anyOf"',
  dependentRequired: 'say the alternatives with "anyOf"',
  definitions: 'call it "$defs", or use the import of older drafts',
  $dynamicRef: 'use "$ref" to "#/$defs/…"',
  $id: 'leave it out: the event name says what the schema is',
  additionalItems: 'use "prefixItems" with "items", or the import of older drafts',
};

type Surroundings = {
  readonly nesting: number;
  readonly isRoot: boolean;
  /** A branch beside `properties` is closed by its parent, and must not close itself. */
  readonly isBranchOfObject: boolean;
};

class SchemaReader {
  readonly #report: Report;
  readonly #definitions: Document;
  #propertyCount = 0;

  constructor(report: Report, definitions: Document) {
    this.#report = report;
    this.#definitions = definitions;
  }

  schema(value: unknown, path: string, around: Surroundings): Document {
    if (!isDocument(value)) {
      this.#report('invalid_value', path, 'It must be a schema: a JSON object.');
      return {};
    }
    if (around.nesting > SCHEMA_LIMITS.nesting) {
      this.#report('too_deep', path, `Schemas nest at most ${SCHEMA_LIMITS.nesting} levels.`);
      return {};
    }
    const schema: Record<string, unknown> = {};
    for (const [keyword, given] of Object.entries(value)) {
      const at = path + pointer(keyword);
      const check = Object.hasOwn(PLAIN_KEYWORDS, keyword) ? PLAIN_KEYWORDS[keyword] : undefined;
      if (check !== undefined) {
        const message = check(given);
        if (message !== undefined) this.#report('invalid_value', at, message);
        schema[keyword] = given;
      } else if (STRUCTURAL_KEYWORDS.includes(keyword)) {
        schema[keyword] = this.#structure(keyword, given, at, value, around);
      } else {
        this.#report('unsupported_keyword', at, unsupported(keyword));
      }
    }
    this.#pattern(value, path);
    this.#reference(value, path);
    if (describesObject(value) && !around.isBranchOfObject && schema.additionalProperties === undefined) {
      schema.additionalProperties = false;
    }
    return schema;
  }

  #structure(keyword: string, given: unknown, at: string, parent: Document, around: Surroundings): unknown {
    const inner = { nesting: around.nesting + 1, isRoot: false, isBranchOfObject: false };
    switch (keyword) {
      case 'items':
      case 'additionalProperties':
        return typeof given === 'boolean' ? given : this.schema(given, at, inner);
      case '$defs':
        if (!around.isRoot) {
          this.#report('invalid_ref', at, 'Definitions stand at /properties/$defs alone.');
          return {};
        }
        return this.#named(given, at, inner, SCHEMA_LIMITS.definitions);
      case 'properties':
        return this.#named(given, at, inner, SCHEMA_LIMITS.properties);
      default:
        return this.#branches(given, at, {
          ...inner,
          isBranchOfObject: keyword !== 'prefixItems' && (isDocument(parent.properties) || around.isBranchOfObject),
        });
    }
  }

  #named(given: unknown, at: string, inner: Surroundings, most: number): Document {
    if (!isDocument(given)) {
      this.#report('invalid_value', at, 'It must be an object of schemas.');
      return {};
    }
    const entries = Object.entries(given);
    this.#propertyCount += entries.length;
    if (entries.length > most || this.#propertyCount > SCHEMA_LIMITS.properties) {
      const count = Math.max(entries.length, this.#propertyCount);
      this.#report('too_many', at, `These are ${count} properties; a schema has at most ${most}.`);
      return {};
    }
    const schemas: Record<string, unknown> = {};
    for (const [name, schema] of entries) {
      if (name === '' || name === '__proto__' || name.length > LIMITS.propertyNameLength || !name.isWellFormed()) {
        const message = `Names are 1 to ${LIMITS.propertyNameLength} characters of well-formed Unicode, not "__proto__".`;
        this.#report('invalid_property_name', at + pointer(name), message);
        continue;
      }
      schemas[name] = this.schema(schema, at + pointer(name), inner);
    }
    return schemas;
  }

  #branches(given: unknown, at: string, inner: Surroundings): readonly Document[] {
    if (!Array.isArray(given) || given.length === 0) {
      this.#report('invalid_value', at, 'It must be a list of at least one schema.');
      return [];
    }
    if (given.length > SCHEMA_LIMITS.branches) {
      this.#report('too_many', at, `These are ${given.length} schemas; at most ${SCHEMA_LIMITS.branches} are allowed.`);
      return [];
    }
    return given.map((schema, index) => this.schema(schema, at + pointer(index), inner));
  }

  #pattern({ pattern }: Document, path: string): void {
    if (typeof pattern !== 'string') return;
    const message = patternProblem(pattern, SCHEMA_LIMITS.patternLength);
    if (message !== undefined) this.#report('invalid_pattern', `${path}/pattern`, message);
  }

  #reference({ $ref }: Document, path: string): void {
    if (typeof $ref !== 'string') return;
    const at = `${path}/$ref`;
    const name = definitionName($ref);
    if (name === undefined) {
      this.#report('invalid_ref', at, 'References are "#/$defs/NAME"; Uptake fetches no schema from elsewhere.');
    } else if (!Object.hasOwn(this.#definitions, name)) {
      const nearest = nearestName(name, Object.keys(this.#definitions));
      const hint = nearest === undefined ? '' : ` Did you mean "#/$defs/${nearest}"?`;
      this.#report('invalid_ref', at, `There is no definition ${said(name)} in /properties/$defs.${hint}`);
    }
  }

  /** No definition leads back to itself, and what an event could hold nests no deeper than an event may. */
  checkReferences(root: Document): void {
    const depths = new Map<string, number>();
    const open: string[] = [];
    const depthOf = (schema: unknown): number => {
      if (!isDocument(schema)) return 0;
      let depth = 0;
      const below = (child: unknown, levels: number) => {
        if (isDocument(child)) depth = Math.max(depth, depthOf(child) + levels);
      };
      for (const child of Object.values(isDocument(schema.properties) ? schema.properties : {})) below(child, 1);
      below(schema.additionalProperties, 1);
      below(schema.items, 1);
      for (const child of listOf(schema.prefixItems)) below(child, 1);
      for (const child of [...listOf(schema.anyOf), ...listOf(schema.oneOf)]) below(child, 0);
      const name = typeof schema.$ref === 'string' ? definitionName(schema.$ref) : undefined;
      if (name !== undefined) depth = Math.max(depth, depthOfDefinition(name));
      return depth;
    };
    const depthOfDefinition = (name: string): number => {
      const known = depths.get(name);
      if (known !== undefined) return known;
      if (open.includes(name)) {
        const way = [...open.slice(open.indexOf(name)), name].join(' → ');
        this.#report(
          'invalid_ref',
          `/properties/$defs${pointer(name)}`,
          `The definition leads back to itself: ${way}.`,
        );
        return 0;
      }
      open.push(name);
      const depth = Object.hasOwn(this.#definitions, name) ? depthOf(this.#definitions[name]) : 0;
      open.pop();
      depths.set(name, depth);
      return depth;
    };
    const depth = depthOf(root);
    for (const name of Object.keys(this.#definitions)) depthOfDefinition(name);
    // The first level is that of the properties themselves.
    if (depth - 1 > SCHEMA_LIMITS.depth) {
      const message = `It describes values nested ${depth - 1} levels deep; an event may have ${SCHEMA_LIMITS.depth}.`;
      this.#report('too_deep', '/properties', message);
    }
  }
}

/** The name in `#/$defs/NAME`; `undefined` for every other reference. */
export function definitionName(reference: string): string | undefined {
  const name = /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1];
  return name?.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Whether it lists an object's properties itself, rather than leave that to alternatives. */
function describesObject({ type, properties, anyOf, oneOf, $ref }: Document): boolean {
  if (isDocument(properties)) return true;
  const mayBeObject = Array.isArray(type) ? type.includes('object') : type === 'object';
  return mayBeObject && anyOf === undefined && oneOf === undefined && $ref === undefined;
}

function unsupported(keyword: string): string {
  const instead = Object.hasOwn(INSTEAD, keyword) ? INSTEAD[keyword] : undefined;
  if (instead !== undefined) return `"${keyword}" is not supported: ${instead}.`;
  const nearest = nearestName(keyword, KEYWORDS);
  return `${said(keyword)} is not supported and would not be enforced.${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`;
}

function typeProblem(value: unknown): string | undefined {
  const types = Array.isArray(value) ? value : [value];
  const isKnown = types.every((type) => JSON_TYPES.some((each) => each === type));
  if (types.length === 0 || !isKnown) return `Types are ${JSON_TYPES.join(', ')}, one or a list of them.`;
  return new Set(types).size === types.length ? undefined : 'A type stands in the list twice.';
}

function count(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'It must be a whole number from 0.';
}

function finite(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? undefined : 'It must be a number.';
}

function flag(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'It must be true or false.';
}

function string(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'It must be a text.';
  const { textLength } = SCHEMA_LIMITS;
  return value.length > textLength ? `It has ${value.length} characters; at most ${textLength} are kept.` : undefined;
}

function among(value: unknown, values: readonly string[]): string | undefined {
  return values.some((each) => each === value) ? undefined : `It must be one of ${values.join(', ')}.`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
