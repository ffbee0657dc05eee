import { randomUUID } from 'node:crypto';
import { auditEntries } from '@uptake/io/control-store/schema';
import { createLogger } from '@uptake/io/observability';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from '../../collect/door.fixture.ts';
import { eventWith, openTestEventStore, type TestEventStore } from '../../insights/testing.ts';
import { type Budgets, createBudgets } from './create.ts';

const MINUTE = 60_000;
let door: TestDoor;
let store: TestEventStore;
let budgets: Budgets;
let environmentId: string;

beforeAll(async () => {
  door = await openTestDoor({}, undefined, (id) => budgets.budgetOf(id));
  store = await openTestEventStore();
  budgets = await openBudgets();
  await door.testAccess.app.register(budgets.routes);
  environmentId = door.first.environmentId;
});
afterAll(async () => {
  await budgets.stop();
  await door.close();
  await store.close();
});

async function openBudgets(): Promise<Budgets> {
  const opened = createBudgets({
    controlStore: door.testAccess.controlStore,
    access: door.testAccess.access.readModel,
    eventStore: store.eventStore,
    nowMs: () => door.testAccess.clock.nowMs,
    randomSeed: () => 12_345,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    metrics: door.testAccess.metrics,
  });
  await opened.start();
  return opened;
}

type Answer = {
  status: number;
  body: {
    budget: { events_per_day: number | null; revision: number } | null;
    offered_24h: number;
    kept_24h: number;
    is_exceeded: boolean;
    rates: { event_name: string; weight: number; bound: string; keep_probability: number; favours: string[] }[];
    code?: string;
    errors?: { path: string }[];
  };
};
const ask = (method: 'GET' | 'PUT' | 'DELETE', payload?: object, key = door.first.secretKey.value): Promise<Answer> =>
  door.testAccess.ask({
    method,
    url: `/api/v1/budgets${method === 'PUT' ? '' : `?environment_id=${environmentId}`}`,
    headers: { authorization: `Bearer ${key}` },
    ...(payload === undefined ? {} : { payload: { environment_id: environmentId, ...payload } }),
  });

/** Requests of 500 views by fifty people, sent at once. */
async function send(requests: number, parts: object = {}) {
  const totals = { accepted: 0, sampled: 0 };
  for (let request = 0; request < requests; request++) {
    const events = Array.from({ length: 500 }, (_, n) => ({
      event_id: randomUUID(),
      event_name: 'page_viewed',
      event_type: 'view',
      feature_area: 'projects',
      user_id: `person-${n % 50}`,
      ...parts,
    }));
    const { status, body } = await door.post({ events });
    expect(status).toBe(200);
    totals.accepted += body.accepted ?? 0;
    totals.sampled += body.sampled ?? 0;
  }
  return totals;
}

async function pass(minutes: number) {
  door.testAccess.clock.nowMs += minutes * MINUTE;
  await budgets.turn();
}

describe('a budget', () => {
  test('is absent at first: everything is kept and stands for itself', async () => {
    expect((await ask('GET')).body).toMatchObject({ budget: null, offered_24h: 0, rates: [] });
    expect(await send(1)).toEqual({ accepted: 500, sampled: 0 });
    expect(new Set((await door.takeRows()).map((row) => row.weight))).toEqual(new Set([1]));
  });

  test('throttles a flow above it: what is left out is answered, counted, and made up for by weights', async () => {
    expect((await ask('PUT', { events_per_day: 40_000 })).status).toBe(200);
    await send(10);
    await pass(5);
    await door.takeRows();
    const { rates } = (await ask('GET')).body;
    const [rate] = rates;
    expect(rate).toMatchObject({ event_name: 'page_viewed', bound: 'environment_budget', favours: [] });
    expect(rate!.weight).toBeGreaterThan(2);
    expect(rate!.keep_probability).toBeCloseTo(1 / rate!.weight, 9);

    const before = await door.counted('sampled', 'over_budget');
    const { accepted, sampled } = await send(10);
    expect(accepted + sampled).toBe(5_000);
    expect(sampled).toBeGreaterThan(2_000);
    expect((await door.counted('sampled', 'over_budget')) - before).toBe(sampled);
    const rows = await door.takeRows();
    expect(rows).toHaveLength(accepted);
    const weights = new Set(rows.map((row) => row.weight));
    weights.delete(0);
    expect([...weights]).toEqual([rate!.weight]);
    const total = rows.reduce((sum, row) => sum + (row.weight as number), 0);
    // Five standard deviations of a count of 5,000 at this probability.
    expect(Math.abs(total - 5_000)).toBeLessThan(5 * Math.sqrt(5_000 * (rate!.weight - 1)));
    // One person in sixteen is kept whole.
    const perPerson = Map.groupBy(rows, (row) => row.user_id);
    for (const [userId, own] of perPerson) {
      if (String(userId).startsWith('0')) expect(own).toHaveLength(100);
      else expect(own.length).toBeLessThan(100);
    }
  });

  test('answers each event it left out with its reason, and the same when asked what would happen', async () => {
    const events = Array.from({ length: 200 }, (_, n) => ({
      event_id: randomUUID(),
      event_name: 'page_viewed',
      event_type: 'view',
      feature_area: 'projects',
      user_id: `person-${n}`,
    }));
    const offeredOf = async () => (await ask('GET')).body.offered_24h;
    await pass(1);
    const before = await offeredOf();
    const asked = await door.post({ events }, { path: '/api/v1/telemetry/validate' });
    await budgets.turn();
    expect(await offeredOf()).toBe(before);
    const sent = await door.post({ events });
    expect(sent.body.results).toEqual(asked.body.results.filter(({ result }) => result !== 'accepted'));
    expect(sent.body.results[0]).toMatchObject({ result: 'sampled', reason: 'over_budget' });
    const again = await door.post({ events });
    expect(again.body.sampled).toBe(sent.body.sampled);
    expect(again.body.duplicates).toBe(sent.body.accepted);
  });

  test('never touches errors, outcomes and feedback, unless asked', async () => {
    expect(await send(2, { event_type: 'error' })).toEqual({ accepted: 1_000, sampled: 0 });
    expect(await send(1, { event_type: 'outcome' })).toEqual({ accepted: 500, sampled: 0 });
  });

  test('takes heavy properties off stable flows where that was asked for, and keeps those on its list', async () => {
    const shaping = { max_text_length: 100, keep_properties: ['notes'] };
    expect((await ask('PUT', { events_per_day: 40_000, shaping })).status).toBe(200);
    await door.takeRows();
    const long = 'x'.repeat(101);
    const properties = { plan: 'pro', seats: 3, trace: long, notes: long, path: ['a', 'b'] };
    await send(1, { properties });
    const rows = await door.takeRows();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row.properties).toEqual({ plan: 'pro', seats: 3, notes: long });
    expect(await door.testAccess.metrics.value('uptake_shaped_properties')).toBe(rows.length * 2);
  });

  test('goes on after a restart where it was', async () => {
    const before = (await ask('GET')).body;
    expect(before.rates.some((rate) => rate.weight > 1)).toBe(true);
    await budgets.stop();
    const restarted = await openBudgets();
    const weights = () => {
      const { sampler } = restarted.budgetOf(environmentId)!;
      return [...(sampler as unknown as { flows(): Iterable<{ strata: ({ weight: number } | undefined)[] }> }).flows()]
        .flatMap((flow) => flow.strata.map((stratum) => stratum?.weight ?? 1))
        .filter((weight) => weight > 1);
    };
    await restarted.stop();
    expect(weights()).toEqual(before.rates.map(({ weight }) => weight).filter((weight) => weight > 1));
  });

  test('that was removed keeps everything again', async () => {
    expect((await ask('DELETE')).status).toBe(200);
    expect((await ask('GET')).body).toMatchObject({ budget: null, rates: [] });
    expect(await send(2)).toEqual({ accepted: 1_000, sampled: 0 });
  });
});

describe('setting a budget', () => {
  test('is refused where it bounds nothing, or names an area twice, with the path', async () => {
    for (const [payload, path] of [
      [{}, '/events_per_day'],
      [
        {
          areas: [
            { feature_area: 'a', events_per_day: 5 },
            { feature_area: 'a', events_per_day: 6 },
          ],
        },
        '/areas/1/feature_area',
      ],
    ] as const) {
      const { status, body } = await ask('PUT', payload);
      expect(status).toBe(400);
      expect(body.errors?.map((error) => error.path)).toEqual([path]);
    }
    for (const events_per_day of [0, -1, 1.5, 'many']) expect((await ask('PUT', { events_per_day })).status).toBe(400);
  });

  test('is refused to whoever may only read, and in an environment of others', async () => {
    const { workspaceId } = door.first;
    const actor = { kind: 'system' } as const;
    const reader = await door.testAccess.access.keys.create(
      workspaceId,
      { kind: 'secret', name: 'reader', scopes: ['read'] },
      actor,
    );
    expect((await ask('PUT', { events_per_day: 5 }, reader.key)).status).toBe(403);
    expect((await ask('GET', undefined, reader.key)).status).toBe(200);
    expect((await ask('PUT', { events_per_day: 5, environment_id: randomUUID() })).status).toBe(404);
    expect((await ask('GET', undefined, door.first.writeKey.value)).status).toBe(403);
  });

  test('is refused to the second of two who changed it at once', async () => {
    const first = await ask('PUT', { events_per_day: 1_000_000, revision: 0 });
    const { revision } = first.body.budget!;
    expect((await ask('PUT', { events_per_day: 2_000_000, revision })).status).toBe(200);
    const late = await ask('PUT', { events_per_day: 3_000_000, revision });
    expect(late).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await ask('GET')).body.budget!.events_per_day).toBe(2_000_000);
  });

  test('is written into the audit log, with what was before', async () => {
    const entries = await door.testAccess.controlStore.asSystem((tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.action, 'budget.changed')),
    );
    expect(entries.at(-1)).toMatchObject({
      subjectId: environmentId,
      details: { before: { events_per_day: 1_000_000 }, after: { events_per_day: 2_000_000 } },
    });
  });
});

describe('a budget of an environment that was in use before', () => {
  test('knows the last day of each flow from the start, and throttles at once what is too much', async () => {
    const { nowMs } = door.testAccess.clock;
    const scope = { workspaceId: door.first.workspaceId, productId: door.first.productId, environmentId };
    expect((await ask('DELETE')).status).toBe(200);
    const past = Array.from({ length: 4_800 }, (_, n) => ({
      timestampMs: nowMs - 60 * MINUTE - (n % 24) * 60 * MINUTE,
      eventName: n % 4 === 0 ? 'request_failed' : 'page_viewed',
      eventType: n % 4 === 0 ? ('error' as const) : ('view' as const),
      featureArea: 'projects',
    }));
    await store.insert(past.map(eventWith), scope);
    const { body } = await ask('PUT', { events_per_day: 2_400 });
    const [views, errors] = body.rates;
    expect(views).toMatchObject({ event_name: 'page_viewed', bound: 'environment_budget' });
    // 3,600 views and 1,200 errors a day; the errors stay, so a third of the views may.
    expect(views!.keep_probability).toBeGreaterThan(0.2);
    expect(views!.keep_probability).toBeLessThan(0.36);
    expect(errors).toMatchObject({ event_name: 'request_failed', bound: 'protected', weight: 1 });
    expect((await ask('DELETE')).status).toBe(200);
  });
});

describe('what a budget favours', () => {
  test('is told from events: tenants and releases first seen lately are new', async () => {
    const at = (days: number) => door.testAccess.clock.nowMs - days * 24 * 60 * MINUTE;
    const scope = { workspaceId: door.first.workspaceId, productId: door.first.productId, environmentId };
    await store.insert(
      [
        eventWith({ timestampMs: at(20), tenantId: 'acme', appVersion: '1.0.0' }),
        eventWith({ timestampMs: at(2), tenantId: 'globex', appVersion: '1.1.0' }),
      ],
      scope,
    );
    expect((await ask('PUT', { events_per_day: 1_000_000 })).status).toBe(200);
    await send(1, { tenant_id: 'acme', app_version: '1.0.0' });
    await send(1, { tenant_id: 'globex', app_version: '1.0.0' });
    await send(1, { tenant_id: 'acme', app_version: '1.1.0' });
    await pass(1);
    const favours = (await ask('GET')).body.rates.map((rate) => rate.favours.join());
    expect(favours).toEqual(expect.arrayContaining(['', 'new_tenant', 'new_release']));
  });
});
