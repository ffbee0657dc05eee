/**
 * Lets one process at a time use a directory, by a lock that dies with its holder.
 *
 * Node has no flock, and a file with a pid in it lies after a crash: pids are used again, and in a container the next
 * process has the same one. SQLite locks its file with fcntl, which the kernel gives back the moment the holder ends,
 * however it ends, and across containers that share the volume. The pid is kept beside it for the message alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type DirectoryLock = { release(): void };

/** Another process has the directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
  /** Who holds it, where that could be read. */
  readonly pid: number | undefined;

  constructor(pid: number | undefined, options: { cause?: unknown } = {}) {
    super(pid === undefined ? 'in use by another process' : `in use by process ${pid}`, options);
    this.pid = pid;
  }
}

const LOCK = 'lock';
const HOLDER = 'lock-holder';
const SQLITE_BUSY = 5;

/** Takes the lock of an existing directory. Throws `DirectoryInUse`, or the system's own error where it cannot write. */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = new DatabaseSync(join(directory, LOCK), { timeout: 0 });
  try {
    // Never committed: the lock is held until the file is closed, by us or by the end of the process.
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(join(directory, HOLDER), String(process.pid));
  } catch (cause) {
    lock.close();
    throw isBusy(cause) ? new DirectoryInUse(holderOf(directory), { cause }) : cause;
  }
  return { release: () => lock.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function holderOf(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(directory, HOLDER), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
