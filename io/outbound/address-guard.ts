/**
 * Which addresses may be called on somebody's behalf: those of the public internet, and what the operator allowed. A list of
 * what is open, not of what is closed: an address of a kind nobody thought of is refused.
 */
import ipaddr from 'ipaddr.js';
import { type CheckedAddress, OutboundError } from './port.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** `entries`: host names, `*.domain` for all below it, addresses and CIDR ranges. */
export type AllowList = {
  readonly allowsName: (host: string) => boolean;
  readonly allowsAddress: (address: Address) => boolean;
};

/** Addresses at which clouds hand out the credentials of the machine: no name leads there, only their own range does. */
const MACHINE_METADATA = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
].map((range) => ipaddr.parseCIDR(range));

/** All that is handed out for use on the internet (RFC 4291, section 2.4; IANA: 2000::/3). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

export const ALLOW_ENTRY = /^(\*\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;

/** Why an entry cannot be meant; `undefined` where it can. */
export function wrongAllowEntry(entry: string): string | undefined {
  if (isRange(entry) || isWholeAddress(entry) || /^\[.*\]$/.test(entry)) return undefined;
  if (entry.includes('/') || /^[\d.]+$/.test(entry)) return `"${entry}" is neither an address nor a range`;
  return ALLOW_ENTRY.test(entry.toLowerCase()) ? undefined : `"${entry}" is neither a host name nor an address`;
}

export function readAllowList(entries: readonly string[]): AllowList {
  const names = new Set<string>();
  const domains: string[] = [];
  const ranges: [Address, number][] = [];
  for (const given of entries) {
    const entry = bare(given);
    if (isRange(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (isWholeAddress(entry)) ranges.push(wholeRange(entry));
    else if (entry.startsWith('*.')) domains.push(entry.slice(1));
    else names.add(entry);
  }
  return {
    allowsName: (host) => names.has(bare(host)) || domains.some((domain) => bare(host).endsWith(domain)),
    allowsAddress: (address) => ranges.some((range) => isWithin(address, range)),
  };
}

/** Throws where the address is none that may be called as `host`. */
export function checkAddress(host: string, text: string, allow: AllowList): CheckedAddress {
  const address = parse(text);
  if (address === undefined) throw refusal(host);
  const isOpen =
    allow.allowsAddress(address) ||
    (!MACHINE_METADATA.some((range) => isWithin(address, range)) && (isPublic(address) || allow.allowsName(host)));
  if (!isOpen) throw refusal(host);
  return { address: text, family: text.includes(':') ? 6 : 4 };
}

/** The address is left out: whoever may name hosts here need not learn what the inner network looks like. */
function refusal(host: string): OutboundError {
  return new OutboundError(
    'address_refused',
    `${host} is an address of a private network, which is not called from here. ` +
      'If it is meant, have the operator add it to UPTAKE_OUTBOUND_ALLOW.',
  );
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || isWithin(address, GLOBAL_IPV6);
}

/** IPv4 within IPv6 (`::ffff:10.0.0.1`) is the IPv4 it means. Zones (`%eth0`) are of a link and never called. */
function parse(text: string): Address | undefined {
  if (text.includes('%') || !ipaddr.isValid(text)) return undefined;
  return ipaddr.process(text);
}

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** Short forms such as 10.0/8 mean different things to different programs. */
function isRange(text: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
}

function isWholeAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function wholeRange(text: string): [Address, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Without the brackets of IPv6 in URLs, the dot that ends full names, and capitals. */
export function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
