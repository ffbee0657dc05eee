/** Mounts better-auth at `/api/auth/*`: the endpoints we use and no others, with our kind of error. */

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Problem, type ProblemCode } from '@uptake/domain/contract';
import type { Metrics } from '@uptake/io/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { refuseForeignPage } from './own-origin.ts';
import { CLIENT_ADDRESS_HEADER, maskedAddress, PASSWORD_LENGTH, type People } from './people.ts';
import type { AuditEntry } from './read-model.ts';

const Email = Type.String({ minLength: 3, maxLength: 254 });
const Password = Type.String({ minLength: 1, maxLength: PASSWORD_LENGTH.most });
const closed = { additionalProperties: false } as const;
const SignIn = Type.Object({ email: Email, password: Password, rememberMe: Type.Optional(Type.Boolean()) }, closed);

/** The library has many more; what is not listed here does not exist. `action` is what the audit keeps of it. */
const ENDPOINTS = [
  { path: '/sign-in/email', action: 'session.started', body: SignIn },
  {
    path: '/change-password',
    action: 'password.changed',
    body: Type.Object(
      {
        currentPassword: Password,
        newPassword: Password,
        revokeOtherSessions: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
  },
  { path: '/sign-out', action: undefined, body: undefined },
  { path: '/revoke-other-sessions', action: undefined, body: undefined },
] as const;

export type AuthRoutesDependencies = {
  readonly people: Pick<People, 'answer'>;
  readonly audit: (entry: AuditEntry) => Promise<void>;
  readonly metrics: Metrics;
  readonly baseUrl: string;
  /** Key of the hash that hides client addresses from what the rate limit stores. */
  readonly addressKey: Uint8Array;
};

export function authRoutes(dependencies: AuthRoutesDependencies): FastifyPluginAsyncTypebox {
  const { people, audit, metrics, baseUrl, addressKey } = dependencies;
  const signIns = metrics.counter('uptake_sign_ins_total', 'Attempts to sign in.', ['result']);

  async function answer(request: FastifyRequest, reply: FastifyReply, path: string, action: string | undefined) {
    // Signing in has no cookie yet, but being signed in as somebody else is an attack too.
    refuseForeignPage(request, baseUrl);
    const response = await people.answer(webRequest(request, baseUrl, addressKey));
    if (path === '/sign-in/email') signIns.add(1, { result: outcomeOf(response) });
    if (!response.ok) throw await toProblem(response);
    const body = await response.text();
    if (action !== undefined) await auditPerson(audit, action, body);
    for (const cookie of response.headers.getSetCookie()) reply.header('set-cookie', cookie);
    return reply.status(response.status).header('cache-control', 'no-store').type('application/json').send(body);
  }

  return async (app) => {
    const tags = ['access'];
    for (const { path, action, body } of ENDPOINTS) {
      const schema = { tags, summary: `Sessions of people: ${path.slice(1)}`, ...(body && { body }) };
      app.post(`/api/auth${path}`, { schema }, (request, reply) => answer(request, reply, path, action));
    }
    // Asked by the console now and then, so that a session in use is extended and its cookie with it.
    const schema = { tags, summary: 'Sessions of people: the present one', response: { 200: Type.Unknown() } };
    app.get('/api/auth/get-session', { schema }, (request, reply) => answer(request, reply, '/get-session', undefined));
  };
}

function outcomeOf(response: Response): string {
  if (response.ok) return 'succeeded';
  return response.status === 429 ? 'limited' : 'failed';
}

function webRequest(request: FastifyRequest, baseUrl: string, addressKey: Uint8Array): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name === CLIENT_ADDRESS_HEADER || name === 'content-length') continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(CLIENT_ADDRESS_HEADER, maskedAddress(request.ip, addressKey));
  const hasBody = request.method === 'POST' && request.body !== undefined && request.body !== null;
  return new Request(new URL(request.url, baseUrl), {
    method: request.method,
    headers,
    ...(hasBody && { body: JSON.stringify(request.body) }),
  });
}

async function auditPerson(audit: AuthRoutesDependencies['audit'], action: string, body: string): Promise<void> {
  const { user } = JSON.parse(body) as { user?: { id?: string } };
  if (user?.id === undefined) return;
  await audit({ actor: { kind: 'member', id: user.id }, action, subject: { kind: 'user', id: user.id } });
}

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  429: 'rate_limited',
};

async function toProblem(response: Response): Promise<Problem> {
  if (response.status >= 500) return new Problem('internal_error', 'Signing in failed here, not at your side.');
  const code = CODE_OF_STATUS[response.status] ?? 'invalid_request';
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  const retryAfterSeconds = Number(response.headers.get('x-retry-after')) || undefined;
  return new Problem(code, message ?? 'The request was refused.', {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
