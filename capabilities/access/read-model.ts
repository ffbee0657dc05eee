/** What other capabilities may know of access: who asks, and which environments a workspace has. */

import type { IncomingHttpHeaders } from 'node:http';
import type { EnvironmentSettings, EventScope, MemberRole, Principal, SecretKeyScope } from '@uptake/domain/contract';
import type { AuditEntry } from './audit-entry.ts';
import type { ConfigurationWatch } from './configuration-watch.ts';

/** For acts of other capabilities: the entry stands or falls with the transaction of the act. */
export { actorOf, recordAudit } from './audit.ts';
export type { AuditActor, AuditEntry } from './audit-entry.ts';
export type { ConfigurationWatch } from './configuration-watch.ts';

/** The part of an HTTP request that says who asks. A Fastify request is one. */
export type AskingRequest = {
  readonly headers: IncomingHttpHeaders;
  /** The client's address, trusted proxies already taken off. */
  readonly ip: string;
  readonly method: string;
  readonly query?: unknown;
};

export type MemberPrincipal = Extract<Principal, { kind: 'member' }>;

export type AllowedPrincipals = {
  /** Which kinds may ask at all; another kind is answered 403 `forbidden`. */
  readonly allow: readonly Principal['kind'][];
  /**
   * What a secret key must be scoped for. Of a person it asks the role that may do as much: `read` any member, `write`
   * analyst and above, `admin` admin and owner.
   */
  readonly scope?: SecretKeyScope;
  /** Lets in people who may see some customers only; the door itself then keeps to those. Refused everywhere else. */
  readonly customerAdmins?: boolean;
};

export type EnvironmentOfWorkspace = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly productId: string;
  readonly productSlug: string;
  readonly productName: string;
  readonly mode: EnvironmentSettings['mode'];
  readonly policy: EnvironmentSettings['policy'];
};

/** Where events of an environment belong, and what it makes of them. */
export type CollectingEnvironment = EventScope & { readonly environment: EnvironmentSettings };

export type MemberOfWorkspace = {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: MemberRole;
};

export interface AccessReadModel {
  /**
   * Who a key belongs to. Throws `Problem`: key_missing, key_unknown, key_revoked, key_expired, address_not_allowed, or
   * store_unavailable where nobody can tell right now.
   */
  authenticateKey(rawKey: string | undefined, remoteAddress: string): Promise<Principal>;
  /**
   * The same without waiting, for the hot door: `undefined` whenever there is anything to look up or to refuse, and then
   * `authenticateKey` says which.
   */
  authenticateKeyCached(rawKey: string | undefined, remoteAddress: string): Principal | undefined;
  /** A key or a signed-in person, whichever the request carries. Throws `Problem`. */
  authenticateRequest(request: AskingRequest, allowed: AllowedPrincipals): Promise<Principal>;
  /**
   * A signed-in person who operates the installation, with the workspace they look from. Throws `Problem`: `forbidden`
   * for everybody else, keys included.
   */
  authenticateOperator(request: AskingRequest): Promise<MemberPrincipal>;
  /** The key in `Authorization: Bearer`, `X-API-Key` or the user name of Basic, in this order. */
  keyOfHeaders(headers: IncomingHttpHeaders): string | undefined;
  /** By age, products' first environments first. */
  environmentsOf(workspaceId: string): Promise<readonly EnvironmentOfWorkspace[]>;
  /** What an environment makes of events whose sender's key is not at hand. `undefined` where the workspace has none such. */
  collectingEnvironment(workspaceId: string, environmentId: string): Promise<CollectingEnvironment | undefined>;
  /** Oldest membership first. */
  membersOf(workspaceId: string): Promise<readonly MemberOfWorkspace[]>;
  /** Whether somebody changed what this process remembers of keys, environments or tracking plans. */
  readonly configuration: ConfigurationWatch;
  audit(entry: AuditEntry): Promise<void>;
}
