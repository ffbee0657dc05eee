/**
 * The LMDB environment of the log: which database holds what, and which promise means durable.
 *
 * `overlappingSync` is off: a write's promise then resolves after LMDB's own commit, which is fdatasync of the data pages
 * followed by a synchronous write of the meta page. With it on (the library's default) the promise resolves when a write
 * is visible and only `flushed` means durable; there the writer holds one more promise per commit and nothing is gained,
 * because commits are grouped here already. Decision 0004 shows the system calls of a commit.
 */
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { asLogUnavailable, isDiskFull } from '../unavailable.ts';
import { LogDirectoryError } from './directory-lock.ts';

export type Storage = {
  readonly directory: string;
  readonly root: RootDatabase;
  /** Position → record. */
  readonly records: AppendableDatabase;
  /** [generation of the table, group] → second and fingerprints of the ids accepted with one commit. */
  readonly fingerprints: Database<Buffer, [number, number]>;
  /** Log identity, head of the log, consumers, runs. */
  readonly state: Database<unknown, string | [string, string | number]>;
};

/** `put` takes flags, which the library's types only show on `putSync`. Answers false where the key is not the highest. */
type AppendableDatabase = Database<Buffer, number> & {
  put(key: number, value: Buffer, options: { append: true }): Promise<boolean>;
};

const GIGABYTE = 1024 ** 3;

/** Throws `LogDirectoryError`. */
export function openStorage(directory: string, maxBytes: number): Storage {
  try {
    return openDatabases(directory, maxBytes);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw isDiskFull(cause)
      ? new LogDirectoryError('not_writable', directory, `The disk of ${directory} is full (${detail}). Free space.`, {
          cause,
        })
      : new LogDirectoryError(
          'damaged',
          directory,
          `The event log in ${directory} cannot be read (${detail}). Restore it from a backup.`,
          { cause },
        );
  }
}

function openDatabases(directory: string, maxBytes: number): Storage {
  const root = open({
    path: join(directory, 'log'),
    overlappingSync: false,
    // Transactions are made by `transact` alone. The library's own batching leaves a promise nobody can hold, which ends
    // the process as an unhandled rejection when a commit fails on a full disk.
    eventTurnBatching: false,
    maxDbs: 4,
    // Address space, not disk. It is also the hard bound of the file: records up to `maxBytes`, as much again for what is
    // trimmed while a claim is open and for fragmentation, and room for fingerprints and bookkeeping.
    mapSize: Math.ceil((2 * maxBytes + 2 * GIGABYTE) / GIGABYTE) * GIGABYTE,
  });
  return {
    directory,
    root,
    records: root.openDB<Buffer, number>({ name: 'records', encoding: 'binary' }) as AppendableDatabase,
    fingerprints: root.openDB({ name: 'fingerprints', encoding: 'binary' }),
    state: root.openDB({ name: 'state', encoding: 'json' }),
  };
}

/**
 * Runs the writes that `write` begins as one transaction, and resolves once it is durable. Every write to the log goes
 * through here. Rejects with `LogUnavailable`; then nothing of it was kept.
 */
export async function transact(storage: Storage, write: () => readonly Promise<boolean>[]): Promise<void> {
  let writes: readonly Promise<boolean>[] = [];
  const committed = storage.records.batch(() => {
    writes = write();
  });
  const results = await Promise.allSettled([committed, ...writes]);
  for (const result of results) {
    if (result.status === 'rejected') throw await asLogUnavailable(result.reason, storage.directory);
  }
}
