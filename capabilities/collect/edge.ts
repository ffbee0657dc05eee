/** What is read from a request and not from its body: the trace, signals, and the little that may be known of the client. */
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

/** Do Not Track (W3C TPE) or Global Privacy Control: the browser says for its user that they opt out. */
export function hasOptOutSignal(headers: IncomingHttpHeaders): boolean {
  return headers.dnt === '1' || headers['sec-gpc'] === '1';
}

export type EdgeReaders = {
  readonly userAgentOf: (text: string) => UserAgent;
  /** From a table on this machine; '' where it is not known. */
  readonly countryOfAddress: (address: string) => string;
  /** Lower-case names of headers that a proxy of the operator sets, and no client can. */
  readonly countryHeader?: string | undefined;
  readonly regionHeader?: string | undefined;
};

/**
 * User agent and address are turned into families and a country here and go no further. The country comes from the header
 * the operator named, else from the table; the region from a header alone. Whether the event may keep them is asked later.
 */
export function clientHintsOf(headers: IncomingHttpHeaders, address: string, readers: EdgeReaders): ClientHints {
  const { browserFamily, osFamily, deviceType } = readers.userAgentOf(headers['user-agent'] ?? '');
  const { countryHeader, regionHeader } = readers;
  const named = countryHeader === undefined ? undefined : headers[countryHeader];
  const country = typeof named === 'string' ? countryOf(named) : readers.countryOfAddress(address);
  const region = regionHeader === undefined ? undefined : headers[regionHeader];
  return { browserFamily, osFamily, deviceType, country, region: typeof region === 'string' ? regionOf(region) : '' };
}

const LONGEST_REGION = 64;

/** A name or a code of ISO 3166-2; what holds digits with a dot may be coordinates, and nothing finer than a region is kept. */
function regionOf(text: string): string {
  return text.length <= LONGEST_REGION && /^[\p{L}\p{M}\p{N} '-]+$/u.test(text) ? text : '';
}

/** `XX` (unknown) and `T1` (Tor) are how proxies say that they do not know. */
function countryOf(text: string): string {
  return /^[A-Za-z]{2}$/.test(text) && text.toUpperCase() !== 'XX' ? text.toUpperCase() : '';
}
