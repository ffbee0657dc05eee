/** The secret key of an embedded installation: made on first start, kept in the data directory, readable by its owner alone. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SecretKeyRefused } from './port.ts';

const FILE = 'secret.key';
const READABLE_BY_OTHERS = 0o077;

/** Throws `SecretKeyRefused` where the file is open to others: whoever read it can forge sessions and undo pseudonyms. */
export function loadOrCreateSecretKey(directory: string): string {
  const file = join(directory, FILE);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const existing = read(file);
  if (existing !== undefined) return existing;
  create(directory, file);
  return read(file)!;
}

function read(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if ((stat.mode & READABLE_BY_OTHERS) !== 0) {
    const mode = (stat.mode & 0o777).toString(8);
    throw new SecretKeyRefused(`${file} may be read by others (mode ${mode}). Close it with: chmod 600 ${file}`);
  }
  return readFileSync(file, 'utf8').trim();
}

/** Written whole and synced under another name, then linked: never half a key, and of two processes one wins. */
function create(directory: string, file: string): void {
  const unfinished = `${file}.${process.pid}`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    writeFileSync(descriptor, `${randomBytes(32).toString('base64url')}\n`);
    fsyncSync(descriptor);
    linkSync(unfinished, file);
    syncDirectory(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(descriptor);
    unlinkSync(unfinished);
  }
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
