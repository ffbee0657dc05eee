import { randomUUID } from 'node:crypto';
import type { Event } from '@uptake/domain/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventWith } from '../../insights/testing.ts';
import {
  type Asker,
  openTestRegistry,
  property,
  schemaOf as schemaOfEvent,
  type TestRegistry,
} from './registry.fixture.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
}, 120_000);
afterAll(() => registry.close());

/** An event name of its own per test, so that no test sees another's plan. */
let eventName: string;
let serial = 0;
beforeEach(() => {
  eventName = `task_assigned_${++serial}`;
});

const schemaOf = (changes: object = {}, properties: object = {}) => schemaOfEvent(eventName, changes, properties);
const ask: TestRegistry['ask'] = (asker, method, url, payload) => registry.ask(asker, method, url, payload);
const put = (asker: Asker, schema: object, more: object = {}) =>
  ask(asker, 'PUT', `/api/v1/schemas/${eventName}`, { schema, ...more });
const optional = { size: property({ type: 'integer' }) };

describe('what was observed', () => {
  const scope = () => ({
    workspaceId: registry.own.workspaceId,
    productId: registry.own.productId,
    environmentId: registry.own.environmentId,
  });
  const received = (parts: Partial<Event>) =>
    eventWith({
      timestampMs: registry.opened.clock.nowMs - 60_000,
      receivedAtMs: registry.opened.clock.nowMs - 60_000,
      eventId: randomUUID(),
      eventName,
      eventType: 'action',
      isPlanned: false,
      schemaVersion: 0,
      piiClassification: 'none',
      dataSensitivity: 'internal',
      featureArea: 'tasks',
      appVersion: '3.1.0',
      ...parts,
    });

  test('volumes count what came and what broke its schema', async () => {
    await put(registry.owner, schemaOf());
    await registry.store.insert(
      [
        received({ isPlanned: true, schemaVersion: 1 }),
        received({ isPlanned: false, schemaVersion: 1 }),
        received({ isPlanned: true, schemaVersion: 1, weight: 3 }),
      ],
      scope(),
    );
    const { schemas } = (await ask(registry.owner, 'GET', '/api/v1/schemas?volumes=true')).body as {
      schemas: { schema: { event_name: string }; volume: object }[];
    };
    const one = schemas.find(({ schema }) => schema.event_name === eventName)!;
    expect(one.volume).toMatchObject({ events_30d: 5, violations_30d: 1 });
  });

  test('unplanned events are proposed as drafts, with values of ordinary events alone, and accepted as edited', async () => {
    const rows = Array.from({ length: 150 }, (_, index) =>
      received({ properties: { path: index % 2 === 0 ? 'drag' : 'menu', size: index } }),
    );
    rows.push(received({ properties: { path: 'secretive' }, dataSensitivity: 'restricted' }));
    await registry.store.insert(rows, scope());
    const where = `environment_id=${registry.own.environmentId}`;
    const list = await ask(registry.analyst, 'GET', `/api/v1/schema-proposals?${where}`);
    expect((list.body as { events: object[] }).events).toContainEqual(
      expect.objectContaining({ event_name: eventName, events_30d: 151, app_versions: ['3.1.0'] }),
    );
    const proposed = await ask(registry.analyst, 'GET', `/api/v1/schema-proposals/${eventName}?${where}`);
    expect(proposed).toMatchObject({
      status: 200,
      body: {
        events_30d: 151,
        sampled_events: 151,
        schema: { event_name: eventName, state: 'draft', feature_area: 'tasks' },
        presence: [
          { name: 'path', share: 1, types: ['string'] },
          { name: 'size', count: 150, types: ['integer'] },
        ],
      },
    });
    expect(JSON.stringify(proposed.body)).not.toContain('secretive');
    const accept = `/api/v1/schema-proposals/${eventName}/accept?${where}`;
    const edited = schemaOf({ state: 'draft' }, optional);
    expect(await ask(registry.analyst, 'POST', accept, { schema: edited })).toMatchObject({
      status: 201,
      body: { schema: { state: 'draft', owner: 'work' } },
    });
    const after = await ask(registry.analyst, 'GET', `/api/v1/schema-proposals?${where}`);
    expect(JSON.stringify(after.body)).not.toContain(`"${eventName}"`);
  });

  test('a proposal is accepted as it is, too', async () => {
    await registry.store.insert([received({ properties: { path: 'drag' } })], scope());
    expect(await ask(registry.owner, 'POST', `/api/v1/schema-proposals/${eventName}/accept`, {})).toMatchObject({
      status: 201,
      body: { schema: { version: 1, state: 'draft' } },
    });
    expect(await ask(registry.owner, 'GET', '/api/v1/schema-proposals/never_came')).toMatchObject({ status: 404 });
  });

  test('a missing event is explained', async () => {
    const troubleshoot = async () =>
      (await ask(registry.analyst, 'GET', `/api/v1/telemetry/troubleshoot?event_name=${eventName}`))
        .body as unknown as {
        suggestions: { code: string }[];
        accepted: object | null;
      };
    await registry.opened.access.readModel.authenticateKey(registry.own.writeKey.value, '127.0.0.1');
    const missing = await troubleshoot();
    expect(missing).toMatchObject({
      event_name: eventName,
      environment: { mode: 'observe', policy: 'full', excluded: false },
      schema: null,
      accepted: null,
    });
    await put(registry.owner, schemaOf({ state: 'blocked' }));
    expect((await troubleshoot()).suggestions[0]).toMatchObject({ code: 'blocked' });
    await ask(registry.owner, 'POST', `/api/v1/schemas/${eventName}/state`, { state: 'active' });
    await registry.store.insert([received({ isPlanned: true, schemaVersion: 1 })], scope());
    expect(await troubleshoot()).toMatchObject({
      accepted: { last_hour: 1, last_24h: 1, violations_24h: 0 },
      suggestions: [{ code: 'arriving' }],
    });
  });

  test('a feature lists its hypothesis, schemas and prompts, and what is missing', async () => {
    const area = { feature_area: `area_${serial}`, hypothesis: 'Fewer tasks are forgotten.' };
    await put(registry.owner, schemaOf(area));
    await registry.store.insert([received({ featureArea: `area_without_schema_${serial}` })], scope());
    const { features } = (await ask(registry.owner, 'GET', '/api/v1/features')).body as {
      features: { feature_area: string }[];
    };
    expect(features.find((each) => each.feature_area === area.feature_area)).toMatchObject({
      hypotheses: [area.hypothesis],
      schemas: [{ event_name: eventName, version: 1, state: 'active' }],
      missing: ['target_metrics', 'feedback_prompts'],
    });
    expect(features.find((each) => each.feature_area === `area_without_schema_${serial}`)).toMatchObject({
      missing: ['hypothesis', 'target_metrics', 'schemas', 'feedback_prompts'],
    });
  });

  test('the values of a ledger are shown to nobody', async () => {
    await registry.store.insert([received({ properties: { path: 'drag' } })], scope());
    const url = `/api/v1/environments/${registry.own.environmentId}`;
    await ask(registry.owner, 'PATCH', url, { policy: 'ledger' });
    expect(await ask(registry.owner, 'GET', `/api/v1/schema-proposals/${eventName}`)).toMatchObject({
      status: 403,
      body: { code: 'aggregates_only' },
    });
    await ask(registry.owner, 'PATCH', url, { policy: 'full' });
  });
});
