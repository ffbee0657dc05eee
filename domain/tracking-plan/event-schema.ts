/**
 * The document of one version of one event's schema, as it stands in a customer's repository (`<event_name>.json`), on the
 * wire and in the registry: names in snake_case, `properties` as JSON Schema 2020-12.
 */
import type { DataSensitivity, EventType, PiiClassification } from '@uptake/domain/contract';

/** `draft`: written, not enforced. `active`: in force. `deprecated`: in force, to be left. `blocked`: refused everywhere. */
export const SCHEMA_STATES = ['draft', 'active', 'deprecated', 'blocked'] as const;
export type SchemaState = (typeof SCHEMA_STATES)[number];

export type EventSchema = {
  /** For editors; says nothing to Uptake. */
  readonly $schema?: string;
  readonly event_name: string;
  /** 1, 2, …; a change makes a new one. */
  readonly version: number;
  readonly state: SchemaState;
  /** Team or person who answers for the event. Empty only in drafts. */
  readonly owner: string;
  /** When the event is sent, in a sentence. Empty only in drafts. */
  readonly description: string;
  /** Part of the product it belongs to; enforced only where `envelope` says so too. Empty only in drafts. */
  readonly feature_area: string;
  /** Family of the event; enforced only where `envelope` says so too. */
  readonly event_type?: EventType;
  readonly pii_class: PiiClassification;
  readonly data_sensitivity: DataSensitivity;
  /** Envelope fields the event must have, each with the values it may have; an empty list means any. */
  readonly envelope?: EnvelopeRules;
  /** Set when a breaking version replaces this one: the instant (ISO-8601) until which this one is still accepted. */
  readonly accepted_until?: string;
  /** What the feature is expected to bring about (requirement E24). */
  readonly hypothesis?: string;
  /** The figures by which the hypothesis is judged. */
  readonly target_metrics?: readonly string[];
  /** What users are asked about the feature. */
  readonly feedback_prompts?: readonly string[];
  /** JSON Schema 2020-12 of the event's `properties`, an object. `parseEventSchema` writes out its closed default. */
  readonly properties: ObjectSchema;
};

/** Envelope fields a schema may bind: texts and enums that describe the event, none that name a person. */
export const BINDABLE_FIELDS = [
  'event_type',
  'source',
  'platform',
  'user_role',
  'auth_context',
  'feature_area',
  'workflow_name',
  'surface',
  'device_type',
  'tenant_id',
  'user_id',
  'session_id',
  'request_id',
  'trace_id',
  'correlation_id',
] as const;
export type BindableField = (typeof BINDABLE_FIELDS)[number];
/** Fields that hold ids: they may be required, but not bound to values. */
export const ID_FIELDS: ReadonlySet<BindableField> = new Set([
  'tenant_id',
  'user_id',
  'session_id',
  'request_id',
  'trace_id',
  'correlation_id',
]);
export type EnvelopeRules = { readonly [Field in BindableField]?: readonly string[] };

export const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const;
export type JsonType = (typeof JSON_TYPES)[number];

export const FORMATS = ['date-time', 'date', 'uuid'] as const;
export type Format = (typeof FORMATS)[number];

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** The keywords of JSON Schema 2020-12 that Uptake understands, all of them enforced. Others are refused, never skipped. */
export type PropertySchema = {
  readonly $defs?: { readonly [name: string]: PropertySchema };
  /** `#/$defs/NAME` alone; never remote, never recursive. */
  readonly $ref?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly properties?: { readonly [name: string]: PropertySchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | PropertySchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: boolean | PropertySchema;
  readonly prefixItems?: readonly PropertySchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  /** Lengths count code points, as JSON Schema says. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: Format;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly anyOf?: readonly PropertySchema[];
  readonly oneOf?: readonly PropertySchema[];
  /** How personal the value is. Needed on every property, so that somebody has thought about it. */
  readonly 'x-pii-class'?: PiiClassification;
  readonly 'x-data-sensitivity'?: DataSensitivity;
  readonly title?: string;
  readonly description?: string;
  readonly $comment?: string;
  readonly default?: JsonValue;
  readonly examples?: readonly JsonValue[];
  readonly deprecated?: boolean;
};

export type ObjectSchema = PropertySchema & { readonly type: 'object' };

/** Why a document is no event schema; `path` is a JSON pointer into it. */
export type SchemaProblem = { readonly rule: SchemaRule; readonly path: string; readonly message: string };

export type SchemaRule =
  | 'not_an_object'
  | 'unknown_field'
  | 'missing_field'
  | 'invalid_value'
  | 'unsupported_keyword'
  | 'invalid_ref'
  | 'invalid_pattern'
  | 'invalid_property_name'
  | 'too_deep'
  | 'too_many'
  | 'too_large';

/** Of one schema. An event can hold no more than `LIMITS` of the contract say, so a schema need not either. */
export const SCHEMA_LIMITS = {
  /** Properties on all levels, definitions included. */
  properties: 250,
  /** Levels of objects and arrays below `properties`. */
  depth: 5,
  /** Levels of schemas in schemas, `anyOf` included. */
  nesting: 20,
  enumValues: 1_000,
  branches: 20,
  definitions: 100,
  patternLength: 300,
  textLength: 2_000,
  /** The document as JSON, in UTF-16 code units. */
  documentLength: 256 * 1024,
} as const;
