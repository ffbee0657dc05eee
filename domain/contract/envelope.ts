/**
 * The event envelope (requirement E1): one table of fields from which the decoder, the JSON Schema, the documentation
 * and the column list of the event store are derived, so that they cannot drift apart.
 */

export const EVENT_TYPES = ['view', 'action', 'outcome', 'error', 'system_health', 'feedback'] as const;
export const SOURCES = ['client', 'server', 'worker', 'api'] as const;
export const PLATFORMS = ['web', 'ios', 'android', 'cli', 'api'] as const;
export const AUTH_CONTEXTS = ['sso', 'scim', 'passwordless', 'password', 'api_token'] as const;
export const DEVICE_TYPES = ['desktop', 'mobile', 'tablet', 'server'] as const;
export const CONNECTION_TYPES = ['wifi', 'cellular', 'ethernet', 'offline', 'unknown'] as const;
export const PII_CLASSIFICATIONS = ['none', 'low', 'medium', 'high'] as const;
export const DATA_SENSITIVITIES = ['public', 'internal', 'restricted'] as const;

export type EventType = (typeof EVENT_TYPES)[number];
export type Source = (typeof SOURCES)[number];
export type Platform = (typeof PLATFORMS)[number];
export type PiiClassification = (typeof PII_CLASSIFICATIONS)[number];
export type DataSensitivity = (typeof DATA_SENSITIVITIES)[number];

/** How an envelope field is read. Lengths count UTF-16 code units. */
export type FieldKind =
  | { readonly kind: 'text'; readonly maxLength: number }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'event_name' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'country' }
  | { readonly kind: 'assignments' }
  | { readonly kind: 'consent' }
  | { readonly kind: 'properties' };

export type EnvelopeField = FieldKind & {
  readonly name: string;
  readonly required?: true;
  readonly description: string;
};

/** `^[a-z][a-z0-9_]{0,99}$`: requirement S2 as widened by the third ruling on the sources. */
export const EVENT_NAME_PATTERN = /^[a-z][a-z0-9_]{0,99}$/;

export const ENVELOPE_FIELDS = [
  {
    name: 'event_id',
    kind: 'uuid',
    description: 'UUID of the event; made by the server where absent, and then a repeat cannot be recognised.',
  },
  {
    name: 'event_name',
    kind: 'event_name',
    required: true,
    description: 'What happened: lowercase letters, digits and underscores, a letter first, at most 100.',
  },
  {
    name: 'event_type',
    kind: 'enum',
    values: EVENT_TYPES,
    description: 'The family of the event; `action` where absent.',
  },
  {
    name: 'timestamp',
    kind: 'timestamp',
    description: 'When it happened, ISO-8601; the time of receipt where absent.',
  },
  {
    name: 'sent_at',
    kind: 'timestamp',
    description: 'When the client sent it, by the same clock as `timestamp`; corrects skewed clocks.',
  },
  {
    name: 'source',
    kind: 'enum',
    values: SOURCES,
    description: 'Which kind of program sent it; by the kind of key where absent.',
  },
  { name: 'platform', kind: 'enum', values: PLATFORMS, description: 'The platform it happened on.' },
  { name: 'app_version', kind: 'text', maxLength: 64, description: 'Version of the product that emitted it.' },
  {
    name: 'tenant_id',
    kind: 'text',
    maxLength: 128,
    description: 'The customer (account, organisation) it belongs to.',
  },
  { name: 'user_id', kind: 'text', maxLength: 256, description: 'The acting user; stored only as a keyed pseudonym.' },
  { name: 'user_role', kind: 'text', maxLength: 64, description: 'Role of the user in the tenant.' },
  {
    name: 'session_id',
    kind: 'text',
    maxLength: 128,
    description: 'The session it happened in; stored only as a keyed pseudonym.',
  },
  { name: 'auth_context', kind: 'enum', values: AUTH_CONTEXTS, description: 'How the user was authenticated.' },
  { name: 'is_internal', kind: 'boolean', description: 'True for staff and test traffic.' },
  { name: 'feature_area', kind: 'text', maxLength: 64, description: 'Part of the product.' },
  { name: 'workflow_name', kind: 'text', maxLength: 100, description: 'Workflow the event is a step of.' },
  { name: 'surface', kind: 'text', maxLength: 200, description: 'Component, page or endpoint.' },
  { name: 'experiment_assignments', kind: 'assignments', description: 'Map of experiment to bucket.' },
  { name: 'request_id', kind: 'text', maxLength: 128, description: 'Request the event belongs to.' },
  {
    name: 'trace_id',
    kind: 'text',
    maxLength: 64,
    description: 'W3C trace id; taken from `traceparent` where absent.',
  },
  { name: 'correlation_id', kind: 'text', maxLength: 128, description: 'Joins feedback, errors and behaviour.' },
  { name: 'device_type', kind: 'enum', values: DEVICE_TYPES, description: 'Coarse device class.' },
  {
    name: 'browser_family',
    kind: 'text',
    maxLength: 32,
    description: 'Browser family; from the user agent at the door where absent.',
  },
  {
    name: 'os_family',
    kind: 'text',
    maxLength: 32,
    description: 'Operating system family; from the user agent at the door where absent.',
  },
  { name: 'country', kind: 'country', description: 'ISO 3166-1 alpha-2.' },
  { name: 'region', kind: 'text', maxLength: 64, description: 'Coarse region, never coordinates.' },
  { name: 'connection_type', kind: 'enum', values: CONNECTION_TYPES, description: 'Kind of network.' },
  {
    name: 'pii_classification',
    kind: 'enum',
    values: PII_CLASSIFICATIONS,
    description: 'How personal the payload is; `none` where absent.',
  },
  {
    name: 'data_sensitivity',
    kind: 'enum',
    values: DATA_SENSITIVITIES,
    description: 'Drives retention; `internal` where absent.',
  },
  {
    name: 'consent',
    kind: 'consent',
    description:
      'What the person agreed to: `{"analytics": …, "location": …}`, each `granted`, `denied` or `unknown`; from the batch where absent.',
  },
  { name: 'properties', kind: 'properties', description: 'What is particular to this event.' },
] as const satisfies readonly EnvelopeField[];

export type EnvelopeFieldName = (typeof ENVELOPE_FIELDS)[number]['name'];

/** A value a property may hold: JSON within the limits of `limits.ts`. */
export type PropertyValue =
  | string
  | number
  | boolean
  | null
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** One decoded and normalised event on its way down the pipeline. Empty string means absent, as in the event store. */
export type Event = {
  eventId: string;
  eventName: string;
  eventType: EventType;
  /** Corrected for clock skew, Unix milliseconds. */
  timestampMs: number;
  /** As the client said it, Unix milliseconds. */
  originalTimestampMs: number;
  receivedAtMs: number;
  source: Source;
  platform: string;
  appVersion: string;
  tenantId: string;
  /** Raw until the pipeline's pseudonymise step, a pseudonym after it. */
  userId: string;
  userRole: string;
  /** Raw until the pipeline's pseudonymise step, a pseudonym after it. */
  sessionId: string;
  authContext: string;
  isInternal: boolean;
  featureArea: string;
  workflowName: string;
  surface: string;
  experimentAssignments: Record<string, string>;
  requestId: string;
  traceId: string;
  correlationId: string;
  deviceType: string;
  browserFamily: string;
  osFamily: string;
  country: string;
  region: string;
  connectionType: string;
  piiClassification: PiiClassification;
  dataSensitivity: DataSensitivity;
  properties: Record<string, PropertyValue>;
  /** How many events this one stands for: 1 unless sampled (requirement E22). */
  weight: number;
  /** False where no tracking plan covers the event (observe mode). */
  isPlanned: boolean;
  /** Version of the schema it was checked against; 0 where no schema covers it. */
  schemaVersion: number;
  /** What its person agreed to, as the client said it; '' where it said nothing. */
  consent: string;
};
