import { expect, test } from 'vitest';
import { Finder } from './findings.ts';

const ADDRESS = 'ada.lovelace@example.com';
const finder = new Finder({ names: ['badge'], forms: ['EMP-######'] });
const hidden: readonly [how: string, text: string][] = [
  ['as it is', `mail ${ADDRESS}`],
  ['percent-encoded', `q=${encodeURIComponent(ADDRESS)}`],
  ['percent-encoded throughout', [...Buffer.from(ADDRESS)].map((byte) => `%${byte.toString(16)}`).join('')],
  ['in base64', Buffer.from(ADDRESS).toString('base64')],
  ['in base64url', Buffer.from(`${ADDRESS}?`).toString('base64url')],
  ['in hexadecimal', Buffer.from(ADDRESS).toString('hex')],
  ['with characters escaped as in JSON', ADDRESS.replace('@', '\\u0040')],
  ['with characters escaped as in HTML', ADDRESS.replace('@', '&#64;').replace('.c', '&#x2e;c')],
];

test.each(hidden)('finds an address %s, in a text and in a property, by its rule and place', (_, text) => {
  const found = [{ rule: 'email', place: 'here' }];
  expect(finder.text('here', text)).toEqual(found);
  expect(finder.members('here', { note: text })).toEqual(found);
  expect(finder.members('here', { list: [{ deep: [text] }] })).toEqual(found);
});

test('finds what is personal by its name, and what the environment named itself', () => {
  expect(finder.members('here', { a: { password: 'hunter2' } })).toEqual([{ rule: 'secret', place: 'here' }]);
  expect(finder.members('here', { badge: 'blue' })).toEqual([{ rule: 'own', place: 'here' }]);
  expect(finder.text('here', 'by EMP-123456')).toEqual([{ rule: 'own', place: 'here' }]);
  expect(finder.members('here', { amount: 4111111111111111 })).toEqual([{ rule: 'card', place: 'here' }]);
});

test('finds nothing in what the door left behind, nor in ids and ordinary values', () => {
  const scrubbed = {
    event_id: '4111111c-1111-4111-8111-111111111111',
    user_id: 'pseudonym:4111111111111111',
    email: '[email]',
    password: '[secret]',
    note: 'call [phone], 50 % off, 100%ab',
    plan: 'pro',
    digest: 'dGhpcyBpcyBhIHRlc3Q=',
    commit: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
    seats: 12,
    nothing: null,
  };
  expect(finder.members('here', scrubbed)).toEqual([]);
  expect(finder.text('here', '')).toEqual([]);
});
