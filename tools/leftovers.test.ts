import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endLeftovers } from './leftovers.ts';

const hasProc = existsSync('/proc/self/environ');

function startMarked(mark: string, script: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', script], { env: { MARK: mark }, stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((resolve) => child.stdout?.once('data', () => resolve(child)));
}

function exitOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

test.runIf(hasProc)('ends a process that carries the mark and leaves others alone', async () => {
  const mark = randomUUID();
  const [marked, other] = await Promise.all([
    startMarked(mark, "console.log('up'); setInterval(() => {}, 1000)"),
    startMarked(randomUUID(), "console.log('up'); setInterval(() => {}, 1000)"),
  ]);
  const ended = exitOf(marked);

  const leftovers = await endLeftovers({ mark: `MARK=${mark}`, sessionId: undefined }, { graceMs: 0 });

  expect(leftovers.map(({ pid }) => pid)).toEqual([marked.pid]);
  expect(leftovers[0]?.command).toContain('setInterval');
  expect(await ended).toBe('SIGKILL');
  expect(other.exitCode).toBeNull();
  const otherEnded = exitOf(other);
  other.kill('SIGKILL');
  await otherEnded;
});

test.runIf(hasProc)('waits for a process that ends by itself', async () => {
  const mark = randomUUID();
  await startMarked(mark, "console.log('up'); setTimeout(() => {}, 200)");
  expect(await endLeftovers({ mark: `MARK=${mark}`, sessionId: undefined }, { graceMs: 10_000 })).toEqual([]);
});

test.runIf(hasProc)('ends a process of the run that was started with another environment', async () => {
  const leader = spawn(
    process.execPath,
    [
      '-e',
      `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: {} });
       child.once('spawn', () => { console.log(child.pid); process.exit(0); });`,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const orphan = await new Promise<number>((resolve) => leader.stdout.once('data', (data) => resolve(Number(data))));

  const leftovers = await endLeftovers({ mark: `MARK=${randomUUID()}`, sessionId: leader.pid }, { graceMs: 500 });

  expect(leftovers.map(({ pid }) => pid)).toEqual([orphan]);
  expect(await endLeftovers({ mark: `MARK=${randomUUID()}`, sessionId: leader.pid }, { graceMs: 2_000 })).toEqual([]);
});
