/** Tells our own pages from other people's, for requests that carry a session cookie. */

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
