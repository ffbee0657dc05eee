/** What background work keeps to on every control store. Called from a test file of each implementation. */
import type { ControlStore } from '@uptake/io/control-store';
import { createLogger } from '@uptake/io/observability';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createJobs, type JobsOptions } from './jobs.ts';
import type { JobDefinition, JobRun, Jobs } from './port.ts';

type OpenStore = { readonly controlStore: ControlStore; remove(): Promise<void> };

const SATURDAY_NOON_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

export function describeJobs(name: string, open: () => Promise<OpenStore>): void {
  describe(`jobs on ${name}`, () => {
    let opened: OpenStore;
    const clock = { nowMs: SATURDAY_NOON_MS };
    const processes: Jobs[] = [];
    let number = 0;

    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(processes.splice(0).map((jobs) => jobs.stop()));
    });
    afterAll(() => opened.remove());

    /** A process of its own: nothing is shared but the store. */
    function startProcess(options: Partial<JobsOptions> = {}): Jobs {
      const jobs = createJobs({
        controlStore: opened.controlStore,
        nowMs: () => clock.nowMs,
        randomUuid: () => crypto.randomUUID(),
        logger: createLogger({ level: 'silent', scrub: (text) => text }),
        scrub: (text) => text.replaceAll('hunter2', '[secret]'),
        pollMs: 10,
        stopTimeoutMs: 200,
        ...options,
      });
      processes.push(jobs);
      return jobs;
    }
    /** A name no other test uses. */
    const freshName = () => `job ${++number}`;
    const define = <Payload>(
      jobs: Jobs,
      name: string,
      run: JobDefinition<Payload>['run'],
      rest: Partial<JobDefinition<Payload>> = {},
    ) => jobs.define({ name, run, maxAttempts: 3, backoffMs: 60_000, timeoutMs: 10_000, ...rest });
    const latest = async (jobs: Jobs, name: string): Promise<JobRun | undefined> => (await jobs.history(name, 1))[0];
    const untilState = (jobs: Jobs, name: string, state: JobRun['state']) =>
      vi.waitFor(async () => expect((await latest(jobs, name))?.state).toBe(state), { timeout: 10_000, interval: 20 });
    /** Long enough for several looks at the queue. */
    const aWhile = () => new Promise((resolve) => setTimeout(resolve, 150));

    test('a job runs once with its payload and is kept as succeeded', async () => {
      const jobs = startProcess();
      const payload = { tenant: 'Größe GmbH', count: 3, nested: [{ ok: true }, null] };
      const seen: unknown[] = [];
      const job = freshName();
      define(jobs, job, async (given) => void seen.push(given));
      await jobs.enqueue(job, payload);
      await jobs.start();
      await untilState(jobs, job, 'succeeded');
      await aWhile();
      expect(seen).toEqual([payload]);
      expect(await latest(jobs, job)).toMatchObject({
        attempts: 1,
        error: undefined,
        startedAt: new Date(clock.nowMs),
      });
    });

    test('a job enqueued in a transaction is there when that was kept, and only then', async () => {
      const { controlStore } = opened;
      const jobs = startProcess();
      const seen: unknown[] = [];
      const job = freshName();
      define(jobs, job, async (given) => void seen.push(given));
      await jobs.start();
      const workspaceId = crypto.randomUUID();
      const rolledBack = controlStore.withWorkspace(workspaceId, async (tx) => {
        await jobs.enqueueIn(tx, job, 'of a change that was not kept');
        throw new Error('changed its mind');
      });
      await expect(rolledBack).rejects.toThrow('changed its mind');
      await controlStore.withWorkspace(workspaceId, (tx) => jobs.enqueueIn(tx, job, { of: 'a workspace' }));
      await controlStore.asSystem((tx) => jobs.enqueueIn(tx, job, null));
      await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 10_000 });
      await aWhile();
      expect(seen).toEqual([{ of: 'a workspace' }, null]);
    });

    test('whoever speaks for a workspace enqueues, and neither reads nor changes jobs', async () => {
      const asWorkspace = (statement: string) =>
        opened.controlStore.withWorkspace(crypto.randomUUID(), (tx) => tx.execute(statement));
      for (const statement of [
        'SELECT name FROM jobs',
        "UPDATE jobs SET state = 'waiting'",
        'DELETE FROM jobs',
        "INSERT INTO jobs (name, run_at, state) VALUES ('x', now(), 'succeeded')",
      ])
        await expect(asWorkspace(statement), statement).rejects.toMatchObject({
          cause: expect.objectContaining({ message: 'permission denied for table jobs' }),
        });
    });

    test('a job waits for its time', async () => {
      const jobs = startProcess();
      const run = vi.fn(async () => undefined);
      const job = freshName();
      define(jobs, job, run);
      await jobs.start();
      await jobs.enqueue(job, null, { runAtMs: clock.nowMs + 1_000 });
      await aWhile();
      expect(run).not.toHaveBeenCalled();
      clock.nowMs += 1_000;
      await untilState(jobs, job, 'succeeded');
    });

    test('a waiting job of the same key is not doubled, one of another key is', async () => {
      const jobs = startProcess();
      const seen: string[] = [];
      const job = freshName();
      define(jobs, job, async (payload: string) => void seen.push(payload));
      for (const payload of ['first', 'second', 'third']) await jobs.enqueue(job, payload, { key: 'tenant 1' });
      await jobs.enqueue(job, 'other', { key: 'tenant 2' });
      await jobs.enqueue(job, 'keyless');
      await jobs.enqueue(job, 'keyless');
      await jobs.start();
      await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 10_000 });
      await aWhile();
      expect(seen.sort()).toEqual(['first', 'keyless', 'keyless', 'other']);
    });

    test('a job enqueued while one of its key runs waits until that one is done', async () => {
      const jobs = startProcess({ concurrency: 4 });
      const gate = Promise.withResolvers<void>();
      let together = 0;
      let most = 0;
      const job = freshName();
      define(jobs, job, async () => {
        most = Math.max(most, ++together);
        await gate.promise;
        together--;
      });
      await jobs.start();
      await jobs.enqueue(job, 1, { key: 'same' });
      await untilState(jobs, job, 'running');
      await jobs.enqueue(job, 2, { key: 'same' });
      await aWhile();
      expect((await jobs.history(job, 10)).map((run) => run.state).sort()).toEqual(['running', 'waiting']);
      gate.resolve();
      await vi.waitFor(
        async () => expect((await jobs.history(job, 10)).every((run) => run.state === 'succeeded')).toBe(true),
        { timeout: 10_000 },
      );
      expect(most).toBe(1);
    });

    test('jobs that wait for systems of others hold up no others, nor are held up by them', async () => {
      const jobs = startProcess({ concurrency: 1, waitingConcurrency: 1 });
      const gate = Promise.withResolvers<void>();
      const [slow, quick, long, after] = [freshName(), freshName(), freshName(), freshName()];
      define(jobs, slow, () => gate.promise, { waitsForOthers: true });
      define(jobs, quick, async () => {});
      define(jobs, long, () => gate.promise);
      define(jobs, after, async () => {}, { waitsForOthers: true });
      await jobs.start();
      await jobs.enqueue(slow, 1);
      await untilState(jobs, slow, 'running');
      await jobs.enqueue(quick, 1);
      await untilState(jobs, quick, 'succeeded');
      await jobs.enqueue(long, 1);
      await jobs.enqueue(after, 1);
      await untilState(jobs, long, 'running');
      await aWhile();
      expect((await latest(jobs, after))?.state).toBe('waiting');
      gate.resolve();
      await untilState(jobs, after, 'succeeded');
    });

    test('a failing job is tried again after doubling pauses and then given up with its scrubbed error', async () => {
      const jobs = startProcess();
      const attempts: number[] = [];
      const job = freshName();
      define(jobs, job, async (_, { attempt }) => {
        attempts.push(attempt);
        throw new Error('the password hunter2 was wrong');
      });
      await jobs.start();
      await jobs.enqueue(job, null);
      for (const [index, pauseMs] of [60_000, 120_000].entries()) {
        await vi.waitFor(
          async () => expect(await latest(jobs, job)).toMatchObject({ state: 'waiting', attempts: index + 1 }),
          { timeout: 10_000 },
        );
        clock.nowMs += pauseMs - 1;
        await aWhile();
        expect(attempts).toHaveLength(index + 1);
        clock.nowMs += 1;
      }
      await untilState(jobs, job, 'failed');
      expect(attempts).toEqual([1, 2, 3]);
      expect(await latest(jobs, job)).toMatchObject({ attempts: 3, error: 'the password [secret] was wrong' });
    });

    test('a job past its time limit is told by its signal and counts as failed', async () => {
      const jobs = startProcess();
      const told = Promise.withResolvers<unknown>();
      const job = freshName();
      const run = async (_: unknown, { signal }: { signal: AbortSignal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        told.resolve(signal.reason);
      };
      define(jobs, job, run, { timeoutMs: 50, maxAttempts: 1 });
      await jobs.start();
      await jobs.enqueue(job, null);
      await untilState(jobs, job, 'failed');
      expect(String(await told.promise)).toContain('not done within 50 ms');
      expect((await latest(jobs, job))?.error).toBe('not done within 50 ms');
    });

    test('many jobs and several processes: each job runs exactly once', async () => {
      const seen: number[] = [];
      const job = freshName();
      const several = Array.from({ length: 3 }, () => startProcess({ concurrency: 3 }));
      for (const jobs of several) define(jobs, job, async (payload: number) => void seen.push(payload));
      await Promise.all(Array.from({ length: 60 }, (_, index) => several[index % 3]!.enqueue(job, index)));
      await Promise.all(several.map((jobs) => jobs.start()));
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(60), { timeout: 15_000 });
      await aWhile();
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    });

    test('what a dead process was working on is taken over once its lease is over, and the dead one can change nothing', async () => {
      let isDead = false;
      const dying = startProcess({
        controlStore: {
          ...opened.controlStore,
          asSystem: (work) => (isDead ? Promise.reject(new Error('dead')) : opened.controlStore.asSystem(work)),
        },
      });
      const job = freshName();
      const gate = Promise.withResolvers<void>();
      define(dying, job, () => gate.promise);
      await dying.start();
      await dying.enqueue(job, null);
      await untilState(dying, job, 'running');
      isDead = true;

      const heir = startProcess();
      const run = vi.fn(async () => undefined);
      define(heir, job, run);
      await heir.start();
      clock.nowMs += 29_999;
      await aWhile();
      expect(run).not.toHaveBeenCalled();
      clock.nowMs += 2;
      await untilState(heir, job, 'succeeded');
      isDead = false;
      gate.resolve();
      await aWhile();
      expect(await latest(heir, job)).toMatchObject({ state: 'succeeded', attempts: 2 });
    });

    test('a living process keeps its long job beyond the lease', async () => {
      const [owner, other] = [startProcess(), startProcess()];
      const gate = Promise.withResolvers<void>();
      const run = vi.fn(() => gate.promise);
      const job = freshName();
      define(owner, job, run);
      define(other, job, run);
      await owner.start();
      await owner.enqueue(job, null);
      await untilState(owner, job, 'running');
      await other.start();
      for (let step = 0; step < 8; step++) {
        clock.nowMs += 10_000;
        await aWhile();
      }
      gate.resolve();
      await untilState(owner, job, 'succeeded');
      expect(run).toHaveBeenCalledTimes(1);
    });

    test('a job that dies with its process again and again is given up after its last attempt', async () => {
      const job = freshName();
      const enqueuer = startProcess();
      await enqueuer.enqueue(job, null);
      for (let life = 0; life < 2; life++) {
        let isDead = false;
        const dying = startProcess({
          controlStore: {
            ...opened.controlStore,
            asSystem: (work) => (isDead ? Promise.reject(new Error('dead')) : opened.controlStore.asSystem(work)),
          },
        });
        define(dying, job, () => new Promise(() => {}), { maxAttempts: 2 });
        await dying.start();
        await vi.waitFor(
          async () => expect(await latest(enqueuer, job)).toMatchObject({ state: 'running', attempts: life + 1 }),
          { timeout: 10_000 },
        );
        isDead = true;
        clock.nowMs += 30_001;
      }
      const last = startProcess();
      const run = vi.fn(async () => undefined);
      define(last, job, run, { maxAttempts: 2 });
      await last.start();
      await untilState(last, job, 'failed');
      expect(run).not.toHaveBeenCalled();
      expect((await latest(last, job))?.error).toContain('died');
    });

    test('stopping gives an interrupted job back, uncounted', async () => {
      const jobs = startProcess();
      const job = freshName();
      define(
        jobs,
        job,
        (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      await jobs.start();
      await jobs.enqueue(job, null);
      await untilState(jobs, job, 'running');
      await jobs.stop();
      expect(await latest(jobs, job)).toMatchObject({ state: 'waiting', attempts: 0 });
      const next = startProcess();
      define(next, job, async () => undefined);
      await next.start();
      await untilState(next, job, 'succeeded');
    });

    test('a schedule fires at its times, in UTC', async () => {
      clock.nowMs = Date.UTC(2026, 10, 21, 12, 0, 30);
      const jobs = startProcess();
      const firedAt: string[] = [];
      const job = freshName();
      define(jobs, job, async () => void firedAt.push(new Date(clock.nowMs).toISOString()));
      await jobs.schedule(job, '30 6 * * *');
      await jobs.start();
      for (const time of [
        Date.UTC(2026, 10, 22, 6, 29, 59),
        Date.UTC(2026, 10, 22, 6, 30),
        Date.UTC(2026, 10, 23, 6, 29, 59),
        Date.UTC(2026, 10, 23, 6, 30),
      ]) {
        clock.nowMs = time;
        await aWhile();
      }
      await vi.waitFor(() => expect(firedAt).toHaveLength(2), { timeout: 10_000 });
      expect(firedAt).toEqual(['2026-11-22T06:30:00.000Z', '2026-11-23T06:30:00.000Z']);
    });

    test('times missed while nothing ran are caught up by one run, and the next one is on time', async () => {
      clock.nowMs = Date.UTC(2026, 10, 24, 0, 0, 30);
      const job = freshName();
      const before = startProcess();
      define(before, job, async () => undefined);
      await before.schedule(job, '*/5 * * * *');
      clock.nowMs = Date.UTC(2026, 10, 24, 3, 2);
      const after = startProcess();
      const run = vi.fn(async () => undefined);
      define(after, job, run);
      await after.schedule(job, '*/5 * * * *');
      await after.start();
      await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1), { timeout: 10_000 });
      clock.nowMs = Date.UTC(2026, 10, 24, 3, 4, 59);
      await aWhile();
      expect(run).toHaveBeenCalledTimes(1);
      clock.nowMs = Date.UTC(2026, 10, 24, 3, 5);
      await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2), { timeout: 10_000 });
    });

    test('a pattern that is none, and a name defined twice, are refused', async () => {
      const jobs = startProcess();
      await expect(jobs.schedule(freshName(), 'every morning')).rejects.toThrow(TypeError);
      const job = freshName();
      define(jobs, job, async () => undefined);
      expect(() => define(jobs, job, async () => undefined)).toThrow(/defined twice/);
    });

    test('history lists the newest first, as many as asked for', async () => {
      const jobs = startProcess();
      const job = freshName();
      define(jobs, job, async () => undefined);
      await jobs.start();
      for (let i = 0; i < 3; i++) {
        clock.nowMs += 1_000;
        await jobs.enqueue(job, i);
        await untilState(jobs, job, 'succeeded');
      }
      const runs = await jobs.history(job, 2);
      expect(runs.map((run) => run.finishedAt?.getTime())).toEqual([clock.nowMs, clock.nowMs - 1_000]);
    });
  });
}
