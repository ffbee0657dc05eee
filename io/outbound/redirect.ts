/** Where an answer sends us on, and whether we go. */
import { OutboundError, type OutboundMethod, type OutboundResponse } from './port.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Kept when a redirect leaves the origin; every other header may be a credential, whatever it is called. */
const KEPT_HEADERS = new Set(['accept', 'accept-language', 'user-agent']);

/** `undefined` where the answer is no redirect. Its address is checked like any other when it is called. */
export function nextLocation(
  { status, headers }: OutboundResponse,
  method: OutboundMethod,
  from: URL,
): URL | undefined {
  const { location } = headers;
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  const host = from.hostname;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new OutboundError('redirect_refused', `${host} redirects a ${method}; enter the address it leads to.`);
  }
  const next = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (next === undefined || !['http:', 'https:'].includes(next.protocol)) {
    throw new OutboundError('redirect_refused', `${host} redirects to something that is no http or https address.`);
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new OutboundError('redirect_refused', `${host} redirects from https to http, where others could read along.`);
  }
  next.username = '';
  next.password = '';
  return next;
}

export function withoutCredentials(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.has(name.toLowerCase())));
}
