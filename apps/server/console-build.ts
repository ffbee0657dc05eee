/** Builds the console when its sources are newer than what was built last: after an upgrade, and before tests look at it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What ends up in the bundle: the console, the domain it stands on, and the versions of the packages. */
const INPUTS = ['apps/console', 'domain', 'package-lock.json'];
const OUTPUT = 'apps/console/dist/index.html';
const NOT_INPUT = new Set(['dist', 'node_modules']);

/** Builds where needed; throws with what the build said when it fails. Returns whether it built. */
export function buildConsoleIfStale(root: string, say: (line: string) => void): boolean {
  if (!isConsoleStale(root)) return false;
  say('Building the console, once: its sources are newer than apps/console/dist.');
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`${build.stdout}${build.stderr}\nThe console does not build.`);
  return true;
}

export function isConsoleStale(root: string): boolean {
  const builtMs = modifiedMs(join(root, OUTPUT));
  return builtMs === undefined || INPUTS.some((input) => newestMs(join(root, input)) > builtMs);
}

/** Folders count too, below the top: their time changes when a file in them is deleted. */
function newestMs(path: string): number {
  const ownMs = modifiedMs(path) ?? 0;
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return ownMs;
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !NOT_INPUT.has(entry.name) && !entry.name.endsWith('.test.ts'))
    .reduce((newest, entry) => {
      const child = join(path, entry.name);
      return Math.max(
        newest,
        entry.isDirectory() ? Math.max(modifiedMs(child) ?? 0, newestMs(child)) : (modifiedMs(child) ?? 0),
      );
    }, 0);
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
