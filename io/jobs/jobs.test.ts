import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openPgliteControlStore } from '@uptake/io/control-store';
import { openTestControlStore } from '@uptake/io/control-store/testing';
import { createLogger } from '@uptake/io/observability';
import { expect, test, vi } from 'vitest';
import { createJobs } from './jobs.ts';
import { describeJobs } from './suite.ts';

describeJobs('PGlite', openTestControlStore);

test('a job whose process was killed in the middle of it is run again by the next process', async () => {
  const { directory, controlStore, remove } = await openTestControlStore();
  await controlStore.close();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing-worker.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(line.toString()).toBe('working\n');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;

  const store = await openPgliteControlStore({ directory });
  const done = Promise.withResolvers<{ payload: unknown; attempt: number }>();
  const jobs = createJobs({
    controlStore: store,
    // The lease of the killed process is over.
    nowMs: () => Date.now() + 60_000,
    randomUuid: () => crypto.randomUUID(),
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    scrub: (text) => text,
    pollMs: 10,
  });
  jobs.define({
    name: 'killed',
    maxAttempts: 2,
    backoffMs: 1,
    timeoutMs: 60_000,
    run: async (payload, { attempt }) => done.resolve({ payload, attempt }),
  });
  await jobs.start();
  expect(await done.promise).toEqual({ payload: { report: 42 }, attempt: 2 });
  await jobs.stop();
  await store.close();
  await remove();
}, 60_000);

test('the only process there is takes over at once what a dead one left, and leaves its own work alone', async () => {
  const { controlStore, remove } = await openTestControlStore();
  const jobsOf = (isOnlyProcess: boolean) =>
    createJobs({
      controlStore,
      nowMs: Date.now,
      randomUuid: () => crypto.randomUUID(),
      logger: createLogger({ level: 'silent', scrub: (text) => text }),
      scrub: (text) => text,
      pollMs: 5,
      isOnlyProcess,
    });
  const attempts: number[] = [];
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const job = { name: 'inherited', maxAttempts: 9, backoffMs: 1, timeoutMs: 60_000 };
  const dead = jobsOf(false);
  // Never ends and heeds no signal, as far as its heir can see.
  dead.define({
    ...job,
    run: () => {
      begun.resolve();
      return goOn.promise;
    },
  });
  await dead.enqueue(job.name, null);
  await dead.start();
  await begun.promise;
  const heir = jobsOf(true);
  heir.define({
    ...job,
    run: async (_, { attempt }) => {
      attempts.push(attempt);
      // Several looks for lost jobs pass meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
  });
  await heir.start();
  await vi.waitFor(async () => expect((await heir.history(job.name, 1))[0]?.state).toBe('succeeded'), 10_000);
  expect(attempts).toEqual([2]);
  goOn.resolve();
  await dead.stop();
  await heir.stop();
  await remove();
}, 60_000);
