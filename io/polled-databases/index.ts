/** Databases of others, asked for values. */
import type { Outbound } from '../outbound/index.ts';
import { createAskingThreads } from './asking-threads.ts';
import { askClickhouse } from './clickhouse.ts';
import type { AskDatabase, PolledEngine } from './port.ts';

export * from './port.ts';

/** Every address is checked by `outbound` before it is called. */
export function createPolledDatabases(
  outbound: Pick<Outbound, 'request' | 'resolve'>,
): Readonly<Record<PolledEngine, AskDatabase>> {
  const ask = createAskingThreads();
  const firstAddress = async (host: string) => (await outbound.resolve(host))[0]!;
  return {
    postgresql: async (question) => ask('postgresql', question, await firstAddress(question.host)),
    mysql: async (question) => ask('mysql', question, await firstAddress(question.host)),
    clickhouse: (question) => askClickhouse(question, outbound),
  };
}
