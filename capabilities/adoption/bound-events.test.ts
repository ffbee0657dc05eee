/** Bound values on the real log and control store; a consumer of the log stands for the store, so that a test says how far it is. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_COLUMNS, ROW_VERSION } from '@uptake/domain/contract';
import { type EventLog, openLmdbEventLog } from '@uptake/io/event-log';
import { createLogger } from '@uptake/io/observability';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Opened, openAdoption } from './adoption.fixture.ts';
import { type BoundEvents, createBoundEvents } from './bound-events.ts';
import { createOwnDrivers } from './drivers.ts';
import { tenantsInRows } from './tenants-in-rows.ts';

const logger = createLogger({ level: 'silent', scrub: (text) => text });
const folder = mkdtempSync(join(tmpdir(), 'uptake-bound-events-'));
let opened: Opened;
let eventLog: EventLog;
let bound: BoundEvents;
/** Ids of the bindings that were asked for, in order. */
let asked: string[] = [];
let failures = 0;
const PAUSE_MS = 150;

beforeAll(async () => {
  opened = await openAdoption(createOwnDrivers({ ask: () => Promise.reject(new Error('unused')), randomBytes }));
  eventLog = await openLmdbEventLog({
    directory: folder,
    maxBytes: 64 * 1024 ** 2,
    duplicateWindowMs: 60_000,
    nowMs: Date.now,
  });
});
afterAll(async () => {
  await eventLog.close();
  await opened.remove();
  rmSync(folder, { recursive: true, force: true });
});

const store = () => eventLog.consumer('store', 'oldest');
const storeEverything = async () => {
  for (let claim = await store().claim(LIMITS); claim !== undefined; claim = await store().claim(LIMITS))
    await store().confirm(claim.token);
};
const LIMITS = { maxEvents: 1_000, maxBytes: 1024 ** 2 };

async function freshness() {
  const now = Date.now();
  const behindMs = Math.max(0, now - (store().lag().oldestAppendedAtMs ?? now));
  return { asOf: new Date(now - behindMs), behindMs };
}

const row = (fields: Partial<Record<(typeof EVENT_COLUMNS)[number], unknown>>) =>
  JSON.stringify(EVENT_COLUMNS.map((column) => fields[column] ?? null));
const append = (tenantId: string, workspaceId = opened.workspaceId) =>
  eventLog.append({
    workspaceId,
    dedupeScope: 'test',
    events: [{ eventId: randomUUID(), row: row({ tenant_id: tenantId, event_name: 'project, "created"' }) }],
  });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A plan with one attribute bound to events of the tenant; answers with the id of its binding. */
async function bind(tenantId: string): Promise<string> {
  const { plan } = await opened.assigned(`Customer ${tenantId}`, tenantId);
  await opened.service.configureAdoptionPlanTelemetry(opened.admin, {
    adoptionPlanId: plan.id,
    telemetryEnabled: true,
  });
  const { source } = await opened.service.saveSource(opened.admin, {
    adoptionPlanId: plan.id,
    kind: 'BINDING',
    name: 'People trained',
    config: {
      definition: { kind: 'trend', series: [{ event: 'user_trained', measure: { kind: 'total' } }], interval: 'day' },
      take: 'total',
    },
    attributeId: (await opened.attribute(plan.id, 'users_trained')).id,
  });
  return source.id;
}

describe('a bound value', () => {
  let acme: string;
  const follow = (longestWaitMs: number) =>
    createBoundEvents({
      controlStore: opened.controlStore,
      logger,
      nowMs: Date.now,
      eventLog,
      freshness,
      renew: async ({ id }) => {
        asked.push(id);
        if (failures-- > 0) throw new Error('the store does not answer');
      },
      settings: { lookUpMs: 60_000, pauseMs: PAUSE_MS, afterStartMs: 0, longestWaitMs, retryMs: 100, maxTries: 3 },
    });

  beforeAll(async () => {
    acme = await bind('acme');
  });
  beforeEach(async () => {
    await storeEverything();
    bound = follow(60_000);
    bound.start();
    // What is bound at a start is asked for once.
    await expect.poll(() => asked).toContain(acme);
    await wait(PAUSE_MS + 10);
    asked = [];
  });
  afterEach(async () => {
    failures = 0;
    await bound.stop();
    asked = [];
  });

  test('is asked for as soon as the store has the event that was seen, and not before', async () => {
    await append('acme');
    await wait(200);
    expect(asked).toEqual([]);
    await storeEverything();
    await expect.poll(() => asked, { timeout: 1_000 }).toEqual([acme]);
  });

  test('is asked for again once the store has what came after the first event', async () => {
    await append('acme');
    await wait(5);
    const first = await store().claim(LIMITS);
    await append('acme');
    await store().confirm(first!.token);
    await expect.poll(() => asked, { timeout: 1_000 }).toEqual([acme]);
    await wait(250);
    expect(asked).toEqual([acme]);
    await storeEverything();
    await expect.poll(() => asked, { timeout: 1_000 }).toEqual([acme, acme]);
    await wait(250);
    expect(asked).toEqual([acme, acme]);
  });

  test('is asked for seldom, however many events come', async () => {
    const startedMs = performance.now();
    for (let count = 0; count < 40; count++) {
      await append('acme');
      await storeEverything();
      await wait(10);
    }
    await wait(200);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(1 + (performance.now() - startedMs) / PAUSE_MS);
  });

  test('is not asked for because of other tenants, other workspaces, or its name in another place', async () => {
    await append('acme-2');
    await append('acme', randomUUID());
    const elsewhere = row({ tenant_id: 'other', feature_area: 'acme' });
    const events = [{ eventId: randomUUID(), row: elsewhere }];
    await eventLog.append({ workspaceId: opened.workspaceId, dedupeScope: 'test', events });
    await storeEverything();
    await wait(200);
    expect(asked).toEqual([]);
  });

  test('is asked for anyway where the store does not catch up, and once more when it does', async () => {
    await bound.stop();
    bound = follow(250);
    bound.start();
    await expect.poll(() => asked).toEqual([acme]);
    await append('acme');
    await expect.poll(() => asked.length, { timeout: 3_000 }).toBeGreaterThanOrEqual(2);
    const before = asked.length;
    await storeEverything();
    await expect.poll(() => asked.length, { timeout: 2_000 }).toBe(before + 1);
    await wait(400);
    expect(asked).toHaveLength(before + 1);
  });

  test('is asked for again where it could not be had, but not for ever', async () => {
    failures = 1;
    await append('acme');
    await storeEverything();
    await expect.poll(() => asked, { timeout: 2_000 }).toEqual([acme, acme]);
    failures = 99;
    await append('acme');
    await storeEverything();
    await wait(800);
    expect(asked).toHaveLength(2 + 3);
  });

  test('is asked for at once where a binding is new', async () => {
    const globex = await bind('globex');
    bound.lookAgain();
    await expect.poll(() => asked, { timeout: 2_000 }).toEqual([globex]);
    await append('globex');
    await storeEverything();
    await expect.poll(() => asked, { timeout: 2_000 }).toEqual([globex, globex]);
  });
});

test('the tenants of rows are those that parsing them finds, whatever stands in the columns', () => {
  expect(ROW_VERSION).toBe(2);
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\\"', ',', '[,', 'Größe', 'a\nb'));
  const value = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
  const columns = fc.array(value, { minLength: EVENT_COLUMNS.length, maxLength: EVENT_COLUMNS.length });
  fc.assert(
    fc.property(fc.array(columns, { maxLength: 5 }), (rows) => {
      const bytes = Buffer.from(rows.map((columns) => `${JSON.stringify(columns)}\n`).join(''));
      const parsed = rows.map((columns) => (JSON.parse(JSON.stringify(columns)) as unknown[])[12]);
      expect(tenantsInRows(bytes)).toEqual(new Set(parsed.filter((tenant) => typeof tenant === 'string')));
    }),
    { numRuns: 200 },
  );
});
