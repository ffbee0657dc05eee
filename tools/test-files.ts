/** Where the tests of one run keep their files. */
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory, as Linux has it. */
const IN_MEMORY = '/dev/shm';
/** Eight times what the tests were seen to hold at once (258 MB), so that they take memory from nobody. */
const ROOM_BYTES = 2 * 1024 ** 3;

export type TestFiles = { readonly path: string; remove(): void };

/**
 * In memory where there is plenty: all tests take 180 s of system time there, and 258 s on a disk. A killed process leaves the
 * same files in either. Whoever sets TMPDIR has chosen.
 */
export function openTestFiles(environment: NodeJS.ProcessEnv): TestFiles {
  const root = mkdtempSync(join(environment.TMPDIR === undefined && hasRoom() ? IN_MEMORY : tmpdir(), 'uptake-test-'));
  const path = join(root, 'files');
  mkdirSync(path);
  // Database servers that the tests start as somebody else keep their files there too.
  chmodSync(root, 0o755);
  chmodSync(path, 0o1777);
  return { path, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function hasRoom(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ROOM_BYTES && process.availableMemory() >= ROOM_BYTES;
  } catch {
    return false;
  }
}
