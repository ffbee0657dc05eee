import { randomUUID } from 'node:crypto';
import { LIMITS, type Principal, Problem } from '@uptake/domain/contract';
import { describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from './door.fixture.ts';

const named = (): Record<string, unknown> => ({ event_id: randomUUID(), event_name: 'project_created' });

async function withDoor(
  settings: Parameters<typeof openTestDoor>[0],
  use: (door: TestDoor) => Promise<void>,
  maxLogBytes?: number,
): Promise<void> {
  const door = await openTestDoor(settings, maxLogBytes);
  try {
    await use(door);
  } finally {
    await door.close();
  }
}

test('collection_disabled drops every event unread, counts it, and says so', async () => {
  await withDoor({ isEnabled: false }, async (door) => {
    const { status, body } = await door.post({ events: [named(), 'not even an event'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 0, duplicates: 0, rejected: 0, sampled: 0, dropped: 2 });
    expect(body.results.map(({ result, reason }) => [result, reason])).toEqual([
      ['dropped', 'collection_disabled'],
      ['dropped', 'collection_disabled'],
    ]);
    expect(await door.counted('dropped', 'collection_disabled')).toBe(2);
    expect(await door.takeRows()).toEqual([]);
  });
});

describe('an environment that keeps planned events only', () => {
  const strict = [
    ['unplanned_event', { mode: 'enforce', policy: 'full', eventsPerSecondLimit: undefined }],
    ['unknown_milestone', { mode: 'observe', policy: 'ledger', eventsPerSecondLimit: undefined }],
  ] as const;

  test('has a reason for all others, and stores nothing it cannot judge', async () => {
    await withDoor({}, async (door) => {
      const key = await door.testAccess.access.readModel.authenticateKey(door.first.writeKey.value, '127.0.0.1');
      for (const [reason, environment] of strict) {
        const before = await door.counted('rejected', reason);
        const reply = await door.collect.ingest({ ...key, environment } as Principal, [named(), { event_name: 'Bad' }]);
        expect(reply).toMatchObject({ accepted: 0, rejected: 2 });
        expect(reply.results.map((result) => result.reason)).toEqual([reason, 'invalid_event_name']);
        expect(await door.counted('rejected', reason)).toBe(before + 1);
      }
      expect(await door.takeRows()).toEqual([]);
    });
  });
});

test('a signed-in person sends no events', async () => {
  await withDoor({}, async (door) => {
    const member = { kind: 'member', userId: 'u', workspaceId: door.first.workspaceId, role: 'owner' } as const;
    await expect(door.collect.ingest(member, [named()])).rejects.toMatchObject({ code: 'forbidden' });
  });
});

test('a country is believed from the header the operator named, and from no other', async () => {
  await withDoor({ countryHeader: 'x-edge-country' }, async (door) => {
    const countryFor = async (headers: Record<string, string>, fields = named()): Promise<unknown> => {
      const event = { ...fields, consent: { location: 'granted' } };
      await door.post(event, { headers });
      return (await door.takeRows())[0]!.country;
    };
    expect(await countryFor({ 'x-edge-country': 'de' })).toBe('DE');
    expect(await countryFor({ 'x-edge-country': 'XX' })).toBe('');
    expect(await countryFor({ 'x-edge-country': 'T1' })).toBe('');
    expect(await countryFor({ 'cf-ipcountry': 'DE' })).toBe('');
    expect(await countryFor({ 'x-edge-country': 'DE' }, { ...named(), country: 'CH' })).toBe('CH');
    expect(await countryFor({ 'x-edge-country': 'DE' }, { ...named(), source: 'server' })).toBe('');
  });
});

test('a key above its rate is told when to come back, and then may', async () => {
  await withDoor({ defaultEventsPerSecond: 100 }, async (door) => {
    const batch = (): object => ({ events: Array.from({ length: LIMITS.eventsPerBatch }, named) });
    expect((await door.post(batch())).status).toBe(200);
    const refused = await door.post(batch());
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(refused.headers.get('access-control-expose-headers')).toContain('retry-after');
    door.testAccess.clock.nowMs += 9_000;
    expect((await door.post(batch())).headers.get('retry-after')).toBe('1');
    door.testAccess.clock.nowMs += 1_000;
    expect((await door.post(batch())).status).toBe(200);
    expect(await door.takeRows()).toHaveLength(2 * LIMITS.eventsPerBatch);
  });
});

test('a log that is full is a 503 with Retry-After, counts nothing as accepted, and what was accepted stays', async () => {
  await withDoor(
    {},
    async (door) => {
      const batch = (): object => ({
        events: Array.from({ length: 50 }, () => ({ ...named(), properties: { note: 'x'.repeat(8_000) } })),
      });
      let accepted = 0;
      let refused = await door.post(batch());
      for (let sent = 0; refused.status === 200 && sent < 100; sent++) {
        accepted += refused.body.accepted!;
        refused = await door.post(batch());
      }
      expect(refused).toMatchObject({ status: 503, body: { code: 'log_unavailable' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await door.counted('accepted')).toBe(accepted);
      expect(await door.testAccess.metrics.value('uptake_log_unavailable_total', { reason: 'log_full' })).toBe(1);
      await expect(
        door.collect.ingest(
          await door.testAccess.access.readModel.authenticateKey(door.first.writeKey.value, '127.0.0.1'),
          Array.from({ length: 50 }, () => ({ ...named(), properties: { note: 'x'.repeat(8_000) } })),
        ),
      ).rejects.toThrow(Problem);
      expect(await door.takeRows()).toHaveLength(accepted);
      expect((await door.post(named())).status).toBe(200);
    },
    2 * 1024 * 1024,
  );
});
