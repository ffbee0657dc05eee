/** Asks ClickHouse over HTTP by GET, which the server answers in read-only mode whatever the statement says. */
import type { Outbound } from '../outbound/index.ts';
import { dayOf, exactNumber } from './cells.ts';
import { describeFailure, scrubbed } from './failure.ts';
import { type PolledCell, PolledDatabaseError, type PolledQuestion, type PolledTable } from './port.ts';

const MAX_BYTES = 10 * 1024 * 1024;
/** The user may only read, and may not say how: then the server's own limits hold. */
const READONLY = '164';

export async function askClickhouse(
  question: PolledQuestion,
  outbound: Pick<Outbound, 'request'>,
): Promise<PolledTable> {
  const limits = {
    max_execution_time: String(Math.ceil(question.timeoutMs / 1_000)),
    date_time_output_format: 'iso',
  };
  try {
    const limited = await send(question, outbound, limits);
    return readTable(limited.code === READONLY ? await send(question, outbound, {}) : limited, question);
  } catch (error) {
    throw describeFailure(error, question);
  }
}

type Answer = { readonly status: number; readonly code: string | undefined; readonly text: string };

async function send(
  question: PolledQuestion,
  outbound: Pick<Outbound, 'request'>,
  settings: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { host, port, database, username, password, tls, statement, parameters, maxRows, timeoutMs, signal } = question;
  const url = new URL(`${tls.mode === 'off' ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/`);
  const text = statement.reduce((sql, part, index) => `${sql}{${parameters[index - 1]!.name}:String}${part}`);
  url.searchParams.set('query', `SELECT * FROM (\n${text}\n) LIMIT ${maxRows + 1} FORMAT JSONCompact`);
  url.searchParams.set('database', database);
  for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
  for (const { name, value } of parameters) url.searchParams.set(`param_${name}`, escaped(value));
  const { status, headers, body } = await outbound.request({
    url: url.href,
    // As bytes in UTF-8, which ClickHouse's own headers would not carry.
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    redirects: 0,
    // Mistakes in statements are answered with 500 there, which another try does not mend.
    tries: 1,
    maxBytes: MAX_BYTES,
    timeoutMs,
    signal,
  });
  return { status, code: headers['x-clickhouse-exception-code'], text: body.toString() };
}

/** Values of parameters are read as in the format TabSeparated. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function readTable({ status, text }: Answer, question: PolledQuestion): PolledTable {
  const { host } = question;
  if (status !== 200) throw new PolledDatabaseError(`${host} says: ${scrubbed(text, question)}`, status === 503);
  let answer: { readonly meta?: unknown; readonly data?: unknown };
  try {
    // 64-bit integers may come bare; those that a number would round are taken as text.
    answer = JSON.parse(text, keepExact) as typeof answer;
  } catch {
    answer = {};
  }
  const { meta, data } = answer ?? {};
  if (!Array.isArray(meta) || !Array.isArray(data)) {
    throw new PolledDatabaseError(`${host} answered with something that ClickHouse does not; check the port.`, false);
  }
  const columns = (meta as readonly { readonly name: string; readonly type: string }[]).map(({ name, type }) => ({
    name,
    type: type.replaceAll(/Nullable\(|LowCardinality\(/g, ''),
  }));
  return {
    columns: columns.map(({ name }) => name),
    rows: (data as readonly (readonly unknown[])[]).map((row) =>
      row.map((cell, index) => readCell(cell, columns[index]?.type ?? '')),
    ),
  };
}

function keepExact(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded ? (context?.source ?? String(value)) : value;
}

function readCell(cell: unknown, type: string): PolledCell {
  if (cell === null || typeof cell === 'boolean' || typeof cell === 'number') return cell;
  if (typeof cell !== 'string') return { unreadable: type };
  if (/^(U?Int\d|Decimal)/.test(type)) return exactNumber(cell);
  return type.startsWith('Date') ? dayOf(cell) : cell;
}
