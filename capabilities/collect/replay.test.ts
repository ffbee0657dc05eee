import { randomUUID } from 'node:crypto';
import { compilePlan } from '@uptake/domain/tracking-plan';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, openTestDoor, type Row, type TestDoor } from './door.fixture.ts';
import type { ReplayedLetter, ReplayScope } from './replay.ts';

let door: TestDoor;
let scope: ReplayScope;

beforeAll(async () => {
  door = await openTestDoor();
  const { workspaceId } = door.first;
  const [environment] = await door.testAccess.access.readModel.environmentsOf(workspaceId);
  scope = {
    workspaceId,
    productId: environment!.productId,
    environmentId: environment!.id,
    environment: { mode: 'observe', policy: 'full', eventsPerSecondLimit: undefined },
  };
}, 60_000);
afterAll(() => door.close());

const letter = (event: Record<string, unknown>, more: Partial<ReplayedLetter> = {}): ReplayedLetter => ({
  letterId: randomUUID(),
  event: { event_name: 'project_created', ...event },
  pseudonyms: new Set(),
  receivedAtMs: door.testAccess.clock.nowMs,
  defaultSource: 'client',
  traceId: '',
  client: { browserFamily: '', osFamily: '', deviceType: '', country: '' },
  ...more,
});
const only = async (): Promise<Row> => {
  const rows = await door.takeRows();
  expect(rows).toHaveLength(1);
  return rows[0]!;
};
const store = { mode: 'store' } as const;

test('a pseudonym of the letter passes as it is, any other id is hashed as at the door', async () => {
  const known = 'a1b2c3d4e5f60718';
  await door.collect.replay(
    scope,
    [letter({ user_id: known, session_id: 's-1' }, { pseudonyms: new Set([known]) })],
    store,
  );
  const row = await only();
  expect(row.user_id).toBe(known);
  expect(row.session_id).toMatch(/^[0-9a-f]{16}$/);
  // The same sixteen digits without a mark behind them are an id that somebody sent.
  await door.collect.replay(scope, [letter({ user_id: known })], store);
  expect((await only()).user_id).not.toBe(known);
});

test('age and clock are judged as of the first receipt, and the row says when that was', async () => {
  const receivedAtMs = door.testAccess.clock.nowMs - 20 * DAY_MS;
  const at = (ms: number) => new Date(ms).toISOString();
  const skewed = letter(
    { timestamp: at(receivedAtMs - 3_600_000) },
    // Its clock was an hour behind: the event happened when it arrived.
    { receivedAtMs, sentAtMs: receivedAtMs - 3_600_000 },
  );
  const old = letter({ timestamp: at(receivedAtMs - 80 * DAY_MS) }, { receivedAtMs });
  const tooOld = letter({ timestamp: at(receivedAtMs - 91 * DAY_MS) }, { receivedAtMs });
  const verdicts = await door.collect.replay(scope, [skewed, old, tooOld], store);
  expect(verdicts.map(({ result, reason }) => [result, reason])).toEqual([
    ['accepted', ''],
    ['accepted', ''],
    ['rejected', 'timestamp_too_old'],
  ]);
  const [first] = await door.takeRows();
  expect(Number(first?.timestamp) * 1000).toBeCloseTo(receivedAtMs, -1);
  expect(Number(first?.received_at) * 1000).toBeCloseTo(receivedAtMs, -1);
});

test('an event without an id has that of its letter, and comes once out of it however often it is replayed', async () => {
  const once = letter({});
  expect(await door.collect.replay(scope, [once], store)).toMatchObject([{ result: 'accepted' }]);
  expect((await only()).event_id).toBe(once.letterId);
  expect(await door.collect.replay(scope, [once], store)).toMatchObject([{ result: 'duplicate' }]);
  expect(await door.takeRows()).toEqual([]);
});

test('an event that its client sent three times in vain is stored once, and one sent again meanwhile not at all', async () => {
  const event_id = randomUUID();
  const letters = [letter({ event_id }), letter({ event_id }), letter({ event_id })];
  const verdicts = await door.collect.replay(scope, letters, store);
  expect(verdicts.map(({ result }) => result)).toEqual(['accepted', 'duplicate', 'duplicate']);
  expect(await door.takeRows()).toHaveLength(1);
  const mended = randomUUID();
  await door.post({ event_name: 'project_created', event_id: mended });
  await door.takeRows();
  expect(await door.collect.replay(scope, [letter({ event_id: mended })], store)).toMatchObject([
    { result: 'duplicate', reason: 'duplicate_event_id' },
  ]);
});

test('another attempt at what a crash interrupted appends nothing twice and says the same of each letter', async () => {
  const sentMeanwhile = randomUUID();
  await door.post({ event_name: 'project_created', event_id: sentMeanwhile });
  await door.takeRows();
  const letters = [letter({}), letter({ event_id: sentMeanwhile }), letter({ event_name: 'Not a name' })];
  let noted: readonly string[] = [];
  const first = await door.collect.replay(scope, letters, {
    ...store,
    beforeAppend: async (repeats) => {
      noted = repeats;
    },
  });
  expect(noted).toEqual([letters[1]!.letterId]);
  expect(await door.takeRows()).toHaveLength(1);
  const second = await door.collect.replay(scope, letters, { ...store, known: new Set(noted) });
  expect(second).toEqual(first);
  expect(second.map(({ result }) => result)).toEqual(['accepted', 'duplicate', 'rejected']);
  expect(await door.takeRows()).toEqual([]);
});

test('what the batch and the edge said holds again: consent, trace, browser and country', async () => {
  const client = { browserFamily: 'Firefox', osFamily: 'Linux', deviceType: 'desktop', country: 'SE' };
  const consent = 'analytics=granted;location=granted';
  const denied = 'analytics=denied';
  const letters = [letter({}, { client, consent, traceId: 'a'.repeat(32) }), letter({}, { consent: denied })];
  expect(await door.collect.replay(scope, letters, store)).toMatchObject([
    { result: 'accepted' },
    { result: 'dropped', reason: 'consent_denied' },
  ]);
  expect(await only()).toMatchObject({
    browser_family: 'Firefox',
    country: 'SE',
    trace_id: 'a'.repeat(32),
    source: 'client',
  });
});

test('probing stores nothing, and judges by the plan it is given', async () => {
  const plan = { tracking: compilePlan([]), milestones: new Map() };
  const enforced = { ...scope, environment: { ...scope.environment, mode: 'enforce' as const } };
  expect(await door.collect.replay(enforced, [letter({})], { mode: 'validate', plan })).toMatchObject([
    { result: 'rejected', reason: 'unplanned_event', path: '/event_name' },
  ]);
  expect(await door.collect.replay(scope, [letter({})], { mode: 'validate' })).toMatchObject([{ result: 'accepted' }]);
  expect(await door.takeRows()).toEqual([]);
});

test('what a mapping moved is scrubbed again', async () => {
  await door.collect.replay(scope, [letter({ properties: { note: 'mail ada@example.com' } })], store);
  expect((await only()).properties).toEqual({ note: 'mail [email]' });
});

test('nothing that is replayed is counted as if it had come through a door', async () => {
  const before = await door.counted('accepted');
  await door.collect.replay(scope, [letter({}), letter({})], store);
  await door.takeRows();
  expect(await door.counted('accepted')).toBe(before);
});
