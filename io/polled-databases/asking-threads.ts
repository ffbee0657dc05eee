/**
 * Asks in threads. Drivers throw where nothing can catch it when an answer is none of their protocol, and hold what a server
 * sends however much it is; whoever configures a source chooses the server, so both may happen on purpose.
 */
import { Worker } from 'node:worker_threads';
import type { CheckedAddress } from '../outbound/index.ts';
import type { ThreadAnswer, ThreadQuestion } from './asking-thread.ts';
import { describeFailure } from './failure.ts';
import { PolledDatabaseError, type PolledQuestion, type PolledTable } from './port.ts';

/** Ten megabytes of answer become about a hundred of objects. */
const MAX_HEAP_MB = 256;
/** A thread takes a third of a second to start, so one is kept for the next question; many sources are due at the same hour. */
const IDLE_MS = 10_000;
const MAX_IDLE = 2;

export type AskInThread = (
  engine: ThreadQuestion['engine'],
  question: PolledQuestion,
  address: CheckedAddress,
) => Promise<PolledTable>;

/** One question at a time for each thread, so that an answer ends nobody else's. */
export function createAskingThreads(): AskInThread {
  /** Those that have nothing to do, and what ends them. */
  const idle = new Map<Worker, NodeJS.Timeout>();

  function take(): Worker {
    const [found] = idle;
    if (found === undefined) return startedThread();
    const [worker, timer] = found;
    clearTimeout(timer);
    idle.delete(worker);
    return worker;
  }

  function keep(worker: Worker): void {
    worker.unref();
    const end = () => {
      idle.delete(worker);
      void worker.terminate();
    };
    if (idle.size >= MAX_IDLE) end();
    else idle.set(worker, setTimeout(end, IDLE_MS).unref());
  }

  return async (engine, { signal, ...question }, address) => {
    const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
    const strange = `${question.host} answered with something that is not the protocol of ${engine}.`;
    const onEnd = () => reject(new PolledDatabaseError(strange, false));
    const onAbort = () => reject(describeFailure(signal.reason, { ...question, signal }));
    const worker = take();
    worker.on('message', resolve).on('error', onEnd).on('exit', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    worker.ref();
    worker.postMessage({ engine, question, address } satisfies ThreadQuestion);
    try {
      const answer = await promise;
      worker.off('message', resolve).off('error', onEnd).off('exit', onEnd);
      keep(worker);
      if ('table' in answer) return answer.table;
      throw new PolledDatabaseError(answer.failed.message, answer.failed.isRetriable);
    } catch (error) {
      // Not asked again: what it still does belongs to this question.
      if (!idle.has(worker)) await worker.terminate();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}

function startedThread(): Worker {
  const worker = new Worker(new URL('./asking-thread.ts', import.meta.url), {
    name: 'polled-database',
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    // Drivers print bytes of answers they do not understand, which belong into no log.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  // Between two questions nobody else listens, and an error that nobody listens to would end the process.
  worker.on('error', () => undefined);
  return worker;
}
