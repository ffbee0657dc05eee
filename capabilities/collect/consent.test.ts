/** Consent, signals of the browser and location, through the door. */
import { randomUUID } from 'node:crypto';
import { DEFAULT_PRIVACY, type EnvironmentPrivacy } from '@uptake/domain/contract';
import { environmentPrivacy } from '@uptake/io/control-store/schema';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from './door.fixture.ts';

const RAW_USER = 'raw-user-4471';
const named = (fields: object = {}) => ({
  event_id: randomUUID(),
  event_name: 'project_created',
  user_id: RAW_USER,
  ...fields,
});

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ countryHeader: 'x-edge-country', regionHeader: 'x-edge-region' });
});
afterAll(() => door.close());
beforeEach(async () => {
  await door.takeRows();
});

async function configure(privacy: Partial<EnvironmentPrivacy>): Promise<void> {
  const { respectsOptOutSignals, locationByDefault, scrubNames, scrubForms } = { ...DEFAULT_PRIVACY, ...privacy };
  const values = {
    respectsOptOutSignals,
    locationByDefault,
    scrubNames: [...scrubNames],
    scrubForms: [...scrubForms],
    updatedAt: new Date(0),
  };
  const { environmentId, workspaceId } = door.first;
  await door.testAccess.controlStore.asSystem((tx) =>
    tx
      .insert(environmentPrivacy)
      .values({ environmentId, workspaceId, ...values })
      .onConflictDoUpdate({ target: environmentPrivacy.environmentId, set: values }),
  );
  // What another process changed is seen within a second.
  door.testAccess.clock.nowMs += 6_000;
  await door.post({ events: [] });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await door.takeRows();
}

describe('consent to analytics', () => {
  test('denied drops the event with its own reason and counts it; neighbours pass', async () => {
    const before = await door.counted('dropped', 'consent_denied');
    const denied = named({ consent: { analytics: 'denied' } });
    const { body } = await door.post({ events: [named(), denied, named({ consent: { analytics: 'unknown' } })] });
    expect(body).toMatchObject({ accepted: 2, rejected: 0, dropped: 1 });
    expect(body.results).toMatchObject([
      { index: 1, result: 'dropped', reason: 'consent_denied', path: '/consent/analytics' },
    ]);
    expect(await door.counted('dropped', 'consent_denied')).toBe(before + 1);
    expect((await door.takeRows()).map((row) => row.event_id)).not.toContain(denied.event_id);
  });

  test('denied leaves no trace: neither the id of the person nor that of the event is in the log or its memory', async () => {
    const denied = named({ consent: { analytics: 'denied' } });
    await door.post(denied);
    expect(await door.takeRows()).toEqual([]);
    expect(door.logged()).not.toContain(RAW_USER);
    // The same id is no repeat: nothing remembered it.
    expect((await door.post({ ...denied, consent: { analytics: 'granted' } })).body).toMatchObject({ accepted: 1 });
  });

  test('of the batch holds for events that say nothing, and travels with each of them', async () => {
    const events = [named(), named({ consent: { location: 'denied' } }), named({ consent: { analytics: 'denied' } })];
    const { body } = await door.post({ consent: { analytics: 'granted', location: 'granted' }, events });
    expect(body).toMatchObject({ accepted: 2, dropped: 1 });
    expect((await door.takeRows()).map((row) => row.consent)).toEqual([
      'analytics=granted;location=granted',
      'analytics=granted;location=denied',
    ]);
  });

  test('of the batch that cannot be understood refuses the batch, so that nothing is kept by mistake', async () => {
    const { status, body } = await door.post({ consent: 'no', events: [named()] });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_batch', detail: expect.stringContaining('/consent') });
    expect(await door.takeRows()).toEqual([]);
  });
});

describe('Do Not Track and Global Privacy Control', () => {
  test.each([[{ dnt: '1' }], [{ 'sec-gpc': '1' }]])(
    '%j drops what a client sends, whatever the event says',
    async (headers) => {
      const before = await door.counted('dropped', 'opt_out_signal');
      const { body } = await door.post(
        { consent: { analytics: 'granted' }, events: [named(), named({ source: 'server' })] },
        { headers },
      );
      expect(body).toMatchObject({ accepted: 1, dropped: 1 });
      expect(body.results).toMatchObject([{ index: 0, reason: 'opt_out_signal' }]);
      expect(await door.counted('dropped', 'opt_out_signal')).toBe(before + 1);
      expect((await door.takeRows()).map((row) => row.source)).toEqual(['server']);
    },
  );

  test.each([[{ dnt: '0' }], [{ dnt: 'unspecified' }], [{ 'sec-gpc': '0' }]])('%j is no signal', async (headers) => {
    expect((await door.post(named(), { headers })).body).toMatchObject({ accepted: 1 });
  });

  test('are not heeded where the environment chose so', async () => {
    await configure({ respectsOptOutSignals: false });
    expect((await door.post(named(), { headers: { dnt: '1' } })).body).toMatchObject({ accepted: 1 });
    await configure({});
    expect((await door.post(named(), { headers: { dnt: '1' } })).body).toMatchObject({ accepted: 0 });
  });
});

describe('country and region', () => {
  const headers = { 'x-edge-country': 'DE', 'x-edge-region': 'Île-de-France' };
  const placeOf = async (fields: object): Promise<unknown> => {
    await door.post(named(fields), { headers });
    const [row] = await door.takeRows();
    return [row!.country, row!.region];
  };

  test('are kept with consent to location alone, whoever says them', async () => {
    expect(await placeOf({ consent: { location: 'granted' } })).toEqual(['DE', 'Île-de-France']);
    expect(await placeOf({ consent: { analytics: 'granted' } })).toEqual(['', '']);
    expect(await placeOf({ country: 'FR', region: 'Paris', source: 'server' })).toEqual(['', '']);
    expect(await placeOf({ country: 'FR', region: 'Paris', consent: { location: 'denied' } })).toEqual(['', '']);
    expect(await placeOf({ country: 'FR', region: 'Paris', consent: { location: 'granted' } })).toEqual([
      'FR',
      'Paris',
    ]);
  });

  test('are kept without a word where the environment chose so, and never against one', async () => {
    await configure({ locationByDefault: true });
    expect(await placeOf({})).toEqual(['DE', 'Île-de-France']);
    expect(await placeOf({ consent: { location: 'denied' } })).toEqual(['', '']);
    await configure({});
  });

  test('never are coordinates, whatever a proxy or a property says', async () => {
    const consent = { location: 'granted' };
    const properties = { latitude: 52.52, geo: { lng: 13.4 }, position: '52.5200, 13.4050', zoom: 4 };
    await door.post(named({ consent, properties }), { headers: { 'x-edge-region': '52.5200,13.4050' } });
    const [row] = await door.takeRows();
    expect(row!.region).toBe('');
    expect(row!.properties).toEqual({
      latitude: '[location]',
      geo: { lng: '[location]' },
      position: '[location]',
      zoom: 4,
    });
  });
});

test('an environment’s own rules are applied at the door, in names and in values', async () => {
  await configure({ scrubNames: ['badge_no'], scrubForms: ['EMP-####'] });
  await door.post(named({ surface: 'card of EMP-1234', properties: { badgeNo: 7, note: 'ask EMP-0001' } }));
  const [row] = await door.takeRows();
  expect(row).toMatchObject({ surface: 'card of [own]', properties: { badgeNo: '[own]', note: 'ask [own]' } });
  await configure({});
});
