import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTogether } from './run-together.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uptake-together-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const program = (script: string) => ({ program: process.execPath, parameters: ['-e', script], cwd: directory });

/** Writes `name` when it runs and adds each signal it gets, ending at the first after a moment. */
const server = (name: string) =>
  program(`
    const { appendFileSync } = require('node:fs');
    process.on('SIGTERM', () => { appendFileSync('${name}', ' SIGTERM'); setTimeout(() => process.exit(0), 100); });
    appendFileSync('${name}', 'up');
    setInterval(() => {}, 1000);
  `);

async function waitFor(name: string): Promise<void> {
  for (let tries = 0; tries < 200 && read(name) === ''; tries += 1) await pause(50);
}

function read(name: string): string {
  try {
    return readFileSync(join(directory, name), 'utf8');
  } catch {
    return '';
  }
}

test('Ctrl-C reaches each program once and all have ended afterwards', async () => {
  const abort = new AbortController();
  const running = runTogether([server('one'), server('two')], abort.signal);
  await Promise.all([waitFor('one'), waitFor('two')]);

  abort.abort();

  expect(await running).toBe(0);
  expect([read('one'), read('two')]).toEqual(['up SIGTERM', 'up SIGTERM']);
});

test('when one program fails the others end and its exit code is told', async () => {
  const failsOnceTheOtherRuns = program(
    "setInterval(() => { if (require('node:fs').existsSync('one')) process.exit(3); }, 20)",
  );
  expect(await runTogether([server('one'), failsOnceTheOtherRuns], new AbortController().signal)).toBe(3);
  expect(read('one')).toBe('up SIGTERM');
});
