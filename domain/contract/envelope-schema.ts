/** The envelope as JSON Schema 2020-12, for OpenAPI and for clients that check before they send; from the same table as the decoder. */
import { CONSENT_PURPOSES, CONSENT_STATES, CONSENT_TEXT_PATTERN } from './consent.ts';
import { UUID_PATTERN } from './decode-text.ts';
import { TIMESTAMP_PATTERN } from './decode-timestamp.ts';
import { ENVELOPE_FIELDS, type EnvelopeField, EVENT_NAME_PATTERN } from './envelope.ts';
import { LIMITS } from './limits.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Well-formed Unicode without NUL. Read with the `u` flag, as JSON Schema does, the range matches lone surrogates only. */
const STORABLE_PATTERN = '^[^\\u0000\\ud800-\\udfff]*$';

/**
 * What this schema cannot say and the decoder adds: the size of an event, properties counted over all levels, lengths in
 * UTF-16 units rather than code points, and how far a time may lie in the past or future.
 */
export function envelopeJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Event',
    description: 'One telemetry event. `null` says the same as leaving an optional field out.',
    type: 'object',
    properties: Object.fromEntries(ENVELOPE_FIELDS.map((field) => [field.name, fieldSchema(field)])),
    required: ENVELOPE_FIELDS.flatMap((field) => ('required' in field ? [field.name] : [])),
    additionalProperties: false,
  };
}

function fieldSchema(field: EnvelopeField): JsonSchema {
  return { description: field.description, ...(field.required ? valueSchema(field) : orNull(valueSchema(field))) };
}

function orNull(schema: JsonSchema): JsonSchema {
  const nullable = { ...schema, type: [schema.type, 'null'].flat() };
  return 'enum' in schema ? { ...nullable, enum: [...(schema.enum as string[]), null] } : nullable;
}

function valueSchema(field: EnvelopeField): JsonSchema {
  switch (field.kind) {
    case 'text':
      return { type: 'string', maxLength: field.maxLength, pattern: STORABLE_PATTERN };
    case 'enum':
      return { type: 'string', enum: [...field.values] };
    case 'boolean':
      return { type: 'boolean' };
    case 'uuid':
      return { type: 'string', pattern: UUID_PATTERN };
    case 'event_name':
      return { type: 'string', pattern: EVENT_NAME_PATTERN.source };
    case 'timestamp':
      return { type: 'string', pattern: TIMESTAMP_PATTERN };
    case 'country':
      return { type: 'string', pattern: '^[A-Za-z]{2}$' };
    case 'assignments':
      return {
        type: 'object',
        maxProperties: LIMITS.assignmentsPerEvent,
        propertyNames: propertyNameSchema(),
        additionalProperties: { type: 'string', maxLength: LIMITS.assignmentLength, pattern: STORABLE_PATTERN },
      };
    case 'consent':
      return {
        type: ['object', 'string'],
        properties: Object.fromEntries(
          CONSENT_PURPOSES.map((purpose) => [purpose, { type: 'string', enum: [...CONSENT_STATES] }]),
        ),
        additionalProperties: false,
        pattern: CONSENT_TEXT_PATTERN,
      };
    case 'properties':
      return objectOf(propertySchema(LIMITS.propertyDepth));
  }
}

/** Spelled out level by level, because a recursive schema could not bound the depth. */
function propertySchema(levelsBelow: number): JsonSchema {
  const scalars: JsonSchema[] = [
    { type: ['boolean', 'null'] },
    { type: 'number', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    { type: 'string', maxLength: LIMITS.propertyStringLength, pattern: STORABLE_PATTERN },
  ];
  if (levelsBelow === 0) return { anyOf: scalars };
  const below = propertySchema(levelsBelow - 1);
  return { anyOf: [...scalars, { type: 'array', maxItems: LIMITS.arrayItems, items: below }, objectOf(below)] };
}

function objectOf(value: JsonSchema): JsonSchema {
  return {
    type: 'object',
    maxProperties: LIMITS.propertiesPerEvent,
    propertyNames: propertyNameSchema(),
    additionalProperties: value,
  };
}

function propertyNameSchema(): JsonSchema {
  return {
    minLength: 1,
    maxLength: LIMITS.propertyNameLength,
    pattern: STORABLE_PATTERN,
    not: { const: '__proto__' },
  };
}
