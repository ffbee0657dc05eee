/** Writes an event schema as a file: fields and keywords in one order, so that a diff shows what changed and nothing else. */
import type { EventSchema } from './event-schema.ts';
import { type Document, isDocument } from './pointer.ts';

const FIELDS = [
  '$schema',
  'event_name',
  'version',
  'state',
  'owner',
  'description',
  'feature_area',
  'event_type',
  'pii_class',
  'data_sensitivity',
  'envelope',
  'accepted_until',
  'hypothesis',
  'target_metrics',
  'feedback_prompts',
  'properties',
];
const KEYWORDS = ['$ref', 'type', 'enum', 'const', '$defs', 'properties', 'items', 'prefixItems'];
const LAST_KEYWORDS = ['required', 'additionalProperties', 'title', 'description', 'x-pii-class', 'x-data-sensitivity'];

/** The text of `<event_name>.json`. What the registry adds for its own use is no part of the file. */
export function formatEventSchema(schema: EventSchema): string {
  const { accepted_until: _, ...kept } = schema;
  const ordered = { ...inOrder(kept, FIELDS, []), properties: orderedSchema(schema.properties) };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function orderedSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(orderedSchema);
  if (!isDocument(schema)) return schema;
  const ordered = inOrder(schema, KEYWORDS, LAST_KEYWORDS);
  return Object.fromEntries(
    Object.entries(ordered).map(([keyword, value]) => {
      switch (keyword) {
        case '$defs':
        case 'properties':
          return [keyword, mapMembers(value)];
        case 'items':
        case 'additionalProperties':
        case 'prefixItems':
        case 'anyOf':
        case 'oneOf':
          return [keyword, orderedSchema(value)];
        default:
          return [keyword, value];
      }
    }),
  );
}

function mapMembers(value: unknown): unknown {
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, orderedSchema(schema)]));
}

function inOrder(document: Document, first: readonly string[], last: readonly string[]): Document {
  const rank = (name: string): number => {
    const at = first.indexOf(name);
    if (at >= 0) return at;
    return last.includes(name) ? first.length + 1 + last.indexOf(name) : first.length;
  };
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => rank(a) - rank(b)));
}
