/** Reads workbooks in a thread of their own, within bounds of time and memory that no workbook of values needs. */
import { Worker } from 'node:worker_threads';
import { Problem } from '@uptake/domain/contract';
import type { WorkbookImport } from './import.ts';
import type { CellError } from './read-row.ts';
import type { TemplateSheet } from './read-template.ts';
import type { ReadingReply, ReadingRequest, Readings } from './reading-thread.ts';
import { FileRefused } from './refusal.ts';
import type { WorkbookPlan } from './subject.ts';

export type WorkbookReader = {
  /** `today` is the day for values without a date. Throws `rate_limited` where too many files are waiting. */
  readPlan(file: Uint8Array, plan: WorkbookPlan, today: number): Promise<WorkbookImport>;
  readTemplate(file: Uint8Array): Promise<TemplateSheet>;
  /** The file with its refused cells marked; undefined where that takes too much, or where it cannot be written again. */
  mark(file: Uint8Array, errors: readonly CellError[]): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
};

export type ReaderLimits = {
  /** Of one file, once it is its turn. 20,000 rows take about two seconds. */
  readonly timeoutMs: number;
  readonly heapMb: number;
  /** Files that wait for their turn; each is up to ten megabytes. */
  readonly maxWaiting: number;
  /** How long a thread that has nothing to do is kept. */
  readonly idleMs: number;
};

const LIMITS: ReaderLimits = { timeoutMs: 15_000, heapMb: 768, maxWaiting: 8, idleMs: 30_000 };

export function createWorkbookReader(limits: ReaderLimits = LIMITS): WorkbookReader {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function startedWorker(): Worker {
    clearTimeout(idle);
    worker ??= new Worker(new URL('./reading-thread.ts', import.meta.url), {
      name: 'adoption-workbooks',
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
    });
    return worker;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  /** Rejects with `FileRefused` where the file took the thread down. */
  function read<Kind extends ReadingRequest['kind']>(
    request: Extract<ReadingRequest, { kind: Kind }>,
  ): Promise<Readings[Kind]> {
    const { promise, resolve, reject } = Promise.withResolvers<Readings[Kind]>();
    const reading = startedWorker();
    const costly = () => reject(new FileRefused('too_costly'));
    const timer = setTimeout(costly, limits.timeoutMs);
    const onMessage = (reply: ReadingReply) => {
      if ('failed' in reply) reject(new Error(reply.failed));
      else resolve(reply.done as Readings[Kind]);
    };
    const onError = (error: Error) => {
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') costly();
      else reject(error);
    };
    const onExit = () => reject(new Error('the thread that reads workbooks ended by itself'));
    reading.on('message', onMessage).on('error', onError).on('exit', onExit);
    reading.ref();
    reading.postMessage(request);
    return promise.then(
      (done) => {
        clearTimeout(timer);
        reading.off('message', onMessage).off('error', onError).off('exit', onExit);
        reading.unref();
        // What a large file left behind in its heap goes with the thread.
        idle = setTimeout(() => void end(), limits.idleMs).unref();
        return done;
      },
      async (error: unknown) => {
        clearTimeout(timer);
        // Terminated, it ends once more; and one that ran out of memory may say so twice.
        reading.off('exit', onExit).off('message', onMessage);
        await end();
        throw error;
      },
    );
  }

  /** One file after the other: memory is bounded by one file, whoever sends how many. */
  async function inTurn<Kind extends ReadingRequest['kind']>(
    request: Extract<ReadingRequest, { kind: Kind }>,
  ): Promise<Readings[Kind]> {
    if (waiting >= limits.maxWaiting)
      throw new Problem('rate_limited', 'Other files are being read.', { retryAfterSeconds: 2 });
    waiting += 1;
    const result = last.then(() => read(request));
    last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      waiting -= 1;
    }
  }

  async function refusable<Result>(work: () => Promise<Result>) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FileRefused) return { kind: 'refused', refusal: error.refusal } as const;
      throw error;
    }
  }

  return {
    readPlan: (file, plan, today) => refusable(() => inTurn<'plan'>({ kind: 'plan', file, plan, today })),
    readTemplate: (file) => refusable(() => inTurn<'template'>({ kind: 'template', file })),
    async mark(file, errors) {
      const marked = await refusable(() => inTurn<'mark'>({ kind: 'mark', file, errors }));
      return marked instanceof Uint8Array ? marked : undefined;
    },
    close: end,
  };
}
