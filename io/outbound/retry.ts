/** When a call that failed for the moment is tried again. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** What a server may ask for; beyond that the call is given up. */
const LONGEST_ASKED_MS = 30_000;

/** Busy or broken for now (RFC 9110, section 15; RFC 6585, section 4). 501 and 505 stay as they are. */
export function isStatusOfTheMoment(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/**
 * Milliseconds before the next try; `undefined` where the server asks for longer than a call waits. Exponential with full
 * jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015), so that callers that failed together do not return together.
 */
export function waitMs(
  retryAfter: string | undefined,
  tried: number,
  { nowMs, random }: { readonly nowMs: () => number; readonly random: () => number },
): number | undefined {
  const askedMs = readRetryAfter(retryAfter, nowMs());
  if (askedMs !== undefined) return askedMs > LONGEST_ASKED_MS ? undefined : askedMs;
  return Math.round(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1)));
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
