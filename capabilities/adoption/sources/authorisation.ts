/** The headers by which a poll says who asks; tokens of OAuth 2 are kept until shortly before they end. */
import { createHash } from 'node:crypto';
import type { Outbound } from '@uptake/io/outbound';
import { LRUCache } from 'lru-cache';
import { SourceFailed } from '../source-driver.ts';
import { credential } from './credentials.ts';
import { parseJson } from './json-document.ts';
import type { PollingAuth } from './polling-config.ts';

export const POLLING_CREDENTIALS = ['token', 'username', 'password', 'key', 'client_id', 'client_secret'] as const;

export type Authorise = (
  auth: PollingAuth,
  credentials: unknown,
  options: { readonly isRefresh: boolean; readonly signal: AbortSignal },
) => Promise<Readonly<Record<string, string>>>;

type Token = { readonly text: string; readonly endsAtMs: number };

/** A token is not used when it could end on the way. */
const TOKEN_MARGIN_MS = 60_000;
/** Where the server does not say how long (RFC 6749, section 5.1 only recommends it). */
const UNKNOWN_LIFE_MS = 5 * 60_000;
const MAX_TOKENS = 1_000;
const MAX_TOKEN_ANSWER_BYTES = 64 * 1024;

export function createAuthorise(outbound: Pick<Outbound, 'request'>, nowMs: () => number): Authorise {
  const tokens = new LRUCache<string, Token>({ max: MAX_TOKENS });
  return async (auth, credentials, { isRefresh, signal }) => {
    switch (auth.kind) {
      case 'none':
        return {};
      case 'bearer':
        return { authorization: `Bearer ${credential(credentials, 'token')}` };
      case 'basic':
        return { authorization: basic(credential(credentials, 'username'), credential(credentials, 'password')) };
      case 'api_key':
        return { [auth.header.toLowerCase()]: credential(credentials, 'key') };
      case 'oauth2_client_credentials': {
        const client = { id: credential(credentials, 'client_id'), secret: credential(credentials, 'client_secret') };
        const key = createHash('sha256')
          .update(JSON.stringify([auth, client]))
          .digest('base64');
        const known = isRefresh ? undefined : tokens.get(key);
        const token =
          known !== undefined && known.endsAtMs - TOKEN_MARGIN_MS > nowMs()
            ? known
            : await fetchToken(outbound, auth, client, { nowMs, signal });
        tokens.set(key, token);
        return { authorization: `Bearer ${token.text}` };
      }
    }
  };
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

type OAuth2 = Extract<PollingAuth, { kind: 'oauth2_client_credentials' }>;

/** RFC 6749, section 4.4. */
async function fetchToken(
  outbound: Pick<Outbound, 'request'>,
  auth: OAuth2,
  client: { readonly id: string; readonly secret: string },
  { nowMs, signal }: { readonly nowMs: () => number; readonly signal: AbortSignal },
): Promise<Token> {
  const isForm = auth.client_authentication === 'form';
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(auth.scope !== undefined && { scope: auth.scope }),
    ...(auth.audience !== undefined && { audience: auth.audience }),
    ...(isForm && { client_id: client.id, client_secret: client.secret }),
  });
  const { status, body } = await outbound.request({
    url: auth.token_url,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      // The parts are form-encoded before they are joined (section 2.3.1).
      ...(!isForm && { authorization: basic(encodeURIComponent(client.id), encodeURIComponent(client.secret)) }),
    },
    body: form.toString(),
    isIdempotent: true,
    maxBytes: MAX_TOKEN_ANSWER_BYTES,
    signal,
  });
  const answer = parseJson(body) as Readonly<Record<string, unknown>> | null | undefined;
  const host = new URL(auth.token_url).hostname;
  if (status >= 400) {
    const code = typeof answer?.error === 'string' && /^[a-z_]{1,50}$/.test(answer.error) ? `, ${answer.error}` : '';
    throw new SourceFailed(`${host} gives no token for these credentials (${status}${code}).`, {
      isRetriable: status === 429 || status >= 500,
    });
  }
  const text = answer?.access_token;
  if (typeof text !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(text)) {
    throw new SourceFailed(`${host} answered without an access_token; check the address of tokens.`, {
      isRetriable: false,
    });
  }
  const seconds = Number(answer?.expires_in);
  return { text, endsAtMs: nowMs() + (Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : UNKNOWN_LIFE_MS) };
}
