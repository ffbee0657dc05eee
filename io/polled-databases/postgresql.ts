/** Asks PostgreSQL: a cursor in a read-only transaction, which takes one statement that reads and nothing else. */
import { isIP } from 'node:net';
import pg from 'pg';
import type { CheckedAddress } from '../outbound/index.ts';
import { boundedSocket } from './bounded-socket.ts';
import { dayOf, exactNumber } from './cells.ts';
import { bounded } from './failure.ts';
import type { PolledCell, PolledQuestion, PolledTable } from './port.ts';

/** Object ids of types (pg_type.dat), which never change. */
const TYPES = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
} as const;
const NUMBERS = new Set<number>([
  TYPES.int8,
  TYPES.int2,
  TYPES.int4,
  TYPES.oid,
  TYPES.float4,
  TYPES.float8,
  TYPES.numeric,
]);
const DAYS = new Set<number>([TYPES.date, TYPES.timestamp, TYPES.timestamptz]);

function readerOf(type: number): (text: string) => PolledCell {
  if (type === TYPES.bool) return (text) => text === 't';
  // Floats are written with as many digits as tell them apart, which a number reads back exactly.
  if (type === TYPES.float4 || type === TYPES.float8)
    return (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
  if (NUMBERS.has(type)) return exactNumber;
  return DAYS.has(type) ? dayOf : (text) => text;
}

export async function askPostgresql(question: PolledQuestion, { address }: CheckedAddress): Promise<PolledTable> {
  const { host, port, database, username, password, tls, timeoutMs, maxRows } = question;
  const socket = boundedSocket(host);
  const client = new pg.Client({
    stream: () => socket,
    host: address,
    port,
    database,
    user: username,
    password,
    // The name is what the certificate must be of, though the checked address is called.
    ssl:
      tls.mode === 'off'
        ? false
        : { ...(isIP(host) === 0 && { servername: host }), ...(tls.authority !== undefined && { ca: tls.authority }) },
    connectionTimeoutMillis: timeoutMs,
    application_name: 'uptake',
    types: { getTypeParser: readerOf as unknown as typeof pg.types.getTypeParser },
  });
  // Told again by the call that waits.
  client.on('error', () => undefined);
  const stop = () => {
    void client.end().catch(() => undefined);
    socket.destroy();
  };
  return bounded(
    question,
    async () => {
      await client.connect();
      await client.query('BEGIN READ ONLY');
      await client.query(`SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`);
      await client.query("SET LOCAL TimeZone = 'UTC'");
      await client.query("SET LOCAL DateStyle = 'ISO, YMD'");
      const text = question.statement.reduce((sql, part, index) => `${sql}$${index}${part}`);
      // By the extended protocol, which takes one statement; and a cursor takes only what reads.
      await client.query({
        text: `DECLARE polled NO SCROLL CURSOR FOR\n${text}`,
        values: question.parameters.map(({ value }) => value),
        queryMode: 'extended',
      } as pg.QueryConfig);
      const { fields, rows } = await client.query<PolledCell[]>({
        text: `FETCH ${maxRows + 1} FROM polled`,
        rowMode: 'array',
      });
      await client.query('ROLLBACK');
      return { columns: fields.map(({ name }) => name), rows };
    },
    stop,
  );
}
