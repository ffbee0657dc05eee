import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askerOf } from './asking.fixture.ts';
import { HOST, PASSWORD, type Started, startPostgresql } from './servers.fixture.ts';

let server: Started;
let admin: pg.Client;
const ask = askerOf('postgresql', () => ({ port: server.port, database: 'postgres' }));

beforeAll(async () => {
  server = await startPostgresql();
  admin = new pg.Client({
    host: '127.0.0.1',
    port: server.port,
    user: 'reader',
    password: PASSWORD,
    database: 'postgres',
  });
  for (let tries = 0; ; tries += 1) {
    try {
      await admin.connect();
      break;
    } catch (error) {
      // "the database system is starting up"
      if ((error as { code?: string }).code !== '57P03' || tries > 50) throw error;
      admin = new pg.Client({
        host: '127.0.0.1',
        port: server.port,
        user: 'reader',
        password: PASSWORD,
        database: 'postgres',
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await admin.query(`CREATE TABLE usage (tenant text, attribute text, value numeric(30, 4), day date);
    INSERT INTO usage VALUES ('acme', 'Größe', 75.5, '2026-11-20'), ('acme', 'seats', 12, NULL), ('o''hara', 'seats', 3, NULL);`);
});
afterAll(async () => {
  await admin?.end();
  await server?.stop();
});

test('values come as what they are: exact numbers, days, truth, text', async () => {
  const sql = `SELECT 1::int2 AS a, 9007199254740991::int8, 9007199254740993::int8, 12.5000::numeric(9,4), 12345678901234567890.5::numeric,
    0.1::float8, true, DATE '2026-11-20', TIMESTAMP '2026-11-20 23:59', TIMESTAMPTZ '2026-11-20 23:59-02', 'ü'::text, NULL::int, 'NaN'::numeric`;
  const { columns, rows } = await ask(sql);
  expect(columns[0]).toBe('a');
  expect(rows).toEqual([
    [
      1,
      '9007199254740991',
      '9007199254740993',
      12.5,
      '12345678901234567890.5',
      0.1,
      true,
      '2026-11-20',
      '2026-11-20',
      '2026-11-21',
      'ü',
      null,
      'NaN',
    ],
  ]);
});

test('a parameter is data, whatever stands in it', async () => {
  const sql = 'SELECT attribute, value FROM usage WHERE tenant = {{tenant_id}} ORDER BY attribute -- all of them';
  expect((await ask(sql)).rows).toEqual([
    ['Größe', 75.5],
    ['seats', 12],
  ]);
  expect((await ask(sql, { tenantId: "o'hara" })).rows).toEqual([['seats', 3]]);
  expect((await ask(sql, { tenantId: "x' OR true --" })).rows).toEqual([]);
});

describe('a statement', () => {
  test.each([
    "INSERT INTO usage VALUES ('acme', 'x', 1)",
    'DELETE FROM usage',
    'DROP TABLE usage',
    'WITH gone AS (DELETE FROM usage RETURNING *) SELECT * FROM gone',
    'SELECT 1; DELETE FROM usage',
    'SELECT 1; COMMIT; DELETE FROM usage',
    'COMMIT',
    'SET TRANSACTION READ WRITE',
    "SELECT set_config('transaction_read_only', 'off', false)",
    'DO $$ BEGIN DELETE FROM usage; END $$',
    "COPY usage TO PROGRAM 'touch /tmp/uptake-canary'",
    'SELECT * FROM usage FOR UPDATE',
    "SELECT nextval('missing')",
    'VACUUM',
    'SELECT 1 )',
  ])('that does not just read is refused: %s', async (sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ name: 'PolledDatabaseError', isRetriable: false });
    expect((await admin.query('SELECT count(*)::int AS n FROM usage')).rows).toEqual([{ n: 3 }]);
  });

  test('that writes in a function is refused by the read-only transaction', async () => {
    await admin.query("CREATE OR REPLACE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM usage; SELECT 1'");
    await expect(ask('SELECT wipe()')).rejects.toThrow('read-only transaction');
  });

  test('with a mistake is answered with what the server says of it', async () => {
    await expect(ask('SELECT nothing FROM usage')).rejects.toThrow(`${HOST} says: column "nothing" does not exist`);
  });

  test('gives no more rows than asked for, and one', async () => {
    expect((await ask('SELECT * FROM generate_series(1, 1000000)', { maxRows: 10 })).rows).toHaveLength(11);
  });

  test('whose answer is larger than any table of values is broken off, encrypted or not', async () => {
    const sql = "SELECT repeat('x', 2000000) FROM generate_series(1, 20)";
    for (const tls of [{ mode: 'off' }, { mode: 'verify', authority: server.certificate }] as const) {
      await expect(ask(sql, { tls })).rejects.toMatchObject({
        isRetriable: false,
        message: `${HOST} answered with more than 10 MB.`,
      });
    }
    expect((await ask("SELECT repeat('x', 9000000)")).rows).toHaveLength(1);
  });

  test('that takes too long is stopped there and here', async () => {
    await expect(ask('SELECT pg_sleep(30)', { timeoutMs: 400 })).rejects.toThrow(/timeout|did not answer within 0.4 s/);
    const running =
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)' AND state = 'active' AND pid <> pg_backend_pid()";
    await expect.poll(async () => (await admin.query(running)).rows[0].n, { timeout: 5_000 }).toBe(0);
  });
});

describe('the connection', () => {
  test('is encrypted and to the host of the certificate', async () => {
    const tls = { mode: 'verify', authority: server.certificate } as const;
    const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    expect((await ask(sql, { tls })).rows).toEqual([[true]]);
    expect((await ask(sql)).rows).toEqual([[false]]);
    await expect(ask(sql, { tls: { mode: 'verify' } })).rejects.toThrow('certificate that is valid');
    await expect(ask(sql, { tls, host: '127.0.0.1' })).rejects.toThrow('certificate that is valid');
  });

  test('with a wrong password says so, and never with which', async () => {
    const asked = ask('SELECT 1', { password: 'canary-wrong' });
    await expect(asked).rejects.toThrow('password authentication failed');
    await expect(asked).rejects.not.toThrow(/canary|reader/);
  });

  test('is not made to a private address, and a server that is away is worth another try', async () => {
    await expect(ask('SELECT 1', { host: 'inner.example' })).rejects.toMatchObject({ code: 'address_refused' });
    await expect(ask('SELECT 1', { port: 1 })).rejects.toMatchObject({ isRetriable: true });
  });
});
