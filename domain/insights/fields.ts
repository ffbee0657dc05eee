/** What a question may group by and filter on: a closed list of envelope fields, and any property. */
import { ENVELOPE_FIELDS, type EnvelopeFieldName } from '../contract/index.ts';

/** Single people out: a question that names them needs a recorded approval (requirement E7), so they are on no list. */
export const PERSONAL_FIELDS = ['user_id', 'session_id'] as const satisfies readonly EnvelopeFieldName[];
export type PersonalField = (typeof PERSONAL_FIELDS)[number];

/** Left out: times (a period covers them), maps (asked through their own questions), and what singles out one event. */
const NOT_ASKABLE = [
  'event_id',
  'timestamp',
  'sent_at',
  'experiment_assignments',
  'properties',
] as const satisfies readonly EnvelopeFieldName[];

export type InsightField = Exclude<EnvelopeFieldName, (typeof NOT_ASKABLE)[number]>;

export type InsightFieldInfo = {
  readonly name: InsightField;
  readonly kind: 'text' | 'enum' | 'boolean';
  /** Every value it can have, the empty one (absent) included; `undefined` where the list is open. */
  readonly values: readonly string[] | undefined;
};

export const INSIGHT_FIELDS: readonly InsightFieldInfo[] = ENVELOPE_FIELDS.filter(
  (field) => !(NOT_ASKABLE as readonly string[]).includes(field.name) && !isPersonalField(field.name),
).map((field): InsightFieldInfo => {
  const name = field.name as InsightField;
  if (field.kind === 'boolean') return { name, kind: 'boolean', values: ['true', 'false'] };
  if (field.kind === 'enum') return { name, kind: 'enum', values: [...field.values, ''] };
  return { name, kind: 'text', values: undefined };
});

const BY_NAME = new Map<string, InsightFieldInfo>(INSIGHT_FIELDS.map((field) => [field.name, field]));

export function insightField(name: string): InsightFieldInfo | undefined {
  return BY_NAME.get(name);
}

export function isPersonalField(name: string): name is PersonalField {
  return (PERSONAL_FIELDS as readonly string[]).includes(name);
}

/** Why a name is not on the list, for the person who used it. */
export function fieldRefusal(name: string): string {
  if (name === 'user_id' || name === 'session_id') {
    return `"${name}" would show single people, which needs a recorded approval; count them with {"kind":"unique"} instead`;
  }
  const known = INSIGHT_FIELDS.map((field) => field.name).join(', ');
  return `there is no field "${clip(name)}" to ask for; one of ${known}, or {"property": …}`;
}

/** Input quoted in a message: long enough to recognise, short enough to read. */
export function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
