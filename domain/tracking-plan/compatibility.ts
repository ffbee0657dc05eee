/**
 * Tells by rule whether a change of a schema can break what is sent today: it is compatible when every event that was valid
 * stays valid and is treated no less carefully. Where a rule cannot show that, the change counts as breaking.
 */
import { DATA_SENSITIVITIES, PII_CLASSIFICATIONS, parseTimestamp } from '@uptake/domain/contract';
import { type Change, compareSchemas } from './compare-schemas.ts';
import type { EnvelopeRules, EventSchema, JsonValue } from './event-schema.ts';
import { isSameValue } from './same-value.ts';

export type { Change };

export type Comparison = { readonly kind: 'none' | 'compatible' | 'breaking'; readonly changes: readonly Change[] };

/** Every change from `old` to `next`. The version, the state and `accepted_until` are no part of what is compared. */
export function compareVersions(old: EventSchema, next: EventSchema): Comparison {
  const changes = [
    ...compareDescriptions(old, next),
    ...compareClasses(old, next, ''),
    ...compareEnvelopes(old.envelope ?? {}, next.envelope ?? {}),
    ...compareSchemas(old.properties, next.properties),
  ];
  const isBreaking = changes.some(({ kind }) => kind === 'breaking');
  return { kind: isBreaking ? 'breaking' : changes.length > 0 ? 'compatible' : 'none', changes };
}

export type ChangeApproval = {
  readonly migrationNote?: string | undefined;
  readonly reviewer?: string | undefined;
  /** ISO-8601: until when the old version stays accepted. */
  readonly acceptedUntil?: string | undefined;
};

export type ChangeMistake = { readonly path: string; readonly message: string };

/** What a change still needs before it may take effect; nothing for one that breaks nothing. */
export function judgeChange(
  old: EventSchema,
  next: EventSchema,
  approval: ChangeApproval,
  nowMs: number,
): Comparison & { readonly missing: readonly ChangeMistake[] } {
  const comparison = compareVersions(old, next);
  if (comparison.kind !== 'breaking' || old.state === 'draft') return { ...comparison, missing: [] };
  const missing: ChangeMistake[] = [];
  if ((approval.migrationNote ?? '').trim().length < 10) {
    missing.push({ path: '/migration_note', message: 'Say in a sentence how senders move to the new version.' });
  }
  if ((approval.reviewer ?? '').trim() === '') {
    missing.push({ path: '/reviewer', message: 'Name who reviewed the change.' });
  }
  const untilMs = parseTimestamp(approval.acceptedUntil ?? '');
  if (untilMs === undefined) {
    missing.push({
      path: '/accepted_until',
      message: 'Say until when the old version stays accepted, such as "2027-01-31T00:00:00Z".',
    });
  } else if (untilMs <= nowMs) {
    missing.push({
      path: '/accepted_until',
      message: 'This time has passed; the old version would be refused at once.',
    });
  }
  return { ...comparison, missing };
}

const DESCRIPTIVE = [
  'owner',
  'description',
  'feature_area',
  'event_type',
  'hypothesis',
  'target_metrics',
  'feedback_prompts',
] as const satisfies readonly (keyof EventSchema)[];

function compareDescriptions(old: EventSchema, next: EventSchema): Change[] {
  return DESCRIPTIVE.filter((field) => !isSame(old[field], next[field])).map((field) => ({
    kind: 'compatible',
    rule: 'description_changed',
    path: `/${field}`,
    message: `"${field}" is ${next[field] === undefined ? 'gone' : old[field] === undefined ? 'new' : 'changed'}.`,
  }));
}

function compareClasses(old: EventSchema, next: EventSchema, path: string): Change[] {
  const changes: Change[] = [];
  const compare = (field: 'pii_class' | 'data_sensitivity', order: readonly string[]) => {
    if (old[field] === next[field]) return;
    // Raised, data is kept shorter and seen by fewer than its users were told: somebody should look at it.
    const isRaised = order.indexOf(next[field]) > order.indexOf(old[field]);
    changes.push({
      kind: isRaised ? 'breaking' : 'compatible',
      rule: isRaised ? 'class_raised' : 'class_lowered',
      path: `${path}/${field}`,
      message: `"${field}" is ${isRaised ? 'raised' : 'lowered'} from ${old[field]} to ${next[field]}.`,
    });
  };
  compare('pii_class', PII_CLASSIFICATIONS);
  compare('data_sensitivity', DATA_SENSITIVITIES);
  return changes;
}

function compareEnvelopes(old: EnvelopeRules, next: EnvelopeRules): Change[] {
  const changes: Change[] = [];
  const add = (kind: Change['kind'], rule: string, field: string, message: string) =>
    changes.push({ kind, rule, path: `/envelope/${field}`, message });
  for (const [field, values] of Object.entries(next)) {
    const before = old[field as keyof EnvelopeRules];
    if (before === undefined) {
      add('breaking', 'envelope_bound', field, `"${field}" is now required.`);
      continue;
    }
    const isNarrower = values.length > 0 && (before.length === 0 || before.some((value) => !values.includes(value)));
    if (isNarrower) add('breaking', 'envelope_narrowed', field, `"${field}" allows fewer values.`);
    else if (!isSame(before, values)) add('compatible', 'envelope_widened', field, `"${field}" allows more values.`);
  }
  for (const field of Object.keys(old)) {
    if (!Object.hasOwn(next, field)) add('compatible', 'envelope_freed', field, `"${field}" is no longer bound.`);
  }
  return changes;
}

export function isSame(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isSameValue(a as JsonValue, b as JsonValue);
}
