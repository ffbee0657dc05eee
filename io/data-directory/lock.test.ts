import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { DirectoryInUse, lockDirectory } from './lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-lock-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Takes the lock in a process of its own and ends in the way told; prints what happened. */
function inAnotherProcess(ending: string): string {
  const module = fileURLToPath(new URL('./lock.ts', import.meta.url));
  const script = `import { lockDirectory } from ${JSON.stringify(module)};
    try { lockDirectory(${JSON.stringify(directory)}); console.log('locked'); ${ending} } catch (error) { console.log(error.message); }`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
}

test('keeps another process out and names the holder', () => {
  const lock = lockDirectory(directory);
  expect(inAnotherProcess('')).toBe(`in use by process ${process.pid}`);
  lock.release();
  expect(inAnotherProcess('')).toBe('locked');
});

test('is free again the moment its holder is killed', () => {
  expect(inAnotherProcess("process.kill(process.pid, 'SIGKILL');")).toBe('locked');
  lockDirectory(directory).release();
});

test('says that it does not know the holder where the note of it cannot be read', () => {
  const lock = lockDirectory(directory);
  writeFileSync(join(directory, 'lock-holder'), 'not a number');
  expect(() => lockDirectory(directory)).toThrow(DirectoryInUse);
  expect(() => lockDirectory(directory)).toThrow('in use by another process');
  lock.release();
});
