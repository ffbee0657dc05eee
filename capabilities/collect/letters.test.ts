import { createHmac, randomUUID } from 'node:crypto';
import { Pseudonyms } from '@uptake/domain/privacy';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, openTestDoor, type TestDoor } from './door.fixture.ts';

const LIMITS = { letters: 120, bytes: 100_000, causes: 50 };

let door: TestDoor;

beforeAll(async () => {
  door = await openTestDoor({}, undefined, undefined, async () => ({ letterLimits: LIMITS }));
}, 60_000);
afterAll(() => door.close());
afterEach(async () => {
  await door.takeRows();
  await door.takeLetters();
  await door.takeTallies();
  // Every test in a minute of its own.
  door.testAccess.clock.nowMs += 61_000;
});

const pseudonyms = new Pseudonyms(
  (rotation) => (text) => createHmac('sha256', `rotation ${rotation}`).update(text).digest('hex'),
);

describe('a rejected event', () => {
  test('is kept with what was wrong, beside events of its batch that are stored', async () => {
    const { nowMs } = door.testAccess.clock;
    const event_id = randomUUID();
    const timestamp = new Date(nowMs - 3_600_000).toISOString();
    const answer = await door.post({
      events: [
        { event_name: 'order_placed' },
        {
          event_id,
          event_name: 'order_placed',
          timestamp,
          user_id: 'ada@example.com',
          tenant_id: 'acme',
          app_version: '4.1.0',
          properties: { note: 'call +49 30 901820', list: [1, { ['x'.repeat(101)]: 2 }] },
        },
      ],
    });
    expect(answer.body).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await door.takeRows()).toHaveLength(1);
    const [letter, ...others] = await door.takeLetters();
    expect(others).toEqual([]);
    const pseudonym = pseudonyms.of(door.first.workspaceId, 'user')('ada@example.com', nowMs - 3_600_000);
    expect(letter).toMatchObject({
      event_id,
      event_name: 'order_placed',
      reason: 'invalid_property_name',
      app_version: '4.1.0',
      tenant_id: 'acme',
      user_id: pseudonym,
      sent_timestamp: timestamp,
      source: 'client',
      schema_version: 0,
    });
    expect(letter!.cause).toMatch(/^[0-9a-f]{16}$/);
    const payload = JSON.parse(letter!.payload as string) as Record<string, unknown>;
    expect(payload).toMatchObject({ user_id: `pseudonym:${pseudonym}`, properties: { note: 'call [phone]' } });
    expect(JSON.stringify(letter)).not.toContain('ada@');
  });

  test('has the cause of others that are wrong at any place of a list, and another one elsewhere', async () => {
    const at = (index: number) => {
      const list: unknown[] = Array.from({ length: 4 }, () => ({ fine: 1 }));
      list[index] = { ['y'.repeat(101)]: 1 };
      return { event_name: 'listed', properties: { list } };
    };
    await door.post({ events: [at(0), at(3), { event_name: 'listed', platform: 'toaster' }] });
    const letters = await door.takeLetters();
    expect(letters.map(({ cause }) => cause)).toEqual([letters[0]!.cause, letters[0]!.cause, letters[2]!.cause]);
    expect(letters[2]!.cause).not.toBe(letters[0]!.cause);
  });

  test('that is no event at all, or names itself strangely, is kept as far as it may be', async () => {
    await door.post('{"events": [7, "ada@example.com", null, {"event_name": "Ada ada@example.com bought"}]}');
    const letters = await door.takeLetters();
    expect(letters.map(({ reason, event_name, payload }) => [reason, event_name, payload])).toEqual([
      ['not_an_object', '', '7'],
      ['not_an_object', '', '"[email]"'],
      ['not_an_object', '', 'null'],
      ['invalid_event_name', 'Ada [email] bought', '{"event_name":"Ada [email] bought"}'],
    ]);
  });

  test('of a time nobody can believe has a pseudonym of the day it came', async () => {
    const { nowMs } = door.testAccess.clock;
    const timestamp = new Date(nowMs + 400 * DAY_MS).toISOString();
    await door.post({ event_name: 'order_placed', timestamp, user_id: 'u-9' });
    const [letter] = await door.takeLetters();
    expect(letter!.user_id).toBe(pseudonyms.of(door.first.workspaceId, 'user')('u-9', nowMs));
  });

  test('is nothing to keep where it was only asked about, dropped, or a repeat', async () => {
    const event = { event_id: randomUUID(), event_name: 'order_placed' };
    await door.post({ event_name: 'order_placed', platform: 'toaster' }, { path: '/api/v1/telemetry/validate' });
    await door.post({ events: [event, event, { event_name: 'order_placed', consent: { analytics: 'denied' } }] });
    expect(await door.takeLetters()).toEqual([]);
    const tallies = await door.takeTallies();
    expect(tallies.map(({ result, reason, events }) => [result, reason, events]).sort()).toEqual([
      ['accepted', '', 1],
      ['dropped', 'consent_denied', 1],
      ['duplicate', 'duplicate_event_id', 1],
    ]);
  });
});

test('so many are kept a minute, and all are counted', async () => {
  const events = Array.from({ length: 150 }, () => ({ event_name: 'order_placed', platform: 'toaster' }));
  await door.post({ events });
  await door.post({ events });
  expect(await door.takeLetters()).toHaveLength(LIMITS.letters);
  const tallies = await door.takeTallies();
  expect(tallies.map(({ reason, event_name, events: count }) => [reason, event_name, count])).toEqual([
    ['invalid_enum', 'order_placed', 300],
  ]);
  door.testAccess.clock.nowMs += 61_000;
  await door.post({ events });
  expect(await door.takeLetters()).toHaveLength(LIMITS.letters);
});

test('large ones are kept up to so many bytes a minute', async () => {
  const events = Array.from({ length: 40 }, (_, n) => ({
    event_name: 'order_placed',
    platform: 'toaster',
    properties: { text: `${n} ${'lorem ipsum '.repeat(400)}` },
  }));
  await door.post({ events });
  const letters = await door.takeLetters();
  const bytes = letters.reduce((sum, { payload }) => sum + String(payload).length, 0);
  expect(letters.length).toBeGreaterThan(10);
  expect(bytes).toBeLessThan(LIMITS.bytes + 10_000);
});

test('names made up by the thousand are counted under no name', async () => {
  for (let batch = 0; batch < 6; batch++) {
    const events = Array.from({ length: 10 }, (_, n) => ({
      event_name: `made_up_${batch}_${n}`,
      platform: 'toaster',
    }));
    await door.post({ events });
  }
  const tallies = await door.takeTallies();
  expect(new Set(tallies.map(({ cause }) => cause)).size).toBe(LIMITS.causes + 1);
  const unnamed = tallies.filter(({ cause }) => cause === '');
  expect(unnamed).toMatchObject([{ event_name: '', events: 60 - LIMITS.causes }]);
  expect(tallies.reduce((sum, { events }) => sum + Number(events), 0)).toBe(60);
});

test('events are counted by key, source and version, whoever rejected them, and versions are scrubbed', async () => {
  const events = [
    { event_name: 'order_placed', app_version: '1.0.0' },
    { event_name: 'order_placed', app_version: '1.0.0' },
    { event_name: 'order_placed', app_version: '2.0.0', source: 'server' },
    { event_name: 'order_placed', app_version: 'ada@example.com', platform: 'toaster' },
    // No address: versions of Windows programs have four numbers.
    { event_name: 'order_placed', app_version: '4.2.0.1', platform: 'toaster' },
  ];
  await door.post({ events });
  const tallies = await door.takeTallies();
  expect(tallies.map(({ source, app_version, result, events: count }) => [source, app_version, result, count])).toEqual(
    [
      ['client', '1.0.0', 'accepted', 2],
      ['server', '2.0.0', 'accepted', 1],
      ['client', '[email]', 'rejected', 1],
      ['client', '4.2.0.1', 'rejected', 1],
    ],
  );
  expect(new Set(tallies.map(({ key_id }) => key_id)).size).toBe(1);
});

test('a ledger keeps nothing of what it refuses, and counts it', async () => {
  const { keys } = door.testAccess.access;
  const [environment] = await door.testAccess.access.readModel.environmentsOf(door.first.workspaceId);
  const wanted = { kind: 'secret' as const, name: 'admin', scopes: ['admin' as const] };
  const { key } = await keys.create(door.first.workspaceId, wanted, { kind: 'system' });
  const headers = { authorization: `Bearer ${key}` };
  const url = `/api/v1/environments/${environment!.id}`;
  const set = async (policy: string) =>
    expect((await door.testAccess.ask({ method: 'PATCH', url, headers, payload: { policy } })).status).toBe(200);
  await set('ledger');
  const { body } = await door.post({ events: [{ event_name: 'order_placed', properties: { note: 'by hand' } }] });
  await set('full');
  expect(body).toMatchObject({ rejected: 1 });
  expect(await door.takeLetters()).toEqual([]);
  expect(await door.takeTallies()).toMatchObject([{ event_name: 'order_placed', result: 'rejected', events: 1 }]);
});
