/** Reads workbooks in a thread of their own, within bounds of time and memory that no workbook of values needs. */
import { Problem } from '@uptake/domain/contract';
import { createThreads, ThreadEnded } from '@uptake/io/threads';
import type { WorkbookImport } from './import.ts';
import type { CellError } from './read-row.ts';
import type { TemplateSheet } from './read-template.ts';
import type { ReadingReply, ReadingRequest, Readings } from './reading-thread.ts';
import { FileRefused } from './refusal.ts';
import type { WorkbookOutline } from './subject.ts';

export type WorkbookReader = {
  /** `today` is the day for values without a date. Throws `rate_limited` where too many files are waiting. */
  readPlan(file: Uint8Array, plan: WorkbookOutline, today: number): Promise<WorkbookImport>;
  readTemplate(file: Uint8Array): Promise<TemplateSheet>;
  /** The file with its refused cells marked; undefined where that takes too much, or where it cannot be written again. */
  mark(file: Uint8Array, errors: readonly CellError[]): Promise<Uint8Array | undefined>;
  /** A file is about to come: its thread starts while the plan is loaded. */
  prepare(): void;
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
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const threads = createThreads<ReadingRequest, ReadingReply>({
    module: new URL('./reading-thread.ts', import.meta.url),
    name: 'adoption-workbooks',
    heapMb: limits.heapMb,
    // What a large file left behind in its heap goes with the thread.
    idleMs: limits.idleMs,
    maxIdle: 1,
  });

  /** Rejects with `FileRefused` where the file took the thread down. */
  async function read<Kind extends ReadingRequest['kind']>(
    request: Extract<ReadingRequest, { kind: Kind }>,
  ): Promise<Readings[Kind]> {
    const signal = AbortSignal.timeout(limits.timeoutMs);
    const reply = await threads.ask(request, signal).catch((error: unknown) => {
      const isCostly = error instanceof ThreadEnded ? error.wasOutOfMemory : signal.aborted;
      throw isCostly ? new FileRefused('too_costly') : error;
    });
    if ('failed' in reply) throw new Error(reply.failed);
    return reply.done as Readings[Kind];
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
    prepare: threads.prepare,
    close: threads.close,
  };
}
