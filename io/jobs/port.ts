/** Schedules and background work, kept on the control store: a job survives a crash and runs on one process at a time. */
import type { ControlTransaction } from '../control-store/index.ts';

export type JobContext = { readonly signal: AbortSignal; readonly attempt: number };

export type JobDefinition<Payload> = {
  readonly name: string;
  readonly run: (payload: Payload, context: JobContext) => Promise<void>;
  /** Attempts in all before the job is given up and kept as failed. */
  readonly maxAttempts: number;
  /** First pause between attempts; doubles each time. */
  readonly backoffMs: number;
  /** After this the signal aborts and the attempt counts as failed; a run that goes on regardless may overlap the next. */
  readonly timeoutMs: number;
  /** It mostly waits for systems of others. Such jobs have places of their own, so that slow systems hold up none of our work. */
  readonly waitsForOthers?: boolean;
};

export interface Jobs {
  define<Payload>(definition: JobDefinition<Payload>): void;
  /**
   * Enqueues once; with a `key`, a waiting job of the same name and key is not doubled, and two of them never run at the
   * same time.
   */
  enqueue<Payload>(name: string, payload: Payload, options?: { key?: string; runAtMs?: number }): Promise<void>;
  /**
   * In the transaction of what makes the work necessary, a workspace's or the system's: both are kept, or neither. Found at
   * the next look for due jobs, a second later at most.
   */
  enqueueIn<Payload>(tx: ControlTransaction, name: string, payload: Payload): Promise<void>;
  /** Cron in UTC; missed times are caught up by one run. Throws on a pattern that is none. */
  schedule(name: string, cron: string): Promise<void>;
  /** Begins working on what is defined here; jobs enqueued before are kept until then. */
  start(): Promise<void>;
  /** Newest first, waiting and running ones included. */
  history(name: string, limit: number): Promise<readonly JobRun[]>;
  /** Aborts what runs and waits a little for it; an interrupted attempt is not counted and begins anew at the next start. */
  stop(): Promise<void>;
}

export type JobRun = {
  readonly id: string;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed';
  readonly attempts: number;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  readonly error: string | undefined;
};
