/** What is asked of a system that is polled, as a person configures it: read strictly, every mistake with its place. */
import type { InputError } from '@uptake/domain/contract';
import { InputReader } from '@uptake/domain/insights';
import { mistakeOfRequest } from '@uptake/io/outbound';
import { checkMapping, checkPath, type JsonMapping } from './json-mapping.ts';
import { unknownPlaceholder } from './placeholders.ts';

/** In names of the wire: this is the JSON document that is kept. */
export type PollingConfig = {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a POST, sent as JSON. */
  readonly body?: unknown;
  readonly auth?: PollingAuth;
  readonly mapping: JsonMapping;
  readonly paging?: Paging;
};

export type PollingAuth =
  | { readonly kind: 'none' | 'bearer' | 'basic' }
  | { readonly kind: 'api_key'; readonly header: string }
  | {
      readonly kind: 'oauth2_client_credentials';
      readonly token_url: string;
      readonly scope?: string;
      readonly audience?: string;
      /** How the client names itself: HTTP Basic (RFC 6749, section 2.3.1), or fields of the form. */
      readonly client_authentication?: 'basic' | 'form';
    };

export type Paging = { readonly max_pages?: number } & (
  | { readonly kind: 'link_header' }
  /** Leads to the address of the next page. */
  | { readonly kind: 'next_url'; readonly path: string }
  /** Leads to what is sent as `parameter` for the next page. */
  | { readonly kind: 'cursor'; readonly path: string; readonly parameter: string }
  /** Counts up until a page has no rows. */
  | { readonly kind: 'page_number'; readonly parameter: string; readonly first?: number }
);

export const MAX_PAGES = 50;
const MAX_URL = 2_000;
const MAX_HEADERS = 20;
const MAX_TEXT = 2_000;
const MAX_BODY = 20_000;

const AUTH_KEYS: Readonly<Record<PollingAuth['kind'], readonly string[]>> = {
  none: [],
  bearer: [],
  basic: [],
  api_key: ['header'],
  oauth2_client_credentials: ['token_url', 'scope', 'audience', 'client_authentication'],
};
const PAGING_KEYS: Readonly<Record<Paging['kind'], readonly string[]>> = {
  link_header: [],
  next_url: ['path'],
  cursor: ['path', 'parameter'],
  page_number: ['parameter', 'first'],
};

const KEYS = ['url', 'method', 'headers', 'body', 'auth', 'mapping', 'paging'] as const;

export function wrongPollingConfig(given: unknown): readonly InputError[] {
  const reader = new InputReader();
  const config = reader.object(given, '', KEYS, ['url', 'mapping']);
  if (config === undefined) return reader.errors;
  checkUrl(reader, config.url, '/url');
  if (config.method !== undefined) reader.oneOf(config.method, '/method', ['GET', 'POST']);
  if (config.headers !== undefined) checkHeaders(reader, config.headers);
  if (config.body !== undefined) checkBody(reader, config);
  if (config.auth !== undefined) checkAuth(reader, config.auth);
  if (config.mapping !== undefined) checkMapping(reader, config.mapping, '/mapping');
  if (config.paging !== undefined) checkPaging(reader, config.paging);
  return reader.errors;
}

function checkUrl(reader: InputReader, given: unknown, path: string): void {
  const url = reader.text(given, path, MAX_URL, 1);
  if (url === undefined) return;
  const unknown = unknownPlaceholder(url);
  if (unknown !== undefined) {
    reader.refuse(path, 'knows only {{tenant_id}} and {{day}} in braces');
    return;
  }
  const [one, other] = ['1', '2'].map((filling) => url.replaceAll(/\{\{.*?\}\}/g, filling));
  const mistake = mistakeOfRequest({ url: one! });
  if (mistake !== undefined) reader.refuse(path, `cannot be called: ${mistake.message}`);
  else if (new URL(one!).origin !== new URL(other!).origin) {
    reader.refuse(path, 'may have placeholders after the host only');
  }
}

function checkHeaders(reader: InputReader, given: unknown): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    reader.refuse('/headers', 'must be an object of names and values');
    return;
  }
  const entries = Object.entries(given);
  if (entries.length > MAX_HEADERS) reader.refuse('/headers', `must be at most ${MAX_HEADERS}`);
  for (const [name, value] of entries) {
    const text = reader.text(value, `/headers/${name}`, MAX_TEXT);
    if (text === undefined) continue;
    const mistake = mistakeOfRequest({ url: 'https://a.example', headers: { [name]: text } });
    if (mistake !== undefined) reader.refuse(`/headers/${name}`, `cannot be sent: ${mistake.message}`);
    // A configuration can be read by everybody who sees the plan; credentials are kept sealed.
    if (/^(authorization|proxy-authorization|cookie)$/i.test(name)) {
      reader.refuse(`/headers/${name}`, 'holds credentials; choose an auth and enter them as credentials');
    }
  }
}

function checkBody(reader: InputReader, { method, body }: Readonly<Record<string, unknown>>): void {
  if (method !== 'POST') reader.refuse('/body', 'is sent by POST only');
  const text = JSON.stringify(body);
  if (text.length > MAX_BODY) reader.refuse('/body', `must be at most ${MAX_BODY} characters of JSON`);
  if (unknownPlaceholder(text) !== undefined) reader.refuse('/body', 'knows only {{tenant_id}} and {{day}} in braces');
}

function checkAuth(reader: InputReader, given: unknown): void {
  const kind = kindOf(given);
  const keys = AUTH_KEYS[kind as PollingAuth['kind']] ?? Object.values(AUTH_KEYS).flat();
  const auth = reader.object(given, '/auth', ['kind', ...keys], ['kind']);
  if (auth === undefined) return;
  reader.oneOf(auth.kind, '/auth/kind', Object.keys(AUTH_KEYS));
  if (kind === 'api_key') {
    const header = reader.text(auth.header, '/auth/header', 100, 1);
    const mistake = header && mistakeOfRequest({ url: 'https://a.example', headers: { [header]: '' } });
    if (mistake) reader.refuse('/auth/header', `cannot be sent: ${mistake.message}`);
  }
  if (kind !== 'oauth2_client_credentials') return;
  checkUrl(reader, auth.token_url, '/auth/token_url');
  for (const name of ['scope', 'audience'] as const) {
    if (auth[name] !== undefined) reader.text(auth[name], `/auth/${name}`, MAX_TEXT, 1);
  }
  if (auth.client_authentication !== undefined) {
    reader.oneOf(auth.client_authentication, '/auth/client_authentication', ['basic', 'form']);
  }
}

function checkPaging(reader: InputReader, given: unknown): void {
  const kind = kindOf(given);
  const keys = PAGING_KEYS[kind as Paging['kind']] ?? Object.values(PAGING_KEYS).flat();
  const paging = reader.object(given, '/paging', ['kind', 'max_pages', ...keys], ['kind']);
  if (paging === undefined) return;
  reader.oneOf(paging.kind, '/paging/kind', Object.keys(PAGING_KEYS));
  if (paging.max_pages !== undefined) reader.wholeNumber(paging.max_pages, '/paging/max_pages', 1, MAX_PAGES);
  if (keys.includes('path')) checkPath(reader, paging.path, '/paging/path');
  if (keys.includes('parameter')) reader.text(paging.parameter, '/paging/parameter', 100, 1);
  if (paging.first !== undefined) reader.wholeNumber(paging.first, '/paging/first', 0, 1);
}

function kindOf(given: unknown): unknown {
  return (given as { readonly kind?: unknown } | null | undefined)?.kind;
}
