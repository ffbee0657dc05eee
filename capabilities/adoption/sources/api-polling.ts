/** Asks a system for values over HTTP: page after page, each checked, mapped and bounded. */
import { type Outbound, OutboundError, type OutboundResponse } from '@uptake/io/outbound';
import type { SourceRow } from '../map-rows.ts';
import { type FetchAsked, type FetchedValues, type SourceDriver, SourceFailed } from '../source-driver.ts';
import { type Authorise, createAuthorise, POLLING_CREDENTIALS } from './authorisation.ts';
import { wrongCredentials } from './credentials.ts';
import { requireJson } from './json-document.ts';
import { MAX_ROWS, mappingTime, readRows } from './json-mapping.ts';
import { type Json, select } from './json-path.ts';
import { Notices } from './notices.ts';
import { type Fillings, fill, fillingsOf } from './placeholders.ts';
import { MAX_PAGES, type Paging, type PollingConfig, wrongPollingConfig } from './polling-config.ts';

export type PollingDependencies = { readonly outbound: Pick<Outbound, 'request'>; readonly nowMs: () => number };

const MAX_PAGE_BYTES = 5 * 1024 * 1024;
const PAGE_TIMEOUT_MS = 20_000;
/** What a person is shown of an answer to write paths by. */
const SAMPLE_CHARACTERS = 4_000;
const INDENTED_CHARACTERS = 50_000;

export function createPolling({ outbound, nowMs }: PollingDependencies): SourceDriver {
  const authorise = createAuthorise(outbound, nowMs);
  return {
    readConfig: wrongPollingConfig,
    readCredentials: (given) => wrongCredentials(given, POLLING_CREDENTIALS),
    targetOf,
    fetchValues: (asked) => fetchPages(outbound, authorise, asked),
  };
}

/** With TLS or without is another target: others could read along. */
function targetOf(config: unknown): string {
  const { url, auth } = config as PollingConfig;
  const tokens = auth?.kind === 'oauth2_client_credentials' ? auth.token_url : url;
  return [url, tokens].map((address) => new URL(address).origin).join(' ');
}

async function fetchPages(
  outbound: PollingDependencies['outbound'],
  authorise: Authorise,
  asked: FetchAsked,
): Promise<FetchedValues> {
  // What is kept was read by `readConfig` when it was saved.
  const config = asked.config as PollingConfig;
  const fillings = fillingsOf(asked);
  const notices = new Notices();
  const time = mappingTime();
  const rows: SourceRow[] = [];
  const first = new URL(fill(config.url, fillings, inUrl));
  const maxPages = config.paging === undefined ? 1 : (config.paging.max_pages ?? MAX_PAGES);
  let url: URL | undefined = firstPage(first, config.paging);
  let sample: unknown;
  for (let page = 0; url !== undefined; page += 1) {
    if (page >= maxPages) {
      notices.add(`Reading ended after ${maxPages} pages though there are more; raise max_pages.`);
      break;
    }
    const answer = await ask(outbound, authorise, { config, url, fillings, asked });
    const document = requireJson(answer.body, answer.headers['content-type'], url.hostname);
    sample ??= sampleOf(document);
    const found = readRows(document, config.mapping, notices, time);
    rows.push(...found);
    if (time.isOver) break;
    if (rows.length > MAX_ROWS) {
      notices.add(`Reading ended after ${MAX_ROWS} rows.`);
      break;
    }
    url = nextPage(config.paging, { answer, document, found: found.length, first, url, page });
  }
  if (rows.length === 0 && notices.isEmpty) notices.add('The answer holds no rows where the mapping looks for them.');
  return { rows: rows.slice(0, MAX_ROWS), notices: notices.list(), sample };
}

/** Dots alone would be steps out of the path they stand in, to data that is not the customer's. */
function inUrl(filling: string): string {
  if (!/^\.{1,2}$/.test(filling)) return encodeURIComponent(filling);
  throw new SourceFailed('The tenant id of the customer is dots alone, which no address can hold.', {
    isRetriable: false,
  });
}

type Asking = {
  readonly config: PollingConfig;
  readonly url: URL;
  readonly fillings: Fillings;
  readonly asked: FetchAsked;
};

async function ask(
  outbound: PollingDependencies['outbound'],
  authorise: Authorise,
  { config, url, fillings, asked: { credentials, signal } }: Asking,
): Promise<OutboundResponse> {
  const auth = config.auth ?? { kind: 'none' };
  // A filling stands within a text of the JSON, so it is escaped as one.
  const escaped = (filling: string) => JSON.stringify(filling).slice(1, -1);
  const body = config.body === undefined ? undefined : fill(JSON.stringify(config.body), fillings, escaped);
  for (let isRefresh = false; ; isRefresh = true) {
    const response = await wordFailures(async () =>
      outbound.request({
        url: url.href,
        method: config.method ?? 'GET',
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...config.headers,
          ...(await authorise(auth, credentials, { isRefresh, signal })),
        },
        ...(body !== undefined && { body }),
        // A poll reads, by POST too.
        isIdempotent: true,
        timeoutMs: PAGE_TIMEOUT_MS,
        maxBytes: MAX_PAGE_BYTES,
        signal,
      }),
    );
    // A token that was kept may have been revoked meanwhile: a fresh one, once.
    if (response.status === 401 && auth.kind === 'oauth2_client_credentials' && !isRefresh) continue;
    refuseStatus(response, url.hostname);
    return response;
  }
}

/** Failures on the way in the terms of sources. */
export async function wordFailures<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new SourceFailed(error.message, { isRetriable: error.isWorthRetrying, cause: error });
  }
}

function refuseStatus({ status }: OutboundResponse, host: string): void {
  if (status >= 200 && status < 300) return;
  const words: Readonly<Record<number, string>> = {
    401: 'does not accept the credentials (401); enter them once more',
    403: 'does not let these credentials read this (403); ask for the permission',
    404: 'has nothing at this address (404); check it',
    429: 'has been asked too often (429)',
  };
  const text = words[status] ?? (status >= 500 ? `is in trouble (${status})` : `refused the request (${status})`);
  throw new SourceFailed(`${host} ${text}.`, { isRetriable: status === 429 || status >= 500 });
}

function firstPage(first: URL, paging: Paging | undefined): URL {
  if (paging?.kind !== 'page_number') return first;
  return withParameter(first, paging.parameter, String(paging.first ?? 1));
}

type Turned = {
  readonly answer: OutboundResponse;
  readonly document: Json;
  readonly found: number;
  readonly first: URL;
  readonly url: URL;
  readonly page: number;
};

function nextPage(paging: Paging | undefined, { answer, document, found, first, url, page }: Turned): URL | undefined {
  switch (paging?.kind) {
    case undefined:
      return undefined;
    case 'page_number':
      return found === 0 ? undefined : withParameter(first, paging.parameter, String((paging.first ?? 1) + page + 1));
    case 'cursor': {
      const cursor = select(document, paging.path)[0];
      const isEnd = (typeof cursor !== 'string' && typeof cursor !== 'number') || cursor === '';
      return isEnd ? undefined : withParameter(first, paging.parameter, String(cursor));
    }
    case 'next_url': {
      const next = select(document, paging.path)[0];
      return typeof next === 'string' && next !== '' ? followed(next, first, url) : undefined;
    }
    case 'link_header': {
      const next = nextLink(answer.headers.link ?? '');
      return next === undefined ? undefined : followed(next, first, url);
    }
  }
}

function withParameter(url: URL, name: string, value: string): URL {
  const next = new URL(url);
  next.searchParams.set(name, value);
  return next;
}

/** Credentials go to the origin they were entered for and nowhere an answer points to. */
function followed(next: string, first: URL, current: URL): URL {
  const url = URL.canParse(next, current.href) ? new URL(next, current.href) : undefined;
  if (url?.origin !== first.origin) {
    throw new SourceFailed(`The next page is not at ${first.host}, where the credentials are for.`, {
      isRetriable: false,
    });
  }
  // Page one again would never end otherwise; the bound on pages would end it late.
  return url.href === current.href ? raiseCircle(first) : url;
}

function raiseCircle(first: URL): never {
  throw new SourceFailed(`A page of ${first.host} names itself as the next one.`, { isRetriable: false });
}

/** The target of `rel="next"` (RFC 8288); commas may stand within the angle brackets. */
function nextLink(header: string): string | undefined {
  for (const [, target, parameters] of header.matchAll(/<([^>]*)>((?:\s*;\s*[^,;=]+(?:=(?:"[^"]*"|[^,;"]*))?)*)/g)) {
    if (/;\s*rel=(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?:\s|;|$))/i.test(parameters ?? '')) return target;
  }
  return undefined;
}

function sampleOf(document: Json): unknown {
  const text = JSON.stringify(document);
  // Indented, a hundred levels take a hundred times the room.
  const shown = text.length > INDENTED_CHARACTERS ? text : JSON.stringify(document, null, 2);
  return shown.length <= SAMPLE_CHARACTERS ? document : `${shown.slice(0, SAMPLE_CHARACTERS)}…`;
}
