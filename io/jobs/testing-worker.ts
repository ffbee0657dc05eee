/** Run by `jobs.test.ts` to be killed: begins a job and never ends it. */
import { openPgliteControlStore } from '@uptake/io/control-store';
import { createLogger } from '@uptake/io/observability';
import { createJobs } from './jobs.ts';

const controlStore = await openPgliteControlStore({ directory: process.argv[2]! });
const jobs = createJobs({
  controlStore,
  nowMs: Date.now,
  randomUuid: () => crypto.randomUUID(),
  logger: createLogger({ level: 'silent', scrub: (text) => text }),
  scrub: (text) => text,
});
jobs.define({
  name: 'killed',
  maxAttempts: 2,
  backoffMs: 1,
  timeoutMs: 60_000,
  run: async () => {
    process.stdout.write('working\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
});
await jobs.enqueue('killed', { report: 42 });
await jobs.start();
