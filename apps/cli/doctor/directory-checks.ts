/** Checks of the data directory: may it be used, do the stores in it open, is the clock right, are there keys. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@uptake/io/config';
import { type DataDirectory, freeBytesOf, layoutOf, openDataDirectory } from '@uptake/io/data-directory';
import { openStores } from '@uptake/server/stores';
import { accessOver, workspacesOf } from '../installation.ts';
import { type AnsweringServer, type Finding, mib } from './checks.ts';

const COMFORTABLE_FREE_BYTES = 2 * 1024 ** 3;
/** As the events door allows clients to be ahead. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;
/** No release is older than this: a clock before it was never set. */
const FIRST_RELEASE_MS = Date.UTC(2026, 0, 1);

type Stores = Awaited<ReturnType<typeof openStores>>;

export async function* checkDataDirectory(
  config: Config,
  server: AnsweringServer | undefined,
  nowMs: () => number,
): AsyncGenerator<Finding> {
  const layout = layoutOf(config.dataDirectory);
  if (!existsSync(layout.path)) {
    yield { name: 'data directory', state: 'ok', detail: `${layout.path} is not there yet; the first start makes it` };
    yield checkClock(undefined, nowMs());
    return;
  }
  const directory = attempt('data directory', () => openDataDirectory(config.dataDirectory));
  if ('state' in directory) {
    yield directory;
    return;
  }
  yield checkFreeSpace(layout.path);
  const secretKey = checkSecretKey(layout, config.secretKey !== undefined);
  yield secretKey;
  if (!existsSync(layout.controlStore) || secretKey.state === 'problem') {
    const why = secretKey.state === 'problem' ? 'not looked at, for want of the secret key' : 'not made yet';
    yield { name: 'stores', state: secretKey.state === 'problem' ? 'warning' : 'ok', detail: why };
    yield checkClock(undefined, nowMs());
    return;
  }
  yield* checkStores(config, layout, server, nowMs);
}

function checkFreeSpace(path: string): Finding {
  const detail = `${path} can be written to, ${mib(freeBytesOf(path))} free`;
  if (freeBytesOf(path) >= COMFORTABLE_FREE_BYTES) return { name: 'data directory', state: 'ok', detail };
  const advice = 'Free some space soon; a full disk makes the doors answer 503.';
  return { name: 'data directory', state: 'warning', detail, advice };
}

function checkSecretKey(layout: DataDirectory, isInEnvironment: boolean): Finding {
  const name = 'secret key';
  if (isInEnvironment) return { name, state: 'ok', detail: 'given by UPTAKE_SECRET_KEY' };
  const file = join(layout.path, 'secret.key');
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) {
    if (!existsSync(layout.controlStore)) return { name, state: 'ok', detail: 'made by the first start' };
    const advice = 'Restore it from a backup: with a new one, known users would come back as strangers.';
    return { name, state: 'problem', detail: `${file} is missing though there are stores`, advice };
  }
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  if ((stat.mode & 0o077) === 0) return { name, state: 'ok', detail: `${file}, mode ${mode}` };
  return {
    name,
    state: 'problem',
    detail: `${file} may be read by others (mode ${mode})`,
    advice: `chmod 600 ${file}`,
  };
}

async function* checkStores(
  config: Config,
  layout: DataDirectory,
  server: AnsweringServer | undefined,
  nowMs: () => number,
): AsyncGenerator<Finding> {
  let stores: Stores;
  try {
    stores = await openStores({ ...config, logLevel: 'silent' });
  } catch (error) {
    yield isInUse(error) ? checkRunningServer(layout, server) : failed('stores', error);
    yield checkClock(undefined, nowMs());
    return;
  }
  try {
    const log = stores.eventLog.stats();
    const { events, bytesOnDisk, newestReceivedAtMs } = await stores.eventStore.stats();
    yield {
      name: 'event log',
      state: 'ok',
      detail: `opens; ${log.records} records (${mib(log.bytes)}) wait, ${log.rememberedIds} ids remembered`,
    };
    yield {
      name: 'event store',
      state: 'ok',
      detail: `opens; ${events} events in ${mib(bytesOnDisk)}, schema ${stores.eventStore.schemaVersion}`,
    };
    yield { name: 'control store', state: 'ok', detail: `opens; schema ${stores.controlStore.schemaVersion}` };
    yield checkClock(newestReceivedAtMs, nowMs());
    yield await checkKeys(stores, nowMs);
  } finally {
    await stores.close();
  }
}

/** The log and the control store say `in_use`, each with its own error. */
function isInUse(error: unknown): boolean {
  return (error as { reason?: unknown }).reason === 'in_use';
}

function checkRunningServer(layout: DataDirectory, server: AnsweringServer | undefined): Finding {
  const name = 'stores';
  if (server === undefined) {
    const advice = 'Pass the port that it listens on with --port, and it will be asked how it is.';
    return { name, state: 'warning', detail: `a server runs on ${layout.path}, but not on this port`, advice };
  }
  if (server.isReady) return { name, state: 'ok', detail: `held by the server at ${server.url}, which is ready` };
  const wrong = Object.entries(server.checks).filter(([, { ok }]) => !ok);
  const detail = `the server at ${server.url} is not ready: ${wrong.map(([check, { detail }]) => `${check} (${detail})`).join(', ')}`;
  return { name, state: 'problem', detail, advice: 'Its log says more.' };
}

function checkClock(newestReceivedAtMs: number | undefined, nowMs: number): Finding {
  const detail = new Date(nowMs).toISOString();
  const advice = 'Set the clock, and keep it right with NTP: event times are judged by it.';
  if (nowMs < FIRST_RELEASE_MS) {
    return { name: 'clock', state: 'problem', detail: `${detail} is before Uptake was made`, advice };
  }
  if (newestReceivedAtMs !== undefined && newestReceivedAtMs > nowMs + CLOCK_TOLERANCE_MS) {
    const newest = new Date(newestReceivedAtMs).toISOString();
    return { name: 'clock', state: 'problem', detail: `${detail}, but an event was received at ${newest}`, advice };
  }
  return { name: 'clock', state: 'ok', detail };
}

async function checkKeys(stores: Stores, nowMs: () => number): Promise<Finding> {
  const { keys } = accessOver(stores.controlStore, stores.secrets, nowMs);
  const workspaces = await workspacesOf(stores.controlStore);
  const all = (await Promise.all(workspaces.map(({ id }) => keys.list(id)))).flat();
  const living = all.filter(
    ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt === null || expiresAt.getTime() > nowMs()),
  );
  const count = (kind: string): number => living.filter((key) => key.kind === kind).length;
  const detail = `${count('write')} write and ${count('secret')} secret keys in ${workspaces.length} workspaces`;
  if (count('write') > 0) return { name: 'keys', state: 'ok', detail };
  const advice = 'Make one: uptake keys create --kind write --name … --environment …';
  return { name: 'keys', state: 'problem', detail, advice };
}

function attempt<Result>(name: string, work: () => Result): Result | Finding {
  try {
    return work();
  } catch (error) {
    return failed(name, error);
  }
}

/** What to do is in the stores' own messages. */
function failed(name: string, error: unknown): Finding {
  return { name, state: 'problem', detail: error instanceof Error ? error.message : String(error) };
}
