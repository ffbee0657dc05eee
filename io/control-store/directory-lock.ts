/** Lets one process at a time use a data directory. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ControlStoreRefused } from './port.ts';

export type DirectoryLock = { release(): void };

/**
 * Takes the lock or throws `ControlStoreRefused` (`in_use`) naming the holder.
 *
 * Node has no flock, and a file with a pid in it lies after a crash: pids are reused, and in a container the next
 * process has the same one. SQLite locks its file with fcntl, which the kernel gives back the moment the holder dies,
 * however it dies, and across containers that share the volume. The pid is kept beside it for the message alone.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const holderFile = join(directory, 'lock-holder');
  const lock = new DatabaseSync(join(directory, 'lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw cause;
    throw new ControlStoreRefused(
      'in_use',
      `The data directory ${directory} is in use by another Uptake process${holder(holderFile)}. ` +
        'Stop that one first, or give this one a directory of its own (UPTAKE_DATA_DIR).',
      { cause },
    );
  }
  writeFileSync(holderFile, String(process.pid));
  return { release: () => lock.close() };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function holder(file: string): string {
  try {
    return ` (process ${readFileSync(file, 'utf8')})`;
  } catch {
    return '';
  }
}
