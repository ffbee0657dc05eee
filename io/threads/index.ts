/** Work that what outsiders send could make too slow, too large or fatal: done in threads that are ended where it is. */
import { parentPort, Worker } from 'node:worker_threads';

export type ThreadsOptions = {
  /** The module of the thread, which calls `answerInThread`. */
  readonly module: URL;
  readonly name: string;
  readonly heapMb: number;
  /** A thread takes a third of a second to start, so one that has nothing to do is kept for so long. */
  readonly idleMs: number;
  readonly maxIdle: number;
};

export type Threads<Question, Answer> = {
  /**
   * One question at a time for each thread, so that none ends another's; there are as many threads as questions under way.
   * Rejects with `ThreadEnded`, or with the reason of the signal; either way the thread is ended.
   */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Starts a thread that has nothing to do, if none is there: a question that follows soon finds it loaded. */
  prepare(): void;
  /** Ends the threads that have nothing to do. */
  close(): Promise<void>;
};

export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  readonly wasOutOfMemory: boolean;

  constructor(cause: unknown) {
    super('the thread ended before it answered', { cause });
    this.wasOutOfMemory = (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  }
}

export function createThreads<Question, Answer>(options: ThreadsOptions): Threads<Question, Answer> {
  /** Those that have nothing to do, and what ends them. */
  const idle = new Map<Worker, NodeJS.Timeout>();

  function take(): Worker {
    const [found] = idle;
    if (found === undefined) return started();
    const [worker, timer] = found;
    clearTimeout(timer);
    idle.delete(worker);
    return worker;
  }

  function started(): Worker {
    const worker = startedThread(options);
    // One that ends while it has nothing to do would leave the next question without an answer.
    worker.on('exit', () => {
      clearTimeout(idle.get(worker));
      idle.delete(worker);
    });
    return worker;
  }

  function keep(worker: Worker): void {
    worker.unref();
    const end = () => {
      idle.delete(worker);
      void worker.terminate();
    };
    if (idle.size >= options.maxIdle) end();
    else idle.set(worker, setTimeout(end, options.idleMs).unref());
  }

  return {
    async ask(question, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const onEnd = (cause: unknown) => reject(new ThreadEnded(cause));
      const onAbort = () => reject(signal.reason);
      const worker = take();
      worker.on('message', resolve).on('error', onEnd).on('exit', onEnd);
      signal.addEventListener('abort', onAbort, { once: true });
      worker.ref();
      worker.postMessage(question);
      let isAnswered = false;
      try {
        const answer = await promise;
        isAnswered = true;
        return answer;
      } finally {
        signal.removeEventListener('abort', onAbort);
        worker.off('message', resolve).off('error', onEnd).off('exit', onEnd);
        if (isAnswered) keep(worker);
        // Not asked again: what it still does belongs to this question.
        else await worker.terminate();
      }
    },
    prepare() {
      if (idle.size === 0) keep(started());
    },
    async close() {
      const ended = [...idle.keys()];
      for (const timer of idle.values()) clearTimeout(timer);
      idle.clear();
      await Promise.all(ended.map((worker) => worker.terminate()));
    },
  };
}

/** On the side of the thread. What `answer` throws ends the thread. */
export function answerInThread<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  // Libraries print pieces of what they do not understand, which belong into no log. Silenced here: streams that were read on
  // the other side would keep its process from ending for as long as the thread is idle.
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
  parentPort?.on('message', async (question: Question) => {
    parentPort?.postMessage(await answer(question));
  });
}

function startedThread({ module, name, heapMb }: ThreadsOptions): Worker {
  const worker = new Worker(module, {
    name,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  // Between two questions nobody else listens, and an error that nobody listens to would end the process.
  worker.on('error', () => undefined);
  return worker;
}
