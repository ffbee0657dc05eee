import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askerOf } from './asking.fixture.ts';
import { HOST, PASSWORD, type Started, startMariadb } from './servers.fixture.ts';

let server: Started;
let admin: mysql.Connection;
const ask = askerOf('mysql', () => ({ port: server.port }));

beforeAll(async () => {
  // Every right there is, so that what refuses is the way it is asked.
  server = await startMariadb(
    [
      'CREATE DATABASE crm CHARACTER SET utf8mb4;',
      `CREATE USER 'reader'@'%' IDENTIFIED BY '${PASSWORD}';`,
      "GRANT ALL ON *.* TO 'reader'@'%';",
      'CREATE TABLE crm.`usage` (tenant varchar(50), attribute varchar(50), value decimal(20,4), is_on boolean, day date);',
      "INSERT INTO crm.`usage` VALUES ('acme', 'Größe', 75.5, true, '2026-11-20'), ('acme', 'seats', 12, false, NULL), ('o''hara', 'seats', 3, NULL, NULL);",
    ].join('\n'),
  );
  admin = await mysql.createConnection({
    host: '127.0.0.1',
    port: server.port,
    user: 'reader',
    password: PASSWORD,
    database: 'crm',
  });
});
afterAll(async () => {
  await admin?.end();
  await server?.stop();
});

test('values come as what they are: exact numbers, days, truth, text', async () => {
  const sql = `SELECT attribute, value, is_on, day, CAST(9007199254740993 AS UNSIGNED) AS big, 7 AS small, 1.5e0 AS f,
    TIMESTAMP '2026-11-20 23:59:00' AS t, x'00ff' AS raw, JSON_OBJECT('a', 1) AS j FROM \`usage\` WHERE tenant = 'acme' AND attribute <> 'seats'`;
  const { columns, rows } = await ask(sql);
  expect(columns.slice(0, 4)).toEqual(['attribute', 'value', 'is_on', 'day']);
  expect(rows[0]!.slice(0, 8)).toEqual(['Größe', 75.5, true, '2026-11-20', '9007199254740993', 7, 1.5, '2026-11-20']);
  expect(rows[0]![8]).toEqual({ unreadable: 'bytes' });
});

test('a parameter is data, whatever stands in it', async () => {
  const sql = 'SELECT attribute, value FROM `usage` WHERE tenant = {{tenant_id}} ORDER BY attribute DESC # all of them';
  expect((await ask(sql)).rows).toHaveLength(2);
  expect((await ask(sql, { tenantId: "o'hara" })).rows).toEqual([['seats', 3]]);
  expect((await ask(sql, { tenantId: "x' OR 1 -- " })).rows).toEqual([]);
});

describe('a statement', () => {
  test.each([
    "INSERT INTO `usage` (tenant) VALUES ('x')",
    'DELETE FROM `usage`',
    'DROP TABLE `usage`',
    'TRUNCATE `usage`',
    'SELECT 1; DELETE FROM `usage`',
    'COMMIT',
    'SET SESSION TRANSACTION READ WRITE',
    'SET GLOBAL max_connections = 1',
    "SELECT * FROM `usage` INTO OUTFILE '/tmp/uptake-canary'",
    "SELECT 1) AS a INTO OUTFILE '/tmp/uptake-canary' -- ",
    'SELECT 1) AS a; DELETE FROM `usage` -- ',
    "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE `usage`",
    'CALL wipe()',
    'SELECT 1 )',
  ])('that does not just read is refused: %s', async (sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ name: 'PolledDatabaseError', isRetriable: false });
    const [rows] = await admin.query('SELECT count(*) AS n FROM `usage`');
    expect(rows).toEqual([{ n: 3 }]);
  });

  test('that writes in a function is refused by the read-only transaction', async () => {
    await admin.query('CREATE OR REPLACE FUNCTION wipe_all() RETURNS int BEGIN DELETE FROM `usage`; RETURN 1; END');
    await expect(ask('SELECT wipe_all() AS a')).rejects.toThrow('READ ONLY transaction');
  });

  test('with a mistake is answered with what the server says of it', async () => {
    await expect(ask('SELECT nothing FROM `usage`')).rejects.toThrow(`${HOST} says: Unknown column 'nothing'`);
  });

  test('with common table expressions reads; and gives no more rows than asked for, and one', async () => {
    const sql = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n';
    expect((await ask(sql, { maxRows: 10 })).rows).toHaveLength(11);
  });

  test('that takes too long is stopped', async () => {
    await expect(ask('SELECT sleep(30) AS a', { timeoutMs: 400 })).rejects.toThrow(
      /max_statement_time|did not answer within 0.4 s/,
    );
  });
});

describe('the connection', () => {
  test('is encrypted and to the host of the certificate', async () => {
    const tls = { mode: 'verify', authority: server.certificate } as const;
    const sql =
      "SELECT VARIABLE_VALUE <> '' AS a FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'";
    expect((await ask(sql, { tls })).rows).toEqual([[1]]);
    expect((await ask(sql)).rows).toEqual([[0]]);
    await expect(ask(sql, { tls: { mode: 'verify' } })).rejects.toThrow('certificate that is valid');
    await expect(ask(sql, { tls, host: '127.0.0.1' })).rejects.toThrow('certificate that is valid');
  });

  test('with a wrong password says so, and never with which', async () => {
    const asked = ask('SELECT 1 AS a', { password: 'canary-wrong' });
    await expect(asked).rejects.toThrow('Access denied');
    await expect(asked).rejects.not.toThrow(/canary|reader/);
  });

  test('is not made to a private address, and a server that is away is worth another try', async () => {
    await expect(ask('SELECT 1 AS a', { host: 'inner.example' })).rejects.toMatchObject({ code: 'address_refused' });
    await expect(ask('SELECT 1 AS a', { port: 1 })).rejects.toMatchObject({ isRetriable: true });
  });
});
