/**
 * One process per log directory: an operating-system lock that dies with its holder.
 *
 * The lock is SQLite's exclusive file lock, because Node offers no flock: it works on every platform and in containers
 * that share a volume, needs no liveness guess, and a holder killed with SIGKILL leaves nothing stale behind. The pid is
 * kept in a file beside it, only to name the holder in the refusal.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The log cannot be opened in this directory; the message says what to do. */
export class LogDirectoryError extends Error {
  readonly reason: 'in_use' | 'not_writable' | 'damaged';
  readonly directory: string;
  /** The process that holds the directory, where known. */
  readonly pid: number | undefined;

  constructor(
    reason: LogDirectoryError['reason'],
    directory: string,
    message: string,
    options: { pid?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'LogDirectoryError';
    this.reason = reason;
    this.directory = directory;
    this.pid = options.pid;
  }
}

export type DirectoryLock = { release(): void };

const SQLITE_BUSY = 5;

/** Creates the directory where absent and locks it. Throws `LogDirectoryError`. */
export function lockDirectory(directory: string): DirectoryLock {
  const ownerPath = join(directory, 'owner.json');
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw notWritable(directory, cause);
  }
  const database = acquire(directory, ownerPath);
  try {
    writeFileSync(ownerPath, `${JSON.stringify({ pid: process.pid })}\n`);
  } catch (cause) {
    database.close();
    throw notWritable(directory, cause);
  }
  return { release: () => database.close() };
}

function acquire(directory: string, ownerPath: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 });
    // The transaction is never committed: the lock is held until the file is closed, by us or by the end of the process.
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw notWritable(directory, cause);
    const pid = readOwner(ownerPath);
    const holder = pid === undefined ? 'Another process' : `Process ${pid}`;
    throw new LogDirectoryError(
      'in_use',
      directory,
      `${holder} is using the event log in ${directory}. Stop it, or give this one a data directory of its own.`,
      { ...(pid === undefined ? {} : { pid }), cause },
    );
  }
}

function readOwner(path: string): number | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const pid = (owner as { pid?: unknown } | null)?.pid;
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}

function notWritable(directory: string, cause: unknown): LogDirectoryError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new LogDirectoryError(
    'not_writable',
    directory,
    `The event log cannot write in ${directory} (${detail}). Give this user write permission there and free space.`,
    { cause },
  );
}
