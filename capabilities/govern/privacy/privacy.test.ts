/** Rotation of pseudonyms, the destruction of their keys, the bridge over them, and the settings of environments, on real stores. */
import { randomBytes, randomUUID } from 'node:crypto';
import { rotationOf, rotationStartMs } from '@uptake/domain/privacy';
import { auditEntries, environmentPrivacy, pseudonymKeys } from '@uptake/io/control-store/schema';
import { createLogger } from '@uptake/io/observability';
import { openSecrets } from '@uptake/io/secrets';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestAccess } from '../../access/testing.ts';
import { DAY_MS, openTestDoor, type TestDoor } from '../../collect/door.fixture.ts';
import { createInsightsService } from '../../insights/service.ts';
import { eventWith, openTestEventStore, type TestEventStore } from '../../insights/testing.ts';
import { createPrivacy, type Privacy } from './create.ts';

const RAW_USER = 'raw-user-9917';
const RETENTION_DAYS = 90;
const secrets = openSecrets({ secretKey: 'a secret key for tests of privacy, 32 or more' });
const logger = createLogger({ level: 'silent', scrub: (text) => text });

let door: TestDoor;
let store: TestEventStore;
let privacy: Privacy;

const openPrivacy = (access: TestAccess): Privacy =>
  createPrivacy({
    controlStore: access.controlStore,
    eventStore: store.eventStore,
    access: access.access.readModel,
    secrets,
    randomBytes,
    nowMs: () => access.clock.nowMs,
    logger,
    retentionDays: RETENTION_DAYS,
    countrySources: ['header', 'table'],
  });

beforeAll(async () => {
  store = await openTestEventStore();
  door = await openTestDoor({ retentionDays: RETENTION_DAYS }, undefined, undefined, async (access) => {
    privacy = openPrivacy(access);
    await privacy.start();
    return { pseudonyms: privacy.pseudonyms, bridgeOf: privacy.bridgeOf };
  });
  await door.testAccess.app.register(privacy.routes);
});
afterAll(async () => {
  await privacy.stop();
  await door.close();
  await store.close();
});

const nowMs = (): number => door.testAccess.clock.nowMs;
const path = (): string => `/api/v1/environments/${door.first.environmentId}/privacy`;
type Settings = { bridge: { days: number; since: string } | null; code?: string; errors?: { path: string }[] };

async function ask(method: 'GET' | 'PATCH', payload?: object, key = door.first.secretKey.value) {
  const options = { method, url: path(), headers: { authorization: `Bearer ${key}` } };
  const { status, body } = await door.testAccess.ask(payload === undefined ? options : { ...options, payload });
  return { status, body: body as Settings };
}

/** What was changed is in force within a second. */
async function settle(): Promise<void> {
  door.testAccess.clock.nowMs += 6_000;
  await door.post({ events: [] });
  await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Sends one event a day for so many days up to now, and answers the pseudonyms they became. */
async function sendDays(days: number, userId: string): Promise<string[]> {
  await door.takeRows();
  const events = Array.from({ length: days }, (_, day) => ({
    event_id: randomUUID(),
    event_name: 'project_viewed',
    user_id: userId,
    timestamp: new Date(nowMs() - day * DAY_MS).toISOString(),
  }));
  await door.post({ events });
  const rows = await door.takeRows();
  await store.insert(
    rows.map((row) => eventWith({ timestampMs: Number(row.timestamp) * 1000, userId: String(row.user_id) })),
    { workspaceId: door.first.workspaceId, productId: door.first.productId, environmentId: door.first.environmentId },
  );
  return rows.map((row) => String(row.user_id));
}

function insights() {
  return createInsightsService({
    eventStore: store.eventStore,
    freshness: async () => ({ asOf: new Date(nowMs()), behindMs: 0 }),
    environmentsOf: async () => [{ id: door.first.environmentId }],
    bridgesOf: privacy.bridgesOf,
    nowMs,
    retentionDays: RETENTION_DAYS,
  });
}
const uniqueUsers = (days: number, of = 'user') =>
  insights().trend(door.first.workspaceId, {
    kind: 'trend',
    series: [{ event: null, measure: { kind: 'unique', of } }],
    period: { last: days, unit: 'day' },
    interval: 'day',
  });

describe('pseudonyms', () => {
  test('of a person change with each rotation and stay within one', async () => {
    const sent = await sendDays(85, RAW_USER);
    const rotations = new Set(Array.from({ length: 85 }, (_, day) => rotationOf(nowMs() - day * DAY_MS)));
    expect(new Set(sent).size).toBe(rotations.size);
    expect([...privacy.pseudonymsOf(door.first.workspaceId, RAW_USER)]).toEqual(
      expect.arrayContaining([...new Set(sent)]),
    );
  });

  test('are the same in another process and after a restart', async () => {
    const other = openPrivacy(door.testAccess);
    await other.start();
    expect(other.pseudonymsOf('w', RAW_USER)).toEqual(privacy.pseudonymsOf('w', RAW_USER));
    await other.stop();
  });

  test('cannot be computed any more when the events of their rotation have expired, by anybody with any secret', async () => {
    const other = openPrivacy(door.testAccess);
    await other.start();
    const rotation = rotationOf(nowMs());
    const atMs = rotationStartMs(rotation);
    const before = other.pseudonyms.of('w', 'user')(RAW_USER, atMs);
    const clock = door.testAccess.clock;
    const then = clock.nowMs;
    // A key is kept while an event of its rotation may still come, and not a rotation longer.
    clock.nowMs = rotationStartMs(rotation + 1) + RETENTION_DAYS * DAY_MS;
    await other.stop();
    const later = openPrivacy(door.testAccess);
    await later.start();
    expect(later.pseudonyms.of('w', 'user')(RAW_USER, atMs)).toBe(before);
    clock.nowMs += 2 * DAY_MS;
    await later.stop();
    const after = openPrivacy(door.testAccess);
    await after.start();
    expect(() => after.pseudonyms.of('w', 'user')(RAW_USER, atMs)).toThrow('keys of pseudonyms');
    const rows = await door.testAccess.controlStore.asSystem((tx) =>
      tx.select().from(pseudonymKeys).where(eq(pseudonymKeys.rotation, rotation)),
    );
    expect(rows).toEqual([]);
    await after.stop();
    clock.nowMs = then;
  });

  test('are made under keys that the control store holds encrypted', async () => {
    const rows = await door.testAccess.controlStore.asSystem((tx) => tx.select().from(pseudonymKeys));
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealedKey } of rows) expect(sealedKey).toMatch(/^v1\./);
  });
});

describe('counting people over a rotation', () => {
  test('says that a person may count more than once, and on which days pseudonyms changed', async () => {
    const { answer, crossesRotation, explanation } = await uniqueUsers(80);
    expect(answer.lines[0]!.total).toBeGreaterThan(1);
    expect(crossesRotation).toBe(true);
    expect(explanation).toContain(new Date(rotationStartMs(rotationOf(nowMs()))).toISOString().slice(0, 10));
    expect(explanation).toContain('bridge');
  });

  test('says nothing where no pseudonym changed, and nothing of sessions and totals', async () => {
    const sinceRotation = Math.floor((nowMs() - rotationStartMs(rotationOf(nowMs()))) / DAY_MS);
    if (sinceRotation > 0) expect(await uniqueUsers(sinceRotation)).toMatchObject({ crossesRotation: false });
    expect(await uniqueUsers(80, 'session')).toMatchObject({ crossesRotation: false, explanation: null });
  });
});

describe('the bridge', () => {
  const PERSON = 'raw-user-bridged';

  test('is off until somebody switches it on; then a person counts once, from what was sent since', async () => {
    expect((await ask('GET')).body.bridge).toBeNull();
    const { status, body } = await ask('PATCH', { bridge: { days: 120 } });
    expect(status).toBe(200);
    expect(body.bridge).toMatchObject({ days: 120 });
    await settle();
    const before = (await uniqueUsers(80)).answer.lines[0]!.total!;
    const pseudonyms = new Set(await sendDays(80, PERSON));
    expect(pseudonyms.size).toBeGreaterThan(1);
    await privacy.flush();
    const { answer, source, crossesRotation } = await uniqueUsers(80);
    expect(source).toBe('linked');
    expect(answer.lines[0]!.total).toBe(before + 1);
    // What was there before it was switched on is not linked, and the answer does not pretend it were.
    expect(crossesRotation).toBe(true);
  });

  test('covers an answer where it was on from the start', async () => {
    const { workspaceId, environmentId } = door.first;
    await door.testAccess.controlStore.asSystem((tx) =>
      tx
        .update(environmentPrivacy)
        .set({ bridgeSince: new Date(0) })
        .where(eq(environmentPrivacy.environmentId, environmentId)),
    );
    expect(await uniqueUsers(80)).toMatchObject({ crossesRotation: false, explanation: null, source: 'linked' });
    const counts = await insights().periodCounts({ workspaceId }, { fromMs: nowMs() - 80 * DAY_MS, toMs: nowMs() });
    expect(counts).toMatchObject({ crossesRotation: false, explanation: null });
  });

  test('holds neither the id of a person nor anything another environment could be joined by', async () => {
    const rows = await store.eventStore.askAsOperator<{ user_key: string; person: string }>({
      name: 'test',
      sql: 'SELECT toString(user_key) AS user_key, toString(person) AS person FROM pseudonym_links',
    });
    expect(rows.length).toBeGreaterThan(1);
    expect(new Set(rows.map((row) => row.person)).size).toBe(1);
    expect(rows.map((row) => row.user_key)).not.toContain(rows[0]!.person);
  });

  test('forgets a person who is erased', async () => {
    const { workspaceId } = door.first;
    await store.eventStore.links.forgetPerson(workspaceId, privacy.pseudonymsOf(workspaceId, PERSON));
    expect(await linkCount()).toBe(0);
  });

  test('leaves nothing behind when it is switched off: neither links nor their key', async () => {
    await sendDays(40, 'raw-user-other');
    await privacy.flush();
    expect(await linkCount()).toBeGreaterThan(0);
    expect((await ask('PATCH', { bridge: null })).body.bridge).toBeNull();
    expect(await linkCount()).toBe(0);
    const [row] = await door.testAccess.controlStore.asSystem((tx) => tx.select().from(environmentPrivacy));
    expect(row).toMatchObject({ bridgeKey: null, bridgeDays: null, bridgeSince: null });
    await settle();
    await sendDays(40, 'raw-user-other');
    await privacy.flush();
    expect(await linkCount()).toBe(0);
  });

  const linkCount = async (): Promise<number> => {
    const sql = 'SELECT count() AS n FROM pseudonym_links';
    const [row] = await store.eventStore.askAsOperator<{ n: number }>({ name: 'test', sql });
    return row!.n;
  };
});

describe('the settings of an environment', () => {
  test('are changed one by one, and each change is audited with what it was before', async () => {
    await ask('PATCH', { scrub_names: ['badge_no'] });
    await ask('PATCH', { respects_opt_out_signals: false });
    expect((await ask('GET')).body).toMatchObject({
      respects_opt_out_signals: false,
      location_by_default: false,
      scrub_names: ['badge_no'],
      rotation: { days: 30 },
      country_sources: ['header', 'table'],
    });
    const entries = await door.testAccess.controlStore.asSystem((tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.action, 'privacy.changed')),
    );
    const last = entries.find(
      ({ details }) => (details.after as { respects_opt_out_signals: boolean }).respects_opt_out_signals === false,
    );
    expect(last!.details).toMatchObject({
      before: { respects_opt_out_signals: true, scrub_names: ['badge_no'] },
      after: { respects_opt_out_signals: false, scrub_names: ['badge_no'] },
    });
    expect(JSON.stringify(entries)).not.toContain('v1.');
  });

  test.each([
    [{}, ''],
    [{ scrub_forms: ['EMP-####', 'abc'] }, '/scrub_forms/1'],
    [{ scrub_names: ['--'] }, '/scrub_names/0'],
  ])('that make no sense are refused with the place: %j', async (change, at) => {
    const { status, body } = await ask('PATCH', change);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: at }]);
  });

  test.each([[{ bridge: { days: 30 } }], [{ bridge: {} }], [{ location_by_default: 'yes' }]])(
    'of another shape are refused: %j',
    async (change) => {
      expect(await ask('PATCH', change)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    },
  );

  test('are nobody else’s: a write key may not read them, another workspace finds no such environment', async () => {
    expect((await ask('GET', undefined, door.first.writeKey.value)).status).toBe(403);
    const { status } = await door.testAccess.ask({
      method: 'PATCH',
      url: `/api/v1/environments/${randomUUID()}/privacy`,
      headers: { authorization: `Bearer ${door.first.secretKey.value}` },
      payload: { location_by_default: true },
    });
    expect(status).toBe(404);
  });
});
