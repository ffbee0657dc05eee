/** Works on due jobs, retries what fails, takes over what a dead process left, and fires schedules. */
import type { ControlStore } from '@uptake/io/control-store';
import type { Logger } from '@uptake/io/observability';
import { Cron } from 'croner';
import type { JobDefinition, JobRun, Jobs } from './port.ts';
import * as queue from './queue.ts';

export type JobsOptions = {
  readonly controlStore: ControlStore;
  readonly nowMs: () => number;
  readonly randomUuid: () => string;
  readonly logger: Logger;
  /** Takes what could be personal or secret out of an error before it is kept. */
  readonly scrub: (text: string) => string;
  /** How often due jobs are looked for; what is enqueued in this process starts at once. */
  readonly pollMs?: number;
  /** How many jobs run here at a time. */
  readonly concurrency?: number;
  /** And how many besides that wait for systems of others. */
  readonly waitingConcurrency?: number;
  /** A process not heard of for this long is dead, and its jobs are taken over. */
  readonly leaseMs?: number;
  /** No other process works on this store, so whatever is running when this one starts was left by a dead one. */
  readonly isOnlyProcess?: boolean;
  /** How long `stop` waits for running jobs to heed their signal. */
  readonly stopTimeoutMs?: number;
};

const HISTORY_MS = 30 * 24 * 60 * 60 * 1000;
const FORGET_EVERY_MS = 60 * 60 * 1000;
const ERROR_LENGTH = 1_000;
const LONGEST_BACKOFF_MS = 24 * 60 * 60 * 1000;

/** After every lease there will be. */
const END_OF_TIME = new Date('9999-01-01T00:00:00Z');

class Stopping extends Error {}

type Running = { readonly name: string; readonly abort: AbortController; readonly done: Promise<void> };

export function createJobs(options: JobsOptions): Jobs {
  const { controlStore, nowMs, logger, scrub } = options;
  const { pollMs = 1_000, concurrency = 2, waitingConcurrency = 6, leaseMs = 30_000, stopTimeoutMs = 5_000 } = options;
  const workerId = options.randomUuid();
  // Payloads are JSON; what shape a name's payload has is known to whoever defined it.
  const definitions = new Map<string, JobDefinition<unknown>>();
  const running = new Map<string, Running>();
  let loop: Promise<void> | undefined;
  let isStopping = false;
  let wake = () => {};
  let forgottenAtMs = 0;
  let renewedAtMs = 0;
  let isInherited = options.isOnlyProcess === true;

  const now = () => new Date(nowMs());
  const names = () => [...definitions.keys()];
  const waitsForOthers = (name: string) => definitions.get(name)?.waitsForOthers === true;
  const leaseEnd = () => new Date(nowMs() + leaseMs);

  async function work(): Promise<void> {
    while (!isStopping) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await turn();
      } catch (error) {
        logger.warn({ error: textOf(error) }, 'jobs could not be looked for; trying again');
      }
      await Promise.race([woken, sleep(pollMs)]);
    }
  }

  async function turn(): Promise<void> {
    await renew();
    if (names().length === 0) return;
    await takeOverLost();
    await queue.enqueueScheduled(controlStore, { now: now(), names: names(), nextTime });
    await fill(concurrency, (name) => !waitsForOthers(name));
    await fill(waitingConcurrency, waitsForOthers);
    if (nowMs() - forgottenAtMs >= FORGET_EVERY_MS) {
      forgottenAtMs = nowMs();
      await queue.forgetFinishedBefore(controlStore, new Date(nowMs() - HISTORY_MS));
    }
  }

  async function fill(places: number, isOfThese: (name: string) => boolean): Promise<void> {
    const limit = places - [...running.values()].filter(({ name }) => isOfThese(name)).length;
    const those = names().filter(isOfThese);
    if (limit <= 0 || those.length === 0 || isStopping) return;
    const claim = { now: now(), workerId, names: those, limit, leasedUntil: leaseEnd() };
    for (const job of await queue.claimDue(controlStore, claim)) begin(job);
  }

  function begin(job: queue.ClaimedJob): void {
    const abort = new AbortController();
    const done = attempt(job, abort)
      .catch((error: unknown) =>
        logger.error({ job: job.name, error: textOf(error) }, 'the end of a job could not be kept'),
      )
      .finally(() => {
        running.delete(job.id);
        wake();
      });
    running.set(job.id, { name: job.name, abort, done });
  }

  async function attempt(job: queue.ClaimedJob, abort: AbortController): Promise<void> {
    const definition = definitions.get(job.name)!;
    try {
      await within(definition.timeoutMs, abort, () =>
        definition.run(job.payload, { signal: abort.signal, attempt: job.attempts }),
      );
      await queue.settle(controlStore, job, { state: 'succeeded' }, { now: now() });
    } catch (error) {
      await queue.settle(controlStore, job, afterFailure(job, error), { now: now() });
    }
  }

  function afterFailure(job: queue.ClaimedJob, error: unknown): queue.Outcome {
    if (error instanceof Stopping) return { state: 'waiting', error: null, runAt: now(), attempts: job.attempts - 1 };
    const { maxAttempts, backoffMs } = definitions.get(job.name)!;
    const text = textOf(error);
    const isLast = job.attempts >= maxAttempts;
    logger.warn({ job: job.name, attempt: job.attempts, error: text }, isLast ? 'a job is given up' : 'a job failed');
    if (isLast) return { state: 'failed', error: text };
    const pauseMs = Math.min(backoffMs * 2 ** (job.attempts - 1), LONGEST_BACKOFF_MS);
    return { state: 'waiting', error: text, runAt: new Date(nowMs() + pauseMs), attempts: job.attempts };
  }

  async function renew(): Promise<void> {
    if (running.size === 0 || nowMs() - renewedAtMs < leaseMs / 3) return;
    const ids = [...running.keys()];
    const ours = new Set(await queue.renewLeases(controlStore, { workerId, ids, leasedUntil: leaseEnd() }));
    renewedAtMs = nowMs();
    for (const id of ids) {
      if (!ours.has(id)) running.get(id)?.abort.abort(new Error('another process took the job over'));
    }
  }

  async function takeOverLost(): Promise<void> {
    // Waiting for the lease of a process that cannot be alive would only hold up its work.
    const overBy = isInherited ? END_OF_TIME : now();
    isInherited = false;
    for (const job of await queue.lostJobs(controlStore, { now: overBy, names: names() })) {
      if (running.has(job.id)) continue;
      const outcome = afterFailure(job, new Error('the process that worked on it died'));
      // Waiting for the dead helps nobody, so the pause between attempts does not apply.
      await queue.settle(controlStore, job, outcome.state === 'waiting' ? { ...outcome, runAt: now() } : outcome, {
        now: now(),
      });
    }
  }

  function nextTime(cron: string): Date {
    const next = new Cron(cron, { timezone: 'UTC' }).nextRun(now());
    if (next === null) throw new TypeError(`The cron pattern "${cron}" has no time to come.`);
    return next;
  }

  function textOf(error: unknown): string {
    return scrub(error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH);
  }

  return {
    define: (definition) => {
      if (definitions.has(definition.name)) throw new TypeError(`The job "${definition.name}" is defined twice.`);
      definitions.set(definition.name, definition as JobDefinition<unknown>);
      wake();
    },
    enqueue: async (name, payload, { key, runAtMs } = {}) => {
      const runAt = new Date(runAtMs ?? nowMs());
      await controlStore.asSystem((tx) => queue.enqueue(tx, { name, payload, key, runAt }));
      wake();
    },
    enqueueIn: (tx, name, payload) => queue.enqueueIn(tx, { name, payload, runAt: new Date(nowMs()) }),
    schedule: async (name, cron) => {
      await queue.saveSchedule(controlStore, { name, cron, nextRunAt: nextTime(cron) });
      wake();
    },
    start: async () => {
      loop ??= work();
    },
    history: async (name, limit) => (await queue.listRuns(controlStore, name, limit)).map(toRun),
    stop: async () => {
      isStopping = true;
      wake();
      await loop;
      for (const { abort } of running.values()) abort.abort(new Stopping('Uptake is stopping'));
      await Promise.race([Promise.all([...running.values()].map(({ done }) => done)), sleep(stopTimeoutMs)]);
    },
  };
}

/** Runs the work until it ends, the time is over, or it is aborted, whichever comes first. */
async function within(timeoutMs: number, abort: AbortController, work: () => Promise<void>): Promise<void> {
  const timer = setTimeout(() => abort.abort(new Error(`not done within ${timeoutMs} ms`)), timeoutMs);
  const aborted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason), { once: true });
  });
  try {
    await Promise.race([work(), aborted]);
  } catch (error) {
    // Why it was aborted says more than how the work took it.
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Does not keep the process alive. */
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function toRun(job: queue.ClaimedJob): JobRun {
  return {
    id: job.id,
    name: job.name,
    state: job.state,
    attempts: job.attempts,
    startedAt: job.startedAt ?? undefined,
    finishedAt: job.finishedAt ?? undefined,
    error: job.error ?? undefined,
  };
}
