/** Says what went wrong with a call in words: by kind, since the errors of libraries repeat addresses and bytes of answers. */
import { OutboundError, type OutboundFailure } from './port.ts';

type Circumstances = {
  readonly host: string;
  readonly timeoutMs: number;
  readonly isTimeout: boolean;
  readonly isAborted: boolean;
};

export function describeFailure(
  error: unknown,
  { host, timeoutMs, isTimeout, isAborted }: Circumstances,
): OutboundError {
  const known = ownErrorIn(error);
  if (known !== undefined) return known;
  if (isAborted) return new OutboundError('aborted', 'The call was stopped.');
  if (isTimeout) return timedOut(host, timeoutMs);
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new OutboundError('timed_out', `${host} did not take the connection in time.`);
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return timedOut(host, timeoutMs);
  const [failure, words] = WORDS[code] ?? (isCertificate(code) ? TLS : BROKEN);
  return new OutboundError(failure, `${host} ${words}`);
}

function timedOut(host: string, timeoutMs: number): OutboundError {
  return new OutboundError('timed_out', `${host} did not answer within ${timeoutMs / 1_000} seconds.`);
}

const TLS: readonly [OutboundFailure, string] = [
  'tls_failed',
  'did not show a valid certificate, so no safe connection can be made.',
];
const BROKEN: readonly [OutboundFailure, string] = ['broken_off', 'broke the connection off.'];
const NOT_REACHABLE: readonly [OutboundFailure, string] = ['not_reachable', 'cannot be reached.'];

const WORDS: Readonly<Record<string, readonly [OutboundFailure, string]>> = {
  ECONNREFUSED: ['not_reachable', 'refuses connections at this port.'],
  EHOSTUNREACH: NOT_REACHABLE,
  ENETUNREACH: NOT_REACHABLE,
  EADDRNOTAVAIL: NOT_REACHABLE,
  UND_ERR_HEADERS_OVERFLOW: ['answer_too_large', 'answered with headers that are too large.'],
  UND_ERR_INVALID_ARG: ['request_invalid', 'cannot be sent this request: something in it is not allowed by HTTP.'],
  EPROTO: ['tls_failed', 'does not speak TLS at this port.'],
};

function isCertificate(code: string): boolean {
  return /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code);
}

function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && code.startsWith('HPE_')) return 'HPE';
  if (typeof code === 'string') return code;
  return cause === undefined ? '' : codeOf(cause);
}

/** Ours may come wrapped: the library hands on what the connector throws. */
function ownErrorIn(error: unknown): OutboundError | undefined {
  if (error instanceof OutboundError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? undefined : ownErrorIn(cause);
}
