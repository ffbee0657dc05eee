/** Who may see and do what in adoption; what a principal may not see does not exist for them. */
import { hasScope, type Principal, Problem } from '@uptake/domain/contract';
import { adoptionCustomerAdmins, adoptionCustomers } from '@uptake/io/control-store/schema';
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type AuditActor, actorOf } from '../access/read-model.ts';

/**
 * `read` plans, `track` statuses, `supply` values, `configure` how values come, `manage` templates, customers and who has
 * which plan.
 */
export type Act = 'read' | 'track' | 'supply' | 'configure' | 'manage';

const EVERYTHING: readonly Act[] = ['read', 'track', 'supply', 'configure', 'manage'];
const ACTS_OF_ROLE = {
  owner: EVERYTHING,
  admin: EVERYTHING,
  analyst: ['read', 'track'],
  viewer: ['read'],
  customer_admin: ['read', 'track', 'supply', 'configure'],
} as const satisfies Record<string, readonly Act[]>;

/** What a secret key needs to be scoped for; `admin` covers all. */
const SCOPE_OF_ACT = {
  read: 'read',
  track: 'write',
  supply: 'write',
  configure: 'admin',
  manage: 'admin',
} as const satisfies Record<Act, string>;

/** Throws `forbidden`. */
export function requireAct(principal: Principal, act: Act): void {
  if (principal.kind === 'secret_key' && hasScope(principal.scopes, SCOPE_OF_ACT[act])) return;
  if (principal.kind === 'member' && (ACTS_OF_ROLE[principal.role] as readonly Act[]).includes(act)) return;
  if (principal.kind === 'member')
    throw new Problem('forbidden', `Your role in this workspace (${principal.role}) does not allow this.`);
  if (principal.kind === 'write_key')
    throw new Problem('forbidden', 'A write key sends events; adoption is not open to it.');
  throw new Problem('forbidden', `The key lacks the scope "${SCOPE_OF_ACT[act]}".`);
}

/** For the WHERE of every question: which customers the principal sees. `undefined` sees all of the workspace. */
export function visibleCustomers(principal: Principal, customerId: PgColumn): SQL | undefined {
  if (principal.kind !== 'member' || principal.role !== 'customer_admin') return undefined;
  return sql`${customerId} IN (SELECT ${adoptionCustomerAdmins.customerId} FROM ${adoptionCustomerAdmins} WHERE ${adoptionCustomerAdmins.userId} = ${principal.userId})`;
}

export const visibleCustomerRows = (principal: Principal) => visibleCustomers(principal, adoptionCustomers.id);

/** Who did something: a person, a key, or Uptake itself. */
export type Actor = AuditActor;
export const SYSTEM: Actor = { kind: 'system' };
export const actor = actorOf;

export const actorId = (of: Actor): string | null => (of.kind === 'system' ? null : of.id);
