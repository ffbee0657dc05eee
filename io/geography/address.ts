/** Addresses as numbers that can be compared. */

/** The 32 bits of an IPv4 address. */
export function parseIpv4(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    bits = bits * 256 + Number(part);
  }
  return bits;
}

/** First address and length of prefix of networks that are nobody's country (RFC 6890), whatever a table says. */
const RESERVED: readonly (readonly [first: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];
const RESERVED_RANGES = RESERVED.map(([first, prefix]) => {
  const from = parseIpv4(first)!;
  return { from, to: from + 2 ** (32 - prefix) - 1 };
});

export function isReservedIpv4(bits: number): boolean {
  return RESERVED_RANGES.some(({ from, to }) => bits >= from && bits <= to);
}

/**
 * The first 48 bits of an IPv6 address: a double holds them exactly, and providers get blocks at least that large, so
 * that no country is told wrong for want of the others.
 */
export function parseIpv6High(address: string): number | undefined {
  if (!address.includes(':')) return undefined;
  const [head = '', tail, ...more] = address.split('%', 1)[0]!.split('::');
  if (more.length > 0) return undefined;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  let bits = 0;
  for (const group of groups.slice(0, 3)) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    bits = bits * 65_536 + Number.parseInt(group, 16);
  }
  return bits;
}
