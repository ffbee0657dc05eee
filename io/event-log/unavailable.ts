/** What a failed write or read of the log's files means for those who append. */
import { LogUnavailable } from './port.ts';

const RETRY_AFTER_SECONDS = { disk_full: 10, io_error: 30, log_full: 5 } as const;
/** errno values and LMDB codes by what the operator has to do. */
const DISK_FULL_CODES = new Set<unknown>([28, 122, 27, 'ENOSPC', 'EDQUOT', 'EFBIG']);
const MAP_FULL = -30792;

/** Says what a failed write means for the door. */
export async function asLogUnavailable(error: unknown): Promise<LogUnavailable> {
  if (error instanceof LogUnavailable) return error;
  const cause = await commitError(error);
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (isDiskFull(cause)) {
    return unavailable('disk_full', `The disk of the event log is full (${detail}).`, cause);
  }
  if (codeOf(cause) === MAP_FULL)
    return unavailable('log_full', `The event log has reached its size on disk (${detail}).`, cause);
  return unavailable('io_error', `The event log could not write (${detail}).`, cause);
}

export function isDiskFull(error: unknown): boolean {
  return DISK_FULL_CODES.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

function unavailable(reason: keyof typeof RETRY_AFTER_SECONDS, message: string, cause: unknown): LogUnavailable {
  return new LogUnavailable(reason, message, RETRY_AFTER_SECONDS[reason], { cause });
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
