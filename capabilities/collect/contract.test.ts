import { randomUUID } from 'node:crypto';
import type { EnvironmentSettings, Reason } from '@uptake/domain/contract';
import type { EventSchema, SchemaState } from '@uptake/domain/tracking-plan';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRegistryService } from '../govern/registry/service.ts';
import { DAY_MS, openTestDoor, type TestDoor } from './door.fixture.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
}, 60_000);
afterAll(() => door.close());

const OWNER = { actor: { kind: 'system' }, mayEnforce: true } as const;
const scope = () => ({ workspaceId: door.first.workspaceId, productId: door.first.productId });

/** An event name of its own per test, so that no test sees another's plan. */
let eventName: string;
let serial = 0;
beforeEach(async () => {
  eventName = `invoice_sent_${++serial}`;
  await set({ mode: 'observe', policy: 'full', excluded_events: [], excluded_feature_areas: [] });
  await door.takeRows();
});

function schemaOf(changes: Partial<EventSchema> = {}): EventSchema {
  return {
    event_name: eventName,
    version: 1,
    state: 'active',
    owner: 'billing',
    description: 'An invoice left for the customer.',
    feature_area: 'billing',
    pii_class: 'none',
    data_sensitivity: 'internal',
    properties: {
      type: 'object',
      properties: {
        channel: { enum: ['email', 'post'], description: 'How it went out.', 'x-pii-class': 'none' },
        amount: { type: 'number', minimum: 0, description: 'In the currency.', 'x-pii-class': 'none' },
      },
      required: ['channel'],
      additionalProperties: false,
    },
    ...changes,
  };
}

async function plan(changes: Partial<EventSchema> = {}): Promise<void> {
  await door.registry.register(scope(), eventName, { schema: schemaOf(changes) }, OWNER);
}

type Change = Partial<Pick<EnvironmentSettings, 'mode' | 'policy'>> & {
  excluded_events?: string[];
  excluded_feature_areas?: string[];
};
let adminKey: string | undefined;
/** Over REST, as an administrator's program does it. */
async function set(change: Change): Promise<void> {
  const { access, ask } = door.testAccess;
  adminKey ??= (
    await access.keys.create(
      door.first.workspaceId,
      { kind: 'secret', name: 'admin', scopes: ['admin'] },
      { kind: 'system' },
    )
  ).key;
  const url = `/api/v1/environments/${door.first.environmentId}`;
  const headers = { authorization: `Bearer ${adminKey}` };
  const { status } = await ask({ method: 'PATCH', url, headers, payload: change });
  expect(status).toBe(200);
}

const event = (properties: object, more: object = {}) => ({
  event_id: randomUUID(),
  event_name: eventName,
  properties,
  ...more,
});
const send = async (...events: object[]) => (await door.post({ events })).body;
const found = (finding: string) =>
  door.testAccess.metrics.value('uptake_contract_findings_total', { finding }) as Promise<number>;

const MISTAKES = [
  ['property_not_allowed', { channel: 'post', emial: 'x' }, '/properties/emial'],
  ['property_missing', { amount: 5 }, '/properties/channel'],
  ['property_invalid', { channel: 'pigeon' }, '/properties/channel'],
] as const;

describe('in mode enforce', () => {
  test('a planned event passes with the version of its schema', async () => {
    await plan();
    await set({ mode: 'enforce' });
    expect(await send(event({ channel: 'email', amount: 12.5 }))).toMatchObject({ accepted: 1, rejected: 0 });
    const [row] = await door.takeRows();
    expect(row).toMatchObject({ event_name: eventName, is_planned: true, schema_version: 1 });
  });

  test.each(MISTAKES)('%s is rejected with its place, and validate answers the same', async (reason, wrong, path) => {
    await plan();
    await set({ mode: 'enforce' });
    const before = await door.counted('rejected', reason);
    const sent = event(wrong);
    const stored = await door.post({ events: [sent, event({ channel: 'post' })] });
    expect(stored.body).toMatchObject({ accepted: 1, rejected: 1 });
    expect(stored.body.results[0]).toMatchObject({ result: 'rejected', reason, path });
    expect(await door.counted('rejected', reason)).toBe(before + 1);
    const probed = await door.post({ events: [sent] }, { path: '/api/v1/telemetry/validate' });
    expect(probed.body.results[0]).toMatchObject({ result: 'rejected', reason, path });
    expect(await door.counted('rejected', reason)).toBe(before + 1);
    expect(await door.takeRows()).toHaveLength(1);
  });

  test('a misspelt property is answered with the name it is near to', async () => {
    await plan({
      properties: {
        type: 'object',
        properties: { format_kind: { enum: ['pdf'], description: 'Which.', 'x-pii-class': 'none' } },
        additionalProperties: false,
      },
    });
    await set({ mode: 'enforce' });
    const { results } = await send(event({ fromat_kind: 'pdf' }));
    expect(results[0]).toMatchObject({ reason: 'property_not_allowed', path: '/properties/fromat_kind' });
    expect(results[0]!.detail).toContain('format_kind');
  });

  test('an event that is a draft alone counts as unplanned, and passes from the moment it is put into force', async () => {
    await plan({ state: 'draft' });
    await set({ mode: 'enforce' });
    const before = await door.counted('rejected', 'unplanned_event');
    expect((await send(event({ channel: 'post' }))).results[0]).toMatchObject({ reason: 'unplanned_event' });
    expect(await door.counted('rejected', 'unplanned_event')).toBe(before + 1);
    await door.registry.changeState(scope(), eventName, 'active', OWNER);
    expect(await send(event({ channel: 'post' }))).toMatchObject({ accepted: 1 });
  });

  test('an envelope field the schema binds must be there', async () => {
    await plan({ envelope: { workflow_name: ['dunning'] } });
    await set({ mode: 'enforce' });
    const before = await door.counted('rejected', 'envelope_mismatch');
    const { results, accepted } = await send(
      event({ channel: 'post' }, { workflow_name: 'other' }),
      event({ channel: 'post' }, { workflow_name: 'dunning' }),
    );
    expect(accepted).toBe(1);
    expect(results[0]).toMatchObject({ reason: 'envelope_mismatch', path: '/workflow_name' });
    expect(await door.counted('rejected', 'envelope_mismatch')).toBe(before + 1);
  });
});

describe('in mode observe', () => {
  test.each(MISTAKES)(
    '%s is kept, marked as unplanned beside the version it breaks, and counted',
    async (reason, wrong) => {
      await plan();
      const before = await found(reason);
      expect(await send(event(wrong), event({ channel: 'email' }))).toMatchObject({ accepted: 2 });
      const rows = await door.takeRows();
      expect(rows.map(({ is_planned, schema_version }) => [is_planned, schema_version])).toEqual([
        [false, 1],
        [true, 1],
      ]);
      expect(await found(reason)).toBe(before + 1);
    },
  );

  test('an event nobody planned is kept without a version', async () => {
    expect(await send(event({ anything: true }))).toMatchObject({ accepted: 1 });
    expect((await door.takeRows())[0]).toMatchObject({ is_planned: false, schema_version: 0 });
  });
});

describe('states', () => {
  test.each(['observe', 'enforce'] as const)('a blocked event is rejected in mode %s', async (mode) => {
    await plan();
    await door.registry.changeState(scope(), eventName, 'blocked', OWNER);
    await set({ mode });
    const before = await door.counted('rejected', 'schema_blocked');
    const { results } = await send(event({ channel: 'post' }));
    expect(results[0]).toMatchObject({ result: 'rejected', reason: 'schema_blocked', path: '/event_name' });
    expect(await door.counted('rejected', 'schema_blocked')).toBe(before + 1);
  });

  test('a deprecated event is accepted and counted', async () => {
    await plan();
    await door.registry.changeState(scope(), eventName, 'deprecated', OWNER);
    await set({ mode: 'enforce' });
    const before = await found('deprecated_event');
    expect(await send(event({ channel: 'post' }))).toMatchObject({ accepted: 1 });
    expect(await found('deprecated_event')).toBe(before + 1);
  });
});

test('what a breaking version replaced is accepted until its date, and not a moment longer', async () => {
  await plan();
  await set({ mode: 'enforce' });
  const members = await door.testAccess.access.members.list(door.first.workspaceId);
  const { nowMs } = door.testAccess.clock;
  const next = schemaOf({ version: 2 });
  const registration = {
    schema: { ...next, properties: { ...next.properties, required: ['channel', 'amount'] } },
    migrationNote: 'Senders add the amount.',
    reviewer: members[0]!.email,
    acceptedUntil: new Date(nowMs + DAY_MS).toISOString(),
  };
  await door.registry.register(scope(), eventName, registration, OWNER);
  expect(await send(event({ channel: 'post' }), event({ channel: 'post', amount: 1 }))).toMatchObject({ accepted: 2 });
  expect((await door.takeRows()).map((row) => row.schema_version)).toEqual([1, 2]);
  door.testAccess.clock.nowMs = nowMs + DAY_MS;
  const late = await send(event({ channel: 'post' }), event({ channel: 'post', amount: 1 }));
  expect(late).toMatchObject({ accepted: 1, rejected: 1 });
  expect(late.results[0]).toMatchObject({ reason: 'property_missing', path: '/properties/amount' });
});

test('the class of the schema raises that of the event and never lowers it', async () => {
  await plan({ pii_class: 'high', data_sensitivity: 'restricted' });
  await send(
    event({ channel: 'post' }, { pii_classification: 'none', data_sensitivity: 'public' }),
    event({ channel: 'pigeon' }, { pii_classification: 'none', data_sensitivity: 'public' }),
  );
  const high = { pii_classification: 'high', data_sensitivity: 'restricted' };
  expect(await door.takeRows()).toMatchObject([high, high]);
  eventName += '_low';
  await plan({ pii_class: 'low', data_sensitivity: 'public' });
  await send(event({ channel: 'post' }, { pii_classification: 'medium', data_sensitivity: 'restricted' }));
  expect(await door.takeRows()).toMatchObject([{ pii_classification: 'medium', data_sensitivity: 'restricted' }]);
});

describe('what an environment leaves out', () => {
  test.each([
    ['its events', { excluded_events: ['page_scrolled'] }, { event_name: 'page_scrolled' }, '/event_name'],
    [
      'its feature areas',
      { excluded_feature_areas: ['beta'] },
      { event_name: 'x', feature_area: 'beta' },
      '/feature_area',
    ],
  ])('is dropped by %s, counted and never stored, while others pass', async (_, change, excluded, path) => {
    await set(change);
    const before = await door.counted('dropped', 'not_collected');
    const { status, body } = await door.post({ events: [excluded, event({})] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1, dropped: 1, rejected: 0 });
    expect(body.results[0]).toMatchObject({ result: 'dropped', reason: 'not_collected', path });
    expect(await door.counted('dropped', 'not_collected')).toBe(before + 1);
    expect((await door.takeRows()).map((row) => row.event_name)).toEqual([eventName]);
  });
});

describe('with policy ledger', () => {
  const milestone = (properties: object) => event(properties, { event_type: 'action', tenant_id: 't1', user_id: 'u1' });

  test('the active schemas are the catalogue, whatever the mode', async () => {
    await plan();
    await set({ policy: 'ledger', mode: 'observe' });
    expect(await send(milestone({ channel: 'post' }))).toMatchObject({ accepted: 1 });
    expect((await door.takeRows())[0]).toMatchObject({ is_planned: true, schema_version: 1 });
  });

  const lawful = { channel: 'post' };
  const unlawful: readonly (readonly [Reason, object])[] = [
    ['unknown_milestone', { event_name: 'never_planned' }],
    ['passive_event', { event_type: 'view' }],
    ['tenant_missing', { tenant_id: '' }],
    ['initiator_missing', { user_id: '' }],
    ['metadata_not_allowed', { properties: { ...lawful, amount: 3 } }],
    ['metadata_missing', { properties: {} }],
    ['metadata_invalid', { properties: { channel: 'a sentence of somebody' } }],
  ];
  test.each(unlawful)('%s keeps an event out of the ledger, and is counted', async (reason, change) => {
    await plan();
    await set({ policy: 'ledger' });
    const before = await door.counted('rejected', reason);
    const { results } = await send({ ...milestone(lawful), ...change }, milestone(lawful));
    expect(results).toMatchObject([{ index: 0, result: 'rejected', reason }]);
    expect(await door.counted('rejected', reason)).toBe(before + 1);
    expect(await door.takeRows()).toHaveLength(1);
  });

  test.each(['draft', 'blocked'] as SchemaState[])('what is %s is kept by no ledger', async (state) => {
    await plan({ state });
    await set({ policy: 'ledger' });
    expect((await send(milestone({ channel: 'post' }))).results[0]).toMatchObject({
      reason: state === 'blocked' ? 'schema_blocked' : 'unknown_milestone',
    });
  });
});

test('a plan that another process changed judges here within a second', async () => {
  await plan();
  await set({ mode: 'enforce' });
  expect(await send(event({ channel: 'post' }))).toMatchObject({ accepted: 1 });
  const { controlStore, clock } = door.testAccess;
  const elsewhere = createRegistryService({
    controlStore,
    access: door.testAccess.otherProcess().readModel,
    nowMs: () => clock.nowMs,
    onChange: () => undefined,
  });
  await elsewhere.changeState(scope(), eventName, 'blocked', OWNER);
  clock.nowMs += 1_000;
  expect((await send(event({ channel: 'post' }))).results[0]).toMatchObject({ reason: 'schema_blocked' });
});
