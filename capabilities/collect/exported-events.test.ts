import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from './door.fixture.ts';

let door: TestDoor;
let adminKey: string;
let sendKey: string;
/** Of the budget that would keep nothing. */
let draws = 0;

beforeAll(async () => {
  const sampler = { decide: () => ++draws && Number.NaN, foresee: () => Number.NaN, isStable: () => false };
  door = await openTestDoor({}, undefined, () => ({ sampler, shape: undefined }));
  const { keys } = door.testAccess.access;
  const keyWith = async (scope: 'write' | 'admin') => {
    const wanted = { kind: 'secret', name: scope, scopes: [scope] } as const;
    return (await keys.create(door.first.workspaceId, wanted, { kind: 'system' })).key;
  };
  [adminKey, sendKey] = [await keyWith('admin'), await keyWith('write')];
}, 60_000);
afterAll(() => door.close());

const importing = (events: readonly unknown[], key = adminKey, headers: Readonly<Record<string, string>> = {}) =>
  door.post({ events }, { path: '/api/v1/import', headers: { authorization: `Bearer ${key}`, ...headers } });
const line = (weight: unknown, more: object = {}) => ({
  event_name: 'task_created',
  weight,
  schema_version: 3,
  ...more,
});

test('an imported event weighs what it weighed, and no budget draws again', async () => {
  const { status, body } = await importing([line(4.5), line(0), line(100), line(1), { event_name: 'task_created' }]);
  expect([status, body]).toEqual([200, { accepted: 5, duplicates: 0, rejected: 0, sampled: 0, results: [] }]);
  expect((await door.takeRows()).map(({ weight }) => weight)).toEqual([4.5, 0, 100, 1, 1]);
  expect(draws).toBe(0);
});

test('by which version it was judged elsewhere is not believed', async () => {
  await importing([line(1)]);
  expect(await door.takeRows()).toMatchObject([{ schema_version: 0, is_planned: false }]);
});

test('a weight that no budget gives is rejected with its place, and the others pass', async () => {
  const wrong = [-1, 0.5, 100.5, 1e9, '4', true, [2], {}];
  const { body } = await importing([line(2), ...wrong.map((weight) => line(weight))]);
  expect(body).toMatchObject({ accepted: 1, rejected: wrong.length });
  for (const result of body.results) {
    expect(result).toMatchObject({ result: 'rejected', reason: 'invalid_weight', path: '/weight' });
  }
  expect(await door.counted('rejected', 'invalid_weight')).toBe(wrong.length);
  expect(await door.takeRows()).toHaveLength(1);
});

test('only a key with the scope "admin" may say weights; the events doors know no such field', async () => {
  for (const key of [sendKey, door.first.writeKey.value]) {
    const refused = await importing([line(50)], key);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  }
  for (const path of ['/api/v1/telemetry/events', '/api/v1/telemetry/validate']) {
    const { body } = await door.post(line(50), { path, headers: { authorization: `Bearer ${adminKey}` } });
    expect(body.results).toMatchObject([{ result: 'rejected', reason: 'unknown_field' }]);
  }
  expect(await door.takeRows()).toEqual([]);
});

test('the machine that imports leaves no mark on what happened on others', async () => {
  const headers = {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    dnt: '1',
  };
  const { body } = await importing(
    [line(1, { source: 'client', consent: 'location=granted', country: 'SE' })],
    adminKey,
    headers,
  );
  expect(body.accepted).toBe(1);
  expect(await door.takeRows()).toMatchObject([
    { browser_family: '', os_family: '', trace_id: '', country: 'SE', consent: 'location=granted' },
  ]);
});
