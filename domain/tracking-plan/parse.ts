/** Reads a document as an event schema, or says everything that keeps it from being one, each with its place. */
import {
  DATA_SENSITIVITIES,
  ENVELOPE_FIELDS,
  EVENT_NAME_PATTERN,
  EVENT_TYPES,
  nearestName,
  PII_CLASSIFICATIONS,
  parseTimestamp,
} from '@uptake/domain/contract';
import {
  BINDABLE_FIELDS,
  type EventSchema,
  ID_FIELDS,
  type ObjectSchema,
  SCHEMA_LIMITS,
  SCHEMA_STATES,
  type SchemaProblem,
} from './event-schema.ts';
import { parsePropertySchema, type Report } from './parse-property.ts';
import { type Document, isDocument, pointer, said } from './pointer.ts';

/** The schema, closed where it does not say whether it is open; or what is wrong with the document, never empty. */
export function parseEventSchema(document: unknown): EventSchema | SchemaProblem[] {
  if (!isDocument(document)) {
    return [{ rule: 'not_an_object', path: '', message: 'An event schema is a JSON object.' }];
  }
  const problems: SchemaProblem[] = [];
  const report: Report = (rule, path, message) => problems.push({ rule, path, message });
  // A hostile document must not cost more than a look at its size.
  const length = JSON.stringify(document).length;
  if (length > SCHEMA_LIMITS.documentLength) {
    report('too_large', '', `The document is ${length} characters; at most ${SCHEMA_LIMITS.documentLength} are read.`);
    return problems;
  }
  checkFields(document, report);
  let properties: ObjectSchema | undefined;
  if ('properties' in document) properties = parsePropertySchema(document.properties, report);
  if (problems.length > 0) return problems;
  // Every field was checked above, one by one.
  return { ...(document as EventSchema), properties: properties! };
}

type FieldCheck = (value: unknown) => string | undefined;

const text =
  (maxLength: number): FieldCheck =>
  (value) => {
    if (typeof value !== 'string') return 'It must be a text.';
    return value.length > maxLength ? `It has ${value.length} characters; at most ${maxLength} are kept.` : undefined;
  };

const oneOf =
  (values: readonly string[]): FieldCheck =>
  (value) => {
    if (typeof value === 'string' && values.includes(value)) return undefined;
    const nearest = typeof value === 'string' ? nearestName(value, values) : undefined;
    return `It must be one of ${values.join(', ')}${nearest === undefined ? '.' : `; did you mean "${nearest}"?`}`;
  };

const texts =
  (maxLength: number): FieldCheck =>
  (value) => {
    if (!Array.isArray(value) || value.length > 50) return 'It must be a list of at most 50 texts.';
    const isText = value.every((item) => typeof item === 'string' && item.trim() !== '' && item.length <= maxLength);
    return isText ? undefined : `Each must be a text of 1 to ${maxLength} characters.`;
  };

const FIELDS: Readonly<Record<keyof EventSchema, { readonly required?: true; readonly check: FieldCheck }>> = {
  $schema: { check: text(300) },
  event_name: {
    required: true,
    check: (value) =>
      typeof value === 'string' && EVENT_NAME_PATTERN.test(value)
        ? undefined
        : 'Event names are lower-case letters, digits and underscores, a letter first, at most 100.',
  },
  version: {
    required: true,
    check: (value) =>
      Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535
        ? undefined
        : 'Versions are whole numbers from 1 to 65535.',
  },
  state: { required: true, check: oneOf(SCHEMA_STATES) },
  owner: { required: true, check: text(200) },
  description: { required: true, check: text(SCHEMA_LIMITS.textLength) },
  feature_area: { required: true, check: text(64) },
  event_type: { check: oneOf(EVENT_TYPES) },
  pii_class: { required: true, check: oneOf(PII_CLASSIFICATIONS) },
  data_sensitivity: { required: true, check: oneOf(DATA_SENSITIVITIES) },
  // Checked field by field in `checkEnvelope`.
  envelope: { check: (value) => (isDocument(value) ? undefined : 'It must be an object of lists.') },
  accepted_until: {
    check: (value) =>
      typeof value === 'string' && parseTimestamp(value) !== undefined
        ? undefined
        : 'It must be an ISO-8601 time with a zone, such as "2027-01-31T00:00:00Z".',
  },
  hypothesis: { check: text(SCHEMA_LIMITS.textLength) },
  target_metrics: { check: texts(200) },
  feedback_prompts: { check: texts(500) },
  // Read in `parse-property.ts`.
  properties: { required: true, check: () => undefined },
};

function checkFields(document: Document, report: Report): void {
  for (const [name, value] of Object.entries(document)) {
    if (!Object.hasOwn(FIELDS, name)) {
      const nearest = nearestName(name, Object.keys(FIELDS));
      const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
      report('unknown_field', pointer(name), `An event schema has no field ${said(name)}.${hint}`);
      continue;
    }
    const message = FIELDS[name as keyof EventSchema].check(value);
    if (message !== undefined) report('invalid_value', pointer(name), message);
  }
  for (const [name, { required }] of Object.entries(FIELDS)) {
    if (required === true && !Object.hasOwn(document, name)) {
      report('missing_field', '', `The field "${name}" is missing.`);
    }
  }
  if (isDocument(document.envelope)) checkEnvelope(document.envelope, report);
}

function checkEnvelope(envelope: Document, report: Report): void {
  for (const [name, values] of Object.entries(envelope)) {
    const path = pointer('envelope', name);
    const field = BINDABLE_FIELDS.find((each) => each === name);
    if (field === undefined) {
      report('unknown_field', path, `Only these fields can be bound: ${BINDABLE_FIELDS.join(', ')}.`);
      continue;
    }
    if (!Array.isArray(values) || values.length > 100 || !values.every((value) => typeof value === 'string')) {
      report('invalid_value', path, 'It must be a list of at most 100 texts; an empty list means any value.');
      continue;
    }
    if (ID_FIELDS.has(field) && values.length > 0) {
      report('invalid_value', path, `"${name}" holds ids: it can be required with [], not bound to values.`);
    }
    const definition = ENVELOPE_FIELDS.find((each) => each.name === name);
    if (definition?.kind !== 'enum') continue;
    const allowed: readonly string[] = definition.values;
    for (const value of values) {
      if (!allowed.includes(value)) report('invalid_value', path, `The envelope allows ${allowed.join(', ')} alone.`);
    }
  }
}
