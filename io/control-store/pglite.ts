/** The embedded control store: PostgreSQL inside the process (PGlite), in a directory of its own. */
import { existsSync, fsyncSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { drizzle } from 'drizzle-orm/pglite';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { type MigrationConnection, migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { type ControlStore, ControlStoreRefused } from './port.ts';
import { openTransactions } from './transactions.ts';

export type PgliteControlStoreOptions = {
  /** Directory of its own; created where absent. */
  readonly directory: string;
};

/** Opens, and migrates where needed. Throws `ControlStoreRefused` with what to do about it. */
export async function openPgliteControlStore(options: PgliteControlStoreOptions): Promise<ControlStore> {
  const lock = prepareDirectory(options.directory);
  try {
    const pglite = await openDatabase(options.directory);
    try {
      const schemaVersion = await migrate(migrationConnection(pglite), MIGRATIONS);
      return controlStore(pglite, lock, schemaVersion);
    } catch (error) {
      await pglite.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepareDirectory(directory: string): DirectoryLock {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return lockDirectory(directory);
  } catch (cause) {
    if (cause instanceof ControlStoreRefused) throw cause;
    throw new ControlStoreRefused(
      'not_writable',
      `The control store cannot write to ${directory}: ${(cause as Error).message}. ` +
        'Make the directory writable for this user, or choose another one (UPTAKE_DATA_DIR).',
      { cause },
    );
  }
}

/** A database is made under another name and moved into place when whole, so that a crash meanwhile leaves no half one. */
async function openDatabase(directory: string): Promise<PGlite> {
  const finished = join(directory, 'pgdata');
  if (!existsSync(finished)) {
    const unfinished = join(directory, 'pgdata.unfinished');
    rmSync(unfinished, { recursive: true, force: true });
    await (await startPglite(unfinished)).close();
    renameSync(unfinished, finished);
  }
  try {
    return await startPglite(finished);
  } catch (cause) {
    throw new ControlStoreRefused(
      'unreadable',
      `The control store in ${finished} does not open: ${(cause as Error).message}. Restore it from a backup, or move the directory away to begin anew.`,
      { cause },
    );
  }
}

function startPglite(directory: string): Promise<PGlite> {
  return PGlite.create({
    fs: new SyncingNodeFS(directory),
    startParams: [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), ...SYNC_PARAMETERS],
    relaxedDurability: false,
  });
}

/**
 * PGlite starts PostgreSQL with fsync off (-F): a commit survives the death of the process but not a power cut. Its
 * emscripten build keeps `fsync` working only for file systems that offer it, and `fdatasync` (PostgreSQL's default for
 * the write-ahead log) not at all; hence this method and the file system below. Measured: 5 ms per commit instead of 1.
 */
const SYNC_PARAMETERS = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'];

type EmscriptenModule = Parameters<
  NonNullable<Awaited<ReturnType<NodeFS['init']>>['emscriptenOpts']['preRun']>[number]
>[0];
type OpenFile = { readonly nfd: number | null; readonly shared?: { readonly nfd?: number } };

class SyncingNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const offerFsync = (module: EmscriptenModule) => {
      const operations = (module as unknown as { NODEFS: { stream_ops: Record<string, unknown> } }).NODEFS.stream_ops;
      operations.fsync = (file: OpenFile) => {
        if (typeof file.nfd === 'number') fsyncSync(file.nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), offerFsync] } };
  }
}

function controlStore(pglite: PGlite, lock: DirectoryLock, schemaVersion: number): ControlStore {
  let closing: Promise<void> | undefined;
  const refuseWhenClosed = () => {
    if (closing !== undefined) throw new ControlStoreRefused('closed', 'The control store is closed.');
  };
  // PGlite is one connection and queues transactions behind each other; `transactions.ts` keeps a call from queueing
  // behind the transaction it is itself part of.
  const transactions = openTransactions(() => {
    refuseWhenClosed();
    return drizzle({ client: pglite });
  });
  const guarded = guardQueries(pglite, () => {
    refuseWhenClosed();
    transactions.refuseInsideTransaction();
  });
  return {
    withWorkspace: transactions.withWorkspace,
    asSystem: transactions.asSystem,
    systemDatabase: drizzle({ client: guarded }),
    schemaVersion,
    close: () => {
      closing ??= pglite.close().finally(() => lock.release());
      return closing;
    },
  };
}

/** The same connection with a check before each query. */
function guardQueries(pglite: PGlite, check: () => void): PGlite {
  return new Proxy(pglite, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (property === 'query' || property === 'exec' || property === 'transaction') check();
        return value.apply(target, args);
      };
    },
  });
}

function migrationConnection(pglite: PGlite): MigrationConnection {
  const over = (connection: PGlite | Transaction): MigrationConnection => ({
    inTransaction: (work) => pglite.transaction((tx) => work(over(tx))),
    run: async (statements) => {
      await connection.exec(statements);
    },
    select: async (statement, parameters = []) =>
      (await connection.query<Record<string, unknown>>(statement, [...parameters])).rows,
  });
  return over(pglite);
}

export { migrationConnection as pgliteMigrationConnection };
