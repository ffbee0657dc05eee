/** Makes the draft of an event schema of an older JSON Schema, and says of each mistake where in that schema it stands. */
import { DATA_SENSITIVITIES, PII_CLASSIFICATIONS } from '@uptake/domain/contract';
import { everySchema } from './children.ts';
import type { EventSchema } from './event-schema.ts';
import { type ImportWarning, importJsonSchema } from './import-json-schema.ts';
import { lintEventSchema } from './lint.ts';
import type { LintFinding } from './lint-rules.ts';
import { parseEventSchema } from './parse.ts';
import { type Document, isDocument, pointer, segmentsOf } from './pointer.ts';

export type ImportedDraft = {
  /** The draft as a document; an event schema where `findings` holds no error. */
  readonly document: Document;
  /** What could not be carried over, with places in the older schema. */
  readonly warnings: readonly ImportWarning[];
  /** What lint says of the draft; places in `/schema…` are those of the older schema, others are fields of the draft. */
  readonly findings: readonly LintFinding[];
};

/** `source` describes the object of the event's properties. Owner, description and feature area are left to be filled. */
export function draftFromJsonSchema(eventName: string, source: unknown): ImportedDraft {
  const { properties, warnings } = importJsonSchema(source);
  const refused: LintFinding[] = isDocument(source)
    ? []
    : [{ rule: 'not_an_object', severity: 'error', path: '/schema', message: 'A JSON Schema is an object.' }];
  const plain = {
    event_name: eventName,
    version: 1,
    state: 'draft',
    owner: '',
    description: '',
    feature_area: '',
    pii_class: 'none',
    data_sensitivity: 'internal',
    properties,
  };
  const document = { ...plain, ...classesOf(plain) };
  const linted = lintEventSchema(document).map((finding) => ({ ...finding, path: placeOf(finding.path, source) }));
  return { document, warnings, findings: [...refused, ...linted] };
}

/** No lower than what the properties say of themselves. */
function classesOf(document: Document): Pick<EventSchema, 'pii_class' | 'data_sensitivity'> | undefined {
  const schema = parseEventSchema(document);
  if (Array.isArray(schema)) return undefined;
  const said = new Set<unknown>(
    everySchema(schema.properties).flatMap((each) => [each['x-pii-class'], each['x-data-sensitivity']]),
  );
  return {
    pii_class: highest(PII_CLASSIFICATIONS, said, 'none'),
    data_sensitivity: highest(DATA_SENSITIVITIES, said, 'internal'),
  };
}

function highest<Class extends string>(order: readonly Class[], said: ReadonlySet<unknown>, least: Class): Class {
  return order.findLast((each) => said.has(each) || each === least) ?? least;
}

/** What the older drafts call what 2020-12 calls otherwise. */
const OLDER_NAMES: Readonly<Record<string, string>> = { $defs: 'definitions', prefixItems: 'items' };

/** The place in the older schema; the nearest around it where carrying over made another shape of it. */
function placeOf(path: string, source: unknown): string {
  const [field, ...segments] = segmentsOf(path);
  if (field !== 'properties') return path;
  const place: string[] = [];
  let at = source;
  for (const segment of segments) {
    const name = [segment, OLDER_NAMES[segment]].find((each) => each !== undefined && has(at, each));
    if (name === undefined) break;
    place.push(name);
    at = (at as Document)[name];
  }
  return `/schema${pointer(...place)}`;
}

function has(value: unknown, name: string): boolean {
  return (isDocument(value) || Array.isArray(value)) && Object.hasOwn(value, name);
}
