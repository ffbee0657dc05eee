import { anchorText, parseAnchor } from '@uptake/domain/audit';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestAccess, TEST_ADMIN, TEST_BASE_URL, type TestAccess } from './testing.ts';

let opened: TestAccess;
let workspaceId: string;
let cookie: string;
const actor = { kind: 'system' } as const;

beforeAll(async () => {
  opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  await opened.access.bootstrap();
  cookie = (await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password)).cookie;
}, 60_000);
afterAll(() => opened.remove());

/** A chain of its own for each test: workspaces share none. */
beforeEach(async () => {
  const payload = { name: 'Audited' };
  const made = await opened.ask({
    method: 'POST',
    url: '/api/v1/workspaces',
    headers: { cookie, origin: TEST_BASE_URL },
    payload,
  });
  workspaceId = (made.body as { id: string }).id;
  for (let index = 1; index <= 8; index++) {
    await opened.access.readModel.audit({
      workspaceId,
      actor,
      action: index % 2 === 0 ? 'plan.changed' : 'plan.made',
      subject: { kind: 'plan', id: `plan-${index}` },
      details: { index, note: 'grüße "漢字"', share: 0.1 + index / 1e9 },
    });
  }
});

const asAdmin = () => ({ cookie, 'x-uptake-workspace': workspaceId });
const get = (path: string) => opened.ask({ method: 'GET', url: path, headers: asAdmin() });
const verify = async (query = '') => {
  const { status, body } = await get(`/api/v1/audit/verification${query}`);
  expect(status).toBe(200);
  return body as { is_intact: boolean; entries: number; anchor: string; fault: { kind: string; sequence: number } };
};

/** As somebody would who rules the database: past the triggers. */
async function tamper(statements: string): Promise<void> {
  await opened.controlStore.asSystem(async (tx) => {
    for (const table of ['audit_entries', 'audit_chains']) {
      await tx.execute(sql.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`));
    }
    for (const statement of statements.split(';')) await tx.execute(sql.raw(statement));
    for (const table of ['audit_entries', 'audit_chains']) {
      await tx.execute(sql.raw(`ALTER TABLE ${table} ENABLE TRIGGER USER`));
    }
  });
}
const own = () => `chain_id = '${workspaceId}'`;

describe('a chain that somebody worked on', () => {
  test('is whole as long as nobody did, and goes on growing', async () => {
    const before = await verify();
    expect(before).toMatchObject({ is_intact: true, fault: null });
    await opened.access.readModel.audit({
      workspaceId,
      actor,
      action: 'plan.made',
      subject: { kind: 'plan', id: 'x' },
    });
    const after = await verify(`?anchor=${encodeURIComponent(before.anchor)}`);
    expect(after).toMatchObject({ is_intact: true, entries: before.entries + 1 });
  });

  test.each([
    ['its action', `action = 'plan.read'`],
    ['a detail', `details = details || '{"index": 7000}'`],
    ['its time', `occurred_at = occurred_at - interval '1 day'`],
    ['who did it', `actor_kind = 'member', actor_id = 'somebody else'`],
  ])('names the entry of which %s was changed', async (_, change) => {
    await tamper(`UPDATE audit_entries SET ${change} WHERE ${own()} AND sequence = 5`);
    expect(await verify()).toMatchObject({ is_intact: false, fault: { kind: 'changed', sequence: 5 } });
  });

  test('names the entry that follows one whose hash was made to fit a change', async () => {
    await tamper(
      `UPDATE audit_entries SET action = 'plan.read' WHERE ${own()} AND sequence = 5;
       UPDATE audit_entries AS e SET hash = uptake_audit_hash(e) WHERE ${own()} AND sequence = 5`,
    );
    expect(await verify()).toMatchObject({ is_intact: false, fault: { kind: 'unlinked', sequence: 6 } });
  });

  test('names the place of an entry that was deleted', async () => {
    await tamper(`DELETE FROM audit_entries WHERE ${own()} AND sequence = 4`);
    expect(await verify()).toMatchObject({ is_intact: false, fault: { kind: 'missing', sequence: 4 } });
  });

  test('names the first of two entries that changed places', async () => {
    await tamper(
      `UPDATE audit_entries SET sequence = -1 WHERE ${own()} AND sequence = 3;
       UPDATE audit_entries SET sequence = 3 WHERE ${own()} AND sequence = 4;
       UPDATE audit_entries SET sequence = 4 WHERE ${own()} AND sequence = -1`,
    );
    expect(await verify()).toMatchObject({ is_intact: false, fault: { kind: 'changed', sequence: 3 } });
  });

  test('shows that its last entries were cut off', async () => {
    const { entries } = await verify();
    await tamper(`DELETE FROM audit_entries WHERE ${own()} AND sequence > ${entries - 2}`);
    expect(await verify()).toMatchObject({ is_intact: false, fault: { kind: 'cut_off', sequence: entries - 1 } });
  });

  test('shows to whoever kept an anchor that end and entries were cut off together', async () => {
    const { entries, anchor } = await verify();
    await tamper(
      `DELETE FROM audit_entries WHERE ${own()} AND sequence > ${entries - 2};
       UPDATE audit_chains SET sequence = ${entries - 2}, hash = (SELECT hash FROM audit_entries
         WHERE ${own()} AND sequence = ${entries - 2}) WHERE ${own()}`,
    );
    expect(await verify()).toMatchObject({ is_intact: true });
    expect(await verify(`?anchor=${encodeURIComponent(anchor)}`)).toMatchObject({
      is_intact: false,
      fault: { kind: 'cut_off', sequence: entries - 1 },
    });
  });

  test('shows to whoever kept an anchor that it was written anew from the beginning', async () => {
    const { anchor } = await verify();
    const { sequence, hash } = parseAnchor(anchor)!;
    const forged = anchorText({ sequence: sequence - 1, hash });
    expect(await verify(`?anchor=${encodeURIComponent(forged)}`)).toMatchObject({
      is_intact: false,
      fault: { kind: 'anchor_differs', sequence: sequence - 1 },
    });
  });

  test('shows entries that were put behind its end', async () => {
    const { entries } = await verify();
    await tamper(`UPDATE audit_entries SET sequence = sequence + 10 WHERE ${own()} AND sequence = ${entries}`);
    expect(await verify()).toMatchObject({ is_intact: false, fault: { kind: 'cut_off', sequence: entries } });
    const [state] = (await opened.access.auditLog.verifyAll()).filter(({ chainId }) => chainId === workspaceId);
    expect(state?.fault).toMatchObject({ kind: 'cut_off' });
  });
});

test('many entries at once make one chain without gaps', async () => {
  const before = await verify();
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      opened.access.readModel.audit({
        workspaceId,
        actor,
        action: 'plan.read',
        subject: { kind: 'plan', id: String(index) },
      }),
    ),
  );
  expect(await verify()).toMatchObject({ is_intact: true, entries: before.entries + 60 });
});

test('pages go from the newest to the oldest, filtered as asked', async () => {
  type Page = { entries: { sequence: number; action: string; subject_id: string }[]; next: number | null };
  const first = (await get('/api/v1/audit?action=plan.*&limit=5')).body as Page;
  const rest = (await get(`/api/v1/audit?action=plan.*&limit=5&before_sequence=${first.next}`)).body as Page;
  expect([...first.entries, ...rest.entries].map((entry) => entry.subject_id)).toEqual(
    [8, 7, 6, 5, 4, 3, 2, 1].map((index) => `plan-${index}`),
  );
  expect(rest.next).toBeNull();
  const changed = (await get('/api/v1/audit?action=plan.changed&subject=plan-4')).body as Page;
  expect(changed.entries).toMatchObject([{ action: 'plan.changed', subject_id: 'plan-4' }]);
  expect((await get('/api/v1/audit?from=yesterday')).status).toBe(400);
});

test('an export holds every entry once, is safe in a spreadsheet, and is an entry itself', async () => {
  await opened.access.readModel.audit({
    workspaceId,
    actor,
    action: 'plan.made',
    subject: { kind: 'plan', id: '=1+1' },
  });
  const { body: before } = await get('/api/v1/audit?limit=1');
  const csv = await opened.app.inject({ url: '/api/v1/audit/export?format=csv', headers: asAdmin() });
  const lines = csv.body.trimEnd().split('\r\n');
  expect(lines).toHaveLength((before as { entries: { sequence: number }[] }).entries[0]!.sequence + 2);
  expect(csv.body).toContain(`,'=1+1,`);
  expect(csv.body).toContain(`"{""note"":""grüße \\""漢字\\"""",""index"":1,`);
  const ndjson = await opened.app.inject({ url: '/api/v1/audit/export?action=audit.*', headers: asAdmin() });
  expect(
    ndjson.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).action),
  ).toEqual(['audit.exported', 'audit.exported']);
});

test('only admins read it', async () => {
  const member = { email: 'vi@example.test', name: 'Vi', role: 'analyst' as const, password: 'a long password' };
  await opened.access.members.add(workspaceId, member, actor);
  const analyst = await opened.signIn(member.email, member.password);
  for (const url of ['/api/v1/audit', '/api/v1/audit/export', '/api/v1/audit/verification']) {
    expect((await opened.ask({ method: 'GET', url, headers: analyst })).status).toBe(403);
  }
});
