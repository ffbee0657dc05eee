/**
 * The closed list of reasons for which an event is not simply accepted. A reason belongs to exactly one result; each is
 * counted in `uptake_events_total{result,reason}` and has a test.
 */
export const REASONS = {
  not_an_object: { result: 'rejected', meaning: 'The event is not a JSON object.' },
  unknown_field: {
    result: 'rejected',
    meaning: 'The envelope has no such field; what is particular to an event belongs in `properties`.',
  },
  missing_field: { result: 'rejected', meaning: 'A required field is absent.' },
  invalid_type: { result: 'rejected', meaning: 'The value has another JSON type than the field.' },
  invalid_event_name: {
    result: 'rejected',
    meaning: 'The name is not lower-case letters, digits and underscores, a letter first, at most 100.',
  },
  invalid_event_id: { result: 'rejected', meaning: '`event_id` is a UUID.' },
  invalid_enum: { result: 'rejected', meaning: 'The value is not one of those the field allows.' },
  invalid_timestamp: { result: 'rejected', meaning: 'Times are ISO-8601 with a zone, from year 1970 to 2199.' },
  timestamp_too_old: { result: 'rejected', meaning: 'The event happened before the retention period of raw events.' },
  timestamp_in_future: { result: 'rejected', meaning: 'The event happens more than ten minutes ahead of the server.' },
  string_too_long: { result: 'rejected', meaning: 'The text is longer than the field allows.' },
  invalid_string: { result: 'rejected', meaning: 'Text must be well-formed Unicode without NUL.' },
  invalid_consent: {
    result: 'rejected',
    meaning: 'Consent is an object of `analytics` and `location`, each `granted`, `denied` or `unknown`.',
  },
  number_out_of_range: {
    result: 'rejected',
    meaning: 'Whole numbers beyond 2^53 cannot be kept exactly; send them as text.',
  },
  invalid_weight: {
    result: 'rejected',
    meaning: 'How many events one stands for is 0, or from 1 to 100; imports of exported events alone say it.',
  },
  too_deep: { result: 'rejected', meaning: '`properties` is nested more deeply than allowed.' },
  too_many_properties: { result: 'rejected', meaning: 'There are more properties, items or assignments than allowed.' },
  invalid_property_name: {
    result: 'rejected',
    meaning: 'Property names are 1 to 100 characters of well-formed Unicode, not `__proto__`.',
  },
  event_too_large: { result: 'rejected', meaning: 'The event is larger than allowed.' },
  unplanned_event: {
    result: 'rejected',
    meaning: 'The environment keeps only events of its tracking plan (mode `enforce`), and this is not one.',
  },
  schema_blocked: { result: 'rejected', meaning: 'The tracking plan blocks this event; nothing of it is kept.' },
  envelope_mismatch: {
    result: 'rejected',
    meaning: 'The tracking plan binds an envelope field that is absent here or has another value.',
  },
  property_not_allowed: { result: 'rejected', meaning: 'The tracking plan has no such property for this event.' },
  property_missing: { result: 'rejected', meaning: 'The tracking plan requires a property that is absent.' },
  property_invalid: {
    result: 'rejected',
    meaning: 'The value is not one that the tracking plan allows for the property.',
  },
  unknown_milestone: {
    result: 'rejected',
    meaning: "The environment's policy is `ledger`, and this is no milestone of its catalogue.",
  },
  passive_event: {
    result: 'rejected',
    meaning:
      'A ledger keeps what users bring about (`action`, `outcome`, `feedback`), not views, errors or signs of life.',
  },
  tenant_missing: { result: 'rejected', meaning: 'Every row of a ledger belongs to a tenant; `tenant_id` is absent.' },
  initiator_missing: {
    result: 'rejected',
    meaning: 'Every row of a ledger was initiated by a user; `user_id` is absent.',
  },
  metadata_not_allowed: {
    result: 'rejected',
    meaning: 'A ledger keeps the metadata keys of its catalogue alone, and this is none of them.',
  },
  metadata_missing: { result: 'rejected', meaning: 'A metadata key that the milestone must have is absent.' },
  metadata_invalid: {
    result: 'rejected',
    meaning:
      'Metadata of a ledger are enums, stable identifiers, UUIDs and booleans: no free text, no numbers, no payloads.',
  },
  duplicate_event_id: { result: 'duplicate', meaning: 'This event id was accepted before, within seven days.' },
  over_budget: {
    result: 'sampled',
    meaning: 'The budget keeps a part of such events, and what is kept stands for this one too.',
  },
  not_collected: {
    result: 'dropped',
    meaning: 'The environment does not collect this event, or nothing of this feature area.',
  },
  consent_denied: {
    result: 'dropped',
    meaning: 'The person denied consent to analytics (`consent.analytics`); nothing of the event was kept.',
  },
  opt_out_signal: {
    result: 'dropped',
    meaning:
      'The browser sent `DNT: 1` or `Sec-GPC: 1`, and the environment respects it; nothing of the event was kept.',
  },
  collection_disabled: { result: 'dropped', meaning: 'Collection is switched off (TELEMETRY_ENABLED).' },
} as const satisfies Record<string, { result: EventResult; meaning: string }>;

export type EventResult = 'accepted' | 'duplicate' | 'rejected' | 'sampled' | 'dropped';
export type Reason = keyof typeof REASONS;
export type RejectReason = { [R in Reason]: (typeof REASONS)[R]['result'] extends 'rejected' ? R : never }[Reason];

/** What a pipeline step or the decoder says of an event it does not let pass. `path` is a JSON pointer into the event. */
export type Refusal = { readonly reason: Reason; readonly path: string; readonly detail: string };
