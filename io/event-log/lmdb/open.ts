/** Opens the embedded event log: lock, storage, identity and duplicate check, in that order. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DuplicateCheck } from '../duplicates/duplicate-check.ts';
import { DamagedRun, Runs, type RunsOptions } from '../duplicates/runs.ts';
import type { EventLog, EventLogOptions } from '../port.ts';
import { LogDirectoryError, takeDirectory } from './directory-lock.ts';
import { type Identity, LmdbEventLog } from './lmdb-event-log.ts';
import { createRunCatalogue, restoreTables } from './run-catalogue.ts';
import { openStorage, type Storage, transact } from './storage.ts';

/** Sizes that tests and benchmarks make small; the defaults are what the figures of decision 0004 hold for. */
export type EventLogTuning = {
  /** Ids per table in memory, a power of two: the size of a first run file. */
  readonly tableIds: number;
  /** Runs of one size that are merged into one. */
  readonly mergeFanIn: number;
};

const DEFAULT_TUNING: EventLogTuning = { tableIds: 2 ** 18, mergeFanIn: 4 };
/** Younger runs join the oldest once they hold this share of its ids: a third means each id is rewritten a few times. */
const ABSORB_SHARE = 1 / 3;

/** Opens the log in its directory. Throws `LogDirectoryError` where it is in use, not writable or damaged. */
export async function openLmdbEventLog(
  options: EventLogOptions,
  tuning: Partial<EventLogTuning> = {},
): Promise<EventLog> {
  const lock = takeDirectory(options.directory);
  let storage: Storage | undefined;
  try {
    storage = openStorage(options.directory, options.maxBytes);
    const identity = await readIdentity(storage);
    const { duplicateCheck, nextGroup } = await openDuplicateCheck(storage, options, { ...DEFAULT_TUNING, ...tuning });
    return new LmdbEventLog(options, lock, storage, identity, duplicateCheck, nextGroup);
  } catch (error) {
    await storage?.root.close();
    lock.release();
    throw error;
  }
}

async function openDuplicateCheck(storage: Storage, options: EventLogOptions, tuning: EventLogTuning) {
  const { nowMs, duplicateWindowMs } = options;
  const { tableIds, mergeFanIn } = tuning;
  const windowSeconds = Math.ceil(duplicateWindowMs / 1000);
  const catalogue = createRunCatalogue(storage);
  const { tables, nextGeneration, nextGroup } = await restoreTables(storage, catalogue, tableIds);
  const runs = await openRuns(options.directory, {
    directory: join(options.directory, 'ids'),
    catalogue,
    nowMs,
    windowSeconds,
    damagedRuns: options.damagedRuns ?? 'refuse',
    policy: { baseIds: tableIds, fanIn: mergeFanIn, absorbShare: ABSORB_SHARE },
    onMergeFailure: (error) => process.emitWarning(asError(error), 'EventLogMergeWarning'),
  });
  const checkOptions = { directory: options.directory, windowMs: duplicateWindowMs, nowMs, tableIds, runs };
  return { duplicateCheck: new DuplicateCheck(checkOptions, tables, nextGeneration), nextGroup };
}

async function openRuns(directory: string, options: RunsOptions): Promise<Runs> {
  try {
    return await Runs.open(options);
  } catch (cause) {
    if (!(cause instanceof DamagedRun)) throw cause;
    throw new LogDirectoryError(
      'damaged',
      directory,
      `A file of the duplicate check is missing or damaged (${cause.message}). Restore it from a backup of ${directory}. ` +
        'Events are safe, but without the file events sent again could be counted twice; to accept that, open the log ' +
        "with damagedRuns: 'forget'.",
      { cause },
    );
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

async function readIdentity(storage: Storage): Promise<Identity> {
  const known = storage.state.get('log') as Identity | undefined;
  if (known) return known;
  const identity = { id: randomUUID(), secret: randomBytes(32).toString('hex') };
  await transact(storage, () => [storage.state.put('log', identity)]);
  return identity;
}
