/** What a database said of a failure, fit for a person to read: short, and without what was entered to get in. */
import { OutboundError } from '../outbound/index.ts';
import { PolledDatabaseError, type PolledQuestion } from './port.ts';

const MAX_LENGTH = 300;
/** Shorter ones stand in ordinary words. */
const SHORTEST_SECRET = 3;

/** Of the moment: the way there, a server that starts or is full, a lock that others held (SQLSTATE classes 08, 53, 57P, 40). */
const OF_THE_MOMENT =
  /^(ECONN|ENET|EHOST|EPIPE|ETIMEDOUT|PROTOCOL_|08|53|57P|40|ER_CON_COUNT|ER_LOCK|ER_SERVER_SHUTDOWN|ER_TOO_MANY)/;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections at this port',
  ECONNRESET: 'broke the connection off',
  EPIPE: 'broke the connection off',
  PROTOCOL_CONNECTION_LOST: 'broke the connection off',
  ETIMEDOUT: 'did not take the connection in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  HANDSHAKE_NO_SSL_SUPPORT: 'does not offer TLS; turn it on there, or off in this source',
};

export function describeFailure(error: unknown, question: PolledQuestion): Error {
  if (error instanceof OutboundError || error instanceof PolledDatabaseError) return error;
  const { host, timeoutMs, signal } = question;
  if (signal.aborted) {
    return new PolledDatabaseError(`${host} did not answer within ${timeoutMs / 1_000} seconds.`, true);
  }
  const { code: given, message } = error as { readonly code?: unknown; readonly message: string };
  const code = typeof given === 'string' ? given : '';
  const isCertificate = /^(HANDSHAKE_SSL_ERROR|CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code);
  const words = isCertificate ? 'did not show a certificate that is valid for it' : WORDS[code];
  const isRetriable = OF_THE_MOMENT.test(code);
  return new PolledDatabaseError(
    words === undefined ? `${host} says: ${scrubbed(message, question)}` : `${host} ${words}.`,
    isRetriable,
  );
}

export function scrubbed(message: string, { password, username }: PolledQuestion): string {
  let text = message;
  for (const secret of [password, username]) {
    if (secret.length >= SHORTEST_SECRET) text = text.replaceAll(secret, '…');
  }
  // What a server says may be any bytes; some of them no store keeps.
  const line = text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

/** Runs `work`, and `stop` as soon as time is up: drivers wait for servers that do not answer. */
export async function bounded<Result>(
  question: PolledQuestion,
  work: () => Promise<Result>,
  stop: () => void,
): Promise<Result> {
  const { signal } = question;
  const aborted = Promise.withResolvers<never>();
  // Nobody may be waiting for it any more when it fails.
  aborted.promise.catch(() => undefined);
  const abort = () => {
    stop();
    aborted.reject(signal.reason);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } catch (error) {
    throw describeFailure(error, question);
  } finally {
    signal.removeEventListener('abort', abort);
    stop();
  }
}
