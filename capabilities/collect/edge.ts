/** What is read from a request and not from its body: the trace, and the little that may be known of the client. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ClientHints } from './batch.ts';
import type { UserAgent } from './user-agent.ts';

/** The trace id of a W3C `traceparent`, or ''. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  if (typeof traceparent !== 'string') return '';
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/.exec(
    traceparent,
  );
  return match?.[1] ?? '';
}

/**
 * The user agent is turned into families here and goes no further; the address is not looked at at all. The country
 * comes from a header only where the operator named one, because a proxy of theirs sets it and no client can.
 */
export function clientHintsOf(
  headers: IncomingHttpHeaders,
  userAgentOf: (text: string) => UserAgent,
  countryHeader: string | undefined,
): ClientHints {
  const { browserFamily, osFamily, deviceType } = userAgentOf(headers['user-agent'] ?? '');
  const country = countryHeader === undefined ? undefined : headers[countryHeader];
  return { browserFamily, osFamily, deviceType, country: typeof country === 'string' ? countryOf(country) : '' };
}

/** `XX` (unknown) and `T1` (Tor) are how proxies say that they do not know. */
function countryOf(text: string): string {
  return /^[A-Za-z]{2}$/.test(text) && text.toUpperCase() !== 'XX' ? text.toUpperCase() : '';
}
