import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseIpv4, parseIpv6High } from './address.ts';
import { type Countries, openCountries } from './countries.ts';

const lines: string[] = [];
const logger = {
  info: (_fields: unknown, message?: string) => void lines.push(String(message)),
  warn: (_fields: unknown, message?: string) => void lines.push(String(message)),
} as Parameters<typeof openCountries>[0]['logger'];

describe('with the table that is installed', () => {
  let countries: Countries;
  beforeAll(async () => {
    countries = openCountries({ logger });
    await countries.load();
  });

  test.each([
    ['8.8.8.8', 'US'],
    ['193.99.144.80', 'DE'],
    ['133.11.0.1', 'JP'],
    ['200.160.2.3', 'BR'],
    ['::ffff:193.99.144.80', 'DE'],
    ['2a02:2e0:3fe:1001::1', 'DE'],
    ['2001:4860:4860::8888', 'US'],
  ])('%s is in %s', (address, country) => {
    expect(countries.of(address)).toBe(country);
  });

  test.each([
    '10.0.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '::1',
    'fe80::1%eth0',
    'fd00::1',
    '',
    'localhost',
    '300.1.1.1',
    '1.2.3',
  ])('%s is in no country', (address) => {
    expect(countries.of(address)).toBe('');
  });

  test('an answer takes less than two microseconds', () => {
    const addresses = Array.from({ length: 100_000 }, (_, i) => `${11 + (i % 200)}.${i % 256}.${(i >> 3) % 256}.7`);
    for (const address of addresses) countries.of(address);
    const startMs = performance.now();
    for (const address of addresses) countries.of(address);
    expect((performance.now() - startMs) / addresses.length).toBeLessThan(0.002 * 10);
  });
});

test('no table is loaded for addresses that are in none', async () => {
  const before = lines.length;
  const countries = openCountries({ logger, folder: '/nonexistent' });
  for (const address of ['127.0.0.1', '::1', '::ffff:10.0.0.1', '192.168.1.1']) expect(countries.of(address)).toBe('');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(lines).toHaveLength(before);
  countries.of('8.8.8.8');
  await countries.load();
  expect(lines).toHaveLength(before + 1);
});

describe('with a table of our own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uptake-countries-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('knows the first and the last address of a range, and none beside it', async () => {
    writeFileSync(
      join(folder, 'geo-whois-asn-country-ipv4.csv'),
      '5.0.0.0,5.0.0.255,DE\n5.0.1.0,5.0.1.9,DE\n5.0.2.0,5.0.2.0,FR\n',
    );
    writeFileSync(
      join(folder, 'geo-whois-asn-country-ipv6.csv'),
      '2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,CH\n',
    );
    const countries = openCountries({ logger, folder });
    expect(countries.of('5.0.0.0')).toBe('');
    await countries.load();
    expect(['5.0.0.0', '5.0.1.9', '5.0.1.10', '5.0.2.0', '5.0.2.1', '4.255.255.255'].map(countries.of)).toEqual([
      'DE',
      'DE',
      '',
      'FR',
      '',
      '',
    ]);
    expect(['2001:db8::1', '2001:db8:ffff::', '2001:db9::'].map(countries.of)).toEqual(['CH', 'CH', '']);
  });

  test('answers nothing and says so once where there is no table', async () => {
    lines.length = 0;
    const countries = openCountries({ logger, folder: join(folder, 'nowhere') });
    await countries.load();
    expect(countries.of('8.8.8.8')).toBe('');
    expect(lines).toEqual(['the table of countries cannot be read; events get no country from addresses']);
  });
});

test('addresses are read as standards write them', () => {
  expect(parseIpv4('255.255.255.255')).toBe(2 ** 32 - 1);
  expect(parseIpv6High('2001:db8:1::')).toBe(0x2001_0db8_0001);
  expect(parseIpv6High('1:2:3:4:5:6:7:8')).toBe(0x0001_0002_0003);
  for (const odd of ['1::2::3', '1:2:3', 'g::1', '1:2:3:4:5:6:7:8:9', 'x']) expect(parseIpv6High(odd)).toBeUndefined();
});
