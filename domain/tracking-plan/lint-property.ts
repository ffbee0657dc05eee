/** The rules of lint for one property schema and those inside it. */

import { childrenOf } from './children.ts';
import { compileValue } from './compile.ts';
import type { JsonType, JsonValue, ObjectSchema, PropertySchema } from './event-schema.ts';
import type { AddFinding, Severity } from './lint-rules.ts';
import { classOfName } from './personal-names.ts';
import { pointer, said } from './pointer.ts';
import { isSameValue } from './same-value.ts';

type Around = { readonly add: AddFinding; readonly lacking: Severity; readonly root: ObjectSchema };

export function lintProperty(schema: PropertySchema, path: string, around: Around): void {
  const { add } = around;
  lintObject(schema, path, around);
  lintShape(schema, path, add);
  lintBounds(schema, path, add);
  lintValues(schema, path, around);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    lintNamed(name, property, `${path}/properties${pointer(name)}`, around);
  }
  for (const child of childrenOf(schema)) lintProperty(child.schema, path + child.path, around);
}

function lintNamed(name: string, schema: PropertySchema, path: string, { add, lacking, root }: Around): void {
  const target = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.slice('#/$defs/'.length)];
  const piiClass = schema['x-pii-class'] ?? target?.['x-pii-class'];
  if (piiClass === undefined) {
    add(
      'class_missing',
      lacking,
      path,
      `Say how personal ${said(name)} is: "x-pii-class": "none", "low", "medium" or "high".`,
    );
  }
  const suggested = classOfName(name);
  if (suggested !== undefined && (piiClass === undefined || piiClass === 'none')) {
    const severity = piiClass === 'none' ? 'error' : lacking;
    add(
      'personal_name',
      severity,
      path,
      `${said(name)} sounds personal; class it "${suggested}", or name it otherwise.`,
    );
  }
  if ((schema.description ?? target?.description ?? '').trim() === '') {
    add('description_missing', 'warning', path, `Say what ${said(name)} is.`);
  }
  if (!/^[a-z][a-z0-9_]*$/.test(name)) add('name_style', 'warning', path, `${said(name)} is not snake_case.`);
}

function lintObject(schema: PropertySchema, path: string, { add }: Around): void {
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) {
    const message = 'List the properties instead: an event holds nothing that was not planned.';
    add('object_open', 'error', `${path}/additionalProperties`, message);
  }
  const names = Object.keys(schema.properties ?? {});
  const byLowerCase = new Map<string, string>();
  for (const name of names) {
    const twin = byLowerCase.get(name.toLowerCase());
    if (twin !== undefined) {
      const message = `${said(name)} and ${said(twin)} differ by case alone.`;
      add('name_case', 'error', `${path}/properties${pointer(name)}`, message);
    }
    byLowerCase.set(name.toLowerCase(), name);
  }
  if (schema.additionalProperties === false) {
    for (const [index, name] of (schema.required ?? []).entries()) {
      if (names.includes(name)) continue;
      add('required_unknown', 'error', `${path}/required/${index}`, `${said(name)} is required, but not described.`);
    }
  }
}

const DESCRIBING = ['type', 'enum', 'const', '$ref', 'anyOf', 'oneOf'] as const;

function lintShape(schema: PropertySchema, path: string, add: AddFinding): void {
  const isBranch = /\/(?:anyOf|oneOf)\/\d+$/.test(path);
  if (!isBranch && DESCRIBING.every((keyword) => schema[keyword] === undefined)) {
    add('value_untyped', 'error', path, 'Say its "type", or list its values in "enum".');
  }
  const types = [schema.type ?? []].flat();
  const isListed = schema.enum !== undefined || schema.const !== undefined;
  if (types.includes('array') && !isListed && schema.items === undefined && schema.prefixItems === undefined) {
    add('items_untyped', 'error', path, 'Say what the items are with "items".');
  }
  const isBounded = schema.maxLength !== undefined || schema.format !== undefined || isListed;
  if (types.includes('string') && !isBounded) {
    add('text_unbounded', 'warning', path, 'Free text: bound it with "maxLength", or list the values in "enum".');
  }
  for (const [type, keywords] of Object.entries(KEYWORDS_OF) as [JsonType, readonly (keyof PropertySchema)[]][]) {
    const applies = types.length === 0 || types.includes(type) || (type === 'number' && types.includes('integer'));
    if (applies) continue;
    for (const keyword of keywords) {
      if (schema[keyword] === undefined) continue;
      add(
        'keyword_without_effect',
        'error',
        `${path}/${keyword}`,
        `"${keyword}" says nothing about ${types.join(', ')}.`,
      );
    }
  }
  if (schema.multipleOf !== undefined && !Number.isInteger(schema.multipleOf)) {
    add('step_fraction', 'warning', `${path}/multipleOf`, 'Send whole units instead, such as cents or milliseconds.');
  }
}

const KEYWORDS_OF = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
} as const satisfies Partial<Record<JsonType, readonly (keyof PropertySchema)[]>>;

function lintBounds(schema: PropertySchema, path: string, add: AddFinding): void {
  const compare = (lower: keyof PropertySchema, upper: keyof PropertySchema, isStrict: boolean) => {
    const [from, to] = [schema[lower], schema[upper]];
    if (typeof from !== 'number' || typeof to !== 'number' || (isStrict ? from < to : from <= to)) return;
    add('bounds_contradict', 'error', `${path}/${lower}`, `No value has ${lower} ${from} and ${upper} ${to}.`);
  };
  compare('minimum', 'maximum', false);
  compare('exclusiveMinimum', 'maximum', true);
  compare('minimum', 'exclusiveMaximum', true);
  compare('exclusiveMinimum', 'exclusiveMaximum', true);
  compare('minLength', 'maxLength', false);
  compare('minItems', 'maxItems', false);
  compare('minProperties', 'maxProperties', false);
}

function lintValues(schema: PropertySchema, path: string, { add, root }: Around): void {
  const { enum: values = [], const: fixed, default: preset, examples = [] } = schema;
  for (const [index, value] of values.entries()) {
    const isRepeated = values.slice(0, index).some((each) => isSameValue(each, value));
    if (isRepeated) add('enum_duplicate', 'error', `${path}/enum/${index}`, 'The value stands in the list already.');
  }
  // Compared with the rest alone; against itself every listed value would fit.
  const { enum: _values, const: _fixed, ...rest } = schema;
  const fitsRest = compileValue(rest, root);
  const contradict = (value: JsonValue, at: string) => {
    const violation = fitsRest(value);
    if (violation === undefined) return;
    add('enum_contradicts', 'error', at, `The rest of the schema forbids this value. ${violation.detail}`);
  };
  for (const [index, value] of values.entries()) contradict(value, `${path}/enum/${index}`);
  if (fixed !== undefined) {
    contradict(fixed, `${path}/const`);
    if (values.length > 0 && !values.some((value) => isSameValue(value, fixed))) {
      add('enum_contradicts', 'error', `${path}/const`, 'The value is not one of "enum".');
    }
  }
  const fits = compileValue(schema, root);
  const example = (value: JsonValue, at: string) => {
    const violation = fits(value);
    if (violation !== undefined) add('example_invalid', 'error', at, `The schema forbids it. ${violation.detail}`);
  };
  if (preset !== undefined) example(preset, `${path}/default`);
  for (const [index, value] of examples.entries()) example(value, `${path}/examples/${index}`);
}
