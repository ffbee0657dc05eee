/** Databases of others, asked for values. */
import type { Outbound } from '../outbound/index.ts';
import { askClickhouse } from './clickhouse.ts';
import { askMysql } from './mysql.ts';
import type { AskDatabase, PolledEngine } from './port.ts';
import { askPostgresql } from './postgresql.ts';

export * from './port.ts';

/** Every address is checked by `outbound` before it is called. */
export function createPolledDatabases(
  outbound: Pick<Outbound, 'request' | 'resolve'>,
): Readonly<Record<PolledEngine, AskDatabase>> {
  const firstAddress = async (host: string) => (await outbound.resolve(host))[0]!;
  return {
    postgresql: async (question) => askPostgresql(question, await firstAddress(question.host)),
    mysql: async (question) => askMysql(question, await firstAddress(question.host)),
    clickhouse: (question) => askClickhouse(question, outbound),
  };
}
