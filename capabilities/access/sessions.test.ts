import { auditEntries, sessions } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BootstrapResult } from './bootstrap.ts';
import { openTestAccess, TEST_ADMIN, TEST_BASE_URL, type TestAccess } from './testing.ts';

const actor = { kind: 'system' } as const;
let opened: TestAccess;
let first: Extract<BootstrapResult, { isFirstStart: true }>;
let cookie: string;
const ask: TestAccess['ask'] = (options) => opened.ask(options);

beforeAll(async () => {
  opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  const result = await opened.access.bootstrap();
  if (!result.isFirstStart) throw new Error('the template is not empty');
  first = result;
  cookie = (await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password)).cookie;
}, 60_000);
afterAll(() => opened.remove());

describe('sessions', () => {
  const signIn = (payload: object, headers: Record<string, string> = { origin: TEST_BASE_URL }) =>
    ask({ method: 'POST', url: '/api/auth/sign-in/email', payload, headers, remoteAddress: '203.0.113.50' });

  test('the cookie is out of reach of scripts and of other sites', async () => {
    const { headers } = await signIn(TEST_ADMIN);
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly/i);
    expect(String(headers['set-cookie'])).toMatch(/SameSite=Lax/i);
  });

  test('the answer holds the person and nothing that could stand for the cookie', async () => {
    const { body } = await signIn(TEST_ADMIN);
    expect(body).toEqual({ user: { id: first.adminUserId, email: TEST_ADMIN.email, name: 'Admin' } });
  });

  test('a wrong password and an unknown person get the same answer', async () => {
    const wrong = await signIn({ email: TEST_ADMIN.email, password: 'not the password' });
    const unknown = await signIn({ email: 'nobody@example.test', password: 'not the password' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(unknown.body).toEqual(wrong.body);
  });

  test('signing in from a page of another origin is refused', async () => {
    expect(await signIn(TEST_ADMIN, { origin: 'https://evil.test' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  test.each([{ origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }])(
    'a change from a page of another origin (%j) is refused though the cookie is good',
    async (headers) => {
      const request = { method: 'POST', url: '/api/v1/products', payload: { name: 'Forged' } } as const;
      expect(await ask({ ...request, headers: { ...headers, cookie } })).toMatchObject({ status: 403 });
    },
  );

  test('nobody can sign themselves up, and no other endpoint of the library is there', async () => {
    const newcomer = { email: 'new@example.test', password: 'a long password', name: 'New' };
    for (const path of [
      'sign-up/email',
      'request-password-reset',
      'update-user',
      'delete-user',
      'list-sessions',
      'ok',
    ]) {
      const answer = await ask({
        method: 'POST',
        url: `/api/auth/${path}`,
        payload: newcomer,
        headers: { cookie },
      });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  test('signing out ends the session itself, not just the cookie', async () => {
    const { cookie } = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
    expect((await ask({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(200);
    await ask({ method: 'POST', url: '/api/auth/sign-out', headers: { cookie, origin: TEST_BASE_URL } });
    expect((await ask({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(401);
  });

  test('a changed password needs the old one, ends the other sessions and is written down', async () => {
    const email = 'analyst@example.test';
    const analyst = { email, name: 'Ann', role: 'analyst' as const, password: 'a long password' };
    await opened.access.members.add(first.workspaceId, analyst, actor);
    const [one, two] = [await opened.signIn(email, 'a long password'), await opened.signIn(email, 'a long password')];
    const change = (currentPassword: string) =>
      ask({
        method: 'POST',
        url: '/api/auth/change-password',
        headers: { ...one, origin: TEST_BASE_URL },
        payload: { currentPassword, newPassword: 'an even longer password', revokeOtherSessions: true },
      });
    expect((await change('a wrong password')).status).toBe(400);
    expect((await change('a long password')).status).toBe(200);
    expect((await ask({ method: 'GET', url: '/api/v1/me', headers: two })).status).toBe(401);
    await opened.signIn(email, 'an even longer password');
    const entries = await opened.controlStore.asSystem((tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.action, 'password.changed')),
    );
    expect(entries).toHaveLength(1);
  });

  test('a session past its time is no session', async () => {
    let { cookie } = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
    await opened.controlStore.asSystem((tx) =>
      tx
        .update(sessions)
        .set({ expiresAt: new Date(0) })
        .where(eq(sessions.userId, first.adminUserId)),
    );
    expect((await ask({ method: 'GET', url: '/api/v1/me', headers: { cookie } })).status).toBe(401);
    cookie = (await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password)).cookie;
  });

  test('guessing passwords from one address is stopped with a time to wait, other addresses are not', async () => {
    const guess = (remoteAddress: string) =>
      ask({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        headers: { origin: TEST_BASE_URL, 'x-forwarded-for': crypto.randomUUID() },
        remoteAddress,
        payload: { email: 'nobody@example.test', password: 'guessed' },
      });
    const statuses = [];
    for (let i = 0; i < 21; i++) statuses.push((await guess('198.51.100.66')).status);
    expect(statuses.indexOf(429)).toBe(20);
    expect((await guess('198.51.100.67')).status).toBe(401);
  }, 60_000);

  test('a removed member is out at once, and the last owner can neither leave nor step down', async () => {
    const { members } = opened.access;
    const member = { email: 'gone@example.test', name: 'Gone', role: 'admin' as const, password: 'a long password' };
    const { userId } = await members.add(first.workspaceId, member, actor);
    const headers = await opened.signIn(member.email, member.password);
    await members.remove(first.workspaceId, userId, actor);
    expect((await ask({ method: 'GET', url: '/api/v1/workspace', headers })).status).toBe(401);
    const again = await opened.signIn(member.email, member.password);
    expect((await ask({ method: 'GET', url: '/api/v1/workspace', headers: again })).status).toBe(403);
    await expect(members.remove(first.workspaceId, first.adminUserId, actor)).rejects.toMatchObject({
      code: 'conflict',
    });
    const demoted = { email: TEST_ADMIN.email, name: 'Admin', role: 'viewer' as const };
    await expect(members.add(first.workspaceId, demoted, actor)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a password that was lost', () => {
  const GRACE = { email: 'grace@example.test', password: 'anchors aweigh 1906' };

  test('is replaced by the operator of the machine: the old one and its sessions are out, and the log says so', async () => {
    const grace = { ...GRACE, name: 'Grace', role: 'viewer' as const };
    const { userId } = await opened.access.members.add(first.workspaceId, grace, actor);
    const before = await opened.signIn(GRACE.email, GRACE.password);
    const given = await opened.access.resetPassword(' Grace@example.test');
    expect(given.userId).toBe(userId);
    expect(given.password).toMatch(/^[0-9A-Za-z]{16}$/);
    expect((await ask({ method: 'GET', url: '/api/v1/me', headers: { cookie: before.cookie } })).status).toBe(401);
    const old = { method: 'POST', url: '/api/auth/sign-in/email', headers: { origin: TEST_BASE_URL } } as const;
    expect((await ask({ ...old, payload: GRACE })).status).toBe(401);
    const after = await opened.signIn(GRACE.email, given.password);
    expect((await ask({ method: 'GET', url: '/api/v1/me', headers: { cookie: after.cookie } })).status).toBe(200);
    const entries = await opened.controlStore.asSystem((tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.action, 'password.reset')),
    );
    expect(entries).toMatchObject([{ actorKind: 'system', subjectId: userId }]);
    expect(JSON.stringify(entries)).not.toContain(given.password);
    await opened.access.members.remove(first.workspaceId, userId, actor);
  });

  test('cannot be replaced for somebody who is not here', async () => {
    await expect(opened.access.resetPassword('nobody@example.test')).rejects.toMatchObject({ code: 'not_found' });
  });
});
