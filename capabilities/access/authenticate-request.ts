/** Says who sends a request, a key or a person, and whether they may. */
import { hasScope, type MemberRole, type Principal, Problem, type SecretKeyScope } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import type { KeyAuthenticator } from './authenticate-key.ts';
import { keyOfHeaders } from './key-format.ts';
import { membershipsOf } from './membership.query.ts';
import { refuseForeignPage } from './own-origin.ts';
import type { People, Person } from './people.ts';
import type { AllowedPrincipals, AskingRequest } from './read-model.ts';
import type { RequestLimiter } from './request-limiter.ts';

const WORKSPACE_HEADER = 'x-uptake-workspace';

/** What a role may do at most. Nobody exports as a person: events leave by keys, each for its purpose. */
const SCOPES_OF_ROLE: Readonly<Record<MemberRole, readonly SecretKeyScope[]>> = {
  owner: ['read', 'write', 'admin'],
  admin: ['read', 'write', 'admin'],
  analyst: ['read', 'write'],
  viewer: ['read'],
  customer_admin: [],
};
export type RequestAuthenticator = {
  authenticateRequest(request: AskingRequest, allowed: AllowedPrincipals): Promise<Principal>;
  /** The signed-in person, whatever workspaces they belong to. Throws `unauthenticated`. */
  authenticatePerson(request: AskingRequest): Promise<Person>;
};

export type RequestAuthenticatorDependencies = {
  readonly controlStore: ControlStore;
  readonly keys: Pick<KeyAuthenticator, 'authenticateKey' | 'authenticateKeyCached'>;
  readonly people: Pick<People, 'signedIn'>;
  readonly limiter: RequestLimiter;
  readonly baseUrl: string;
};

export function createRequestAuthenticator(dependencies: RequestAuthenticatorDependencies): RequestAuthenticator {
  const { controlStore, keys, people, limiter, baseUrl } = dependencies;

  async function authenticatePerson(request: AskingRequest): Promise<Person> {
    const person = await people.signedIn(request.headers);
    if (person === undefined) throw new Problem('unauthenticated', 'Sign in, or send a key.');
    refuseForeignPage(request, baseUrl);
    return person;
  }

  async function authenticateMember(request: AskingRequest): Promise<Principal & { kind: 'member' }> {
    const person = await authenticatePerson(request);
    const memberships = await membershipsOf(controlStore, person.id);
    const asked = askedWorkspace(request);
    const membership =
      asked === undefined ? memberships[0] : memberships.find((each) => each.workspaceId === asked.toLowerCase());
    // The same answer for a workspace of others and for none, so that ids cannot be probed.
    if (membership === undefined) throw new Problem('forbidden', 'You are not a member of this workspace.');
    return { kind: 'member', userId: person.id, workspaceId: membership.workspaceId, role: membership.role };
  }

  return {
    authenticatePerson,
    authenticateRequest: async (request, { allow, scope, customerAdmins = false }) => {
      const key = keyOfHeaders(request.headers);
      if (key !== undefined) {
        const principal = keys.authenticateKeyCached(key, request.ip) ?? (await keys.authenticateKey(key, request.ip));
        if (principal.kind !== 'member') limiter.take(principal.keyId);
        if (!allow.includes(principal.kind)) throw notForThisKind(principal.kind);
        if (scope !== undefined && principal.kind === 'secret_key' && !hasScope(principal.scopes, scope)) {
          throw new Problem('forbidden', `The key lacks the scope "${scope}".`);
        }
        return principal;
      }
      if (!allow.includes('member')) return keys.authenticateKey(undefined, request.ip);
      const member = await authenticateMember(request);
      // A door that knows nothing of customers would show them everybody's.
      if (member.role === 'customer_admin' && customerAdmins) return member;
      if (member.role === 'customer_admin' || (scope !== undefined && !SCOPES_OF_ROLE[member.role].includes(scope))) {
        throw new Problem('forbidden', `Your role in this workspace (${member.role}) does not allow this.`);
      }
      return member;
    },
  };
}

/** The header, or `?workspace_id=` where a page cannot set headers (EventSource, a download link). */
function askedWorkspace(request: AskingRequest): string | undefined {
  const header = request.headers[WORKSPACE_HEADER];
  if (typeof header === 'string' && header !== '') return header;
  const parameter = (request.query as Record<string, unknown> | undefined)?.workspace_id;
  return typeof parameter === 'string' && parameter !== '' ? parameter : undefined;
}

function notForThisKind(kind: Principal['kind']): Problem {
  const detail =
    kind === 'write_key'
      ? 'A write key may send events, fetch flag values and show surveys, nothing else. Use a secret key or sign in.'
      : 'This needs another kind of key, or a signed-in person.';
  return new Problem('forbidden', detail);
}
