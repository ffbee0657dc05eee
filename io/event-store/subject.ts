/** Whose rows are meant: one person or one tenant of a workspace, as conditions of the dialect. */
import { PSEUDONYM_MARK } from '@uptake/domain/dead-letters';
import type { Subject } from './port.ts';
import { quote } from './sql-text.ts';

/** Tables that hold rows of persons and tenants, in the order in which they are emptied: outcomes are found by their letters. */
export const SUBJECT_TABLES = ['dead_letter_outcomes', 'dead_letters', 'events'] as const;
export type SubjectTable = (typeof SUBJECT_TABLES)[number];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PSEUDONYM = /^[0-9a-f]{16}$/;

export function uuid(text: string): string {
  if (!UUID.test(text)) throw new TypeError('an id of the event store must be a UUID');
  return `toUUID(${quote(text.toLowerCase())})`;
}

/** Rows of the subject in one of the tables of one workspace; `sessions` selects the keys of a person's sessions. */
export function subjectCondition(
  table: SubjectTable,
  workspaceId: string,
  subject: Subject,
  sessions: string = sessionsOf(workspaceId, subject),
): string {
  const own = `workspace_id = ${uuid(workspaceId)}`;
  switch (table) {
    case 'events':
      return `${own} AND ${eventCondition(subject, sessions)}`;
    case 'dead_letters':
      return `${own} AND ${letterCondition(own, subject, sessions)}`;
    case 'dead_letter_outcomes': {
      const letters = subjectCondition('dead_letters', workspaceId, subject, sessions);
      return `${own} AND letter_id IN (SELECT letter_id FROM dead_letters WHERE ${letters})`;
    }
  }
}

/** To a person also belongs what was recorded in one of their sessions before they signed in. */
function eventCondition(subject: Subject, sessions: string): string {
  if (subject.kind === 'tenant') return `tenant_id = ${tenant(subject)}`;
  return `(${personCondition(subject)} OR (user_key = 0 AND session_key != 0 AND session_key IN (${sessions})))`;
}

/**
 * A letter may name its subject anywhere: what was refused need not have the form of an event. Pseudonyms in payloads are
 * marked as such; a tenant stands under some spelling of its name.
 */
function letterCondition(own: string, subject: Subject, sessions: string): string {
  if (subject.kind === 'tenant') {
    const members = TENANT_NAMES.map((name) => quote(`"${name}":${JSON.stringify(subject.tenantId)}`));
    return `(tenant_id = ${tenant(subject)} OR multiSearchAny(payload, [${members.join(', ')}]))`;
  }
  const users = letterUsers(subject);
  const ofSessions = [
    `(session_id != '' AND ${keyOf('session_id')} IN (${sessions}))`,
    `letter_id IN (SELECT letter_id FROM dead_letters ARRAY JOIN ${MARKS} AS mark WHERE ${own} AND user_id = '' AND ${keyOf('mark')} IN (${sessions}))`,
  ];
  return `(${users} OR ${marked(subject.pseudonyms)} OR (user_id = '' AND (${ofSessions.join(' OR ')})))`;
}

const MARKS = `extractAll(payload, ${quote(`${PSEUDONYM_MARK}([0-9a-f]{16})`)})`;
const TENANT_NAMES = ['tenant_id', 'tenantId', 'tenantID', 'tenant-id', 'TenantId', 'tenant'] as const;

function tenant(subject: Subject & { readonly kind: 'tenant' }): string {
  if (subject.tenantId === '') throw new TypeError('a tenant has an id');
  return quote(subject.tenantId);
}

function letterUsers(subject: Subject & { readonly kind: 'person' }): string {
  if (subject.pseudonyms.length === 0) throw new TypeError('a person has at least one pseudonym');
  return `user_id IN (${subject.pseudonyms.map(pseudonym).map(quote).join(', ')})`;
}

/** The engine looks for at most 255 texts at once. */
const TEXTS_AT_ONCE = 200;

function marked(pseudonyms: readonly string[]): string {
  const searches: string[] = [];
  for (let from = 0; from < pseudonyms.length; from += TEXTS_AT_ONCE) {
    const marks = pseudonyms.slice(from, from + TEXTS_AT_ONCE).map((each) => quote(PSEUDONYM_MARK + pseudonym(each)));
    searches.push(`multiSearchAny(payload, [${marks.join(', ')}])`);
  }
  return `(${searches.join(' OR ')})`;
}

export function personCondition(subject: Subject & { readonly kind: 'person' }): string {
  if (subject.pseudonyms.length === 0) throw new TypeError('a person has at least one pseudonym');
  return `user_key IN (${subject.pseudonyms.map(userKey).join(', ')})`;
}

/** The sessions a person has right now, in events and in what was refused. */
export function sessionsOf(workspaceId: string, subject: Subject): string {
  if (subject.kind === 'tenant') return 'SELECT toUInt64(0) AS session_key';
  const own = `workspace_id = ${uuid(workspaceId)}`;
  return `SELECT session_key FROM events WHERE ${own} AND ${personCondition(subject)} AND session_key != 0
UNION ALL SELECT ${keyOf('session_id')} AS session_key FROM dead_letters WHERE ${own} AND ${letterUsers(subject)} AND session_id != ''`;
}

/** The number that a pseudonym of letters, which keep its digits, has in events (migration 1). */
function keyOf(column: string): string {
  return `reinterpretAsUInt64(reverse(unhex(${column})))`;
}

/** The number a pseudonym is kept as (migration 1). */
function userKey(text: string): string {
  return `toUInt64(${BigInt(`0x${pseudonym(text)}`)})`;
}

function pseudonym(text: string): string {
  if (!PSEUDONYM.test(text) || /^0+$/.test(text)) throw new TypeError('a pseudonym has 16 hexadecimal digits');
  return text;
}
