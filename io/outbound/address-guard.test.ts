import { describe, expect, test } from 'vitest';
import { checkAddress, readAllowList, wrongAllowEntry } from './address-guard.ts';

const nothing = readAllowList([]);

describe('without anything allowed', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.8.8.8',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:0:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    'fec0::1',
    'ff02::1',
    'no address',
  ])('%s is refused', (address) => {
    expect(() => checkAddress('crm.example', address, nothing)).toThrow('private network');
  });

  test.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.0',
    '::ffff:8.8.8.8',
    '2606:4700::1111',
  ])('%s of the public internet is open', (address) => {
    expect(checkAddress('crm.example', address, nothing).address).toBe(address);
  });

  test('a refusal names the host, what to do, and not the address behind it', () => {
    expect(() => checkAddress('crm.example', '10.1.2.3', nothing)).toThrow(/^crm\.example .*UPTAKE_OUTBOUND_ALLOW/);
    expect(() => checkAddress('crm.example', '10.1.2.3', nothing)).not.toThrow('10.1.2.3');
  });
});

describe('what the operator allows', () => {
  test('is a range and nothing beside it', () => {
    const allow = readAllowList(['10.20.0.0/16', 'fd12::/16']);
    expect(checkAddress('a', '10.20.255.255', allow).family).toBe(4);
    expect(checkAddress('a', '::ffff:10.20.0.1', allow).address).toBe('::ffff:10.20.0.1');
    expect(checkAddress('a', 'fd12::1', allow).family).toBe(6);
    expect(() => checkAddress('a', '10.21.0.0', allow)).toThrow('private');
    expect(() => checkAddress('a', 'fd13::1', allow)).toThrow('private');
  });

  test('is a name, or all below a domain, whatever the case', () => {
    const allow = readAllowList(['CRM.internal', '*.svc.internal'].map((entry) => entry.toLowerCase()));
    expect(checkAddress('Crm.Internal.', '10.0.0.1', allow).family).toBe(4);
    expect(checkAddress('db.svc.internal', '10.0.0.1', allow).family).toBe(4);
    expect(() => checkAddress('svc.internal', '10.0.0.1', allow)).toThrow('private');
    expect(() => checkAddress('evil-crm.internal', '10.0.0.1', allow)).toThrow('private');
    expect(() => checkAddress('crm.internal.evil.example', '10.0.0.1', allow)).toThrow('private');
  });

  test('by name never reaches where clouds keep the credentials of the machine', () => {
    const byName = readAllowList(['crm.internal']);
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', '100.100.100.200']) {
      expect(() => checkAddress('crm.internal', address, byName)).toThrow('private');
    }
    expect(checkAddress('x', '169.254.169.254', readAllowList(['169.254.169.254'])).family).toBe(4);
  });

  test.each(['10.0.0.0/33', '10.0/8', '10.0.0', '300.1.1.1', 'http://crm', 'a b', '*', '*.', '-x', '10.0.0.1/x'])(
    'is not %s, which is said',
    (entry) => {
      expect(wrongAllowEntry(entry)).toContain(entry);
    },
  );

  test.each(['10.0.0.0/8', '10.0.0.1', '::1', '[::1]', 'fd00::/8', 'crm', 'crm.internal', '*.svc.internal', 'my_db'])(
    'can be %s',
    (entry) => {
      expect(wrongAllowEntry(entry)).toBeUndefined();
    },
  );
});
