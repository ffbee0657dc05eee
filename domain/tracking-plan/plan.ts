/** What a product's tracking plan says of an event: which version it fits, or why none. */
import { type Event, jsonPointer, type Refusal } from '@uptake/domain/contract';
import { type Check, compileProperties } from './compile.ts';
import type { BindableField, EventSchema } from './event-schema.ts';
import { said } from './pointer.ts';

export type Verdict =
  /** It fits a version in force. */
  | { readonly kind: 'planned'; readonly schema: EventSchema }
  /** No version of the event is in force: there is none, or drafts alone. */
  | { readonly kind: 'unplanned' }
  /** The event is blocked. */
  | { readonly kind: 'blocked'; readonly schema: EventSchema; readonly refusal: Refusal }
  /** Versions are in force, and it fits none; the refusal is that of the newest. */
  | { readonly kind: 'violated'; readonly schema: EventSchema; readonly refusal: Refusal };

export type TrackingPlan = {
  readonly size: number;
  /** About half a microsecond for an average event. `nowMs` decides whether an older version is still accepted. */
  judge(event: Event, nowMs: number): Verdict;
};

/**
 * The plan made of any versions of any events. Per event the newest version that is no draft is in force, and older ones
 * for as long as their `accepted_until` lies ahead; a newest version that is `blocked` blocks the event whatever was before.
 */
export function compilePlan(schemas: readonly EventSchema[]): TrackingPlan {
  const events = new Map<string, CompiledVersion[]>();
  for (const schema of schemas) {
    if (schema.state === 'draft') continue;
    const versions = events.get(schema.event_name) ?? [];
    versions.push(compileVersion(schema));
    events.set(schema.event_name, versions);
  }
  for (const versions of events.values()) versions.sort((a, b) => b.schema.version - a.schema.version);
  return { size: events.size, judge: (event, nowMs) => judge(events.get(event.eventName), event, nowMs) };
}

type CompiledVersion = {
  readonly schema: EventSchema;
  readonly acceptedUntilMs: number;
  readonly envelope: readonly EnvelopeCheck[];
  readonly check: Check;
  readonly planned: Verdict;
};

type EnvelopeCheck = {
  readonly field: BindableField;
  readonly key: keyof Event;
  readonly values: ReadonlySet<unknown>;
};

const UNPLANNED: Verdict = { kind: 'unplanned' };

function judge(versions: readonly CompiledVersion[] | undefined, event: Event, nowMs: number): Verdict {
  const newest = versions?.[0];
  if (versions === undefined || newest === undefined) return UNPLANNED;
  const { schema } = newest;
  if (schema.state === 'blocked') {
    const detail = `"${event.eventName}" is blocked in the tracking plan; ask ${schema.owner || 'its owner'}.`;
    return { kind: 'blocked', schema, refusal: { reason: 'schema_blocked', path: '/event_name', detail } };
  }
  const refusal = refusalBy(newest, event);
  if (refusal === undefined) return newest.planned;
  for (let at = 1; at < versions.length; at++) {
    const older = versions[at]!;
    if (older.acceptedUntilMs > nowMs && older.schema.state !== 'blocked' && refusalBy(older, event) === undefined) {
      return older.planned;
    }
  }
  return { kind: 'violated', schema, refusal };
}

function refusalBy({ envelope, check }: CompiledVersion, event: Event): Refusal | undefined {
  for (let at = 0; at < envelope.length; at++) {
    const { field, key, values } = envelope[at]!;
    const value = event[key];
    if (value !== '' && (values.size === 0 || values.has(value))) continue;
    const wanted = [...values].map((each) => said(String(each))).join(', ');
    const detail = `The schema requires ${field}${wanted === '' ? '' : ` to be ${values.size === 1 ? '' : 'one of '}${wanted}`}.`;
    return { reason: 'envelope_mismatch', path: `/${field}`, detail };
  }
  const violation = check(event.properties);
  if (violation === undefined) return undefined;
  return {
    reason: violation.reason,
    path: jsonPointer(['properties', ...violation.trail]),
    detail: violation.detail,
  };
}

function compileVersion(schema: EventSchema): CompiledVersion {
  return {
    schema,
    acceptedUntilMs: schema.accepted_until === undefined ? Number.NEGATIVE_INFINITY : Date.parse(schema.accepted_until),
    envelope: Object.entries(schema.envelope ?? {}).map(([field, values]) => ({
      field: field as BindableField,
      key: camelCase(field) as keyof Event,
      values: new Set(values),
    })),
    check: compileProperties(schema.properties),
    planned: { kind: 'planned', schema },
  };
}

/** `workflow_name` → `workflowName`: how `Event` calls the fields of the envelope. */
function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
