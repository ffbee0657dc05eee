/** The directory that holds all embedded stores: its layout, and a clear refusal when it cannot be used. */
import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export { DirectoryInUse, type DirectoryLock, lockDirectory } from './lock.ts';

export type DataDirectory = {
  readonly path: string;
  readonly eventLog: string;
  readonly eventStore: string;
  readonly controlStore: string;
  readonly refusedRows: string;
};

/** Below this much free space the embedded stores cannot even finish a merge. */
export const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/** The directory cannot be used. The message says what is wrong and what to do, for whoever started the program. */
export class DataDirectoryUnusable extends Error {
  override readonly name = 'DataDirectoryUnusable';
}

export function layoutOf(directory: string): DataDirectory {
  const path = resolve(directory);
  return {
    path,
    eventLog: join(path, 'log'),
    eventStore: join(path, 'events'),
    controlStore: join(path, 'control'),
    refusedRows: join(path, 'refused-rows'),
  };
}

/** Makes the directory where absent (mode 0700) and proves that it can be written to. Throws `DataDirectoryUnusable`. */
export function openDataDirectory(directory: string, freeBytes: (path: string) => number = freeBytesOf): DataDirectory {
  const layout = layoutOf(directory);
  try {
    makeDirectories(layout.path);
    accessSync(layout.path, constants.R_OK | constants.W_OK | constants.X_OK);
    const probe = join(layout.path, `.write-test-${process.pid}`);
    writeFileSync(probe, 'x', { flush: true });
    rmSync(probe);
  } catch (error) {
    throw new DataDirectoryUnusable(explain(layout.path, error as NodeJS.ErrnoException), { cause: error });
  }
  const free = freeBytes(layout.path);
  if (free < LEAST_FREE_BYTES) {
    throw new DataDirectoryUnusable(
      `The disk of the data directory ${layout.path} has ${Math.floor(free / 1024 / 1024)} MiB left; Uptake needs at least ${LEAST_FREE_BYTES / 1024 / 1024} MiB to start. Free some space, or set UPTAKE_DATA_DIR to a larger disk.`,
    );
  }
  return layout;
}

/** One level after the other: Node's own `recursive` never returns where the system answers ENOENT to mkdir, as /proc does. */
function makeDirectories(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw Object.assign(new Error(`${path} is not a directory`), { code: 'ENOTDIR' });
  }
  makeDirectories(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

export function freeBytesOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function explain(path: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return `The data directory ${path} cannot be written to by this user. Give the user write permission, or set UPTAKE_DATA_DIR to another directory.`;
    case 'EROFS':
      return `The data directory ${path} is on a read-only file system. Remount it writable, or set UPTAKE_DATA_DIR to another directory.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk of the data directory ${path} is full. Free some space, or set UPTAKE_DATA_DIR to a larger disk.`;
    case 'ENOENT':
      return `The data directory ${path} cannot be made: its file system takes no new directories. Set UPTAKE_DATA_DIR to another place.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `The data directory ${path} is a file, or lies below one. Set UPTAKE_DATA_DIR to a directory.`;
    default:
      return `The data directory ${path} cannot be used: ${error.message}`;
  }
}
