import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { displayPrefix, hashKey, keyOfHeaders, makeKey } from './key-format.ts';
import { freeSlug, slugOf } from './slug.ts';

test('a key names its kind and carries 32 random letters and digits', () => {
  expect(makeKey('write', randomBytes)).toMatch(/^upk_w_[0-9A-Za-z]{32}$/);
  expect(makeKey('secret', randomBytes)).toMatch(/^upk_s_[0-9A-Za-z]{32}$/);
  expect(new Set(Array.from({ length: 1000 }, () => makeKey('write', randomBytes))).size).toBe(1000);
});

test('bytes that would favour some letters are not used', () => {
  const bytes = [255, 248, 0, 61, 62, 247];
  let next = 0;
  const key = makeKey('write', (count) => Uint8Array.from({ length: count }, () => bytes[next++ % bytes.length]!));
  expect(key).toBe(`upk_w_${'0z0z'.repeat(8)}`);
});

test('what is shown of a key is at most a third of it', () => {
  expect(displayPrefix('upk_w_0123456789ABCDEFGHIJKLMNOPQRSTUV')).toBe('upk_w_012345');
  expect(displayPrefix('chosen-by-me')).toBe('chos');
});

test('a key is stored as its SHA-256', () => {
  expect(hashKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test.each([
  [{ authorization: 'Bearer upk_w_1' }, 'upk_w_1'],
  [{ authorization: 'bearer  upk_w_1 ' }, 'upk_w_1'],
  [{ authorization: `Basic ${btoa('upk_w_1:')}` }, 'upk_w_1'],
  [{ authorization: `Basic ${btoa('upk_w_1')}` }, 'upk_w_1'],
  [{ 'x-api-key': 'upk_w_1' }, 'upk_w_1'],
  [{ authorization: 'Bearer upk_w_1', 'x-api-key': 'upk_w_2' }, 'upk_w_1'],
  [{ authorization: 'Digest something', 'x-api-key': 'upk_w_2' }, 'upk_w_2'],
  [{ authorization: 'Bearer ' }, undefined],
  [{ authorization: `Basic ${btoa(':password')}` }, undefined],
  [{}, undefined],
])('the key is found in %j', (headers, key) => {
  expect(keyOfHeaders(headers)).toBe(key);
});

test('a slug keeps letters, digits and single hyphens of a name', () => {
  expect(slugOf('Größere Bühne!')).toBe('grossere-buhne');
  expect(slugOf('  Acme -- EU (2) ')).toBe('acme-eu-2');
  expect(slugOf('東京')).toBe('');
  expect(slugOf('x'.repeat(100))).toHaveLength(63);
});

test('a taken slug gets the next free number and stays within its length', () => {
  expect(freeSlug('acme', new Set(['acme', 'acme-2']))).toBe('acme-3');
  expect(freeSlug('x'.repeat(63), new Set(['x'.repeat(63)]))).toBe(`${'x'.repeat(61)}-2`);
});
