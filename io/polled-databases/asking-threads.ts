/**
 * Asks in threads. Drivers throw where nothing can catch it when an answer is none of their protocol, and hold what a server
 * sends however much it is; whoever configures a source chooses the server, so both may happen on purpose.
 */
import type { CheckedAddress } from '../outbound/index.ts';
import { createThreads, ThreadEnded } from '../threads/index.ts';
import type { ThreadAnswer, ThreadQuestion } from './asking-thread.ts';
import { describeFailure } from './failure.ts';
import { PolledDatabaseError, type PolledQuestion, type PolledTable } from './port.ts';

/** Ten megabytes of answer become about a hundred of objects. */
const HEAP_MB = 256;
/** Many sources are due at the same hour. */
const IDLE_MS = 10_000;
const MAX_IDLE = 2;

export type AskInThread = (
  engine: ThreadQuestion['engine'],
  question: PolledQuestion,
  address: CheckedAddress,
) => Promise<PolledTable>;

export function createAskingThreads(): AskInThread {
  const threads = createThreads<ThreadQuestion, ThreadAnswer>({
    module: new URL('./asking-thread.ts', import.meta.url),
    name: 'polled-database',
    heapMb: HEAP_MB,
    idleMs: IDLE_MS,
    maxIdle: MAX_IDLE,
  });
  return async (engine, { signal, ...question }, address) => {
    const answer = await threads.ask({ engine, question, address }, signal).catch((error: unknown) => {
      if (!(error instanceof ThreadEnded)) throw describeFailure(error, { ...question, signal });
      const strange = `${question.host} answered with something that is not the protocol of ${engine}.`;
      throw new PolledDatabaseError(strange, false);
    });
    if ('table' in answer) return answer.table;
    throw new PolledDatabaseError(answer.failed.message, answer.failed.isRetriable);
  };
}
