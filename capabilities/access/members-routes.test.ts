import { auditEntries } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BootstrapResult } from './bootstrap.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from './testing.ts';

let opened: TestAccess;
let first: Extract<BootstrapResult, { isFirstStart: true }>;
let owner: { cookie: string };

beforeAll(async () => {
  opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  const result = await opened.access.bootstrap();
  if (!result.isFirstStart) throw new Error('the template is not empty');
  first = result;
  owner = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
}, 60_000);
afterAll(() => opened.remove());

type Member = { id: string; email: string; role: string; password?: string | null };
const as = (headers: { cookie: string }, options: InjectOptions) => opened.ask({ ...options, headers });
const add = (headers: { cookie: string }, email: string, role: string) =>
  as(headers, { method: 'POST', url: '/api/v1/members', payload: { email, name: 'Grace', role } });
const audited = async (action: string) =>
  opened.controlStore.asSystem((tx) => tx.select().from(auditEntries).where(eq(auditEntries.action, action)));

test('a person is added with a password shown once, signs in with it, and is on the list', async () => {
  const { status, body } = await add(owner, 'Grace@Example.test', 'analyst');
  expect(status).toBe(201);
  const made = body as Member;
  expect(made).toMatchObject({ email: 'grace@example.test', role: 'analyst' });
  const cookie = await opened.signIn('grace@example.test', made.password!);
  const list = await as(cookie, { method: 'GET', url: '/api/v1/members' });
  expect((list.body as { members: Member[] }).members.map(({ email, role }) => [email, role])).toEqual([
    [TEST_ADMIN.email, 'owner'],
    ['grace@example.test', 'analyst'],
  ]);
  expect(JSON.stringify(list.body)).not.toContain(made.password);
  expect(await add(owner, 'grace@example.test', 'viewer')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(await add(cookie, 'eve@example.test', 'viewer')).toMatchObject({ status: 403 });
});

test('roles change and memberships end, each audited with what was before', async () => {
  const { id, password } = (await add(owner, 'joan@example.test', 'viewer')).body as Member;
  const joan = await opened.signIn('joan@example.test', password!);
  const url = `/api/v1/members/${id}`;
  expect(await as(owner, { method: 'PATCH', url, payload: { role: 'analyst' } })).toMatchObject({
    status: 200,
    body: { role: 'analyst' },
  });
  const change = (await audited('member.role_changed')).find((entry) => entry.subjectId === id);
  expect(change!.details).toEqual({ before: { role: 'viewer' }, after: { role: 'analyst' } });
  expect(await as(owner, { method: 'DELETE', url })).toMatchObject({ status: 204 });
  expect((await audited('member.removed')).map((entry) => entry.subjectId)).toContain(id);
  expect(await as(joan, { method: 'GET', url: '/api/v1/members' })).toMatchObject({ status: 401 });
  expect(await as(owner, { method: 'DELETE', url })).toMatchObject({ status: 404 });
});

test('an admin manages members but makes, changes and removes no owner', async () => {
  const { id, password } = (await add(owner, 'admin@example.test', 'admin')).body as Member;
  const admin = await opened.signIn('admin@example.test', password!);
  expect(await add(admin, 'mallory@example.test', 'owner')).toMatchObject({ status: 403 });
  const self = { method: 'PATCH', url: `/api/v1/members/${id}`, payload: { role: 'owner' } } as const;
  expect(await as(admin, self)).toMatchObject({ status: 403 });
  const url = `/api/v1/members/${first.adminUserId}`;
  expect(await as(admin, { method: 'PATCH', url, payload: { role: 'viewer' } })).toMatchObject({ status: 403 });
  expect(await as(admin, { method: 'DELETE', url })).toMatchObject({ status: 403 });
  expect(await as(owner, { method: 'DELETE', url })).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect((await add(admin, 'kay@example.test', 'viewer')).status).toBe(201);
});

test('no key manages members, whatever its scopes', async () => {
  const made = await opened.access.keys.create(
    first.workspaceId,
    { kind: 'secret', name: 'all', scopes: ['read', 'write', 'admin'] },
    { kind: 'system' },
  );
  const headers = { authorization: `Bearer ${made.key}` };
  expect(await opened.ask({ method: 'GET', url: '/api/v1/members', headers })).toMatchObject({ status: 403 });
});

test('what an environment collects is changed by admins alone and audited with what it was', async () => {
  const url = `/api/v1/environments/${first.environmentId}`;
  const payload = { mode: 'enforce', excluded_events: ['page_viewed'], excluded_feature_areas: ['beta'] };
  expect(await as(owner, { method: 'PATCH', url, payload })).toMatchObject({ status: 200, body: payload });
  expect(await as(owner, { method: 'GET', url })).toMatchObject({ status: 200, body: { ...payload, policy: 'full' } });
  const [entry] = await audited('environment.changed');
  expect(entry!.details).toEqual({
    before: { mode: 'observe', excluded_events: [], excluded_feature_areas: [] },
    after: payload,
  });
  await as(owner, { method: 'PATCH', url, payload });
  expect(await audited('environment.changed')).toHaveLength(1);
  for (const wrong of [{ mode: 'strict' }, {}, { excluded_events: ['Page Viewed'] }, { pollicy: 'ledger' }]) {
    expect(await as(owner, { method: 'PATCH', url, payload: wrong })).toMatchObject({ status: 400 });
  }
  const viewer = (await add(owner, 'viewer@example.test', 'viewer')).body as Member;
  const cookie = await opened.signIn('viewer@example.test', viewer.password!);
  expect(await as(cookie, { method: 'PATCH', url, payload })).toMatchObject({ status: 403 });
  const elsewhere = '/api/v1/environments/018f0000-0000-7000-8000-000000000000';
  expect(await as(owner, { method: 'PATCH', url: elsewhere, payload })).toMatchObject({ status: 404 });
});
