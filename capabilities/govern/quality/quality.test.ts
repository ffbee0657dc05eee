import { randomUUID } from 'node:crypto';
import { decodeEvent, encodeRow, isRefusal } from '@uptake/domain/contract';
import { auditEntries, qualityScans } from '@uptake/io/control-store/schema';
import { like } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOperations } from '../../operations/create.ts';
import { type Ask, openTestDeadLetters, type TestDeadLetters } from '../dead-letters/dead-letters.fixture.ts';
import { type CreatedQuality, createQuality, createRefusedSince } from './create.ts';

let opened: TestDeadLetters;
let quality: CreatedQuality;
let admin: Ask;
let analyst: Ask;
const path = '/api/v1/telemetry/quality';
const ADDRESS = 'grace.hopper@example.com';

beforeAll(async () => {
  opened = await openTestDeadLetters();
  const { testAccess } = opened.door;
  quality = createQuality({
    controlStore: testAccess.controlStore,
    eventStore: opened.eventStore,
    access: testAccess.access.readModel,
    jobs: opened.jobs,
    freshness: opened.writer.freshness,
    nowMs: () => testAccess.clock.nowMs,
  });
  await testAccess.app.register(quality.routes);
  const operations = createOperations({
    eventStore: opened.eventStore,
    access: testAccess.access.readModel,
    freshness: opened.writer.freshness,
    writerTrouble: () => undefined,
    qualityAlerts: quality.alertsOf,
    nowMs: () => testAccess.clock.nowMs,
  });
  await testAccess.app.register(operations.routes);
  admin = opened.as(await opened.signedInAs('admin'));
  analyst = opened.as(await opened.signedInAs('analyst'));
}, 120_000);
afterAll(() => opened.close(), 60_000);

type Quality = {
  thresholds: Record<string, number>;
  by_source: { app_version: string; rejected: number; is_over: boolean; key_name: string | null }[];
  per_interval: { at: string; accepted: number; rejected: number }[];
  reasons: { reason: string; result: string; events: number }[];
  pii: { scanned_events: number; events_with_findings: number; rate: number | null; by_rule: object[] };
  alerts: { type: string; app_version?: string; since: string }[];
} & Record<'accepted' | 'rejected' | 'dropped' | 'duplicates' | 'rejection_rate', number>;

async function qualityOf(period: string): Promise<Quality> {
  const url = `${path}?environment_id=${opened.environmentId}&period=${period}`;
  const { status, body } = await analyst('GET', url);
  expect(status).toBe(200);
  return body;
}

/** What two versions send in a minute: 4.1.0 is well, and 4.2.0 sends so many that nobody can read. */
async function minutePasses(broken: number): Promise<void> {
  const { clock } = opened.door.testAccess;
  const of = (app_version: string, platform: string) => ({ event_name: 'project_opened', app_version, platform });
  const events = [
    ...Array.from({ length: 20 }, () => of('4.1.0', 'web')),
    ...Array.from({ length: 20 }, (_, n) => of('4.2.0', n < broken ? 'toaster' : 'web')),
  ];
  expect((await opened.door.post({ events })).body).toMatchObject({ accepted: 40 - broken, rejected: broken });
  clock.nowMs += 60_000;
}

async function turn(): Promise<void> {
  await opened.door.collect.stop();
  await opened.drained();
  await quality.turn();
}

async function audited(action: string): Promise<readonly { details: unknown; actorKind: string }[]> {
  return opened.door.testAccess.controlStore.asSystem((tx) =>
    tx.select().from(auditEntries).where(like(auditEntries.action, action)).orderBy(auditEntries.sequence),
  );
}

test('a version that keeps sending what is refused is told apart, alerted on once it lasted, and audited from begin to end', async () => {
  const began = opened.door.testAccess.clock.nowMs;
  opened.door.testAccess.clock.nowMs += 60_000 - (began % 60_000);
  for (let minute = 0; minute < 6; minute++) await minutePasses(4);
  await turn();
  expect(await quality.alertsOf({ workspaceId: opened.workspaceId })).toEqual([]);
  for (let minute = 0; minute < 4; minute++) await minutePasses(4);
  await turn();
  await turn();

  const report = await qualityOf('1h');
  expect(report).toMatchObject({ accepted: 360, rejected: 40, rejection_rate: 0.1 });
  expect(report.by_source.map(({ app_version, rejected, is_over }) => [app_version, rejected, is_over])).toEqual([
    ['4.2.0', 40, true],
    ['4.1.0', 0, false],
  ]);
  expect(report.by_source[0]!.key_name).toEqual(expect.any(String));
  expect(report.reasons).toEqual([{ reason: 'invalid_enum', result: 'rejected', events: 40 }]);
  expect(report.per_interval).toHaveLength(60);
  expect(report.per_interval.filter(({ rejected }) => rejected === 4)).toHaveLength(10);
  expect(report.alerts).toMatchObject([{ type: 'sustained_rejections', app_version: '4.2.0' }]);
  const scope = { workspaceId: opened.workspaceId, environmentId: opened.environmentId };
  const [alert] = await quality.alertsOf(scope);
  expect(alert).toMatchObject({ severity: 'warning', message: expect.stringContaining('version 4.2.0, 20 %') });
  expect(await quality.alertsOf({ ...scope, environmentId: randomUUID() })).toEqual([]);
  const health = await analyst('GET', `/api/v1/telemetry/health?environment_id=${opened.environmentId}`);
  expect((health.body as { alerts: unknown[] }).alerts).toContainEqual(alert);

  for (let minute = 0; minute < 10; minute++) await minutePasses(0);
  await turn();
  expect((await qualityOf('24h')).alerts).toEqual([]);
  const entries = await audited('quality_alert.%');
  expect(entries).toMatchObject([
    { action: 'quality_alert.began', actorKind: 'system', details: { appVersion: '4.2.0', rate: 0.2 } },
    { action: 'quality_alert.ended', actorKind: 'system', details: { appVersion: '4.2.0' } },
  ]);
}, 120_000);

test('who misses an event is told how often it was refused and why', async () => {
  const refusedSince = createRefusedSince(opened.eventStore, () => opened.door.testAccess.clock.nowMs);
  const scope = { workspaceId: opened.workspaceId, environmentId: opened.environmentId };
  const dayAgo = opened.door.testAccess.clock.nowMs - 86_400_000;
  expect(await refusedSince(scope, 'project_opened', dayAgo)).toEqual([{ reason: 'invalid_enum', events: 40 }]);
  expect(await refusedSince(scope, 'project_closed', dayAgo)).toEqual([]);
  expect(await refusedSince({ ...scope, environmentId: randomUUID() }, 'project_opened', dayAgo)).toEqual([]);
});

test('what is allowed is set by environment, keeps what is not named, is audited, and bounded', async () => {
  const set = (change: object) =>
    admin('PUT', `${path}/thresholds`, { environment_id: opened.environmentId, ...change } as never);
  expect((await qualityOf('7d')).thresholds).toEqual({
    rejection_rate: 0.01,
    drop_rate: 0.01,
    pii_rate: 0.001,
    sustained_minutes: 10,
  });
  expect((await set({ rejection_rate: 0.3 })).status).toBe(200);
  expect(await set({ sustained_minutes: 30 })).toMatchObject({
    status: 200,
    body: { rejection_rate: 0.3, drop_rate: 0.01, sustained_minutes: 30 },
  });
  expect((await qualityOf('30d')).by_source.some(({ is_over }) => is_over)).toBe(false);
  expect((await set({ rejection_rate: 1.01 })).status).toBe(400);
  expect((await set({ sustained_minutes: 121 })).status).toBe(400);
  expect((await set({ environment_id: randomUUID() })).status).toBe(404);
  await set({ rejection_rate: 0.01, sustained_minutes: 10 });
  expect((await audited('quality_thresholds.changed')).map(({ details }) => details)[0]).toEqual({
    before: { rejectionRate: 0.01, dropRate: 0.01, piiRate: 0.001, sustainedMinutes: 10 },
    after: { rejectionRate: 0.3, dropRate: 0.01, piiRate: 0.001, sustainedMinutes: 10 },
  });
});

test('stored events are looked at again: what the door let through is counted by rule and place, and never kept', async () => {
  const { clock } = opened.door.testAccess;
  const stored = (properties: Record<string, unknown>) => {
    const eventId = randomUUID();
    const event = decodeEvent(
      { event_id: eventId, event_name: 'note_saved', app_version: '4.1.0', properties },
      { receivedAtMs: clock.nowMs, maxAgeMs: 1e9, defaultSource: 'server', newEventId: randomUUID },
    );
    if (isRefusal(event)) throw new Error(event.detail);
    const { workspaceId, productId, environmentId } = opened;
    return { eventId, row: encodeRow({ workspaceId, productId, environmentId }, event) };
  };
  const before = (await qualityOf('1h')).pii;
  expect(before).toMatchObject({ events_with_findings: 0, rate: 0 });
  expect(before.scanned_events).toBeGreaterThan(100);
  // Past the door, as an older version of it may have let in.
  await opened.door.eventLog.append({
    workspaceId: opened.workspaceId,
    dedupeScope: 'test',
    events: [
      stored({ note: `mail ${ADDRESS}` }),
      stored({ note: Buffer.from(ADDRESS).toString('base64') }),
      stored({ note: 'all is well' }),
    ],
  });
  await opened.refuse([{ event: { event_name: 'note_saved' }, detail: `not ${ADDRESS}` }]);
  clock.nowMs += 1_000;
  await turn();
  await turn();

  const { pii, alerts } = await qualityOf('1h');
  expect(pii).toMatchObject({ scanned_events: before.scanned_events + 4, events_with_findings: 3 });
  expect(pii.by_rule).toEqual([
    { rule: 'email', place: 'properties', events: 2 },
    { rule: 'email', place: 'dead letter: detail', events: 1 },
  ]);
  expect(alerts).toMatchObject([{ type: 'personal_data_found' }]);
  const kept = await opened.door.testAccess.controlStore.asSystem(async (tx) => [
    await tx.select().from(qualityScans),
    await tx.select().from(auditEntries),
  ]);
  expect(JSON.stringify(kept)).not.toMatch(/grace|hopper|Z3JhY2/);
}, 60_000);
