import { Problem } from '@uptake/domain/contract';
import { apiKeys } from '@uptake/io/control-store/schema';
import { createLogger } from '@uptake/io/observability';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyAuthenticator } from './authenticate-key.ts';
import type { BootstrapResult } from './bootstrap.ts';
import { createConfigurationWatch } from './configuration-watch.ts';
import { createEnvironments } from './environments.ts';
import { openTestAccess, type TestAccess } from './testing.ts';

const HERE = '198.51.100.7';
let opened: TestAccess;
let first: Extract<BootstrapResult, { isFirstStart: true }>;
const actor = { kind: 'system' } as const;

beforeAll(async () => {
  opened = await openTestAccess();
  const result = await opened.access.bootstrap();
  if (!result.isFirstStart) throw new Error('the template is not empty');
  first = result;
}, 60_000);
afterAll(() => opened.remove());

const make = (options: { allowedAddresses?: string[]; name?: string } = {}) =>
  opened.access.keys.create(
    first.workspaceId,
    { kind: 'write', name: 'Test', environmentId: first.environmentId, ...options },
    actor,
  );
const authenticate = (key: string | undefined, address = HERE) => opened.access.readModel.authenticateKey(key, address);
const lookUps = () => opened.metrics.value('uptake_key_lookups_total', { result: 'found' });

test('a write key says which workspace, product and environment its events belong to', async () => {
  expect(await authenticate(first.writeKey.value)).toEqual({
    kind: 'write_key',
    keyId: expect.any(String),
    workspaceId: first.workspaceId,
    productId: first.productId,
    environmentId: first.environmentId,
    environment: { mode: 'observe', policy: 'full', eventsPerSecondLimit: undefined },
  });
});

test('a secret key without an environment sends its events to the oldest environment of the oldest product', async () => {
  opened.clock.nowMs += 1;
  const other = await opened.access.workspaces.createProduct(
    first.workspaceId,
    { name: 'A newer one', slug: 'a' },
    actor,
  );
  const { key } = await opened.access.keys.create(
    first.workspaceId,
    { kind: 'secret', name: 'Whole workspace' },
    actor,
  );
  const principal = await authenticate(key);
  expect(principal).toMatchObject({ kind: 'secret_key', scopes: ['read'], environmentId: first.environmentId });
  expect(principal).not.toMatchObject({ productId: other.id });
});

test('a key that was looked up once answers without waiting and without another look-up', async () => {
  const { key } = await make();
  expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBeUndefined();
  const principal = await authenticate(key);
  const before = await lookUps();
  for (let i = 0; i < 1000; i++) expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBe(principal);
  expect(await lookUps()).toBe(before);
});

test('a hundred requests at once with a new key cause one look-up', async () => {
  const { key } = await make();
  const before = await lookUps();
  await Promise.all(Array.from({ length: 100 }, () => authenticate(key)));
  expect((await lookUps()) - before).toBe(1);
});

test.each([undefined, ''])('no key (%j) is answered key_missing with the ways to send one', async (key) => {
  await expect(authenticate(key)).rejects.toMatchObject({
    code: 'key_missing',
    detail: expect.stringContaining('X-API-Key'),
  });
});

test.each([
  'upk_w_00000000000000000000000000000000',
  'x',
  'x'.repeat(100_000),
  "' OR 1=1 --",
  'nul\u0000byte',
  '\ud800 lone',
])('a key nobody made is answered key_unknown', async (key) => {
  await expect(authenticate(key)).rejects.toMatchObject({ code: 'key_unknown' });
});

test('a wrong key is looked up once in two seconds, however often it comes', async () => {
  const unknown = () => opened.metrics.value('uptake_key_lookups_total', { result: 'key_unknown' });
  const before = await unknown();
  for (let i = 0; i < 50; i++) await expect(authenticate('guessed')).rejects.toThrow(Problem);
  expect((await unknown()) - before).toBe(1);
  opened.clock.nowMs += 2_001;
  await expect(authenticate('guessed')).rejects.toThrow(Problem);
  expect((await unknown()) - before).toBe(2);
});

test('a revoked key is refused at once in this process', async () => {
  const { key, id } = await make();
  await authenticate(key);
  await opened.access.keys.revoke(first.workspaceId, id, actor);
  expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBeUndefined();
  await expect(authenticate(key)).rejects.toMatchObject({ code: 'key_revoked', status: 401 });
});

test('a key revoked by another process is refused here within a second', async () => {
  const { key, id } = await make();
  await authenticate(key);
  await opened.otherProcess().keys.revoke(first.workspaceId, id, actor);
  expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBeDefined();
  opened.clock.nowMs += 1_000;
  expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBeUndefined();
  await expect(authenticate(key)).rejects.toMatchObject({ code: 'key_revoked' });
});

test('an environment that another process changed is seen within a second', async () => {
  const { key } = await make();
  const other = createEnvironments({
    controlStore: opened.controlStore,
    nowMs: () => opened.clock.nowMs,
    onChange: () => {},
  });
  await expect(authenticate(key)).resolves.toMatchObject({ environment: { mode: 'observe' } });
  const change = { mode: 'enforce', excludedEvents: ['page_viewed'] } as const;
  await other.change(first.workspaceId, first.environmentId, change, actor);
  opened.clock.nowMs += 1_000;
  const environment = { mode: 'enforce', excluded: { events: new Set(['page_viewed']), featureAreas: new Set() } };
  await expect(authenticate(key)).resolves.toMatchObject({ environment });
  await other.change(first.workspaceId, first.environmentId, { mode: 'observe', excludedEvents: [] }, actor);
  opened.clock.nowMs += 1_000;
  await authenticate(key);
});

test('a key in constant use is looked up again in the background and never has to wait', async () => {
  const { key, id } = await make();
  const inUse = () => opened.access.readModel.authenticateKeyCached(key, HERE);
  /** What was asked of the store in the background is answered by then: it answers in order. */
  const settled = () => opened.controlStore.asSystem(async () => undefined);
  await authenticate(key);
  const before = await lookUps();
  for (let round = 0; round < 12; round++) {
    opened.clock.nowMs += 600;
    expect(inUse()).toBeDefined();
    await settled();
  }
  expect(await lookUps()).toBe(before + 2);
  await opened.otherProcess().keys.revoke(first.workspaceId, id, actor);
  opened.clock.nowMs += 600;
  expect(inUse()).toBeDefined();
  await expect.poll(inUse).toBeUndefined();
});

test('an expired key is refused from the very millisecond on, remembered or not', async () => {
  const { id, key } = await make();
  const replacement = await opened.access.keys.rotate(first.workspaceId, id, 60, actor);
  await authenticate(key);
  opened.clock.nowMs += 59_999;
  await authenticate(key);
  opened.clock.nowMs += 1;
  expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBeUndefined();
  await expect(authenticate(key)).rejects.toMatchObject({ code: 'key_expired' });
  await expect(authenticate(replacement.key)).resolves.toMatchObject({ kind: 'write_key', keyId: replacement.id });
});

test('a key limited to addresses works from them alone, remembered or not', async () => {
  const { key } = await make({ allowedAddresses: ['203.0.113.0/24', '2001:db8::5'] });
  await expect(authenticate(key, '198.51.100.7')).rejects.toMatchObject({ code: 'address_not_allowed', status: 403 });
  await expect(authenticate(key, '203.0.113.99')).resolves.toMatchObject({ kind: 'write_key' });
  await expect(authenticate(key, '::ffff:203.0.113.99')).resolves.toMatchObject({ kind: 'write_key' });
  expect(opened.access.readModel.authenticateKeyCached(key, '198.51.100.7')).toBeUndefined();
  await expect(authenticate(key, '198.51.100.7')).rejects.toMatchObject({ code: 'address_not_allowed' });
});

test('that a key is in use is noted, at most once a minute', async () => {
  const { key, id } = await make();
  const lastUsed = async () => {
    const rows = await opened.controlStore.asSystem((tx) => tx.select().from(apiKeys).where(eq(apiKeys.id, id)));
    return rows[0]?.lastUsedAt?.getTime();
  };
  expect(await lastUsed()).toBeUndefined();
  await authenticate(key);
  const noted = opened.clock.nowMs;
  expect(await lastUsed()).toBe(noted);
  opened.clock.nowMs += 30_000;
  await authenticate(key);
  expect(await lastUsed()).toBe(noted);
  opened.clock.nowMs += 30_000;
  await authenticate(key);
  expect(await lastUsed()).toBe(noted + 60_000);
});

test('while the store does not answer, known keys go on and unknown ones are told to come back', async () => {
  const { key } = await make();
  let isDown = false;
  const { controlStore } = opened;
  const common = {
    controlStore: {
      ...controlStore,
      asSystem: ((work) =>
        isDown
          ? Promise.reject(new Error('connection refused'))
          : controlStore.asSystem(work)) as typeof controlStore.asSystem,
    },
    nowMs: () => opened.clock.nowMs,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
  };
  const watch = createConfigurationWatch(common);
  const authenticator = createKeyAuthenticator({ ...common, metrics: opened.metrics, watch });
  await authenticator.authenticateKey(key, HERE);
  isDown = true;
  for (let second = 0; second < 60; second += 3) {
    opened.clock.nowMs += 3_000;
    await expect(authenticator.authenticateKey(key, HERE)).resolves.toMatchObject({ kind: 'write_key' });
    expect(authenticator.authenticateKeyCached(key, HERE)).toBeDefined();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect(authenticator.authenticateKey('never seen', HERE)).rejects.toMatchObject({
    code: 'store_unavailable',
    retryAfterSeconds: 5,
  });
  isDown = false;
  opened.clock.nowMs += 3_000;
  await expect(authenticator.authenticateKey(key, HERE)).resolves.toMatchObject({ kind: 'write_key' });
});

test('what a look-up read before a change is not remembered after it', async () => {
  const { key, id } = await make();
  const lookingUp = authenticate(key);
  const revoking = opened.access.keys.revoke(first.workspaceId, id, actor);
  await Promise.allSettled([lookingUp, revoking]);
  expect(opened.access.readModel.authenticateKeyCached(key, HERE)).toBeUndefined();
});
