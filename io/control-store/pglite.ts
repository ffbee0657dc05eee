/** The embedded control store: PostgreSQL inside the process (PGlite), in a directory of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { DirectoryInUse, type DirectoryLock, lockDirectory } from '@uptake/io/data-directory';
import { drizzle } from 'drizzle-orm/pglite';
import { type MigrationConnection, migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { startPglite } from './pglite-files.ts';
import { type ControlStore, ControlStoreRefused } from './port.ts';
import { openTransactions } from './transactions.ts';

export type PgliteControlStoreOptions = {
  /** Directory of its own; created where absent. */
  readonly directory: string;
};

/** What each version of the schema is called, the first of them first. */
export const CONTROL_STORE_MIGRATIONS: readonly string[] = MIGRATIONS.map(({ name }) => name);

/** Opens, and migrates where needed. Throws `ControlStoreRefused` with what to do about it. */
export function openPgliteControlStore(options: PgliteControlStoreOptions): Promise<ControlStore> {
  return openAtVersion(options, MIGRATIONS.length);
}

/** Undoes what is above `toVersion`, for a release that knows no more. What only the newer tables kept is lost. */
export async function rollBackPgliteControlStore(options: PgliteControlStoreOptions, toVersion: number): Promise<void> {
  const store = await openAtVersion(options, toVersion);
  await store.close();
}

async function openAtVersion(options: PgliteControlStoreOptions, toVersion: number): Promise<ControlStore> {
  const lock = prepareDirectory(options.directory);
  try {
    const pglite = await openDatabase(options.directory);
    try {
      const schemaVersion = await migrate(pgliteMigrationConnection(pglite), MIGRATIONS, toVersion);
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
    if (cause instanceof DirectoryInUse) {
      const holder = cause.pid === undefined ? '' : ` (process ${cause.pid})`;
      throw new ControlStoreRefused(
        'in_use',
        `The data directory ${directory} is in use by another Uptake process${holder}. ` +
          'Stop that one first, or give this one a directory of its own (UPTAKE_DATA_DIR).',
        { cause },
      );
    }
    throw new ControlStoreRefused(
      'not_writable',
      `The control store cannot write to ${directory}: ${(cause as Error).message}. ` +
        'Make the directory writable for this user, or choose another one (UPTAKE_DATA_DIR).',
      { cause },
    );
  }
}

/** A cluster is made under another name and moved into place when whole, so that a crash meanwhile leaves no half one. */
async function openDatabase(directory: string): Promise<PGlite> {
  const finished = join(directory, CLUSTER);
  if (!existsSync(finished)) await makeCluster(directory, finished);
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

const CLUSTER = 'pgdata';
const UNFINISHED = `${CLUSTER}.unfinished`;

async function makeCluster(directory: string, finished: string): Promise<void> {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(directory, name), { recursive: true, force: true });
  }
  // A name of its own: a maker whose server was killed may still be at work on another one.
  const unfinished = mkdtempSync(join(directory, `${UNFINISHED}-`));
  const maker = spawn(process.execPath, [join(import.meta.dirname, 'make-cluster.ts'), unfinished], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaint, [exitCode]] = await Promise.all([text(maker.stderr), once(maker, 'close')]);
  if (exitCode !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new ControlStoreRefused(
      'not_writable',
      `The control store could not be made in ${directory}: ${complaint.trim().slice(-500) || `exit code ${exitCode}`}`,
    );
  }
  renameSync(unfinished, finished);
  syncDirectory(directory);
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
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

export function pgliteMigrationConnection(pglite: PGlite): MigrationConnection {
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
