/** Connects to names: looked up once, every address checked, and the very address that was checked is called. */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { type AllowList, bare, checkAddress } from './address-guard.ts';
import { type CheckedAddress, OutboundError } from './port.ts';

/** All addresses of a name, as the system finds them. */
export type LookUp = (host: string) => Promise<readonly LookupAddress[]>;

export type Resolve = (host: string) => Promise<readonly CheckedAddress[]>;

/** A name with more addresses than these is asked at the first. */
const MAX_TRIED = 3;

export function createResolve(lookUp: LookUp, allow: AllowList): Resolve {
  return async (given) => {
    const host = bare(given);
    if (isIP(host) !== 0) return [checkAddress(host, host, allow)];
    let found: readonly LookupAddress[];
    try {
      found = await lookUp(host);
    } catch {
      throw unknownName(host);
    }
    if (found.length === 0) throw unknownName(host);
    // One closed address among open ones is how a rebinding name looks, so it closes the name.
    const checked = found.map(({ address }) => checkAddress(host, address, allow));
    return checked.sort((left, right) => left.family - right.family).slice(0, MAX_TRIED);
  };
}

function unknownName(host: string): OutboundError {
  return new OutboundError('name_unknown', `The name ${host} is not known, or no name server answered.`);
}

export type ConnectOptions = {
  readonly connectTimeoutMs: number;
  /** Certificates trusted beside those of the system, PEM. */
  readonly certificates: readonly string[] | undefined;
};

type Connector = ReturnType<typeof buildConnector>;

export function createConnector(resolve: Resolve, { connectTimeoutMs, certificates }: ConnectOptions): Connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    ...(certificates !== undefined && { ca: [...certificates] }),
  });
  return (options, done) => {
    const host = bare(options.hostname);
    resolve(host).then(
      (addresses) => connectToFirst(connect, options, host, addresses, done),
      (error: Error) => done(error, null),
    );
  };
}

/** In turn until one answers: names that have IPv4 and IPv6 addresses often answer at one kind only. */
function connectToFirst(
  connect: Connector,
  options: Parameters<Connector>[0],
  host: string,
  [first, ...others]: readonly CheckedAddress[],
  done: Parameters<Connector>[1],
): void {
  if (first === undefined) {
    done(unknownName(host), null);
    return;
  }
  // Certificates are checked against the name that was asked for, not the address.
  const named = isIP(host) === 0 ? { servername: host } : {};
  const address =
    options.protocol === 'https:' ? { hostname: first.address } : { hostname: first.address, servername: '' };
  connect({ ...options, ...named, ...address }, (...[error, socket]: Parameters<typeof done>) => {
    if (error === null) return done(null, socket as NonNullable<typeof socket>);
    if (others.length === 0) return done(error, null);
    connectToFirst(connect, options, host, others, done);
  });
}
