import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEventLog } from '../suite.ts';
import { openLmdbEventLog } from './open.ts';

async function createHarness() {
  const directory = await mkdtemp(join(tmpdir(), 'uptake-log-'));
  return {
    open: (options: { maxBytes: number; duplicateWindowMs: number; nowMs: () => number }) =>
      openLmdbEventLog({ directory, ...options }, { tableIds: 1024 }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

describeEventLog('LMDB', createHarness);

// The same contract with tables so small that they are written out and merged while the tests run.
async function createHarnessOfRuns() {
  const harness = await createHarness();
  const directory = await mkdtemp(join(tmpdir(), 'uptake-log-'));
  return {
    open: (options: { maxBytes: number; duplicateWindowMs: number; nowMs: () => number }) =>
      openLmdbEventLog({ directory, ...options }, { tableIds: 64, mergeFanIn: 2 }),
    remove: () => rm(directory, { recursive: true, force: true }).then(harness.remove),
  };
}

describeEventLog('LMDB with ids in run files', createHarnessOfRuns);
