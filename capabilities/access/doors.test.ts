import type { MemberRole } from '@uptake/domain/contract';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BootstrapResult } from './bootstrap.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from './testing.ts';

type Headers = Record<string, string>;
type Side = {
  workspaceId: string;
  productId: string;
  environmentId: string;
  writeKeyId: string;
  cookie: string;
  secretKey: string;
};

const actor = { kind: 'system' } as const;
let opened: TestAccess;
let first: Extract<BootstrapResult, { isFirstStart: true }>;
let own: Side;
let other: Side;
const cookieOf = {} as Record<MemberRole, string>;
const ask: TestAccess['ask'] = (options) => opened.ask(options);
const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });

beforeAll(async () => {
  opened = await openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password });
  const result = await opened.access.bootstrap();
  if (!result.isFirstStart) throw new Error('the template is not empty');
  first = result;
  own = await sideOf(first.workspaceId, TEST_ADMIN.email);
  for (const role of ['admin', 'analyst', 'viewer'] as const) {
    const email = `${role}@example.test`;
    await opened.access.members.add(first.workspaceId, { email, name: role, role, password: 'a long password' }, actor);
    cookieOf[role] = (await opened.signIn(email, 'a long password')).cookie;
  }
  cookieOf.owner = own.cookie;
  const stranger = 'eve@globex.test';
  const theirs = await opened.access.workspaces.createWorkspace('Globex', await personOf(stranger));
  other = await sideOf(theirs.id, stranger);
}, 90_000);
afterAll(() => opened.remove());

/** A person who is a member nowhere. */
async function personOf(email: string): Promise<string> {
  const member = { email, name: 'Eve', role: 'viewer' as const, password: TEST_ADMIN.password };
  const { userId } = await opened.access.members.add(first.workspaceId, member, actor);
  await opened.access.members.remove(first.workspaceId, userId, actor);
  return userId;
}

async function sideOf(workspaceId: string, email: string): Promise<Side> {
  const [environment] = await opened.access.readModel.environmentsOf(workspaceId);
  const environmentId = environment!.id;
  const write = await opened.access.keys.create(workspaceId, { kind: 'write', name: 'Write', environmentId }, actor);
  const scopes = ['read', 'write', 'admin'] as const;
  const secret = await opened.access.keys.create(workspaceId, { kind: 'secret', name: 'Secret', scopes }, actor);
  const { cookie } = await opened.signIn(email, TEST_ADMIN.password);
  return {
    workspaceId,
    productId: environment!.productId,
    environmentId,
    writeKeyId: write.id,
    cookie,
    secretKey: secret.key,
  };
}

/** Every door that reads or changes something of a workspace, aimed at the things of `side`. */
function doors(
  side: Side,
): { name: string; scope: 'read' | 'admin'; isForKeys: boolean; request: InjectOptions; status: number }[] {
  return [
    {
      name: 'read the workspace',
      scope: 'read',
      isForKeys: true,
      status: 200,
      request: { method: 'GET', url: '/api/v1/workspace' },
    },
    { name: 'list keys', scope: 'read', isForKeys: true, status: 200, request: { method: 'GET', url: '/api/v1/keys' } },
    {
      name: 'make a workspace',
      scope: 'admin',
      isForKeys: false,
      status: 201,
      request: { method: 'POST', url: '/api/v1/workspaces', payload: { name: 'Another' } },
    },
    {
      name: 'add a product',
      scope: 'admin',
      isForKeys: true,
      status: 201,
      request: { method: 'POST', url: '/api/v1/products', payload: { name: 'Another' } },
    },
    {
      name: 'add an environment',
      scope: 'admin',
      isForKeys: true,
      status: 201,
      request: { method: 'POST', url: `/api/v1/products/${side.productId}/environments`, payload: { name: 'Staging' } },
    },
    {
      name: 'make a key',
      scope: 'admin',
      isForKeys: true,
      status: 201,
      request: {
        method: 'POST',
        url: '/api/v1/keys',
        payload: { kind: 'write', name: 'New', environment_id: side.environmentId },
      },
    },
    {
      name: 'rotate a key',
      scope: 'admin',
      isForKeys: true,
      status: 201,
      request: { method: 'POST', url: `/api/v1/keys/${side.writeKeyId}/rotate`, payload: { overlap_seconds: 3600 } },
    },
    {
      name: 'revoke a key',
      scope: 'admin',
      isForKeys: true,
      status: 204,
      request: { method: 'DELETE', url: `/api/v1/keys/${side.writeKeyId}` },
    },
  ];
}
const DOORS = doors({} as Side).map(({ name }, index) => ({ name, index }));
const doorTo = (side: Side, index: number) => doors(side)[index]!;

describe.each(DOORS)('to $name', ({ index }) => {
  test('nobody may without a key or a session, nor with a made-up one', async () => {
    const { request } = doorTo(own, index);
    expect(await ask(request)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await ask({ ...request, headers: bearer('made-up') })).toMatchObject({
      status: 401,
      body: { code: 'key_unknown' },
    });
    expect(await ask({ ...request, headers: { cookie: 'uptake.session_token=made.up' } })).toMatchObject({
      status: 401,
    });
  });

  test('a write key may not', async () => {
    const headers = bearer(first.writeKey.value);
    expect(await ask({ ...doorTo(own, index).request, headers })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  test('the key and the session of another workspace reach nothing of this one', async () => {
    const { request, status } = doorTo(own, index);
    const before = JSON.stringify(await everythingOf(own.workspaceId));
    for (const headers of [bearer(other.secretKey), { cookie: other.cookie }]) {
      const answer = await ask({ ...request, headers });
      // Either there is no such thing in their workspace, or it happened in theirs.
      if (answer.status === status) expect(JSON.stringify(answer.body ?? null)).not.toContain(own.workspaceId);
      else expect([403, 404]).toContain(answer.status);
      const naming = await ask({ ...request, headers: { ...headers, 'x-uptake-workspace': own.workspaceId } });
      if ('cookie' in headers) expect(naming).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      for (const text of [own.productId, own.environmentId, own.writeKeyId]) {
        expect(JSON.stringify([answer.body ?? null, naming.body ?? null])).not.toContain(text);
      }
    }
    expect(JSON.stringify(await everythingOf(own.workspaceId))).toBe(before);
  });

  test('viewers and analysts may where it only reads, admins and owners may always', async () => {
    const { request, scope, status } = doorTo(own, index);
    for (const role of ['viewer', 'analyst'] as const) {
      const answer = await ask({ ...request, headers: { cookie: cookieOf[role] } });
      expect([role, answer.status]).toEqual([role, scope === 'read' ? status : 403]);
    }
    for (const role of ['admin', 'owner'] as const) {
      const fresh = await opened.access.keys.create(
        own.workspaceId,
        { kind: 'write', name: 'Fresh', environmentId: own.environmentId },
        actor,
      );
      const door = doorTo({ ...own, writeKeyId: fresh.id }, index);
      expect([role, (await ask({ ...door.request, headers: { cookie: cookieOf[role] } })).status]).toEqual([
        role,
        status,
      ]);
    }
  });

  test('a secret key may with the scope for it and may not without', async () => {
    const fresh = await opened.access.keys.create(
      own.workspaceId,
      { kind: 'write', name: 'Fresh', environmentId: own.environmentId },
      actor,
    );
    const { request, scope, status, isForKeys } = doorTo({ ...own, writeKeyId: fresh.id }, index);
    const withScope = async (given: 'read' | 'write' | 'admin') => {
      const made = await opened.access.keys.create(
        own.workspaceId,
        { kind: 'secret', name: given, scopes: [given] },
        actor,
      );
      return (await ask({ ...request, headers: bearer(made.key) })).status;
    };
    expect(await withScope('write')).toBe(403);
    if (scope === 'admin') expect(await withScope('read')).toBe(403);
    expect(await withScope(scope)).toBe(isForKeys ? status : 403);
  });
});

async function everythingOf(workspaceId: string) {
  return [await opened.access.workspaces.read(workspaceId), await opened.access.keys.list(workspaceId)];
}
