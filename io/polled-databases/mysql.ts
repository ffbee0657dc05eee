/** Asks MySQL or MariaDB: one prepared statement within a SELECT of ours, in a read-only transaction. */
import mysql, { type FieldPacket } from 'mysql2/promise';
import type { CheckedAddress } from '../outbound/index.ts';
import { boundedSocket } from './bounded-socket.ts';
import { dayOf, exactNumber } from './cells.ts';
import { bounded } from './failure.ts';
import type { PolledCell, PolledQuestion, PolledTable } from './port.ts';

/** Column types of the protocol (MySQL Internals, `enum_field_types`). */
const TYPES = { decimal: 0, tiny: 1, timestamp: 7, date: 10, datetime: 12, bit: 16, newDecimal: 246 } as const;

export async function askMysql(question: PolledQuestion, { address }: CheckedAddress): Promise<PolledTable> {
  const { host, port, database, username, password, tls, timeoutMs } = question;
  const socket = boundedSocket(host).connect({ host: address, port });
  let connection: mysql.Connection | undefined;
  return bounded(
    question,
    async () => {
      connection = await mysql.createConnection({
        host,
        stream: () => socket,
        database,
        user: username,
        password,
        ...(tls.mode === 'verify' && {
          ssl: {
            rejectUnauthorized: true,
            verifyIdentity: true,
            ...(tls.authority !== undefined && { ca: tls.authority }),
          },
        }),
        connectTimeout: timeoutMs,
        multipleStatements: false,
        dateStrings: true,
        supportBigNumbers: true,
        charset: 'utf8mb4',
        // No file of this machine for a server that asks for one.
        flags: ['-LOCAL_FILES'],
      });
      return await ask(connection, question);
    },
    () => {
      connection?.destroy();
      socket.destroy();
    },
  );
}

async function ask(connection: mysql.Connection, question: PolledQuestion): Promise<PolledTable> {
  await connection.query("SET SESSION time_zone = '+00:00'");
  await limitTime(connection, question.timeoutMs);
  await connection.query('START TRANSACTION READ ONLY');
  const statement = question.statement.join('?');
  // By itself first: what is whole alone cannot close the brackets around it and go on behind them.
  const alone = await connection.prepare(statement);
  await alone.close();
  // Within a SELECT nothing but a SELECT can stand, and none INTO a file.
  const [rows, fields] = await connection.execute<mysql.RowDataPacket[][]>(
    { sql: `SELECT * FROM (\n${statement}\n) AS polled LIMIT ${question.maxRows + 1}`, rowsAsArray: true },
    question.parameters.map(({ value }) => value),
  );
  await connection.query('ROLLBACK');
  return {
    columns: fields.map(({ name }) => name),
    rows: rows.map((row) => row.map((cell, index) => readCell(cell, fields[index]!))),
  };
}

/** The two call it differently; where neither is known the connection is closed from here when time is up. */
async function limitTime(connection: mysql.Connection, timeoutMs: number): Promise<void> {
  try {
    await connection.query(`SET SESSION max_statement_time = ${timeoutMs / 1_000}`);
  } catch {
    await connection.query(`SET SESSION max_execution_time = ${Math.ceil(timeoutMs)}`).catch(() => undefined);
  }
}

function readCell(cell: unknown, { columnType, columnLength, type = columnType }: FieldPacket): PolledCell {
  if (cell === null) return null;
  // BOOLEAN is another name of TINYINT(1) there, and BIT(1) what older schemas use.
  if (type === TYPES.tiny && columnLength === 1) return cell === 1;
  if (type === TYPES.bit && columnLength === 1 && Buffer.isBuffer(cell)) return cell[0] === 1;
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string') return { unreadable: Buffer.isBuffer(cell) ? 'bytes' : 'JSON' };
  if (type === TYPES.decimal || type === TYPES.newDecimal) return exactNumber(cell);
  return type === TYPES.timestamp || type === TYPES.date || type === TYPES.datetime ? dayOf(cell) : cell;
}
