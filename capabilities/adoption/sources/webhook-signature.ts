/**
 * Signatures of webhooks as Standard Webhooks says (standardwebhooks.com, version 1.0.0): HMAC-SHA256 over id, time and the
 * very bytes of the body, so that neither can be changed and no message used again later.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** A message is good for so long on either side of its time: a copy that somebody kept is not. */
export const TOLERANCE_SECONDS = 5 * 60;

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = { least: 24, most: 64 } as const;
const VERSION = 'v1';
/** Signatures of keys that rotate; more than these are noise. */
const MAX_SIGNATURES = 10;

export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export type WebhookRefusal =
  | 'header_missing'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_invalid';

/** What is wrong, for whoever sends; never which secret was tried. */
export const REFUSALS: Readonly<Record<WebhookRefusal, string>> = {
  header_missing: 'The headers webhook-id, webhook-timestamp and webhook-signature are all needed, each once.',
  timestamp_invalid: 'webhook-timestamp is a whole number of seconds since 1970.',
  timestamp_too_old: 'webhook-timestamp is more than five minutes ago; send the message again with a new one.',
  timestamp_too_new: 'webhook-timestamp is more than five minutes ahead; set the clock of the sender.',
  signature_invalid: 'No signature in webhook-signature fits id, timestamp and body with the secret of this source.',
};

export type VerifiedWebhook =
  | { readonly ok: true; readonly id: string; readonly sentAtMs: number }
  | { readonly ok: false; readonly refusal: WebhookRefusal };

/** A fresh secret as it is shown to whoever sets the sender up. */
export function makeWebhookSecret(randomBytes: (bytes: number) => Buffer): string {
  return SECRET_PREFIX + randomBytes(32).toString('base64');
}

/** The key in a secret; `undefined` where it is none. */
export function keyOfSecret(secret: string): Buffer | undefined {
  const text = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= SECRET_BYTES.least && key.length <= SECRET_BYTES.most ? key : undefined;
}

/** The header `webhook-signature` of a message. */
export function signWebhook(
  message: { readonly id: string; readonly atSeconds: number; readonly body: Uint8Array },
  key: Buffer,
): string {
  return `${VERSION},${digestOf(message, key).toString('base64')}`;
}

/** `keys`: the secret in use, and the one before it for as long as both hold. */
export function verifyWebhook(
  headers: WebhookHeaders,
  body: Uint8Array,
  keys: readonly Buffer[],
  nowMs: number,
): VerifiedWebhook {
  const id = single(headers['webhook-id']);
  const timestamp = single(headers['webhook-timestamp']);
  const signatures = single(headers['webhook-signature']);
  if (id === undefined || timestamp === undefined || signatures === undefined) return refused('header_missing');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('timestamp_invalid');
  const atSeconds = Number(timestamp);
  const ageSeconds = Math.floor(nowMs / 1_000) - atSeconds;
  if (ageSeconds > TOLERANCE_SECONDS) return refused('timestamp_too_old');
  if (ageSeconds < -TOLERANCE_SECONDS) return refused('timestamp_too_new');
  const offered = signatures
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .flatMap((signature) => {
      const [version, digest] = signature.split(',');
      return version === VERSION && digest !== undefined ? [Buffer.from(digest, 'base64')] : [];
    });
  const isGenuine = keys.some((key) => {
    const wanted = digestOf({ id, atSeconds: timestamp, body }, key);
    return offered.some((digest) => digest.length === wanted.length && timingSafeEqual(digest, wanted));
  });
  return isGenuine ? { ok: true, id, sentAtMs: atSeconds * 1_000 } : refused('signature_invalid');
}

/** The time is signed as it was written. */
function digestOf(
  { id, atSeconds, body }: { readonly id: string; readonly atSeconds: number | string; readonly body: Uint8Array },
  key: Buffer,
): Buffer {
  return createHmac('sha256', key).update(`${id}.${atSeconds}.`).update(body).digest();
}

/** A header that came twice is two messages' worth of doubt. */
function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 2_000 ? value : undefined;
}

function refused(refusal: WebhookRefusal): VerifiedWebhook {
  return { ok: false, refusal };
}
