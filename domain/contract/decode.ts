/**
 * Turns what a client sent into an `Event`, or says why not and what to do about it. Written by hand because it runs for
 * every event; `ENVELOPE_FIELDS` gives it its names, kinds, values and lengths, and a property test holds it to the JSON
 * Schema of the same table. Where a JSON object repeats a key, the last one wins, as in `JSON.parse`.
 */

import { consentOver, parseConsent } from './consent.ts';
import { isEventName, nameLike } from './decode-event-name.ts';
import { PropertyWalk, tooLong, typeName, UNSTORABLE } from './decode-properties.ts';
import { isStorableText, jsonPointer, nearestName, parseUuid, quotable } from './decode-text.ts';
import { parseTimestamp } from './decode-timestamp.ts';
import {
  type DataSensitivity,
  ENVELOPE_FIELDS,
  type EnvelopeFieldName,
  type Event,
  type EventType,
  type PiiClassification,
  type PropertyValue,
  type Source,
} from './envelope.ts';
import { LIMITS } from './limits.ts';
import type { Reason, Refusal } from './reasons.ts';

/** What the decoder must be told, since it has neither clock nor randomness nor a request. */
export type DecodeContext = {
  readonly receivedAtMs: number;
  /** When the client sent the batch, by its own clock; an event's `sent_at` goes before it. */
  readonly sentAtMs?: number | undefined;
  /** Events older than this when they arrive are refused: they would expire at once. */
  readonly maxAgeMs: number;
  /** For events that name none. */
  readonly defaultSource: Source;
  /** What the batch says of consent, in its stored form; an event's own goes before it. */
  readonly consent?: string | undefined;
  /** A lower-case UUID for an event without one. */
  readonly newEventId: () => string;
  /** True only where the body was shown to hold neither NUL nor lone surrogates. */
  readonly isTextStorable?: boolean;
};

/**
 * Clocks within this much of ours are taken at their word: the difference is mostly the time on the network, and
 * shifting by it would only add noise. Beyond it the event is moved by the whole difference.
 */
export const CLOCK_SKEW_TOLERANCE_MS = 2_000;

type TextField = { readonly path: string; readonly maxLength: number };
type EnumField = { readonly path: string; readonly values: ReadonlySet<string> };

const FIELD_BY_NAME = new Map(ENVELOPE_FIELDS.map((field) => [field.name as string, field]));
type NameOfKind<Kind extends string> = Extract<(typeof ENVELOPE_FIELDS)[number], { kind: Kind }>['name'];

const TEXT = fieldsOfKind('text', (field) => ({ path: `/${field.name}`, maxLength: field.maxLength }));
const ENUM = fieldsOfKind('enum', (field) => ({ path: `/${field.name}`, values: new Set<string>(field.values) }));

const CONSENT_ADVICE =
  'Send {"analytics": "granted", "location": "denied"} with granted, denied or unknown for each; what is left out is unknown.';

type RawEnvelope = { readonly [Name in EnvelopeFieldName]?: unknown };

/** Never written to: events without properties share them. */
const NO_PROPERTIES: Record<string, PropertyValue> = Object.freeze({});
const NO_ASSIGNMENTS: Record<string, string> = Object.freeze({});

export function isRefusal(decoded: Event | Refusal): decoded is Refusal {
  return (decoded as Refusal).reason !== undefined;
}

/** One event by itself; for batches keep an `EventDecoder`. */
export function decodeEvent(raw: unknown, context: DecodeContext): Event | Refusal {
  return new EventDecoder(context).decode(raw);
}

/** Decodes the events of one request. Holds scratch state only, so it is used for one event at a time. */
export class EventDecoder {
  readonly #context: DecodeContext;
  readonly #isTextStorable: boolean;
  readonly #walk: PropertyWalk;
  #refusal: Refusal | undefined;
  #known = 0;
  #textLength = 0;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#isTextStorable = context.isTextStorable === true;
    this.#walk = new PropertyWalk(this.#isTextStorable);
  }

  decode(raw: unknown): Event | Refusal {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return notAnObject(raw);
    this.#refusal = undefined;
    this.#known = 0;
    this.#textLength = 0;
    this.#walk.reset();
    const event = this.#event(raw as RawEnvelope);
    // Reading counted the fields it knows; a different count means there are others (or fields set to undefined).
    let count = 0;
    for (const _ in raw) count++;
    const refusal =
      this.#refusal ?? (count === this.#known ? undefined : unknownField(raw)) ?? this.#oversize(raw as RawEnvelope);
    return refusal ?? event;
  }

  #event(raw: RawEnvelope): Event {
    const { receivedAtMs } = this.#context;
    const eventName = this.#eventName(raw.event_name);
    const eventId = this.#eventId(raw.event_id);
    const originalTimestampMs = this.#time(raw.timestamp, '/timestamp') ?? receivedAtMs;
    const sentAtMs = this.#time(raw.sent_at, '/sent_at') ?? this.#context.sentAtMs;
    // Without a timestamp the time of receipt stands in, which is by our clock already.
    const timestampMs =
      raw.timestamp == null ? receivedAtMs : this.#corrected(originalTimestampMs, sentAtMs, receivedAtMs);
    return {
      eventId,
      eventName,
      eventType: (this.#enum(raw.event_type, ENUM.event_type) || 'action') as EventType,
      timestampMs,
      originalTimestampMs,
      receivedAtMs,
      source: (this.#enum(raw.source, ENUM.source) || this.#context.defaultSource) as Source,
      platform: this.#enum(raw.platform, ENUM.platform),
      appVersion: this.#text(raw.app_version, TEXT.app_version),
      tenantId: this.#text(raw.tenant_id, TEXT.tenant_id),
      userId: this.#text(raw.user_id, TEXT.user_id),
      userRole: this.#text(raw.user_role, TEXT.user_role),
      sessionId: this.#text(raw.session_id, TEXT.session_id),
      authContext: this.#enum(raw.auth_context, ENUM.auth_context),
      isInternal: this.#boolean(raw.is_internal, '/is_internal'),
      featureArea: this.#text(raw.feature_area, TEXT.feature_area),
      workflowName: this.#text(raw.workflow_name, TEXT.workflow_name),
      surface: this.#text(raw.surface, TEXT.surface),
      experimentAssignments: this.#assignments(raw.experiment_assignments),
      requestId: this.#text(raw.request_id, TEXT.request_id),
      traceId: this.#text(raw.trace_id, TEXT.trace_id),
      correlationId: this.#text(raw.correlation_id, TEXT.correlation_id),
      deviceType: this.#enum(raw.device_type, ENUM.device_type),
      browserFamily: this.#text(raw.browser_family, TEXT.browser_family),
      osFamily: this.#text(raw.os_family, TEXT.os_family),
      country: this.#country(raw.country),
      region: this.#text(raw.region, TEXT.region),
      connectionType: this.#enum(raw.connection_type, ENUM.connection_type),
      piiClassification: (this.#enum(raw.pii_classification, ENUM.pii_classification) || 'none') as PiiClassification,
      dataSensitivity: (this.#enum(raw.data_sensitivity, ENUM.data_sensitivity) || 'internal') as DataSensitivity,
      properties: this.#properties(raw.properties),
      weight: 1,
      isPlanned: false,
      schemaVersion: 0,
      consent: this.#consent(raw.consent),
    };
  }

  #eventName(value: unknown): string {
    if (value === undefined || value === null) {
      if (value === null) this.#known++;
      this.#refuse('missing_field', '/event_name', 'Every event has an event_name, such as "project_created".');
      return '';
    }
    this.#known++;
    if (typeof value !== 'string') return this.#wrongType(value, '/event_name', 'a text');
    if (isEventName(value)) return value;
    const example = nameLike(value);
    this.#refuse(
      'invalid_event_name',
      '/event_name',
      `Names are lower-case letters, digits and underscores, a letter first, at most 100${example === '' ? '' : `; for example "${example}"`}.`,
    );
    return '';
  }

  #eventId(value: unknown): string {
    if (value === undefined) return this.#context.newEventId();
    this.#known++;
    if (value === null) return this.#context.newEventId();
    if (typeof value !== 'string') return this.#wrongType(value, '/event_id', 'a UUID as text');
    const eventId = parseUuid(value);
    if (eventId !== undefined) return eventId;
    this.#refuse(
      'invalid_event_id',
      '/event_id',
      'Send a UUID such as "0b9d4a52-7c1e-4f7a-9a53-2f60c1d7e8aa", other than the nil and the max UUID, or leave it out.',
    );
    return '';
  }

  #text(value: unknown, field: TextField): string {
    if (value === undefined) return '';
    this.#known++;
    if (typeof value === 'string') {
      this.#textLength += value.length;
      if (value.length > field.maxLength) {
        this.#refuse('string_too_long', field.path, tooLong(value, field.maxLength));
      } else if (!this.#isTextStorable && !isStorableText(value)) {
        this.#refuse('invalid_string', field.path, UNSTORABLE);
      }
      return value;
    }
    return value === null ? '' : this.#wrongType(value, field.path, 'a text');
  }

  #enum(value: unknown, field: EnumField): string {
    if (value === undefined) return '';
    this.#known++;
    if (typeof value === 'string') {
      if (!field.values.has(value)) this.#refuse('invalid_enum', field.path, notOneOf(value, field.values));
      return value;
    }
    return value === null ? '' : this.#wrongType(value, field.path, `one of ${listed(field.values)}`);
  }

  #boolean(value: unknown, path: string): boolean {
    if (value === undefined) return false;
    this.#known++;
    if (typeof value !== 'boolean' && value !== null) this.#wrongType(value, path, 'true or false');
    return value === true;
  }

  #country(value: unknown): string {
    if (value === undefined) return '';
    this.#known++;
    if (typeof value === 'string') {
      if (isTwoLetters(value)) return value.toUpperCase();
      this.#refuse('invalid_enum', '/country', 'Send the two letters of ISO 3166-1, such as "DE".');
      return '';
    }
    return value === null ? '' : this.#wrongType(value, '/country', 'a text of two letters');
  }

  #consent(value: unknown): string {
    const ofBatch = this.#context.consent ?? '';
    if (value === undefined) return ofBatch;
    this.#known++;
    if (value === null) return ofBatch;
    const consent = parseConsent(value);
    if (consent === undefined) this.#refuse('invalid_consent', '/consent', CONSENT_ADVICE);
    return consentOver(consent ?? '', ofBatch);
  }

  #time(value: unknown, path: string): number | undefined {
    if (value === undefined) return undefined;
    this.#known++;
    if (value === null) return undefined;
    if (typeof value !== 'string') {
      this.#wrongType(value, path, 'a time as text, such as "2026-11-21T09:30:00.250Z"');
      return undefined;
    }
    const ms = parseTimestamp(value);
    if (ms === undefined) this.#refuse('invalid_timestamp', path, timestampAdvice(value));
    return ms;
  }

  /** The time by our clock; refuses what lies too far ahead or behind even so. */
  #corrected(timestampMs: number, sentAtMs: number | undefined, receivedAtMs: number): number {
    const skewMs = sentAtMs === undefined ? 0 : receivedAtMs - sentAtMs;
    const correctedMs = Math.abs(skewMs) > CLOCK_SKEW_TOLERANCE_MS ? timestampMs + skewMs : timestampMs;
    if (correctedMs > receivedAtMs + LIMITS.futureMs) {
      this.#refuse(
        'timestamp_in_future',
        '/timestamp',
        `This is ${duration(correctedMs - receivedAtMs)} ahead of the server. Mend the clock, or send sent_at by the same clock.`,
      );
    } else if (correctedMs < receivedAtMs - this.#context.maxAgeMs) {
      this.#refuse(
        'timestamp_too_old',
        '/timestamp',
        `This is ${duration(receivedAtMs - correctedMs)} ago; raw events are kept for ${duration(this.#context.maxAgeMs)}.`,
      );
    }
    return correctedMs;
  }

  #assignments(value: unknown): Record<string, string> {
    if (value === undefined) return NO_ASSIGNMENTS;
    this.#known++;
    if (value === null) return NO_ASSIGNMENTS;
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#wrongType(value, '/experiment_assignments', 'an object of experiment and bucket');
    } else if (!this.#walk.assignments(value)) {
      this.#refusal ??= this.#walk.refusal;
    }
    return value as Record<string, string>;
  }

  #properties(value: unknown): Record<string, PropertyValue> {
    if (value === undefined) return NO_PROPERTIES;
    this.#known++;
    if (value === null) return NO_PROPERTIES;
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#wrongType(value, '/properties', 'an object');
    } else if (!this.#walk.properties(value)) {
      this.#refusal ??= this.#walk.refusal;
    }
    return value as Record<string, PropertyValue>;
  }

  /** Measures exactly only where the lengths seen leave room for doubt: a unit is at most six bytes of JSON. */
  #oversize(raw: RawEnvelope): Refusal | undefined {
    const seen = this.#textLength + this.#walk.textLength;
    if (seen * 6 + 8_192 <= LIMITS.eventBytes) return undefined;
    const bytes = utf8Length(JSON.stringify(raw));
    if (bytes <= LIMITS.eventBytes) return undefined;
    const detail = `The event is ${bytes} bytes of JSON; at most ${LIMITS.eventBytes} are kept.`;
    return { reason: 'event_too_large', path: '', detail };
  }

  #wrongType(value: unknown, path: string, wanted: string): '' {
    this.#refuse('invalid_type', path, `This is ${typeName(value)}; send ${wanted}.`);
    return '';
  }

  /** The first thing found wrong is the one that is told. */
  #refuse(reason: Reason, path: string, detail: string): void {
    this.#refusal ??= { reason, path, detail };
  }
}

function fieldsOfKind<Kind extends 'text' | 'enum', Made>(
  kind: Kind,
  make: (field: Extract<(typeof ENVELOPE_FIELDS)[number], { kind: Kind }>) => Made,
): Readonly<Record<NameOfKind<Kind>, Made>> {
  const made: Partial<Record<string, Made>> = {};
  for (const field of ENVELOPE_FIELDS) {
    if (field.kind === kind) made[field.name] = make(field as Extract<typeof field, { kind: Kind }>);
  }
  return made as Record<NameOfKind<Kind>, Made>;
}

function isTwoLetters(text: string): boolean {
  return text.length === 2 && isAsciiLetter(text.charCodeAt(0)) && isAsciiLetter(text.charCodeAt(1));
}

function isAsciiLetter(code: number): boolean {
  const lowerCase = code | 32;
  return lowerCase >= 97 && lowerCase <= 122;
}

function notAnObject(raw: unknown): Refusal {
  const detail =
    raw === undefined ? 'This line is not valid JSON.' : `An event is a JSON object; this is ${typeName(raw)}.`;
  return { reason: 'not_an_object', path: '', detail };
}

function unknownField(raw: object): Refusal | undefined {
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || FIELD_BY_NAME.has(name)) continue;
    const nearest = nearestName(name, FIELD_BY_NAME.keys());
    const said = quotable(name);
    const detail =
      nearest === undefined
        ? `The envelope has no field "${said}"; did you mean "${said}" in properties?`
        : `The envelope has no field "${said}"; did you mean "${nearest}"? What is particular to an event belongs in properties.`;
    return { reason: 'unknown_field', path: jsonPointer([name]), detail };
  }
  return undefined;
}

function notOneOf(value: string, values: ReadonlySet<string>): string {
  const nearest = nearestName(value, values);
  return `Allowed are ${listed(values)}${nearest === undefined ? '.' : `; did you mean "${nearest}"?`}`;
}

function listed(values: ReadonlySet<string>): string {
  return [...values].map((value) => `"${value}"`).join(', ');
}

function timestampAdvice(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}[T ][\d:.]+$/.test(text))
    return 'The zone is missing; end the time with "Z" or an offset like "+02:00".';
  return 'Send RFC 3339 from 1970 to 2199 with a zone, such as "2026-11-21T09:30:00.250Z".';
}

function duration(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  if (hours >= 2) return `${Math.round(hours)} hours`;
  return `${Math.round(ms / 60_000)} minutes`;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A surrogate pair is four bytes: two for either half.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}
