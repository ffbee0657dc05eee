import { dayOf } from '@uptake/domain/criteria';
import { createOutbound } from '@uptake/io/outbound';
import { describe, expect, test } from 'vitest';
import { createDatabases, readTable } from './database.ts';

const rows = { kind: 'rows', attribute: 'name', value: 'v' } as const;

describe('a table', () => {
  test('of a value in each row gives them with tasks, days and notes', () => {
    const table = {
      columns: ['name', 'v', 'task', 'at', 'why'],
      rows: [
        ['Größe', 75.5, 'Enable SSO', '2026-11-20', null],
        ['sso', false, null, null, 'nightly'],
      ],
    };
    const read = readTable(table, { ...rows, task: 'task', day: 'at', notes: 'why' });
    expect(read.rows).toEqual([
      { attribute: 'Größe', value: 75.5, task: 'Enable SSO', day: '2026-11-20' },
      { attribute: 'sso', value: false, notes: 'nightly' },
    ]);
    expect(read.sample).toEqual([expect.objectContaining({ name: 'Größe', v: 75.5 }), expect.anything()]);
  });

  test('with rows that cannot be read gives the others, and says which and why', () => {
    const table = {
      columns: ['name', 'v'],
      rows: [
        [1, 1],
        ['b', null],
        ['c', { unreadable: 'bytes' }],
        ['d', 4],
      ],
    } as const;
    const read = readTable(table, rows);
    expect(read.rows).toEqual([{ attribute: 'd', value: 4 }]);
    expect(read.notices).toEqual([
      'Row 1: name is no text that names an attribute.',
      'Row 2: v is empty.',
      'Row 3: v holds bytes; select text, a number, truth or a day.',
    ]);
  });

  test('without a column, or with two of its name, is refused naming those there are', () => {
    expect(() => readTable({ columns: ['a', 'v'], rows: [] }, rows)).toThrow('no column "name"; it has a, v');
    expect(() => readTable({ columns: ['name', 'v', 'v'], rows: [] }, rows)).toThrow('more than one column "v"');
  });

  test('of ten thousand rows is read, of one more the first ten thousand', () => {
    const table = (length: number) => ({ columns: ['name', 'v'], rows: Array.from({ length }, (_, n) => ['a', n]) });
    expect(readTable(table(10_000), rows)).toMatchObject({ notices: [] });
    const read = readTable(table(10_001), rows);
    expect(read.rows).toHaveLength(10_000);
    expect(read.notices).toEqual(['Only the first 10000 rows are read.']);
  });

  test('of one row gives a value for every column', () => {
    const table = { columns: ['sso', 'seats', 'gone'], rows: [[true, 12, null]] };
    expect(readTable(table, { kind: 'columns', task: 'Roll out' })).toMatchObject({
      rows: [
        { attribute: 'sso', value: true, task: 'Roll out' },
        { attribute: 'seats', value: 12, task: 'Roll out' },
      ],
      notices: ['Column "gone" is empty.'],
    });
    expect(() => readTable({ columns: ['a'], rows: [[1], [2]] }, { kind: 'columns' })).toThrow(
      '2 rows where one is needed',
    );
  });
});

const outbound = createOutbound({ allow: [], userAgent: 'Uptake/test', nowMs: () => 0, random: () => 0 });
const { readConfig, fetchValues } = createDatabases(outbound);
const good = { engine: 'postgresql', host: 'db.example', database: 'crm', query: 'SELECT 1', mapping: rows };
const ask = (config: object, credentials: unknown) =>
  fetchValues!({
    config: { ...good, ...config },
    credentials,
    signal: AbortSignal.timeout(5_000),
    day: dayOf(0),
    workspaceId: 'w',
    tenantId: undefined,
    bound: undefined,
  });

describe('a source', () => {
  test.each([
    ['/engine', { engine: 'oracle' }],
    ['/host', { host: 'postgres://ada:pw@db.example' }],
    ['/host', { host: 'db.example:5432' }],
    ['/port', { port: 0 }],
    ['/tls', { tls: 'prefer' }],
    ['/tls_authority', { tls_authority: 'no certificate' }],
    ['/tls_authority', { engine: 'clickhouse', tls_authority: '-----BEGIN CERTIFICATE-----' }],
    ['/query', { query: '' }],
    ['/query', { query: 'SELECT {{secret}}' }],
    ['/timeout_seconds', { timeout_seconds: 121 }],
    ['/mapping/value', { mapping: { kind: 'rows', attribute: 'a' } }],
    ['/mapping/value', { mapping: { kind: 'columns', value: 'a' } }],
    ['/password', { password: 'canary' }],
  ])('that is wrong at %s is refused there: %j', (path, change) => {
    expect(readConfig({ ...good, ...change }).map((error) => error.path)).toEqual([path]);
    expect(readConfig(good)).toEqual([]);
  });

  test('at a private address is not called', async () => {
    const credentials = { username: 'reader', password: 'pw' };
    for (const engine of ['postgresql', 'mysql', 'clickhouse']) {
      const asked = ask({ engine, host: '127.0.0.1' }, credentials);
      await expect(asked).rejects.toMatchObject({ name: 'SourceFailed', isRetriable: false });
      await expect(asked).rejects.toThrow('private network');
    }
  });

  test('without credentials, or a tenant it asks for, says what is missing', async () => {
    await expect(ask({}, undefined)).rejects.toThrow('credential "username"');
    const query = 'SELECT * FROM usage WHERE tenant = {{tenant_id}}';
    await expect(ask({ query }, { username: 'a', password: 'b' })).rejects.toThrow('no tenant id');
  });
});
