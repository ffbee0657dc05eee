import { auditEntries } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BootstrapResult } from './bootstrap.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from './testing.ts';

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

describe('keys over HTTP', () => {
  const asOwner = (options: InjectOptions) => ask({ ...options, headers: { cookie } });

  test('a key is shown in the answer that makes it and in no list', async () => {
    const payload = { kind: 'secret', name: 'CI', scopes: ['read'], allowed_addresses: ['203.0.113.0/24'] };
    const { status, body } = await asOwner({ method: 'POST', url: '/api/v1/keys', payload });
    expect(status).toBe(201);
    const made = body as { id: string; key: string; prefix: string };
    expect(made.key).toMatch(/^upk_s_/);
    const list = await asOwner({ method: 'GET', url: '/api/v1/keys' });
    expect(JSON.stringify(list.body)).not.toContain(made.key);
    expect((list.body as { keys: { id: string }[] }).keys.find((key) => key.id === made.id)).toMatchObject({
      ...payload,
      prefix: made.key.slice(0, 12),
      revoked_at: null,
    });
  });

  test('rotation gives a key with the same rights, the old one works until the overlap ends, and both are on the list', async () => {
    const payload = { kind: 'write', name: 'Shop', environment_id: first.environmentId, events_per_second_limit: 50 };
    const old = (await asOwner({ method: 'POST', url: '/api/v1/keys', payload })).body as { id: string; key: string };
    const url = `/api/v1/keys/${old.id}/rotate`;
    const rotated = await asOwner({ method: 'POST', url, payload: { overlap_seconds: 600 } });
    const { id, key } = rotated.body as { id: string; key: string };
    expect(rotated.body).toMatchObject({ ...payload, expires_at: null });
    const { readModel } = opened.access;
    await expect(readModel.authenticateKey(old.key, '127.0.0.1')).resolves.toMatchObject({ keyId: old.id });
    await expect(readModel.authenticateKey(key, '127.0.0.1')).resolves.toMatchObject({
      keyId: id,
      environment: { eventsPerSecondLimit: 50 },
    });
    opened.clock.nowMs += 600_000;
    await expect(readModel.authenticateKey(old.key, '127.0.0.1')).rejects.toMatchObject({ code: 'key_expired' });
    const again = await asOwner({ method: 'POST', url, payload: { overlap_seconds: 600 } });
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('rotation with no overlap ends the old key at once', async () => {
    const payload = { kind: 'write', name: 'Leaked', environment_id: first.environmentId };
    const old = (await asOwner({ method: 'POST', url: '/api/v1/keys', payload })).body as { id: string; key: string };
    await opened.access.readModel.authenticateKey(old.key, '127.0.0.1');
    await asOwner({ method: 'POST', url: `/api/v1/keys/${old.id}/rotate`, payload: { overlap_seconds: 0 } });
    await expect(opened.access.readModel.authenticateKey(old.key, '127.0.0.1')).rejects.toMatchObject({
      code: 'key_expired',
    });
  });

  test.each([
    [{ kind: 'write', name: 'No environment' }, /environment_id/],
    [{ kind: 'write', name: 'Scoped', environment_id: 'own', scopes: ['admin'] }, /no scopes/],
    [{ kind: 'secret', name: 'Bad address', allowed_addresses: ['example.test'] }, /CIDR range/],
    [{ kind: 'secret', name: 'Bad scope', scopes: ['everything'] }, /scopes/],
    [{ kind: 'public', name: 'Bad kind' }, /kind/],
    [{ kind: 'secret', name: '   ' }, /name/],
    [{ kind: 'secret', name: 'x'.repeat(201) }, /name/],
    [{ kind: 'secret', name: 'x', environment_id: 'not a uuid' }, /environment_id/],
  ])('the wish %j is refused with what is wrong', async (wish, detail) => {
    const payload =
      'environment_id' in wish && wish.environment_id === 'own'
        ? { ...wish, environment_id: first.environmentId }
        : wish;
    const { status, body } = await asOwner({ method: 'POST', url: '/api/v1/keys', payload });
    expect(status).toBe(400);
    expect((body as { detail: string }).detail).toMatch(detail);
  });

  test('an environment of another workspace is not found when a key is wanted for it', async () => {
    const payload = { kind: 'write', name: 'Thief', environment_id: await environmentOfOthers() };
    expect(await asOwner({ method: 'POST', url: '/api/v1/keys', payload })).toMatchObject({ status: 404 });
  });

  test('making, rotating and revoking each leave an audit entry with who did it', async () => {
    const made = (await asOwner({ method: 'POST', url: '/api/v1/keys', payload: { kind: 'secret', name: 'Audited' } }))
      .body as { id: string };
    await asOwner({ method: 'POST', url: `/api/v1/keys/${made.id}/rotate`, payload: { overlap_seconds: 60 } });
    await asOwner({ method: 'DELETE', url: `/api/v1/keys/${made.id}` });
    await asOwner({ method: 'DELETE', url: `/api/v1/keys/${made.id}` });
    const entries = await opened.controlStore.withWorkspace(first.workspaceId, (tx) =>
      tx
        .select()
        .from(auditEntries)
        .where(and(eq(auditEntries.subjectId, made.id), eq(auditEntries.actorId, first.adminUserId))),
    );
    expect(entries.map((entry) => entry.action).sort()).toEqual([
      'api_key.created',
      'api_key.revoked',
      'api_key.rotated',
    ]);
  });
});

describe('products and environments', () => {
  const asOwner = (options: InjectOptions) => ask({ ...options, headers: { cookie } });

  test('a product comes with a production environment and a slug of its name; a taken slug that was asked for is a conflict', async () => {
    const made = await asOwner({ method: 'POST', url: '/api/v1/products', payload: { name: 'Doc Automation' } });
    expect(made.body).toMatchObject({
      slug: 'doc-automation',
      environments: [{ slug: 'production', mode: 'observe' }],
    });
    const twin = await asOwner({ method: 'POST', url: '/api/v1/products', payload: { name: 'Doc Automation' } });
    expect(twin.body).toMatchObject({ slug: 'doc-automation-2' });
    const taken = await asOwner({
      method: 'POST',
      url: '/api/v1/products',
      payload: { name: 'X', slug: 'doc-automation' },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('the read model lists the environments of the one workspace, with their products', async () => {
    const theirs = await opened.access.workspaces.createWorkspace('Initech', first.adminUserId);
    const environments = await opened.access.readModel.environmentsOf(theirs.id);
    expect(environments).toEqual([
      {
        id: expect.not.stringMatching(first.environmentId),
        slug: 'production',
        name: 'Production',
        productId: expect.any(String),
        productSlug: 'app',
        productName: 'App',
        mode: 'observe',
        policy: 'full',
      },
    ]);
  });

  test('a person of several workspaces chooses one by header or parameter', async () => {
    const made = await asOwner({ method: 'POST', url: '/api/v1/workspaces', payload: { name: 'Second' } });
    const { id } = made.body as { id: string };
    const byHeader = await ask({
      method: 'GET',
      url: '/api/v1/workspace',
      headers: { cookie, 'x-uptake-workspace': id },
    });
    const byParameter = await asOwner({ method: 'GET', url: `/api/v1/workspace?workspace_id=${id}` });
    const byDefault = await asOwner({ method: 'GET', url: '/api/v1/workspace' });
    expect([byHeader, byParameter, byDefault].map(({ body }) => (body as { name: string }).name)).toEqual([
      'Second',
      'Second',
      'Default',
    ]);
  });
});

async function environmentOfOthers(): Promise<string> {
  const { id } = await opened.access.workspaces.createWorkspace('Globex', first.adminUserId);
  return (await opened.access.readModel.environmentsOf(id))[0]!.id;
}
