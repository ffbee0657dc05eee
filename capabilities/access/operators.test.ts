import { auditEntries, operators as operatorTable } from '@uptake/io/control-store/schema';
import { like } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestAccess, TEST_ADMIN, TEST_BASE_URL, type TestAccess } from './testing.ts';

const GRACE = { email: 'grace@example.test', password: 'anchors aweigh 1906' };
const SYSTEM = { kind: 'system' } as const;

let opened: TestAccess;
let workspaceId: string;
let secretKey: string;
let operator: { cookie: string };
let owner: { cookie: string };
let graceId: string;

beforeAll(async () => {
  opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  const first = await opened.access.bootstrap();
  if (!first.isFirstStart) throw new Error('a fresh control store had a workspace already');
  ({ workspaceId } = first);
  secretKey = first.secretKey.value;
  const grace = { ...GRACE, name: 'Grace', role: 'owner' as const };
  graceId = (await opened.access.members.add(workspaceId, grace, SYSTEM)).userId;
  operator = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
  owner = await opened.signIn(GRACE.email, GRACE.password);
}, 60_000);
afterAll(() => opened.remove());

const get = (headers: Record<string, string>, url = '/api/v1/system/operators') =>
  opened.ask({ method: 'GET', url, headers });
const post = (headers: Record<string, string>, email: string) =>
  opened.ask({
    method: 'POST',
    url: '/api/v1/system/operators',
    headers: { origin: TEST_BASE_URL, ...headers },
    payload: { email },
  });
const remove = (headers: Record<string, string>, userId: string) =>
  opened.ask({
    method: 'DELETE',
    url: `/api/v1/system/operators/${userId}`,
    headers: { origin: TEST_BASE_URL, ...headers },
  });

describe('operators of the installation', () => {
  test('begin with whoever set it up', async () => {
    const { status, body } = await get(operator);
    expect(status).toBe(200);
    expect(body).toMatchObject({ operators: [{ email: TEST_ADMIN.email }] });
    expect((await get(operator, '/api/v1/me')).body).toMatchObject({ user: { is_operator: true } });
  });

  test('are nobody else: neither the owner of a workspace nor a key with every scope nor a stranger', async () => {
    expect((await get(owner)).status).toBe(403);
    expect((await get(owner, '/api/v1/me')).body).toMatchObject({ user: { is_operator: false } });
    expect((await get({ authorization: `Bearer ${secretKey}` })).status).toBe(403);
    expect((await get({})).status).toBe(401);
    expect((await post(owner, GRACE.email)).status).toBe(403);
  });

  test('add others by their address, which is written down, and find nobody who has no account', async () => {
    const { status, body } = await post(operator, 'Grace@Example.test');
    expect(status).toBe(201);
    expect(body).toMatchObject({ user_id: graceId, name: 'Grace' });
    expect((await post(operator, GRACE.email)).status).toBe(201);
    expect((await get(owner)).status).toBe(200);
    expect((await post(operator, 'nobody@example.test')).status).toBe(404);
    const entries = await opened.controlStore.asSystem((tx) =>
      tx.select().from(auditEntries).where(like(auditEntries.action, 'operator.%')),
    );
    expect(entries.map(({ action, subjectId }) => [action, subjectId])).toContainEqual(['operator.added', graceId]);
    expect(entries).toHaveLength(2);
  });

  test('can be removed but for the last one', async () => {
    const first = (await opened.access.operators.list()).find(({ email }) => email === TEST_ADMIN.email)!;
    expect((await remove(operator, graceId)).status).toBe(204);
    expect((await get(owner)).status).toBe(403);
    expect((await remove(operator, graceId)).status).toBe(404);
    expect((await remove(operator, first.userId)).status).toBe(409);
    expect((await get(operator)).status).toBe(200);
  });

  test('are out of reach of a workspace, whatever a query asks for', async () => {
    const reading = opened.controlStore.withWorkspace(workspaceId, (tx) => tx.select().from(operatorTable));
    await expect(reading).rejects.toThrow();
  });
});
