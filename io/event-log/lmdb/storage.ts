/**
 * The LMDB environment of the log: which database holds what, which promise means durable, and what its errors mean.
 *
 * `overlappingSync` is off: a write's promise then resolves after LMDB's own commit, which is fdatasync of the data pages
 * followed by a synchronous write of the meta page. With it on (the library's default) the promise resolves when a write
 * is visible and only `flushed` means durable; there the writer holds one more promise per commit and nothing is gained,
 * because commits are grouped here already. `durability.test.ts` shows the order of system calls.
 */
import { type Database, open, type RootDatabase } from 'lmdb';
import { LogUnavailable } from '../port.ts';

export type Storage = {
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

export function openStorage(path: string, maxBytes: number): Storage {
  const root = open({
    path,
    overlappingSync: false,
    maxDbs: 4,
    // Address space, not disk. It is also the hard bound of the file: records up to `maxBytes`, as much again for what is
    // trimmed while a claim is open and for fragmentation, and room for fingerprints and bookkeeping.
    mapSize: Math.ceil((2 * maxBytes + 2 * GIGABYTE) / GIGABYTE) * GIGABYTE,
  });
  return {
    root,
    records: root.openDB<Buffer, number>({ name: 'records', encoding: 'binary' }) as AppendableDatabase,
    fingerprints: root.openDB({ name: 'fingerprints', encoding: 'binary' }),
    state: root.openDB({ name: 'state', encoding: 'json' }),
  };
}

const RETRY_AFTER_SECONDS = { disk_full: 10, io_error: 30, log_full: 5 } as const;
/** errno values and LMDB codes by what the operator has to do. */
const DISK_FULL_CODES = new Set<unknown>([28, 122, 27, 'ENOSPC', 'EDQUOT', 'EFBIG']);
const MAP_FULL = -30792;

/** Says what a failed write means for the door. */
export async function asLogUnavailable(error: unknown): Promise<LogUnavailable> {
  if (error instanceof LogUnavailable) return error;
  const cause = await commitError(error);
  const code = (cause as { code?: unknown } | null)?.code;
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (DISK_FULL_CODES.has(code)) {
    return unavailable('disk_full', `The disk of the event log is full (${detail}).`, cause);
  }
  if (code === MAP_FULL)
    return unavailable('log_full', `The event log has reached its size on disk (${detail}).`, cause);
  return unavailable('io_error', `The event log could not write (${detail}).`, cause);
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
