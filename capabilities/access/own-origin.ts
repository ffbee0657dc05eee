/** Tells our own pages from other people's, for requests that carry a session cookie. */
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@uptake/domain/contract';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * True for the origin of `baseUrl`. A local installation is reached by several names and, in development, several ports:
 * there any loopback origin counts that is the very host the request was sent to.
 */
export function isOwnOrigin(origin: string, host: string | undefined, baseUrl: string): boolean {
  const own = new URL(baseUrl);
  if (origin === own.origin) return true;
  if (!LOOPBACK.has(own.hostname) || !URL.canParse(origin)) return false;
  const asked = new URL(origin);
  return LOOPBACK.has(asked.hostname) && asked.host === host;
}

/** A cookie comes along whoever wrote the page; for changes the page must be ours. Throws `forbidden`. */
export function refuseForeignPage(request: { headers: IncomingHttpHeaders; method: string }, baseUrl: string): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : isOwnOrigin(origin, host, baseUrl);
  if (!isOurs) throw new Problem('forbidden', 'The request comes from a page of another origin.');
}
