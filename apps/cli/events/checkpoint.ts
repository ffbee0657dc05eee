/** Remembers beside a file how far it has been imported, so that the same command goes on after any kind of end. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ImportTotals } from '@uptake/capabilities/operations/import-events';
import { CommandFailed } from '../exit.ts';

const VERSION = 1;

export type Checkpoint = {
  readonly offset: number;
  readonly lines: number;
  /** Length of the file of rejected lines, which is cut back to it: what came after will be written again. */
  readonly rejectedBytes: number;
  readonly totals: Readonly<ImportTotals>;
};

type Stored = Checkpoint & {
  readonly version: number;
  readonly url: string;
  /** Of the bytes around the checkpoint: an import must not go on in the middle of another file. */
  readonly sha256: string;
};

export function checkpointPath(file: string): string {
  return `${file}.uptake-import.json`;
}

/** `undefined` where there is none. Throws `CommandFailed` where it belongs to another server or the file has changed. */
export function readCheckpoint(file: string, url: string): Checkpoint | undefined {
  const path = checkpointPath(file);
  let stored: Stored;
  try {
    stored = JSON.parse(readFileSync(path, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandFailed(`${path} cannot be read. Pass --restart to begin anew; events sent twice are stored once.`);
  }
  const begin = 'Pass --restart to begin anew.';
  if (stored.version !== VERSION) throw new CommandFailed(`${path} is of another release of Uptake. ${begin}`);
  if (stored.url !== url) throw new CommandFailed(`${path} belongs to an import into ${stored.url}. ${begin}`);
  if (stored.sha256 !== hashAround(file, stored.offset)) {
    throw new CommandFailed(`${file} has changed since its import was interrupted. ${begin}`);
  }
  const { offset, lines, rejectedBytes, totals } = stored;
  return { offset, lines, rejectedBytes, totals };
}

/** Renamed into place, so that a kill leaves the old one or the new one, never a half. */
export function writeCheckpoint(file: string, url: string, checkpoint: Checkpoint): void {
  const path = checkpointPath(file);
  const stored: Stored = { version: VERSION, url, sha256: hashAround(file, checkpoint.offset), ...checkpoint };
  writeFileSync(`${path}.new`, JSON.stringify(stored));
  renameSync(`${path}.new`, path);
}

export function removeCheckpoint(file: string): void {
  rmSync(checkpointPath(file), { force: true });
}

const HASHED_BYTES = 64 * 1024;

/** The file's first bytes and the last ones before the offset: enough to tell files apart, at no cost for large ones. */
function hashAround(file: string, offset: number): string {
  const hash = createHash('sha256').update(`${offset}\n`);
  const descriptor = openSync(file, 'r');
  try {
    for (const end of [Math.min(offset, HASHED_BYTES), offset]) {
      const start = Math.max(0, end - HASHED_BYTES);
      const bytes = Buffer.alloc(end - start);
      hash.update(bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start)));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}
