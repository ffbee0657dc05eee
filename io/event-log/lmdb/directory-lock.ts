/** Takes the log's directory for this process, or says in the log's words why that cannot be. */
import { mkdirSync } from 'node:fs';
import { DirectoryInUse, type DirectoryLock, lockDirectory } from '@uptake/io/data-directory';

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

/** Creates the directory where absent and locks it. Throws `LogDirectoryError`. */
export function takeDirectory(directory: string): DirectoryLock {
  try {
    mkdirSync(directory, { recursive: true });
    return lockDirectory(directory);
  } catch (cause) {
    if (cause instanceof DirectoryInUse) throw inUse(directory, cause);
    throw notWritable(directory, cause);
  }
}

function inUse(directory: string, cause: DirectoryInUse): LogDirectoryError {
  const holder = cause.pid === undefined ? 'Another process' : `Process ${cause.pid}`;
  return new LogDirectoryError(
    'in_use',
    directory,
    `${holder} is using the event log in ${directory}. Stop it, or give this one a data directory of its own.`,
    { ...(cause.pid === undefined ? {} : { pid: cause.pid }), cause },
  );
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
