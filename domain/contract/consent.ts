/**
 * What a person agreed to, as it travels with an event and is stored with it. An addition to the envelope of requirement
 * E1, since what may be done with an event must not depend on what somebody remembers about its sender.
 */

export const CONSENT_PURPOSES = ['analytics', 'location'] as const;
export const CONSENT_STATES = ['granted', 'denied', 'unknown'] as const;

export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];
export type ConsentState = (typeof CONSENT_STATES)[number];
export type Consent = Readonly<Record<ConsentPurpose, ConsentState>>;

/** As stored and exported: `analytics=granted;location=denied`. What is unknown is left out. */
export const CONSENT_TEXT_PATTERN =
  '^(?:analytics=(?:granted|denied|unknown)(?:;location=(?:granted|denied|unknown))?|location=(?:granted|denied|unknown))?$';

const TEXT = new RegExp(CONSENT_TEXT_PATTERN);
const UNKNOWN: Consent = { analytics: 'unknown', location: 'unknown' };
/** Nine texts at most, so that asking costs one look-up. */
const BY_TEXT = new Map<string, Consent>();
for (const analytics of CONSENT_STATES) {
  for (const location of CONSENT_STATES) {
    const consent: Consent = { analytics, location };
    BY_TEXT.set(consentText(consent), consent);
  }
}

/** The stored form of what a client sent, an object or that form itself; `undefined` where it is neither. */
export function parseConsent(value: unknown): string | undefined {
  if (typeof value === 'string') return TEXT.test(value) ? consentText(fromText(value)) : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  for (const purpose of Object.keys(given)) {
    if (!isOneOf(CONSENT_PURPOSES, purpose) || !isOneOf(CONSENT_STATES, given[purpose])) return undefined;
  }
  return consentText({ ...UNKNOWN, ...(given as Partial<Consent>) });
}

/** Of a text that `parseConsent` made. */
export function consentOf(text: string): Consent {
  return BY_TEXT.get(text) ?? UNKNOWN;
}

/** What the event itself says goes before what its batch says, purpose by purpose. */
export function consentOver(event: string, batch: string): string {
  if (batch === '' || event === batch) return event;
  if (event === '') return batch;
  const [own, theirs] = [consentOf(event), consentOf(batch)];
  return consentText({
    analytics: own.analytics === 'unknown' ? theirs.analytics : own.analytics,
    location: own.location === 'unknown' ? theirs.location : own.location,
  });
}

function consentText(consent: Consent): string {
  return CONSENT_PURPOSES.filter((purpose) => consent[purpose] !== 'unknown')
    .map((purpose) => `${purpose}=${consent[purpose]}`)
    .join(';');
}

function fromText(text: string): Consent {
  return { ...UNKNOWN, ...Object.fromEntries(text.split(';').map((part) => part.split('='))) };
}

function isOneOf<Value extends string>(values: readonly Value[], value: unknown): value is Value {
  return (values as readonly unknown[]).includes(value);
}
