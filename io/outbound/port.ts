/** What leaves the installation on somebody's behalf: requests to addresses that a person wrote, bounded in every way. */

export type OutboundMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type OutboundRequest = {
  /** `http:` or `https:`, without user and password. */
  readonly url: string;
  readonly method?: OutboundMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of one try, from the name to the last byte. */
  readonly timeoutMs?: number;
  /** Of the body, after decompression. */
  readonly maxBytes?: number;
  /** Most redirects followed; only GET and HEAD follow any. */
  readonly redirects?: number;
  /** Tries altogether. More than one only where the same call twice does no more than once. */
  readonly tries?: number;
  /** For POST and PATCH: the receiver knows a repetition, so that a failed call may be tried again. */
  readonly isIdempotent?: boolean;
  readonly signal?: AbortSignal;
};

export type OutboundResponse = {
  readonly status: number;
  /** Lower case; values that came several times are joined as HTTP says. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the last redirect led. */
  readonly url: string;
};

export const OUTBOUND_FAILURES = [
  'url_invalid',
  'request_invalid',
  'address_refused',
  'name_unknown',
  'not_reachable',
  'tls_failed',
  'broken_off',
  'timed_out',
  'answer_too_large',
  'answer_unreadable',
  'redirect_refused',
  'aborted',
] as const;
export type OutboundFailure = (typeof OUTBOUND_FAILURES)[number];

/** A call that brought no answer. The message is for a person: it names the host, never path, query, headers or body. */
export class OutboundError extends Error {
  readonly code: OutboundFailure;
  readonly isWorthRetrying: boolean;

  constructor(code: OutboundFailure, message: string) {
    super(message);
    this.name = 'OutboundError';
    this.code = code;
    this.isWorthRetrying = OF_THE_MOMENT.has(code);
  }
}

const OF_THE_MOMENT: ReadonlySet<OutboundFailure> = new Set([
  'name_unknown',
  'not_reachable',
  'broken_off',
  'timed_out',
]);

/** An address that was checked, to connect to in place of the name: a second look at the name could give another. */
export type CheckedAddress = { readonly address: string; readonly family: 4 | 6 };

export interface Outbound {
  /** Answers whatever the status; throws `OutboundError` where there is no answer. 429 and 5xx were tried again before. */
  request(request: OutboundRequest): Promise<OutboundResponse>;
  /** For clients of other protocols. Throws `OutboundError`; the first is the one to try first. */
  resolve(host: string): Promise<readonly CheckedAddress[]>;
  close(): Promise<void>;
}
