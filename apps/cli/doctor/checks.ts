/** Checks of the machine around the stores: versions, settings, memory, the port. */
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import manifest from '../package.json' with { type: 'json' };

export type Finding = {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  /** What to do, where there is something to do. */
  readonly advice?: string;
};

/** A server that answered on the port this installation would use. */
export type AnsweringServer = {
  readonly url: string;
  readonly isReady: boolean;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
};

const LEAST_NODE = 24;

export function checkRuntime(): Finding {
  const detail = `Uptake ${manifest.version} on Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE) return { name: 'versions', state: 'ok', detail };
  const advice = `Uptake needs Node ${LEAST_NODE}; "npm ci" installs it, and "npx uptake" uses it.`;
  return { name: 'versions', state: 'problem', detail, advice };
}

export function checkConfiguration(problem: { variable: string; wrong: string; allowed: string }): Finding {
  const { variable, wrong, allowed } = problem;
  return { name: 'configuration', state: 'problem', detail: `${variable}: ${wrong}`, advice: `Allowed: ${allowed}.` };
}

const MIB = 1024 * 1024;
/** What the process needs besides the event store: measured at rest, rounded up. */
const PROCESS_BYTES = 400 * MIB;

export function checkMemory(storeMemoryBytes: number): Finding {
  const needed = storeMemoryBytes + PROCESS_BYTES;
  const detail = `${mib(totalmem())} in this machine, ${mib(needed)} for Uptake at most`;
  if (totalmem() >= needed) return { name: 'memory', state: 'ok', detail };
  return { name: 'memory', state: 'warning', detail, advice: 'Lower UPTAKE_STORE_MEMORY_BYTES, or add memory.' };
}

export function mib(bytes: number): string {
  return bytes >= 10 * 1024 * MIB ? `${Math.floor(bytes / MIB / 1024)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}

/** Free, or held by a server of ours, which is then asked how it is. */
export async function checkPort(
  host: string,
  port: number,
): Promise<{ readonly finding: Finding; readonly server: AnsweringServer | undefined }> {
  const finding = (state: Finding['state'], detail: string, advice?: string): Finding => ({
    name: 'port',
    state,
    detail,
    ...(advice !== undefined && { advice }),
  });
  if (port === 0) return { finding: finding('ok', 'any free one'), server: undefined };
  const failure = await listenOnce(host, port);
  if (failure === undefined) return { finding: finding('ok', `${port} on ${host} is free`), server: undefined };
  if (failure === 'EADDRINUSE') {
    const server = await askReadiness(`http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`);
    if (server !== undefined) return { finding: finding('ok', `an Uptake server answers at ${server.url}`), server };
    const advice = 'Stop that program, or set PORT to another one.';
    return { finding: finding('problem', `${port} on ${host} is held by another program`, advice), server: undefined };
  }
  const detail = `${port} on ${host} cannot be used (${failure})`;
  const advice = failure === 'EACCES' ? 'Set PORT to one above 1023.' : 'Set HOST to an address of this machine.';
  return { finding: finding('problem', detail, advice), server: undefined };
}

/** The code of the error, or nothing where listening works. */
function listenOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function askReadiness(url: string): Promise<AnsweringServer | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    const body = (await response.json()) as { status?: unknown; checks?: AnsweringServer['checks'] };
    if (body.status !== 'ready' && body.status !== 'not_ready') return undefined;
    return { url, isReady: body.status === 'ready', checks: body.checks ?? {} };
  } catch {
    return undefined;
  }
}
