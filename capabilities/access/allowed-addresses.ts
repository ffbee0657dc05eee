/** Addresses and CIDR ranges a key may be used from. */
import { BlockList, isIP } from 'node:net';

export type AddressTest = (address: string) => boolean;

/** `undefined` where the entry is well-formed, else what is wrong with it. */
export function mistakeInAddress(entry: string): string | undefined {
  const [address, bits, ...rest] = entry.split('/');
  const family = isIP(address!);
  if (family === 0 || rest.length > 0)
    return `"${entry}" is neither an IP address nor a CIDR range such as 203.0.113.0/24`;
  if (bits === undefined) return undefined;
  if (address!.toLowerCase().startsWith('::ffff:'))
    return `"${entry}" is an IPv4 range in IPv6 dress; write it as IPv4`;
  const most = family === 4 ? 32 : 128;
  if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) return undefined;
  return `"${entry}" has a prefix length other than 0 to ${most}`;
}

/** An empty list allows every address. Entries must be well-formed. */
export function addressTest(entries: readonly string[]): AddressTest {
  if (entries.length === 0) return () => true;
  const list = new BlockList();
  for (const entry of entries) {
    const [text, bits] = entry.split('/');
    const { address, family } = withFamily(text!);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (remoteAddress) => {
    const { address, family } = withFamily(remoteAddress);
    return isIP(address) !== 0 && list.check(address, family);
  };
}

/** A dual-stack socket shows IPv4 clients as `::ffff:203.0.113.7`; a link-local one carries its interface. */
function withFamily(text: string): { address: string; family: 'ipv4' | 'ipv6' } {
  const address = text.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  return { address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' };
}
