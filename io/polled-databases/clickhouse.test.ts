/**
 * The engine is ClickHouse's own, in this process; before it stands a server that takes requests as ClickHouse's HTTP interface
 * does (query, parameters, user and password), since Debian has no package of the server.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askerOf } from './asking.fixture.ts';
import { HOST, PASSWORD } from './servers.fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'uptake-ch-'));
const seen: URL[] = [];
let session: Session;
/** As of a user whose profile is read-only, who may change no setting. */
let refusesSettings = false;

function serve(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'http://x');
  seen.push(url);
  const fail = (status: number, code: number, text: string) =>
    response
      .writeHead(status, { 'x-clickhouse-exception-code': String(code) })
      .end(`Code: ${code}. DB::Exception: ${text}`);
  const [, given = ''] = (request.headers.authorization ?? '').split(' ');
  const said = Buffer.from(given, 'base64').toString();
  if (said !== `reader:${PASSWORD}`) {
    fail(516, 516, `reader: Authentication failed: ${said} is incorrect`);
    return;
  }
  if (refusesSettings && url.searchParams.has('max_execution_time')) {
    fail(500, 164, "Cannot modify 'max_execution_time' setting in readonly mode");
    return;
  }
  const query = (url.searchParams.get('query') ?? '').replaceAll(/\{(\w+):String\}/g, (_, name: string) => {
    const value = url.searchParams.get(`param_${name}`) ?? '';
    // What TabSeparated escapes, text literals do alike.
    return `'${value.replaceAll("'", "\\'")}'`;
  });
  try {
    response.end(session.query(query));
  } catch (error) {
    const { message } = error as Error;
    fail(400, Number(/Code: (\d+)/.exec(message)?.[1] ?? 1), message);
  }
}

const server = createServer(serve);
const ask = askerOf('clickhouse', () => ({ port: (server.address() as AddressInfo).port }));

beforeAll(async () => {
  session = new Session(directory);
  session.query(`CREATE DATABASE crm`);
  session.query(
    `CREATE TABLE crm.usage (tenant String, attribute LowCardinality(String), value Nullable(Decimal(18, 4)), day Date) ENGINE = Memory`,
  );
  session.query(
    `INSERT INTO crm.usage VALUES ('acme', 'Größe', 75.5, '2026-11-20'), ('o''hara', 'seats', NULL, '2026-11-20')`,
  );
  // A GET is answered so by the server.
  session.query('SET readonly = 2');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  session?.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
  refusesSettings = false;
});

test('values come as what they are: exact numbers, days, truth, text', async () => {
  const sql = `SELECT attribute, value, day, true AS t, toUInt64('18446744073709551615') AS big, toUInt64(7) AS small, 1.5 AS f,
    toDateTime('2026-11-20 23:59:00', 'UTC') AS at, [1] AS list, NULL AS nothing FROM crm.usage WHERE tenant = 'acme'`;
  const { columns, rows } = await ask(sql);
  expect(columns.slice(0, 3)).toEqual(['attribute', 'value', 'day']);
  expect(rows).toEqual([
    [
      'Größe',
      75.5,
      '2026-11-20',
      true,
      '18446744073709551615',
      7,
      1.5,
      '2026-11-20',
      { unreadable: 'Array(UInt8)' },
      null,
    ],
  ]);
});

test('a parameter is data, whatever stands in it', async () => {
  const sql = 'SELECT attribute FROM crm.usage WHERE tenant = {{tenant_id}} -- all of them';
  expect((await ask(sql)).rows).toEqual([['Größe']]);
  expect((await ask(sql, { tenantId: "o'hara" })).rows).toEqual([['seats']]);
  expect((await ask(sql, { tenantId: "x\\' OR 1 = 1\t--" })).rows).toEqual([]);
  expect(seen[2]!.searchParams.get('param_tenant_id')).toBe("x\\\\' OR 1 = 1\\t--");
});

describe('a statement', () => {
  test.each([
    "INSERT INTO crm.usage (tenant) VALUES ('x')",
    'DROP TABLE crm.usage',
    'ALTER TABLE crm.usage DELETE WHERE 1',
    'SELECT 1; DROP TABLE crm.usage',
    'SELECT 1) SETTINGS readonly = 0 --',
    'SET readonly = 0',
    'SELECT 1 )',
  ])('that does not just read is refused: %s', async (sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ name: 'PolledDatabaseError', isRetriable: false });
    expect((await ask('SELECT count() AS n FROM crm.usage')).rows).toEqual([[2]]);
  });

  test('with a mistake is answered with what the server says of it', async () => {
    await expect(ask('SELECT nothing FROM crm.usage')).rejects.toThrow(new RegExp(`${HOST} says: .*nothing`));
  });

  test('gives no more rows than asked for, and one; and asks the server to stop in time', async () => {
    expect((await ask('SELECT number FROM numbers(1000000)', { maxRows: 10, timeoutMs: 7_200 })).rows).toHaveLength(11);
    expect(seen[0]!.searchParams.get('max_execution_time')).toBe('8');
  });
});

describe('the connection', () => {
  test('of a user who may change no setting asks once more without any', async () => {
    refusesSettings = true;
    expect((await ask('SELECT 1 AS a')).rows).toEqual([[1]]);
    expect([...seen[1]!.searchParams.keys()]).toEqual(['query', 'database']);
  });

  test('with a wrong password says so, and never with which', async () => {
    const asked = ask('SELECT 1', { password: 'canary-wrong' });
    await expect(asked).rejects.toThrow('Authentication failed');
    await expect(asked).rejects.not.toThrow(/canary|reader/);
  });

  test('is not made to a private address, and one that speaks no TLS is said', async () => {
    await expect(ask('SELECT 1', { host: 'inner.example' })).rejects.toMatchObject({ code: 'address_refused' });
    await expect(ask('SELECT 1', { tls: { mode: 'verify' } })).rejects.toMatchObject({ code: 'tls_failed' });
  });
});
