/** Thread: asks PostgreSQL or MySQL one question after the other; what a hostile answer does to a driver, it does here. */
import type { CheckedAddress } from '../outbound/index.ts';
import { answerInThread } from '../threads/index.ts';
import { askMysql } from './mysql.ts';
import { PolledDatabaseError, type PolledQuestion, type PolledTable } from './port.ts';
import { askPostgresql } from './postgresql.ts';

export type ThreadQuestion = {
  readonly engine: 'postgresql' | 'mysql';
  readonly question: Omit<PolledQuestion, 'signal'>;
  readonly address: CheckedAddress;
};

export type ThreadAnswer =
  | { readonly table: PolledTable }
  | { readonly failed: { readonly message: string; readonly isRetriable: boolean } };

const ASK = { postgresql: askPostgresql, mysql: askMysql } as const;

answerInThread(answer);

async function answer({ engine, question, address }: ThreadQuestion): Promise<ThreadAnswer> {
  try {
    const signal = AbortSignal.timeout(question.timeoutMs);
    return { table: await ASK[engine]({ ...question, signal }, address) };
  } catch (error) {
    // Anything else ends the thread, and is told as what it is there.
    if (!(error instanceof PolledDatabaseError)) throw error;
    return { failed: { message: error.message, isRetriable: error.isRetriable } };
  }
}
