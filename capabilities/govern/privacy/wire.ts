/** The wire shapes of privacy settings, and what is wrong with those somebody sends. */
import type { InputError } from '@uptake/domain/contract';
import { OWN_RULE_LIMITS, ROTATION_DAYS, refusalOfForm, rotationOf, rotationStartMs } from '@uptake/domain/privacy';
import { type Static, Type } from 'typebox';
import type { PrivacySettings } from './store.ts';

const strict = { additionalProperties: false };
const scrubNames = Type.Array(Type.String({ minLength: 1, maxLength: OWN_RULE_LIMITS.nameLength }), {
  maxItems: OWN_RULE_LIMITS.names,
  description: 'Names of properties whose values are taken out, however they are spelled: badge_no is badgeNo too.',
});
const scrubForms = Type.Array(Type.String({ minLength: 1, maxLength: 2 * OWN_RULE_LIMITS.longestForm }), {
  maxItems: OWN_RULE_LIMITS.forms,
  description: 'Forms of values that are taken out: # is a digit, @ a letter, * either, as EMP-######.',
});
const days = Type.Integer({ minimum: ROTATION_DAYS + 1, maximum: 3_650, description: 'How long a link is kept.' });

export const PrivacyBody = Type.Object(
  {
    respects_opt_out_signals: Type.Optional(Type.Boolean()),
    location_by_default: Type.Optional(Type.Boolean()),
    scrub_names: Type.Optional(scrubNames),
    scrub_forms: Type.Optional(scrubForms),
    bridge: Type.Optional(Type.Union([Type.Object({ days }, strict), Type.Null()])),
  },
  strict,
);

/** A header that a trusted proxy sets; a table of this machine, by the address. */
const COUNTRY_SOURCES = ['header', 'table'] as const;
export type CountrySource = (typeof COUNTRY_SOURCES)[number];

const DateTime = Type.String({ format: 'date-time' });
export const PrivacyAnswer = Type.Object({
  environment_id: Type.String({ format: 'uuid' }),
  respects_opt_out_signals: Type.Boolean({
    description: 'Events of clients that send DNT: 1 or Sec-GPC: 1 are dropped.',
  }),
  location_by_default: Type.Boolean({
    description: 'Whether country and region are kept of events that say nothing of consent to location.',
  }),
  scrub_names: scrubNames,
  scrub_forms: scrubForms,
  bridge: Type.Union([
    Type.Object({ days, since: DateTime }, { description: 'Pseudonyms are linked over rotations, from then on.' }),
    Type.Null(),
  ]),
  rotation: Type.Object({ days: Type.Integer(), started_at: DateTime, next_at: DateTime }),
  country_sources: Type.Array(Type.Enum([...COUNTRY_SOURCES]), {
    description: 'What tells the country of a request here, first asked first; empty where nothing does.',
  }),
});

export function privacyToWire(
  environmentId: string,
  settings: PrivacySettings,
  countrySources: readonly CountrySource[],
  nowMs: number,
): Static<typeof PrivacyAnswer> {
  const rotation = rotationOf(nowMs);
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    environment_id: environmentId,
    ...settingsToWire(settings),
    rotation: {
      days: ROTATION_DAYS,
      started_at: iso(rotationStartMs(rotation)),
      next_at: iso(rotationStartMs(rotation + 1)),
    },
    country_sources: [...countrySources],
  };
}

/** Without the key of the bridge, which nobody has a use for. */
export function settingsToWire(settings: PrivacySettings) {
  const { bridge } = settings;
  return {
    respects_opt_out_signals: settings.respectsOptOutSignals,
    location_by_default: settings.locationByDefault,
    scrub_names: [...settings.scrubNames],
    scrub_forms: [...settings.scrubForms],
    bridge: bridge === null ? null : { days: bridge.days, since: bridge.since.toISOString() },
  };
}

export function mistakesOf(body: Static<typeof PrivacyBody>): readonly InputError[] {
  const errors: InputError[] = [];
  if (Object.keys(body).length === 0) {
    errors.push({ path: '', message: `Say what to change: ${Object.keys(PrivacyBody.properties).join(', ')}.` });
  }
  body.scrub_forms?.forEach((form, index) => {
    const message = refusalOfForm(form);
    if (message !== undefined) errors.push({ path: `/scrub_forms/${index}`, message });
  });
  body.scrub_names?.forEach((name, index) => {
    if (!/[\p{L}\p{N}]/u.test(name)) {
      errors.push({ path: `/scrub_names/${index}`, message: 'A name has at least one letter or digit.' });
    }
  });
  return errors;
}
