/**
 * Legality under the collection policy `ledger` (requirements L1, L2, L4, L5): a catalogued milestone of a tenant, brought
 * about by a user, that says nothing but what its catalogue entry enumerates.
 */
import type { Event, EventType, Refusal } from '@uptake/domain/contract';
import { IDENTIFIER_MAX_LENGTH, isIdentifier, isReference, type MetadataRules, mistakeInMetadata } from './metadata.ts';

/** The milestones an environment keeps, by event name. */
export type LedgerCatalogue = ReadonlyMap<string, MilestoneRule>;

export type MilestoneRule = {
  readonly metadata: MetadataRules;
  /** Keys the tracking plan plans but no ledger keeps, with why: for the reason of a refusal. */
  readonly unlawful?: Readonly<Record<string, string>>;
};

/** What a person does or brings about. Views are passive, and nobody initiates an error or a sign of life. */
const MILESTONE_TYPES: ReadonlySet<EventType> = new Set(['action', 'outcome', 'feedback']);

/** Texts of the envelope into which a sentence or a URL would fit. */
const WORDS = [
  ['feature_area', 'featureArea'],
  ['workflow_name', 'workflowName'],
  ['surface', 'surface'],
  ['user_role', 'userRole'],
] as const satisfies readonly (readonly [path: string, field: keyof Event])[];

/** Names of requests, releases and the like: no spaces, so no sentence. */
const TOKENS = [
  ['app_version', 'appVersion'],
  ['request_id', 'requestId'],
  ['trace_id', 'traceId'],
  ['correlation_id', 'correlationId'],
] as const satisfies readonly (readonly [path: string, field: keyof Event])[];
const TOKEN = /^[\w.:+/=-]*$/;

/** Why the ledger does not keep this event; `undefined` where it does. Asked before ids become pseudonyms. */
export function judgeLedger(event: Event, catalogue: LedgerCatalogue): Refusal | undefined {
  const rule = catalogue.get(event.eventName);
  if (rule === undefined) {
    const detail = `"${event.eventName}" is no milestone of this environment's catalogue (policy ledger). Plan it, with identifiers and enums as its only properties, or choose policy full.`;
    return { reason: 'unknown_milestone', path: '/event_name', detail };
  }
  if (!MILESTONE_TYPES.has(event.eventType)) {
    const detail = `A ledger keeps what users bring about (${[...MILESTONE_TYPES].join(', ')}); "${event.eventType}" is passive.`;
    return { reason: 'passive_event', path: '/event_type', detail };
  }
  if (event.tenantId === '') {
    const detail = 'A ledger row belongs to a tenant: send tenant_id, and nothing before there is one.';
    return { reason: 'tenant_missing', path: '/tenant_id', detail };
  }
  if (event.userId === '') {
    const detail = 'A ledger keeps what a user initiated: send user_id, and leave out what the system does by itself.';
    return { reason: 'initiator_missing', path: '/user_id', detail };
  }
  return judgeWords(event) ?? judgeMetadata(event, rule);
}

function judgeWords(event: Event): Refusal | undefined {
  for (const [path, field] of WORDS) {
    const value = event[field];
    if (value === '' || isIdentifier(value)) continue;
    const detail = `In a ledger ${path} must be a stable identifier: lower-case words joined by _ . : / or -, at most ${IDENTIFIER_MAX_LENGTH} characters.`;
    return { reason: 'metadata_invalid', path: `/${path}`, detail };
  }
  for (const [path, field] of TOKENS) {
    if (TOKEN.test(event[field])) continue;
    const detail = `In a ledger ${path} is made of letters, digits and . _ : + / = - alone.`;
    return { reason: 'metadata_invalid', path: `/${path}`, detail };
  }
  for (const [experiment, bucket] of Object.entries(event.experimentAssignments)) {
    if ([experiment, bucket].every((word) => isIdentifier(word) || isReference(word))) continue;
    const detail = 'In a ledger experiments and buckets are named by stable identifiers or UUIDs.';
    return { reason: 'metadata_invalid', path: '/experiment_assignments', detail };
  }
  return undefined;
}

function judgeMetadata({ eventName, properties }: Event, { metadata, unlawful }: MilestoneRule): Refusal | undefined {
  for (const [key, value] of Object.entries(properties)) {
    const path = `/properties/${pointerPart(key)}`;
    const allowed = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (allowed === undefined) {
      const why = unlawful !== undefined && Object.hasOwn(unlawful, key) ? unlawful[key] : undefined;
      const detail =
        why === undefined
          ? `"${eventName}" may say ${listed(Object.keys(metadata))} in a ledger, nothing else.`
          : `The tracking plan has this property, but no ledger keeps it: ${why}.`;
      return { reason: 'metadata_not_allowed', path, detail };
    }
    // Null is how many clients say "absent"; it holds nothing.
    const mistake = value === null ? undefined : mistakeInMetadata(allowed, value);
    if (mistake !== undefined) return { reason: 'metadata_invalid', path, detail: `In a ledger this ${mistake}.` };
  }
  for (const [key, { required }] of Object.entries(metadata)) {
    if (required !== true || (properties[key] ?? null) !== null) continue;
    const detail = `"${eventName}" must say "${key}" in a ledger.`;
    return { reason: 'metadata_missing', path: `/properties/${pointerPart(key)}`, detail };
  }
  return undefined;
}

function listed(keys: readonly string[]): string {
  return keys.length === 0 ? 'nothing' : keys.map((key) => `"${key}"`).join(', ');
}

function pointerPart(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
