/** Whether a webhook is from who has its secret: by Standard Webhooks, or in the way of a sender that signs otherwise. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { InputReader } from '@uptake/domain/insights';
import { parseJson } from './json-document.ts';
import { keyOfSecret, REFUSALS, TOLERANCE_SECONDS, verifyWebhook, type WebhookHeaders } from './webhook-signature.ts';

/** As in the configuration of a webhook, in its names on the wire; absent is Standard Webhooks. */
export type SenderSignature =
  | {
      readonly kind: 'hmac';
      /** Holds the digest of the body. */
      readonly header: string;
      readonly algorithm?: 'sha256' | 'sha512' | 'sha1';
      readonly encoding?: 'hex' | 'base64';
      /** Stands before the digest. */
      readonly prefix?: string;
      /** Names the delivery; where there is none the body itself is what must not come twice. */
      readonly id_header?: string;
    }
  | { readonly kind: 'stripe' };

export type SignedMessage = {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
  /** The secret in use, and the one before it for as long as both hold. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
};

/** `id` names the message for its sender; `reason` is for whoever sends. */
export type VerifiedSender =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reason: string };

const HEADER_NAME = /^[A-Za-z0-9-]{1,100}$/;
const MAX_PREFIX = 50;
const MIN_SECRET = 16;

export function checkSignature(reader: InputReader, given: unknown, path: string): void {
  const isHmac = (given as { kind?: unknown } | null)?.kind === 'hmac';
  const own = ['header', 'algorithm', 'encoding', 'prefix', 'id_header'];
  const signature = reader.object(
    given,
    path,
    isHmac ? ['kind', ...own] : ['kind'],
    isHmac ? ['kind', 'header'] : ['kind'],
  );
  if (signature === undefined) return;
  reader.oneOf(signature.kind, `${path}/kind`, ['hmac', 'stripe']);
  if (!isHmac) return;
  for (const name of ['header', 'id_header']) {
    const header = signature[name];
    if (header !== undefined && !(typeof header === 'string' && HEADER_NAME.test(header)))
      reader.refuse(`${path}/${name}`, 'must be the name of a header');
  }
  if (signature.algorithm !== undefined)
    reader.oneOf(signature.algorithm, `${path}/algorithm`, ['sha256', 'sha512', 'sha1']);
  if (signature.encoding !== undefined) reader.oneOf(signature.encoding, `${path}/encoding`, ['hex', 'base64']);
  if (signature.prefix !== undefined) reader.text(signature.prefix, `${path}/prefix`, MAX_PREFIX);
}

/** Why a secret that a sender made cannot be used; `undefined` where it can. */
export function wrongSecret(secret: string, signature: SenderSignature | undefined): string | undefined {
  if (signature !== undefined)
    return secret.length < MIN_SECRET ? `must be ${MIN_SECRET} characters or more` : undefined;
  return keyOfSecret(secret) === undefined ? 'must be whsec_ and 24 to 64 bytes in base64' : undefined;
}

export function verifySender(signature: SenderSignature | undefined, message: SignedMessage): VerifiedSender {
  switch (signature?.kind) {
    case undefined:
      return verifyStandard(message);
    case 'hmac':
      return verifyHmac(signature, message);
    case 'stripe':
      return verifyStripe(message);
  }
}

function verifyStandard({ headers, body, secrets, nowMs }: SignedMessage): VerifiedSender {
  const keys = secrets.flatMap((secret) => keyOfSecret(secret) ?? []);
  const verified = verifyWebhook(headers, body, keys, nowMs);
  return verified.ok ? { ok: true, id: verified.id } : { ok: false, reason: REFUSALS[verified.refusal] };
}

function verifyHmac(
  {
    header,
    algorithm = 'sha256',
    encoding = 'hex',
    prefix = '',
    id_header,
  }: Extract<SenderSignature, { kind: 'hmac' }>,
  { headers, body, secrets }: SignedMessage,
): VerifiedSender {
  const given = single(headers, header);
  if (given === undefined) return { ok: false, reason: `The header ${header} is needed, once.` };
  const digest = Buffer.from(given.startsWith(prefix) ? given.slice(prefix.length) : '', encoding);
  const isGenuine = secrets.some((secret) => isSame(createHmac(algorithm, secret).update(body).digest(), digest));
  if (!isGenuine)
    return { ok: false, reason: `${header} is not the signature of the body with the secret of this source.` };
  const id = id_header === undefined ? undefined : single(headers, id_header);
  return { ok: true, id: id ?? hashOf(body) };
}

/** docs.stripe.com/webhooks/signature: `t=` and one `v1=` for each secret that holds, over `{t}.{body}`. */
function verifyStripe({ headers, body, secrets, nowMs }: SignedMessage): VerifiedSender {
  const pairs = (single(headers, 'stripe-signature') ?? '').split(',').map((part) => part.split('='));
  const valuesOf = (wanted: string) => pairs.flatMap(([name, value]) => (name === wanted && value ? [value] : []));
  const [timestamp] = valuesOf('t');
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return { ok: false, reason: 'The header Stripe-Signature with t= and v1= is needed, once.' };
  if (Math.abs(Math.floor(nowMs / 1_000) - Number(timestamp)) > TOLERANCE_SECONDS)
    return { ok: false, reason: 't in Stripe-Signature is more than five minutes away from now.' };
  const offered = valuesOf('v1').map((digest) => Buffer.from(digest, 'hex'));
  const isGenuine = secrets.some((secret) => {
    const wanted = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
    return offered.some((digest) => isSame(wanted, digest));
  });
  if (!isGenuine)
    return { ok: false, reason: 'No v1 in Stripe-Signature fits t and body with the secret of this source.' };
  return { ok: true, id: idOfEvent(body) ?? hashOf(body) };
}

/** Of an event that Stripe sends again under the same id. */
function idOfEvent(body: Uint8Array): string | undefined {
  const { id } = (parseJson(body) ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && id !== '' ? id : undefined;
}

const isSame = (wanted: Buffer, given: Buffer) => wanted.length === given.length && timingSafeEqual(wanted, given);
const hashOf = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

/** A header that came twice is two messages' worth of doubt. */
function single(headers: WebhookHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' && value !== '' && value.length <= 2_000 ? value : undefined;
}
