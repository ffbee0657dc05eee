/**
 * Tells the country of an address from a table on this machine (npm's @ip-location-db/geo-whois-asn-country, CC0): nothing
 * is asked of anybody, and a table of countries can answer nothing finer. Loaded when it is first needed, in slices, so
 * that no request waits for it: until then, and without the table, the answer is ''.
 */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Logger } from '@uptake/io/observability';
import { isReservedIpv4, parseIpv4, parseIpv6High } from './address.ts';
import { Ranges } from './ranges.ts';

export type Countries = {
  /** ISO 3166-1 alpha-2, or '' where it is not known (yet). */
  of(address: string): string;
  /** Resolves when the table is loaded, or turned out not to be there. */
  load(): Promise<void>;
};

export type CountriesOptions = {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Folder of the two tables; the package's where absent. */
  readonly folder?: string;
};

const PACKAGE = '@ip-location-db/geo-whois-asn-country';
const LOOPBACK = '::1';
const IPV4_TABLE = 'geo-whois-asn-country-ipv4.csv';
const IPV6_TABLE = 'geo-whois-asn-country-ipv6.csv';

export function openCountries({ logger, folder }: CountriesOptions): Countries {
  let ipv4: Ranges | undefined;
  let ipv6: Ranges | undefined;
  let loading: Promise<void> | undefined;

  async function loadNow(): Promise<void> {
    try {
      const tables = folder ?? folderOfPackage();
      ipv4 = await readTable(join(tables, IPV4_TABLE), parseIpv4);
      ipv6 = await readTable(join(tables, IPV6_TABLE), parseIpv6High);
      logger.info({ ipv4: ipv4.size, ipv6: ipv6.size }, 'table of countries loaded');
    } catch (error) {
      logger.warn(
        { error: String(error) },
        'the table of countries cannot be read; events get no country from addresses',
      );
    }
  }
  function load(): Promise<void> {
    loading ??= loadNow();
    return loading;
  }

  return {
    load,
    of(address) {
      const mapped = address.startsWith('::ffff:') ? address.slice(7) : address;
      const low = parseIpv4(mapped);
      // In no table, so none is loaded for them: two seconds of processor time that a server in a private network keeps.
      if (address === LOOPBACK || (low !== undefined && isReservedIpv4(low))) return '';
      if (loading === undefined) void load();
      if (low !== undefined) return ipv4?.of(low) ?? '';
      const high = parseIpv6High(mapped);
      return high === undefined ? '' : (ipv6?.of(high) ?? '');
    },
  };
}

function folderOfPackage(): string {
  return dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
}

/** Lines of `first,last,country`, ascending. Reading is asynchronous, so requests get their turn between chunks. */
async function readTable(file: string, parse: (address: string) => number | undefined): Promise<Ranges> {
  const ranges = new Ranges();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const [first, last, country] = line.split(',');
    const from = parse(first ?? '');
    const to = parse(last ?? '');
    if (from !== undefined && to !== undefined && country !== undefined) ranges.add(from, to, country);
  }
  ranges.seal();
  return ranges;
}
