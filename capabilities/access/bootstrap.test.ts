import { apiKeys, auditEntries, users, workspaces } from '@uptake/io/control-store/schema';
import { afterEach, expect, test } from 'vitest';
import { openTestAccess, type TestAccess } from './testing.ts';

let opened: TestAccess;
afterEach(() => opened.remove());
const HERE = '127.0.0.1';

test('the first start with given values makes exactly these, and they work', async () => {
  opened = await openTestAccess({
    adminEmail: 'Ada@Example.test',
    adminPassword: 'correct horse battery',
    writeKey: 'write-key-of-mine',
    secretKey: 'secret-key-of-mine',
  });
  const result = await opened.access.bootstrap();
  expect(result).toMatchObject({
    isFirstStart: true,
    adminPassword: { value: 'correct horse battery', isGenerated: false },
    writeKey: { value: 'write-key-of-mine', isGenerated: false },
    secretKey: { value: 'secret-key-of-mine', isGenerated: false },
  });
  const cookie = await opened.signIn('ada@example.test', 'correct horse battery');
  const workspace = await opened.ask({ method: 'GET', url: '/api/v1/workspace', headers: cookie });
  expect(workspace.body).toMatchObject({
    name: 'Default',
    products: [{ slug: 'app', environments: [{ slug: 'production', mode: 'observe', policy: 'full' }] }],
  });
  const { readModel } = opened.access;
  expect(await readModel.authenticateKey('write-key-of-mine', HERE)).toMatchObject({ kind: 'write_key' });
  expect(await readModel.authenticateKey('secret-key-of-mine', HERE)).toMatchObject({
    kind: 'secret_key',
    scopes: ['read', 'write', 'admin'],
  });
}, 60_000);

test('the first start without values generates what is missing, says so, and the next start does nothing', async () => {
  opened = await openTestAccess();
  const result = await opened.access.bootstrap();
  if (!result.isFirstStart) throw new Error('not the first start');
  expect(result.adminEmail).toBe('admin@localhost');
  expect([result.adminPassword, result.writeKey, result.secretKey].every((each) => each.isGenerated)).toBe(true);
  expect(result.adminPassword.value).toMatch(/^[0-9A-Za-z]{16}$/);
  await opened.signIn(result.adminEmail, result.adminPassword.value);

  expect(await opened.otherProcess().bootstrap()).toEqual({ isFirstStart: false });
  const counts = await opened.controlStore.asSystem(async (tx) => [
    (await tx.select().from(workspaces)).length,
    (await tx.select().from(users)).length,
    (await tx.select().from(apiKeys)).length,
  ]);
  expect(counts).toEqual([1, 1, 2]);
}, 60_000);

test('of several processes that start together one makes the workspace', async () => {
  opened = await openTestAccess();
  const results = await Promise.all(Array.from({ length: 4 }, () => opened.otherProcess().bootstrap()));
  expect(results.filter((result) => result.isFirstStart)).toHaveLength(1);
  expect(await opened.controlStore.asSystem((tx) => tx.select().from(workspaces))).toHaveLength(1);
}, 60_000);

test('a demo workspace is made once, its products keep their order, and each call gives fresh keys in place of the old', async () => {
  opened = await openTestAccess();
  const first = await opened.access.bootstrap();
  if (!first.isFirstStart) throw new Error('not the first start');
  const wanted = {
    name: 'Demo',
    slug: 'demo',
    ownerUserId: first.adminUserId,
    keyName: 'Demo loader',
    products: [
      { slug: 'zebra', name: 'Zebra' },
      { slug: 'antelope', name: 'Antelope' },
    ],
  };
  const made = await opened.access.ensureWorkspace(wanted);
  const again = await opened.access.ensureWorkspace(wanted);
  expect([made.isNew, again.isNew]).toEqual([true, false]);
  expect(again.products.map((product) => [product.slug, product.productId])).toEqual(
    made.products.map((product) => [product.slug, product.productId]),
  );
  expect((await opened.access.workspaces.read(made.workspaceId)).products.map((product) => product.slug)).toEqual([
    'zebra',
    'antelope',
  ]);
  const { readModel } = opened.access;
  for (const product of again.products) {
    expect(await readModel.authenticateKey(product.writeKey, HERE)).toEqual(product.principal);
  }
  await expect(readModel.authenticateKey(made.products[0]!.writeKey, HERE)).rejects.toMatchObject({
    code: 'key_unknown',
  });
  expect(await opened.access.keys.list(made.workspaceId)).toHaveLength(2);
  const { cookie } = await opened.signIn(first.adminEmail, first.adminPassword.value);
  const me = await opened.ask({ method: 'GET', url: '/api/v1/me', headers: { cookie } });
  expect(me.body).toMatchObject({ workspaces: [{ slug: 'default' }, { slug: 'demo', role: 'owner' }] });
}, 60_000);

test('no key, password or address stands in any table, only what cannot be turned back', async () => {
  opened = await openTestAccess({ adminPassword: 'correct horse battery', writeKey: 'write-key-of-mine' });
  const result = await opened.access.bootstrap();
  if (!result.isFirstStart) throw new Error('not the first start');
  await opened.ask({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    remoteAddress: '203.0.113.77',
    headers: {
      origin: 'http://localhost:4400',
      'user-agent': 'Test browser',
      'x-uptake-client-address': '203.0.113.78',
    },
    payload: { email: 'admin@localhost', password: 'correct horse battery' },
  });
  const { rows } = await opened.controlStore.asSystem(async (tx) => {
    const { TABLES } = await import('@uptake/io/control-store/schema');
    const all = [];
    for (const table of Object.values(TABLES)) all.push(...(await tx.select().from(table)));
    return { rows: JSON.stringify(all) };
  });
  expect(rows).toContain('sign-in/email');
  const secrets = ['correct horse battery', 'write-key-of-mine', result.secretKey.value, '203.0.113.7', 'Test browser'];
  for (const secret of secrets) expect(rows).not.toContain(secret);
  const entries = await opened.controlStore.asSystem((tx) => tx.select().from(auditEntries));
  expect(entries.map((entry) => entry.action).sort()).toEqual([
    'api_key.created',
    'api_key.created',
    'environment.created',
    'member.added',
    'operator.added',
    'product.created',
    'session.started',
    'workspace.created',
  ]);
}, 60_000);
