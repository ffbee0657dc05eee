/** Whose rows are meant: one person or one tenant of a workspace, as conditions of the dialect. */
import type { Subject } from './port.ts';
import { quote } from './sql-text.ts';

/** Tables that hold rows of persons and tenants, in the order in which they are emptied of them. */
export type SubjectTable = {
  readonly name: string;
  /** Rows of a person carry the key of the user, or of one of their sessions. */
  readonly hasPersons: boolean;
};

export const SUBJECT_TABLES: readonly SubjectTable[] = [{ name: 'events', hasPersons: true }];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PSEUDONYM = /^[0-9a-f]{16}$/;

export function uuid(text: string): string {
  if (!UUID.test(text)) throw new TypeError('an id of the event store must be a UUID');
  return `toUUID(${quote(text.toLowerCase())})`;
}

/**
 * Rows of the subject in `events` or a table of its shape. To a person also belongs what was recorded in one of their
 * sessions before they signed in; `sessions` selects the keys of those.
 */
export function subjectCondition(workspaceId: string, subject: Subject, sessions: string): string {
  const own = `workspace_id = ${uuid(workspaceId)}`;
  if (subject.kind === 'tenant') {
    if (subject.tenantId === '') throw new TypeError('a tenant has an id');
    return `${own} AND tenant_id = ${quote(subject.tenantId)}`;
  }
  return `${own} AND (${personCondition(subject)} OR (user_key = 0 AND session_key != 0 AND session_key IN (${sessions})))`;
}

export function personCondition(subject: Subject & { readonly kind: 'person' }): string {
  if (subject.pseudonyms.length === 0) throw new TypeError('a person has at least one pseudonym');
  return `user_key IN (${subject.pseudonyms.map(userKey).join(', ')})`;
}

/** The sessions a person has in the table of events right now. */
export function sessionsOf(workspaceId: string, subject: Subject): string {
  if (subject.kind === 'tenant') return 'SELECT toUInt64(0)';
  return `SELECT session_key FROM events WHERE workspace_id = ${uuid(workspaceId)} AND ${personCondition(subject)} AND session_key != 0`;
}

/** The number a pseudonym is kept as (migration 1). */
function userKey(pseudonym: string): string {
  if (!PSEUDONYM.test(pseudonym) || /^0+$/.test(pseudonym)) {
    throw new TypeError('a pseudonym has 16 hexadecimal digits');
  }
  return `toUInt64(${BigInt(`0x${pseudonym}`)})`;
}
