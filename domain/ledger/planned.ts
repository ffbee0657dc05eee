/**
 * The catalogue of a customer's ledger: what of their tracking plan a ledger may keep. Free text, numbers, lists and
 * objects of a planned event are no metadata; texts that are no enum must turn out to be identifiers when they come.
 */
import type { LedgerCatalogue, MilestoneRule } from './judge.ts';
import { isIdentifier, isReference, type MetadataKey } from './metadata.ts';

/** As much of a planned event as legality looks at: its name, and its properties as JSON Schema. */
export type PlannedEvent = { readonly eventName: string; readonly properties: unknown };

/** Of the schemas that are active; every one becomes a milestone, kept without the keys that are unlawful. */
export function ledgerCatalogueOf(planned: readonly PlannedEvent[]): LedgerCatalogue {
  return new Map(planned.map(({ eventName, properties }) => [eventName, ruleOf(properties)]));
}

type Schema = Readonly<Record<string, unknown>>;

function ruleOf(schema: unknown): MilestoneRule {
  const { properties, required } = asObject(schema);
  const requiredKeys = new Set(Array.isArray(required) ? required : []);
  const metadata: Record<string, MetadataKey> = {};
  const unlawful: Record<string, string> = {};
  for (const [key, property] of Object.entries(asObject(properties))) {
    const kind = kindOf(asObject(property));
    if (typeof kind === 'string') unlawful[key] = kind;
    else metadata[key] = { ...kind, ...(requiredKeys.has(key) ? { required: true } : {}) };
  }
  return { metadata, unlawful };
}

/** The kind of metadata a property is, or why it is none. */
function kindOf(schema: Schema): MetadataKey | string {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  if (Array.isArray(values)) {
    const words = values.filter((value) => value !== null);
    if (words.every((word) => typeof word === 'string' && (isIdentifier(word) || isReference(word)))) {
      return { kind: 'enum', values: words };
    }
    return 'its values are not all stable identifiers';
  }
  const types = [schema.type].flat().filter((type) => type !== 'null');
  if (types.length !== 1) return 'it has no single type';
  switch (types[0]) {
    case 'boolean':
      return { kind: 'boolean' };
    case 'string':
      if (schema.format === 'uuid') return { kind: 'reference' };
      return schema.format === undefined ? { kind: 'identifier' } : 'it is a text that is no identifier';
    default:
      return `it is of type ${types[0]}, and metadata are enums, identifiers, UUIDs and booleans`;
  }
}

function asObject(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
