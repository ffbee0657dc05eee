/** What a failed write or read of the log's files means for those who append. */
import { statfs } from 'node:fs/promises';
import { LogUnavailable } from './port.ts';

/** errno values, by number from LMDB and by name from Node. */
const DISK_FULL_CODES = new Set<unknown>([28, 122, 27, 'ENOSPC', 'EDQUOT', 'EFBIG']);
const MAP_FULL = -30792;
/** Free space below which an unnamed write error is taken for a full disk: LMDB reports a write cut short as EIO. */
const NEARLY_FULL_BYTES = 4 * 1024 * 1024;

export async function asLogUnavailable(error: unknown, directory: string): Promise<LogUnavailable> {
  if (error instanceof LogUnavailable) return error;
  const cause = await commitError(error);
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (codeOf(cause) === MAP_FULL) {
    const message = `The event log has reached its size on disk (${detail}).`;
    return new LogUnavailable('log_full', message, 5, { cause });
  }
  if (isDiskFull(cause) || (await freeBytes(directory)) < NEARLY_FULL_BYTES) {
    const message = `The disk of the event log is full (${directory}: ${detail}).`;
    return new LogUnavailable('disk_full', message, 10, { cause });
  }
  return new LogUnavailable('io_error', `The event log cannot use ${directory} (${detail}).`, 30, { cause });
}

export function isDiskFull(error: unknown): boolean {
  return DISK_FULL_CODES.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

async function freeBytes(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** lmdb rejects with a wrapper whose `commitError` promise rejects with the cause. */
async function commitError(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<never> } | null)?.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
