import { expect, test } from 'vitest';
import { addressTest, mistakeInAddress } from './allowed-addresses.ts';

test('an empty list allows every address', () => {
  expect(addressTest([])('203.0.113.7')).toBe(true);
});

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['0.0.0.0/0', '198.51.100.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['203.0.113.7', '::ffff:203.0.113.7', true],
  ['fe80::1', 'fe80::1%eth0', true],
  ['203.0.113.7', 'not an address', false],
])('%s for a client at %s: %s', (entry, address, isAllowed) => {
  expect(mistakeInAddress(entry)).toBeUndefined();
  expect(addressTest([entry])(address)).toBe(isAllowed);
});

test.each([
  '',
  'example.test',
  '203.0.113',
  '203.0.113.7/33',
  '2001:db8::/129',
  '203.0.113.0/24/8',
  '203.0.113.0/-1',
  '1.2.3.4/',
  '::ffff:203.0.113.0/120',
])('the entry "%s" is refused with the reason', (entry) => {
  expect(mistakeInAddress(entry)).toMatch(/neither an IP address nor a CIDR range|prefix length|write it as IPv4/);
});
