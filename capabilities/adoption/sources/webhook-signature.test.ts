import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifySender } from './sender-signature.ts';
import { keyOfSecret, makeWebhookSecret, signWebhook, TOLERANCE_SECONDS, verifyWebhook } from './webhook-signature.ts';

/** Published with the specification: its secret, message and signature. */
const PUBLISHED = {
  secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
  id: 'msg_loFOjxBNrRLzqYUf',
  timestamp: 1_731_705_121,
  body: '{"event_type":"ping","data":{"success":true}}',
  signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
};
const atMs = PUBLISHED.timestamp * 1_000;
const key = Buffer.from('plJ3nmyCDGBKInavdOK15jsl', 'base64');
const body = Buffer.from(PUBLISHED.body);
const headers = {
  'webhook-id': PUBLISHED.id,
  'webhook-timestamp': String(PUBLISHED.timestamp),
  'webhook-signature': PUBLISHED.signature,
};

test('the signature of the published example is the published one', () => {
  expect(signWebhook({ id: PUBLISHED.id, atSeconds: PUBLISHED.timestamp, body }, key)).toBe(PUBLISHED.signature);
  expect(verifyWebhook(headers, body, [key], atMs)).toEqual({ ok: true, id: PUBLISHED.id, sentAtMs: atMs });
});

test('a secret is made long enough, and read only where it is one', () => {
  const secret = makeWebhookSecret(randomBytes);
  expect(secret).toMatch(/^whsec_/);
  expect(keyOfSecret(secret)).toHaveLength(32);
  for (const wrong of ['', 'whsec_', 'whsec_short', 'whsec_***', `whsec_${randomBytes(65).toString('base64')}`]) {
    expect(keyOfSecret(wrong)).toBeUndefined();
  }
});

test('while secrets change, either is enough, and one of several signatures is', () => {
  const next = randomBytes(32);
  const two = `v1,${randomBytes(32).toString('base64')} v1a,abc ${PUBLISHED.signature}`;
  expect(verifyWebhook(headers, body, [next, key], atMs).ok).toBe(true);
  expect(verifyWebhook({ ...headers, 'webhook-signature': two }, body, [key], atMs).ok).toBe(true);
});

describe('a message is refused', () => {
  const changed = { ...headers };
  test.each([
    [
      'whose body was changed',
      changed,
      Buffer.from(PUBLISHED.body.replace('true', 'true ')),
      atMs,
      'signature_invalid',
    ],
    ['with another id', { ...headers, 'webhook-id': 'msg_x' }, body, atMs, 'signature_invalid'],
    [
      'whose time was moved',
      { ...headers, 'webhook-timestamp': `${PUBLISHED.timestamp + 1}` },
      body,
      atMs,
      'signature_invalid',
    ],
    [
      'whose time was written otherwise',
      { ...headers, 'webhook-timestamp': `0${PUBLISHED.timestamp}` },
      body,
      atMs,
      'signature_invalid',
    ],
    [
      'of another version alone',
      { ...headers, 'webhook-signature': PUBLISHED.signature.replace('v1', 'v2') },
      body,
      atMs,
      'signature_invalid',
    ],
    ['with an empty signature', { ...headers, 'webhook-signature': 'v1,' }, body, atMs, 'signature_invalid'],
    ['that is kept and sent later', headers, body, atMs + (TOLERANCE_SECONDS + 1) * 1_000, 'timestamp_too_old'],
    ['from ahead', headers, body, atMs - (TOLERANCE_SECONDS + 1) * 1_000, 'timestamp_too_new'],
    ['with a date for a time', { ...headers, 'webhook-timestamp': '2026-11-21' }, body, atMs, 'timestamp_invalid'],
    ['without an id', { ...headers, 'webhook-id': undefined }, body, atMs, 'header_missing'],
    [
      'with a header twice',
      { ...headers, 'webhook-signature': [PUBLISHED.signature, 'v1,x'] },
      body,
      atMs,
      'header_missing',
    ],
  ] as const)('%s', (_, sent, bytes, nowMs, refusal) => {
    expect(verifyWebhook(sent, bytes, [key], nowMs)).toEqual({ ok: false, refusal });
  });

  test('by another secret', () => {
    expect(verifyWebhook(headers, body, [randomBytes(32)], atMs)).toEqual({ ok: false, refusal: 'signature_invalid' });
    expect(verifyWebhook(headers, body, [], atMs)).toEqual({ ok: false, refusal: 'signature_invalid' });
  });
});

test('GitHub’s published signature is right, and that of a body that was changed is not', () => {
  // docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook payload validation".
  const signature = { kind: 'hmac', header: 'X-Hub-Signature-256', prefix: 'sha256=' } as const;
  const digest = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const verify = (text: string, header = digest) =>
    verifySender(signature, {
      headers: { 'x-hub-signature-256': header },
      body: Buffer.from(text),
      secrets: ['another secret', "It's a Secret to Everybody"],
      nowMs: 0,
    });
  expect(verify('Hello, World!')).toMatchObject({ ok: true });
  expect(verify('Hello, World?')).toMatchObject({ ok: false });
  expect(verify('Hello, World!', digest.slice('sha256='.length))).toMatchObject({ ok: false });
  expect(verify('Hello, World!', digest.replace('sha256=', 'sha999='))).toMatchObject({ ok: false });
  expect(verify('Hello, World!', 'sha256=')).toMatchObject({ ok: false });
});

test.each([
  ['sha1', 'hex'],
  ['sha512', 'base64'],
] as const)('a digest of %s in %s is read as such', (algorithm, encoding) => {
  const body = Buffer.from('{"é":"🚢"}');
  const digest = createHmac(algorithm, 'a shared secret').update(body).digest(encoding);
  const verify = (configured: 'sha1' | 'sha256' | 'sha512') =>
    verifySender(
      { kind: 'hmac', header: 'x-signature', algorithm: configured, encoding },
      { headers: { 'x-signature': digest }, body, secrets: ['a shared secret'], nowMs: 0 },
    ).ok;
  expect([verify(algorithm), verify('sha256')]).toEqual([true, false]);
});
