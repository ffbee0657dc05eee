/** Calls addresses that people wrote: only such as may be called, and never longer, larger or more often than bounded. */
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request as send } from 'undici';
import { bare, readAllowList } from './address-guard.ts';
import { createConnector, createResolve, type LookUp } from './connect.ts';
import { describeFailure } from './failure.ts';
import { type Outbound, OutboundError, type OutboundRequest, type OutboundResponse } from './port.ts';
import { ENCODINGS, readBody } from './read-body.ts';
import { nextLocation, withoutCredentials } from './redirect.ts';
import { isStatusOfTheMoment, waitMs } from './retry.ts';

export type OutboundOptions = {
  /** Hosts, `*.domains`, addresses and ranges that may be called though they are not public. */
  readonly allow: readonly string[];
  readonly userAgent: string;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly lookUp?: LookUp;
  /** Certificates trusted beside those of the system, PEM. */
  readonly certificates?: readonly string[];
  /** How the pause before another try is spent. */
  readonly pause?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
};

export const OUTBOUND_DEFAULTS = {
  timeoutMs: 15_000,
  maxBytes: 10 * 1024 * 1024,
  redirects: 3,
  tries: 3,
} as const;

const CONNECT_TIMEOUT_MS = 5_000;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Those are of the connection, or decide where the request goes: not for whoever writes a source. */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'keep-alive',
  'expect',
  'te',
  'trailer',
  'accept-encoding',
]);

export function createOutbound(options: OutboundOptions): Outbound {
  const resolve = createResolve(options.lookUp ?? systemLookUp, readAllowList(options.allow));
  const agent = new Agent({
    connect: createConnector(resolve, {
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      certificates: options.certificates,
    }),
    keepAliveTimeout: 2_000,
    pipelining: 1,
  });
  const once = (request: OutboundRequest) => followRedirects(agent, request, options.userAgent);
  return {
    request: (request) => withTries(request, once, options),
    resolve,
    close: () => agent.close(),
  };
}

const systemLookUp: LookUp = (host) => lookup(host, { all: true, order: 'ipv4first' });

/** Why the request cannot be made as it was written; `undefined` where it can. Sources ask before they are kept. */
export function mistakeOfRequest({
  url,
  headers,
}: Pick<OutboundRequest, 'url' | 'headers'>): OutboundError | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
    return new OutboundError('url_invalid', 'The address is not one of http:// or https://.');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return new OutboundError('url_invalid', 'The address holds user or password; give these as credentials.');
  }
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!HEADER_NAME.test(name)) return new OutboundError('request_invalid', 'A header has a name that is none.');
    if (OWN_HEADERS.has(name.toLowerCase())) {
      return new OutboundError('request_invalid', `The header ${name.toLowerCase()} cannot be set.`);
    }
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      return new OutboundError(
        'request_invalid',
        `The header ${name.toLowerCase()} holds characters headers cannot hold.`,
      );
    }
  }
  return undefined;
}

type Once = (request: OutboundRequest) => Promise<OutboundResponse>;

async function withTries(request: OutboundRequest, once: Once, options: OutboundOptions): Promise<OutboundResponse> {
  const mistake = mistakeOfRequest(request);
  if (mistake !== undefined) throw mistake;
  const { method = 'GET', isIdempotent = method !== 'POST' && method !== 'PATCH', signal } = request;
  const tries = isIdempotent ? (request.tries ?? OUTBOUND_DEFAULTS.tries) : 1;
  const pause = options.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  for (let tried = 1; ; tried += 1) {
    const outcome = await outcomeOf(once(request));
    const isLast = tried >= tries || !isOfTheMoment(outcome);
    const ms = isLast ? undefined : waitMs(outcome.response?.headers['retry-after'], tried, options);
    // A server that asks for more patience than a call has is answered to the caller, whose schedule comes again.
    if (ms === undefined) {
      if (outcome.error !== undefined) throw outcome.error;
      return outcome.response;
    }
    await pause(ms, signal).catch(() => {
      throw new OutboundError('aborted', 'The call was stopped.');
    });
  }
}

type Outcome =
  | { readonly response: OutboundResponse; readonly error?: undefined }
  | { readonly response?: undefined; readonly error: OutboundError };

async function outcomeOf(pending: Promise<OutboundResponse>): Promise<Outcome> {
  try {
    return { response: await pending };
  } catch (error) {
    if (error instanceof OutboundError) return { error };
    throw error;
  }
}

function isOfTheMoment({ response, error }: Outcome): boolean {
  return error === undefined ? isStatusOfTheMoment(response.status) : error.isWorthRetrying;
}

async function followRedirects(agent: Agent, request: OutboundRequest, userAgent: string): Promise<OutboundResponse> {
  const { timeoutMs = OUTBOUND_DEFAULTS.timeoutMs, redirects = OUTBOUND_DEFAULTS.redirects } = request;
  // One clock for all of a try: every byte and every redirect takes from the same time.
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  const first = new URL(request.url);
  let url = first;
  for (let followed = 0; ; followed += 1) {
    const headers = url.origin === first.origin ? request.headers : withoutCredentials(request.headers);
    let response: OutboundResponse;
    try {
      response = await exchange(agent, { ...request, headers: headers ?? {} }, url, signal, userAgent);
    } catch (error) {
      throw describeFailure(error, {
        host: bare(url.hostname),
        timeoutMs,
        isTimeout: timeout.aborted,
        isAborted: request.signal?.aborted === true,
      });
    }
    const next = nextLocation(response, request.method ?? 'GET', url);
    if (next === undefined) return response;
    if (followed >= redirects) {
      throw new OutboundError('redirect_refused', `${bare(first.hostname)} redirects more than ${redirects} times.`);
    }
    url = next;
  }
}

async function exchange(
  agent: Agent,
  request: OutboundRequest,
  url: URL,
  signal: AbortSignal,
  userAgent: string,
): Promise<OutboundResponse> {
  const answer = await send(url, {
    dispatcher: agent,
    method: request.method ?? 'GET',
    headers: { 'user-agent': userAgent, ...lowerCase(request.headers ?? {}), 'accept-encoding': ENCODINGS },
    ...(request.body !== undefined && { body: request.body }),
    signal,
  });
  const headers = joined(answer.headers);
  const bound = { host: bare(url.hostname), maxBytes: request.maxBytes ?? OUTBOUND_DEFAULTS.maxBytes };
  const hasBody = request.method !== 'HEAD' && answer.statusCode !== 204 && answer.statusCode !== 304;
  const body = await readBody(answer.body, hasBody ? headers['content-encoding'] : undefined, bound);
  return { status: answer.statusCode, headers, body, url: url.href };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
