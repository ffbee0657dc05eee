import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
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
