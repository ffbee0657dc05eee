/** How governance is put in words. */
import type { Workspace } from '../api/types.ts';
import type { Approval, ApprovalState, AuditEntry, Erasure, RetentionRun } from './api.ts';

export const STATE_TONES: Readonly<Record<ApprovalState, 'neutral' | 'accent' | 'good' | 'bad' | 'warn'>> = {
  requested: 'warn',
  approved: 'good',
  denied: 'bad',
  revoked: 'neutral',
  expired: 'neutral',
  lapsed: 'neutral',
};

export function subjectInWords({ subject, environment_id }: Approval, workspace: Workspace): string {
  const environment = workspace.products
    .flatMap((product) => product.environments.map((each) => ({ ...each, product: product.name })))
    .find(({ id }) => id === environment_id);
  const where = environment === undefined ? '' : ` in ${environment.product} / ${environment.name}`;
  if (subject.kind === 'environment') return environment === undefined ? 'anyone' : `anyone${where}`;
  const [first] = subject.ids;
  if (first === undefined) return `an erased ${subject.kind}`;
  return subject.kind === 'tenant' ? `everybody of tenant ${first}${where}` : `one person (${first}…)${where}`;
}

/** What an entry of the audit log is about: by name where it is a part of the workspace, else by its id. */
export function auditedInWords(
  entry: Pick<AuditEntry, 'subject_kind' | 'subject_id'>,
  { products }: Pick<Workspace, 'products'>,
): string {
  const { subject_kind: kind, subject_id: id } = entry;
  const product = products.find((each) => each.id === id);
  if (product !== undefined) return `${kind} ${product.name}`;
  const home = products.find(({ environments }) => environments.some((each) => each.id === id));
  const environment = home?.environments.find((each) => each.id === id);
  if (home !== undefined && environment !== undefined) return `${kind} ${home.name} / ${environment.name}`;
  return `${kind.replaceAll('_', ' ')} ${id.slice(0, 36)}`;
}

const MOST_DETAIL_CHARACTERS = 300;

/** The details of an entry as a line: `values: 3 · source: api`. What lies deeper stays JSON. */
export function detailsInWords(details: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(details).map(([name, value]) => {
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
    const said = typeof value === 'string' ? value : isList ? value.join(', ') : JSON.stringify(value);
    const shown = said.length > MOST_DETAIL_CHARACTERS ? `${said.slice(0, MOST_DETAIL_CHARACTERS)}…` : said;
    return `${name.replaceAll('_', ' ')}: ${shown}`;
  });
  return parts.join(' · ');
}

export function minutesInWords(minutes: number): string {
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const whole = hours === 1 ? '1 hour' : `${hours} hours`;
  return rest === 0 ? whole : `${whole} ${rest} min`;
}

/** What an erasure does at each of its steps. */
export const STEP_WORDS: Readonly<Record<string, string>> = {
  drain: 'Waits until everything accepted is stored',
  count: 'Counts what there is',
  prepare: 'Writes down sessions and hours concerned',
  erase_rows: 'Removes events and refused events from every answer',
  rebuild_aggregates: 'Makes aggregates anew without them',
  erase_documents: 'Removes reports, packs, links, refused rows',
  write_out: 'Writes removed rows out of the files',
  verify: 'Looks whether anything is left',
  certify: 'Signs the certificate',
};

export const CLASS_WORDS = {
  raw: 'events',
  restricted: 'restricted events',
  aggregated: 'hourly counts',
  dead_letters: 'refused events',
  outcomes: 'outcomes of replays',
  tallies: 'counts of accepted and refused',
} as const;
export const TRIGGER_WORDS: Readonly<Record<RetentionRun['trigger'], string>> = {
  schedule: 'by schedule',
  person: 'by a person',
  command: 'by uptake prune',
};

export function erasureTone(state: Erasure['state']): 'good' | 'bad' | 'warn' {
  return state === 'done' ? 'good' : state === 'failed' ? 'bad' : 'warn';
}

export function bytesInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
