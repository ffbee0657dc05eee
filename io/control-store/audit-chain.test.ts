import { createHash } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { type ChainedEntry, canonicalJson, hashedText, type Json } from '@uptake/domain/audit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { pgliteMigrationConnection } from './pglite.ts';

const WORKSPACE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
let pglite: PGlite;

beforeAll(async () => {
  pglite = await PGlite.create();
  const connection = pgliteMigrationConnection(pglite);
  await migrate(connection, MIGRATIONS, 3);
  await add({ day: 3, workspace: WORKSPACE, details: { name: 'Grüße 漢字 🚢', scopes: ['read', 'write'] } });
  await add({ day: 1, workspace: WORKSPACE, details: {} });
  await add({ day: 2, workspace: null, details: { address: 'a"b\\c\u0001' } });
  await migrate(connection, MIGRATIONS);
}, 60_000);
afterAll(() => pglite.close());

async function add({ day, workspace, details }: { day: number; workspace: string | null; details: Json }) {
  await pglite.query(
    `INSERT INTO audit_entries (workspace_id, occurred_at, actor_kind, action, subject_kind, subject_id, details)
     VALUES ($1, $2, 'system', 'thing.made', 'thing', 'a thing', $3)`,
    [workspace, `2026-11-0${day}T08:00:00.250Z`, JSON.stringify(details)],
  );
}

async function chain(chainId: string): Promise<ChainedEntry[]> {
  const { rows } = await pglite.query<Omit<ChainedEntry, 'occurred_at'> & { occurred_at: Date }>(
    'SELECT * FROM audit_entries WHERE chain_id = $1 ORDER BY sequence',
    [chainId],
  );
  return rows.map((row) => ({
    ...row,
    sequence: Number(row.sequence),
    occurred_at: row.occurred_at.toISOString(),
  }));
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function expectWhole(entries: readonly ChainedEntry[]): void {
  let previous = '0'.repeat(64);
  for (const [index, entry] of entries.entries()) {
    expect(entry).toMatchObject({ sequence: index + 1, previous_hash: previous, hash: sha256(hashedText(entry)) });
    previous = entry.hash;
  }
}

test('entries from before the chain are linked in the order of their time, each workspace by itself', async () => {
  const own = await chain(WORKSPACE);
  expect(own.map((entry) => entry.occurred_at.slice(0, 10))).toEqual(['2026-11-01', '2026-11-03']);
  expectWhole(own);
  const installation = await chain('00000000-0000-0000-0000-000000000000');
  expect(installation).toHaveLength(1);
  expectWhole(installation);
});

test('a new entry follows the last one, whoever writes it and whatever it claims', async () => {
  await pglite.query(
    `INSERT INTO audit_entries (workspace_id, occurred_at, actor_kind, action, subject_kind, subject_id, sequence, hash, previous_hash)
     VALUES ($1, now(), 'system', 'thing.made', 'thing', 'a thing', 900, 'made up', 'made up')`,
    [WORKSPACE],
  );
  const own = await chain(WORKSPACE);
  expect(own).toHaveLength(3);
  expectWhole(own);
});

test('the end of a chain cannot be moved, nor a table emptied', async () => {
  await expect(pglite.exec(`UPDATE audit_chains SET sequence = 1`)).rejects.toThrow(/move only with an entry/);
  await expect(pglite.exec(`DELETE FROM audit_chains`)).rejects.toThrow(/move only with an entry/);
  await expect(pglite.exec(`TRUNCATE audit_chains`)).rejects.toThrow(/append-only/);
  await expect(pglite.exec(`TRUNCATE audit_entries`)).rejects.toThrow(/append-only/);
});

test('database and domain write any JSON as the same text', async () => {
  const text = fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed() && !each.includes('\0'));
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
      text,
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(text, tie('json'), { maxKeys: 5 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(json, async (value) => {
      const { rows } = await pglite.query<{ text: string }>('SELECT uptake_canonical_json($1::jsonb) AS text', [
        JSON.stringify(value),
      ]);
      expect(rows[0]?.text).toBe(canonicalJson(value));
    }),
    { numRuns: 300 },
  );
});
