import { auditEntries } from '@uptake/io/control-store/schema';
import { and, eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TEST_ADMIN } from '../../access/testing.ts';
import {
  type Asker,
  openTestRegistry,
  property,
  type Reply,
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
const inADay = () => new Date(registry.opened.clock.nowMs + 86_400_000).toISOString();

async function audited(action: string) {
  return registry.opened.controlStore.asSystem((tx) =>
    tx
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, action), like(auditEntries.subjectId, `%/${eventName}`))),
  );
}

describe('versions', () => {
  test('a first schema is version 1, and putting the same again changes nothing', async () => {
    expect(await put(registry.owner, schemaOf())).toMatchObject({ status: 200, body: { change: { kind: 'none' } } });
    expect(await put(registry.owner, schemaOf())).toMatchObject({ status: 200, body: { schema: { version: 1 } } });
    const { body } = await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`);
    expect((body as { history: unknown[] }).history).toHaveLength(1);
    expect(await audited('event_schema.created')).toHaveLength(1);
    expect(await audited('event_schema.versioned')).toHaveLength(0);
  });

  test('the order in which properties were written is kept', async () => {
    const names = ['zebra', 'b', 'apple', 'a'];
    const properties = Object.fromEntries(names.map((name) => [name, property({ type: 'boolean' })]));
    await put(registry.owner, schemaOf({}, properties));
    const { body } = await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`);
    const kept = (body as { schema: { properties: { properties: object } } }).schema.properties.properties;
    expect(Object.keys(kept)).toEqual(['path', ...names]);
  });

  test('a compatible change is the next version at once, with what it changed in the history', async () => {
    await put(registry.owner, schemaOf());
    const { status, body } = await put(registry.admin, schemaOf({ version: 2 }, optional));
    expect(status).toBe(200);
    expect(body).toMatchObject({ schema: { version: 2 }, change: { kind: 'compatible' } });
    const { history } = (await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`)).body as {
      history: { version: number; is_breaking: boolean; change: { changes: { path: string }[] } | null }[];
    };
    expect(history.map(({ version, is_breaking }) => [version, is_breaking])).toEqual([
      [2, false],
      [1, false],
    ]);
    expect(history[0]!.change!.changes[0]!.path).toContain('/size');
    const diff = await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}/diff?from=2&to=1`);
    expect(diff).toMatchObject({ status: 200, body: { kind: 'breaking' } });
    expect((await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}/diff?from=2&to=9`)).status).toBe(404);
    expect(await audited('event_schema.versioned')).toMatchObject([{ details: { change: 'compatible' } }]);
  });

  test('of two people who edit one version, the second is told', async () => {
    await put(registry.owner, schemaOf());
    const [one, other] = await Promise.all([
      put(registry.owner, schemaOf({ version: 2 }, optional)),
      put(registry.admin, schemaOf({ version: 2 }, { colour: property({ type: 'boolean' }) })),
    ]);
    expect([one!.status, other!.status].sort()).toEqual([200, 409]);
    const refused = [one, other].find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('somebody else was faster'),
    });
    // Neither may the version be skipped, nor the newest one be written over.
    for (const version of [1, 2, 4]) {
      expect(await put(registry.owner, schemaOf({ version, owner: 'other' }, optional))).toMatchObject({ status: 409 });
    }
  });

  test('two people who plan one event at once make one of it', async () => {
    const replies = await Promise.all([put(registry.owner, schemaOf()), put(registry.admin, schemaOf({}, optional))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('a breaking change', () => {
  const breaking = () => schemaOf({ version: 2 }, { path: property({ enum: ['menu'] }) });
  const note = 'Senders stop saying "drag".';

  test('is refused with what breaks and everything that is lacking', async () => {
    await put(registry.owner, schemaOf());
    const { status, body } = await put(registry.owner, breaking());
    expect(status).toBe(409);
    const { code, errors } = body as { code: string; errors: { path: string }[] };
    expect(code).toBe('breaking_change');
    expect(errors.map(({ path }) => path)).toEqual([
      '/schema/properties/properties/path/enum',
      '/migration_note',
      '/reviewer',
      '/accepted_until',
    ]);
    expect(await put(registry.owner, breaking(), { migration_note: note, accepted_until: inADay() })).toMatchObject({
      status: 409,
      body: { errors: [{}, { path: '/reviewer' }] },
    });
  });

  test('takes a reviewer who is a member and not its author, and says until when the old is accepted', async () => {
    await put(registry.owner, schemaOf());
    const approval = { migration_note: note, accepted_until: inADay() };
    for (const reviewer of [TEST_ADMIN.email, 'stranger@example.test']) {
      expect(await put(registry.owner, breaking(), { ...approval, reviewer })).toMatchObject({ status: 409 });
    }
    const done = await put(registry.owner, breaking(), { ...approval, reviewer: 'Analyst@example.test' });
    expect(done).toMatchObject({ status: 200, body: { migration_note: note, change: { kind: 'breaking' } } });
    const { history } = (await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`)).body as {
      history: object[];
    };
    expect(history).toMatchObject([
      { version: 2, is_breaking: true, accepted_until: null, migration_note: note },
      { version: 1, is_breaking: false, accepted_until: approval.accepted_until },
    ]);
    const [entry] = await audited('event_schema.versioned');
    expect(entry!.details).toMatchObject({ change: 'breaking', previous_accepted_until: approval.accepted_until });
  });

  test('made with a key is reviewed by an administrator', async () => {
    await put(registry.owner, schemaOf());
    const key = await registry.keyOf(['admin']);
    const approval = { migration_note: note, accepted_until: inADay() };
    expect(await put(key, breaking(), { ...approval, reviewer: 'analyst@example.test' })).toMatchObject({
      status: 409,
    });
    expect((await put(key, breaking(), { ...approval, reviewer: 'admin@example.test' })).status).toBe(200);
  });

  test('is none while the schema is a draft', async () => {
    await put(registry.analyst, schemaOf({ state: 'draft' }));
    expect(await put(registry.analyst, { ...breaking(), state: 'draft' })).toMatchObject({ status: 200 });
    const { history } = (await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`)).body as {
      history: object[];
    };
    expect(history).toMatchObject([{ version: 2, is_breaking: false }, { version: 1 }]);
  });
});

describe('states', () => {
  const become = (asker: Asker, state: string) => ask(asker, 'POST', `/api/v1/schemas/${eventName}/state`, { state });

  test('lead from draft to active, deprecated and blocked, and never back to draft', async () => {
    await put(registry.owner, schemaOf({ state: 'draft' }));
    for (const state of ['active', 'deprecated', 'active', 'blocked', 'active']) {
      expect(await become(registry.owner, state)).toMatchObject({ status: 200, body: { schema: { state } } });
    }
    expect(await become(registry.owner, 'draft')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await audited('event_schema.state_changed')).map(({ details }) => details.after)).toHaveLength(5);
    expect(registry.checkpoints).toContain('tracking_plan_activated');
  });

  test('a draft that lacks its owner and description is not put into force', async () => {
    await put(registry.owner, schemaOf({ state: 'draft', owner: '', description: '' }));
    const { status, body } = await become(registry.owner, 'active');
    expect(status).toBe(400);
    expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(['/owner', '/description']);
  });

  test('analysts draft, and admins put into force', async () => {
    expect((await put(registry.analyst, schemaOf({ state: 'draft' }))).status).toBe(200);
    expect(await become(registry.analyst, 'active')).toMatchObject({ status: 403 });
    expect((await become(registry.admin, 'active')).status).toBe(200);
    expect(await put(registry.analyst, schemaOf({ version: 2 }, optional))).toMatchObject({ status: 403 });
    expect(await put(await registry.keyOf(['write']), schemaOf({ version: 2 }, optional))).toMatchObject({
      status: 403,
    });
    expect(await put(await registry.keyOf(['read']), schemaOf({ version: 2 }, optional))).toMatchObject({
      status: 403,
    });
  });

  test('a draft is discarded, what was in force is not', async () => {
    await put(registry.owner, schemaOf({ state: 'draft' }));
    expect((await ask(registry.analyst, 'DELETE', `/api/v1/schemas/${eventName}`)).status).toBe(204);
    expect((await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`)).status).toBe(404);
    expect(await audited('event_schema.draft_discarded')).toHaveLength(1);
    await put(registry.owner, schemaOf());
    expect(await ask(registry.owner, 'DELETE', `/api/v1/schemas/${eventName}`)).toMatchObject({ status: 409 });
  });
});

describe('bad schemas are refused with the place of each mistake', () => {
  test.each([
    ['a remote reference', { x: { $ref: 'https://example.test/a.json' } }, '/schema/properties/properties/x/$ref'],
    ['a catastrophic pattern', { x: property({ type: 'string', pattern: '^(a+)+$', maxLength: 9 }) }, undefined],
    [
      'an unknown keyword',
      { x: property({ type: 'string', maxLenght: 5 }) },
      '/schema/properties/properties/x/maxLenght',
    ],
    [
      '10,000 properties',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, property({ type: 'boolean' })])),
      undefined,
    ],
    [
      'a list of values of which one does not fit',
      { x: property({ type: 'integer', enum: [1, 2, 'three'] }) },
      '/schema/properties/properties/x/enum/2',
    ],
    [
      'names that differ by case alone',
      { size: property({ type: 'integer' }), Size: property({ type: 'integer' }) },
      '/schema/properties/properties/Size',
    ],
    ['a personal name with class none', { email: property({ type: 'string', maxLength: 99 }) }, undefined],
  ])('%s', async (_, properties, path) => {
    const { status, body } = await put(registry.owner, schemaOf({}, properties));
    if (status === 200) expect.fail(`kept ${JSON.stringify(body).slice(0, 200)}`);
    expect(body).toMatchObject({ code: 'invalid_schema' });
    if (path !== undefined) {
      expect((body as { errors: { path: string }[] }).errors.map((each) => each.path)).toContain(path);
    }
    expect((await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`)).status).toBe(404);
  });

  test('definitions that lead back to themselves', async () => {
    const { properties, ...rest } = schemaOf({}, { x: { ...property({}), $ref: '#/$defs/node' } });
    const $defs = { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } };
    const { status, body } = await put(registry.owner, { ...rest, properties: { ...properties, $defs } });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        errors: expect.arrayContaining([{ path: '/schema/properties/$defs/node', message: expect.any(String) }]),
      },
    });
  });

  test('a next version that drops what is required, until somebody answers for it', async () => {
    await put(registry.owner, schemaOf());
    const { properties: _, ...rest } = schemaOf({ version: 2 });
    const dropped = { ...rest, properties: { type: 'object', properties: {}, additionalProperties: false } };
    const { status, body } = await put(registry.owner, dropped);
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'breaking_change' } });
    const { errors } = body as { errors: { path: string; message: string }[] };
    expect(errors.map(({ path }) => path)).toContain('/schema/properties/properties/path');
    const { body: kept } = await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}`);
    expect(kept).toMatchObject({ schema: { version: 1, properties: { required: ['path'] } } });
  });

  test('another name than the address says, be it by case alone', async () => {
    expect(await put(registry.owner, { ...schemaOf(), event_name: 'other' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/schema/event_name' }] },
    });
    const upper = { ...schemaOf(), event_name: eventName.toUpperCase() };
    expect(await put(registry.owner, upper)).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/schema/event_name' }] },
    });
  });
});

test('a dry run says what lint and the plan say of many schemas, and keeps nothing', async () => {
  await put(registry.owner, schemaOf());
  const next = schemaOf({ version: 2 }, { path: property({ enum: ['menu'] }) });
  const fresh = { ...schemaOf(), event_name: `${eventName}_new`, owner: '' };
  const { status, body } = await ask(await registry.keyOf(['read']), 'POST', '/api/v1/schemas/check', {
    schemas: [next, fresh, { event_name: 'broken' }],
  });
  expect(status).toBe(200);
  expect((body as { results: object[] }).results).toMatchObject([
    { event_name: eventName, change: { kind: 'breaking' }, current_version: 1, findings: [] },
    { event_name: `${eventName}_new`, change: null, findings: [{ rule: 'owner_missing', path: '/owner' }] },
    { event_name: 'broken', change: null },
  ]);
  expect((await ask(registry.owner, 'GET', `/api/v1/schemas/${eventName}_new`)).status).toBe(404);
});

test('no workspace sees, changes or counts the plan of another', async () => {
  await put(registry.owner, schemaOf());
  expect((await ask(registry.foreign, 'GET', `/api/v1/schemas/${eventName}`)).status).toBe(404);
  const own_product = `?product_id=${registry.own.productId}`;
  expect((await ask(registry.foreign, 'GET', `/api/v1/schemas${own_product}`)).status).toBe(404);
  expect(
    (await ask(registry.foreign, 'PUT', `/api/v1/schemas/${eventName}${own_product}`, { schema: schemaOf() })).status,
  ).toBe(404);
  expect(
    (await ask(registry.foreign, 'GET', `/api/v1/schema-proposals?environment_id=${registry.own.environmentId}`))
      .status,
  ).toBe(404);
  expect(await ask(registry.foreign, 'GET', '/api/v1/schemas')).toMatchObject({ status: 200, body: { schemas: [] } });
});

test('the examples come as drafts, once', async () => {
  const names = (reply: Reply) =>
    (reply.body as { schemas: { schema: { event_name: string; state: string } }[] }).schemas.map(
      ({ schema }) => schema,
    );
  const first = names(await ask(registry.owner, 'POST', '/api/v1/schemas/examples'));
  expect(first.map(({ event_name, state }) => [event_name, state])).toEqual(
    ['project_viewed', 'project_created', 'task_assigned', 'project_creation_error', 'project_feedback_submitted'].map(
      (name) => [name, 'draft'],
    ),
  );
  expect(names(await ask(registry.owner, 'POST', '/api/v1/schemas/examples'))).toEqual([]);
});
