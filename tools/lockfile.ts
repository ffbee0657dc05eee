/**
 * Keeps `package-lock.json` installable everywhere: npm leaves packages for other platforms out of the lock when the
 * registry at hand does not have them, and `npm ci` then refuses the lock. `node tools/lockfile.ts` puts them back.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './sources.ts';

export const LOCK_FILE = 'package-lock.json';

export type LockEntry = {
  version?: string;
  resolved?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};
export type Lock = { packages: Record<string, LockEntry> };

const PLATFORM =
  /(?:^|[/-])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(musl|gnu)\w*)?/;

/** Entries that are asked for as optional and not in the lock, by the place they would have. */
export function missingPlatforms(lock: Lock): Readonly<Record<string, LockEntry>> {
  const missing: Record<string, LockEntry> = {};
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isReachable(lock, place, name)) continue;
      missing[`node_modules/${name}`] = platformEntry(name, version, entry.dev === true);
    }
  }
  return missing;
}

/** The lock with those entries, in npm's order. */
export function withPlatforms(lock: Lock): Lock {
  const entries = Object.entries({ ...lock.packages, ...missingPlatforms(lock) });
  entries.sort(([one], [other]) => one.localeCompare(other, 'en'));
  return { ...lock, packages: Object.fromEntries(entries) };
}

export function checkLock(lock: Lock): readonly Finding[] {
  const missing = Object.keys(missingPlatforms(lock)).map((place) =>
    finding(`${place} is not in the lock, so npm ci refuses it elsewhere. Run: node tools/lockfile.ts`),
  );
  const resolved = Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined && entry.link !== true)
    .map(([place]) => finding(`${place} names the registry it came from. Remove its "resolved".`));
  return [...missing, ...resolved];
}

export function readLock(root: string): Lock {
  return JSON.parse(readFileSync(join(root, LOCK_FILE), 'utf8'));
}

/** npm looks from the asking package's folder upward. */
function isReachable({ packages }: Lock, place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder}${folder === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}

/**
 * Version and platform are what `npm ci` needs to skip it here and fetch it there. There is no integrity to state; npm
 * fills it in where the package can be fetched.
 */
function platformEntry(name: string, version: string, isDev: boolean): LockEntry {
  const dev = isDev ? { dev: true } : {};
  if (/-wasm32-wasi$/.test(name)) return { version, cpu: ['wasm32'], ...dev, optional: true };
  const found = PLATFORM.exec(name);
  if (found === null) throw new Error(`${name} is missing in ${LOCK_FILE} and its name tells no platform.`);
  const [, os = '', cpu = '', libc] = found;
  return {
    version,
    cpu: [cpu],
    ...dev,
    ...(libc === undefined ? {} : { libc: [libc === 'gnu' ? 'glibc' : libc] }),
    optional: true,
    os: [os],
  };
}

function finding(message: string): Finding {
  return { file: LOCK_FILE, line: 1, rule: 'lock', message };
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(join(root, LOCK_FILE), `${JSON.stringify(withPlatforms(readLock(root)), null, 2)}\n`);
}
