import { randomUUID } from 'node:crypto';
import type { Event, MemberRole } from '@uptake/domain/contract';
import { auditEntries } from '@uptake/io/control-store/schema';
import { createLogger } from '@uptake/io/observability';
import { and, eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BootstrapResult } from '../../access/bootstrap.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from '../../access/testing.ts';
import { eventWith, openTestEventStore, type TestEventStore } from '../../insights/testing.ts';
import { createRegistry } from './create.ts';

let opened: TestAccess;
let store: TestEventStore;
let own: Extract<BootstrapResult, { isFirstStart: true }>;
let owner: object;
let admin: object;
let analyst: object;
let foreign: object;
let keyOf: (scopes: ('read' | 'write' | 'admin')[]) => Promise<object>;
const checkpoints: string[] = [];

beforeAll(async () => {
  [opened, store] = await Promise.all([
    openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password }),
    openTestEventStore(),
  ]);
  // Before the first request, with which the server is complete.
  const { routes } = createRegistry({
    controlStore: opened.controlStore,
    eventStore: store.eventStore,
    access: opened.access.readModel,
    nowMs: () => opened.clock.nowMs,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    onCheckpoint: (_, checkpoint) => void checkpoints.push(checkpoint),
  });
  await opened.app.register(routes);
  const bootstrap = await opened.access.bootstrap();
  if (!bootstrap.isFirstStart) throw new Error('the template is not empty');
  own = bootstrap;
  const { keys, members, workspaces } = opened.access;
  const system = { kind: 'system' } as const;
  const signedInAs = async (role: MemberRole) => {
    const person = { email: `${role}@example.test`, name: role, role, password: 'a long password' };
    await members.add(own.workspaceId, person, system);
    return opened.signIn(person.email, person.password);
  };
  keyOf = async (scopes) => {
    const { key } = await keys.create(own.workspaceId, { kind: 'secret', name: scopes.join(), scopes }, system);
    return { authorization: `Bearer ${key}` };
  };
  owner = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password);
  admin = await signedInAs('admin');
  analyst = await signedInAs('analyst');
  const globex = await workspaces.createWorkspace('Globex', own.adminUserId);
  const elsewhere = await keys.create(globex.id, { kind: 'secret', name: 'x', scopes: ['admin'] }, system);
  foreign = { authorization: `Bearer ${elsewhere.key}` };
}, 120_000);
afterAll(async () => {
  await store.close();
  await opened.remove();
});

type Reply = { readonly status: number; readonly body: never };
type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
async function ask(headers: object, method: Method, url: string, payload?: object): Promise<Reply> {
  return opened.ask({ method, url, headers: headers as Record<string, string>, ...(payload && { payload }) });
}

let eventName: string;
let serial = 0;
beforeEach(() => {
  eventName = `task_assigned_${++serial}`;
});

const property = (schema: object) => ({ description: 'Said by a test.', 'x-pii-class': 'none', ...schema });
const schemaOf = (changes: object = {}, properties: object = {}) => ({
  event_name: eventName,
  version: 1,
  state: 'active',
  owner: 'work',
  description: 'Somebody got a task.',
  feature_area: 'tasks',
  pii_class: 'none',
  data_sensitivity: 'internal',
  ...changes,
  properties: {
    type: 'object',
    properties: { path: property({ enum: ['drag', 'menu'] }), ...properties },
    required: ['path'],
    additionalProperties: false,
  },
});
const put = (headers: object, schema: object, more: object = {}) =>
  ask(headers, 'PUT', `/api/v1/schemas/${eventName}`, { schema, ...more });
const optional = { size: property({ type: 'integer' }) };
const inADay = () => new Date(opened.clock.nowMs + 86_400_000).toISOString();

async function audited(action: string) {
  return opened.controlStore.asSystem((tx) =>
    tx
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, action), like(auditEntries.subjectId, `%/${eventName}`))),
  );
}

describe('versions', () => {
  test('a first schema is version 1, and putting the same again changes nothing', async () => {
    expect(await put(owner, schemaOf())).toMatchObject({ status: 200, body: { change: { kind: 'none' } } });
    expect(await put(owner, schemaOf())).toMatchObject({ status: 200, body: { schema: { version: 1 } } });
    const { body } = await ask(owner, 'GET', `/api/v1/schemas/${eventName}`);
    expect((body as { history: unknown[] }).history).toHaveLength(1);
    expect(await audited('event_schema.created')).toHaveLength(1);
    expect(await audited('event_schema.versioned')).toHaveLength(0);
  });

  test('the order in which properties were written is kept', async () => {
    const names = ['zebra', 'b', 'apple', 'a'];
    const properties = Object.fromEntries(names.map((name) => [name, property({ type: 'boolean' })]));
    await put(owner, schemaOf({}, properties));
    const { body } = await ask(owner, 'GET', `/api/v1/schemas/${eventName}`);
    const kept = (body as { schema: { properties: { properties: object } } }).schema.properties.properties;
    expect(Object.keys(kept)).toEqual(['path', ...names]);
  });

  test('a compatible change is the next version at once, with what it changed in the history', async () => {
    await put(owner, schemaOf());
    const { status, body } = await put(admin, schemaOf({ version: 2 }, optional));
    expect(status).toBe(200);
    expect(body).toMatchObject({ schema: { version: 2 }, change: { kind: 'compatible' } });
    const { history } = (await ask(owner, 'GET', `/api/v1/schemas/${eventName}`)).body as {
      history: { version: number; is_breaking: boolean; change: { changes: { path: string }[] } | null }[];
    };
    expect(history.map(({ version, is_breaking }) => [version, is_breaking])).toEqual([
      [2, false],
      [1, false],
    ]);
    expect(history[0]!.change!.changes[0]!.path).toContain('/size');
    const diff = await ask(owner, 'GET', `/api/v1/schemas/${eventName}/diff?from=2&to=1`);
    expect(diff).toMatchObject({ status: 200, body: { kind: 'breaking' } });
    expect((await ask(owner, 'GET', `/api/v1/schemas/${eventName}/diff?from=2&to=9`)).status).toBe(404);
    expect(await audited('event_schema.versioned')).toMatchObject([{ details: { change: 'compatible' } }]);
  });

  test('of two people who edit one version, the second is told', async () => {
    await put(owner, schemaOf());
    const [one, other] = await Promise.all([
      put(owner, schemaOf({ version: 2 }, optional)),
      put(admin, schemaOf({ version: 2 }, { colour: property({ type: 'boolean' }) })),
    ]);
    expect([one!.status, other!.status].sort()).toEqual([200, 409]);
    const refused = [one, other].find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('somebody else was faster'),
    });
    // Neither may the version be skipped, nor the newest one be written over.
    for (const version of [1, 2, 4]) {
      expect(await put(owner, schemaOf({ version, owner: 'other' }, optional))).toMatchObject({ status: 409 });
    }
  });

  test('two people who plan one event at once make one of it', async () => {
    const replies = await Promise.all([put(owner, schemaOf()), put(admin, schemaOf({}, optional))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('a breaking change', () => {
  const breaking = () => schemaOf({ version: 2 }, { path: property({ enum: ['menu'] }) });
  const note = 'Senders stop saying "drag".';

  test('is refused with what breaks and everything that is lacking', async () => {
    await put(owner, schemaOf());
    const { status, body } = await put(owner, breaking());
    expect(status).toBe(409);
    const { code, errors } = body as { code: string; errors: { path: string }[] };
    expect(code).toBe('breaking_change');
    expect(errors.map(({ path }) => path)).toEqual([
      '/schema/properties/properties/path/enum',
      '/migration_note',
      '/reviewer',
      '/accepted_until',
    ]);
    expect(await put(owner, breaking(), { migration_note: note, accepted_until: inADay() })).toMatchObject({
      status: 409,
      body: { errors: [{}, { path: '/reviewer' }] },
    });
  });

  test('takes a reviewer who is a member and not its author, and says until when the old is accepted', async () => {
    await put(owner, schemaOf());
    const approval = { migration_note: note, accepted_until: inADay() };
    for (const reviewer of [TEST_ADMIN.email, 'stranger@example.test']) {
      expect(await put(owner, breaking(), { ...approval, reviewer })).toMatchObject({ status: 409 });
    }
    const done = await put(owner, breaking(), { ...approval, reviewer: 'Analyst@example.test' });
    expect(done).toMatchObject({ status: 200, body: { migration_note: note, change: { kind: 'breaking' } } });
    const { history } = (await ask(owner, 'GET', `/api/v1/schemas/${eventName}`)).body as { history: object[] };
    expect(history).toMatchObject([
      { version: 2, is_breaking: true, accepted_until: null, migration_note: note },
      { version: 1, is_breaking: false, accepted_until: approval.accepted_until },
    ]);
    const [entry] = await audited('event_schema.versioned');
    expect(entry!.details).toMatchObject({ change: 'breaking', previous_accepted_until: approval.accepted_until });
  });

  test('made with a key is reviewed by an administrator', async () => {
    await put(owner, schemaOf());
    const key = await keyOf(['admin']);
    const approval = { migration_note: note, accepted_until: inADay() };
    expect(await put(key, breaking(), { ...approval, reviewer: 'analyst@example.test' })).toMatchObject({
      status: 409,
    });
    expect((await put(key, breaking(), { ...approval, reviewer: 'admin@example.test' })).status).toBe(200);
  });

  test('is none while the schema is a draft', async () => {
    await put(analyst, schemaOf({ state: 'draft' }));
    expect(await put(analyst, { ...breaking(), state: 'draft' })).toMatchObject({ status: 200 });
    const { history } = (await ask(owner, 'GET', `/api/v1/schemas/${eventName}`)).body as { history: object[] };
    expect(history).toMatchObject([{ version: 2, is_breaking: false }, { version: 1 }]);
  });
});

describe('states', () => {
  const become = (headers: object, state: string) =>
    ask(headers, 'POST', `/api/v1/schemas/${eventName}/state`, { state });

  test('lead from draft to active, deprecated and blocked, and never back to draft', async () => {
    await put(owner, schemaOf({ state: 'draft' }));
    for (const state of ['active', 'deprecated', 'active', 'blocked', 'active']) {
      expect(await become(owner, state)).toMatchObject({ status: 200, body: { schema: { state } } });
    }
    expect(await become(owner, 'draft')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await audited('event_schema.state_changed')).map(({ details }) => details.after)).toHaveLength(5);
    expect(checkpoints).toContain('tracking_plan_activated');
  });

  test('a draft that lacks its owner and description is not put into force', async () => {
    await put(owner, schemaOf({ state: 'draft', owner: '', description: '' }));
    const { status, body } = await become(owner, 'active');
    expect(status).toBe(400);
    expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(['/owner', '/description']);
  });

  test('analysts draft, and admins put into force', async () => {
    expect((await put(analyst, schemaOf({ state: 'draft' }))).status).toBe(200);
    expect(await become(analyst, 'active')).toMatchObject({ status: 403 });
    expect((await become(admin, 'active')).status).toBe(200);
    expect(await put(analyst, schemaOf({ version: 2 }, optional))).toMatchObject({ status: 403 });
    expect(await put(await keyOf(['write']), schemaOf({ version: 2 }, optional))).toMatchObject({ status: 403 });
    expect(await put(await keyOf(['read']), schemaOf({ version: 2 }, optional))).toMatchObject({ status: 403 });
  });

  test('a draft is discarded, what was in force is not', async () => {
    await put(owner, schemaOf({ state: 'draft' }));
    expect((await ask(analyst, 'DELETE', `/api/v1/schemas/${eventName}`)).status).toBe(204);
    expect((await ask(owner, 'GET', `/api/v1/schemas/${eventName}`)).status).toBe(404);
    expect(await audited('event_schema.draft_discarded')).toHaveLength(1);
    await put(owner, schemaOf());
    expect(await ask(owner, 'DELETE', `/api/v1/schemas/${eventName}`)).toMatchObject({ status: 409 });
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
    ['a personal name with class none', { email: property({ type: 'string', maxLength: 99 }) }, undefined],
  ])('%s', async (_, properties, path) => {
    const { status, body } = await put(owner, schemaOf({}, properties));
    if (status === 200) expect.fail(`kept ${JSON.stringify(body).slice(0, 200)}`);
    expect(body).toMatchObject({ code: 'invalid_schema' });
    if (path !== undefined) {
      expect((body as { errors: { path: string }[] }).errors.map((each) => each.path)).toContain(path);
    }
    expect((await ask(owner, 'GET', `/api/v1/schemas/${eventName}`)).status).toBe(404);
  });

  test('another name than the address says, be it by case alone', async () => {
    expect(await put(owner, { ...schemaOf(), event_name: 'other' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/schema/event_name' }] },
    });
    const upper = { ...schemaOf(), event_name: eventName.toUpperCase() };
    expect(await put(owner, upper)).toMatchObject({ status: 400, body: { errors: [{ path: '/schema/event_name' }] } });
  });
});

test('a dry run says what lint and the plan say of many schemas, and keeps nothing', async () => {
  await put(owner, schemaOf());
  const next = schemaOf({ version: 2 }, { path: property({ enum: ['menu'] }) });
  const fresh = { ...schemaOf(), event_name: `${eventName}_new`, owner: '' };
  const { status, body } = await ask(await keyOf(['read']), 'POST', '/api/v1/schemas/check', {
    schemas: [next, fresh, { event_name: 'broken' }],
  });
  expect(status).toBe(200);
  expect((body as { results: object[] }).results).toMatchObject([
    { event_name: eventName, change: { kind: 'breaking' }, current_version: 1, findings: [] },
    { event_name: `${eventName}_new`, change: null, findings: [{ rule: 'owner_missing', path: '/owner' }] },
    { event_name: 'broken', change: null },
  ]);
  expect((await ask(owner, 'GET', `/api/v1/schemas/${eventName}_new`)).status).toBe(404);
});

test('no workspace sees, changes or counts the plan of another', async () => {
  await put(owner, schemaOf());
  expect((await ask(foreign, 'GET', `/api/v1/schemas/${eventName}`)).status).toBe(404);
  const own_product = `?product_id=${own.productId}`;
  expect((await ask(foreign, 'GET', `/api/v1/schemas${own_product}`)).status).toBe(404);
  expect((await ask(foreign, 'PUT', `/api/v1/schemas/${eventName}${own_product}`, { schema: schemaOf() })).status).toBe(
    404,
  );
  expect((await ask(foreign, 'GET', `/api/v1/schema-proposals?environment_id=${own.environmentId}`)).status).toBe(404);
  expect(await ask(foreign, 'GET', '/api/v1/schemas')).toMatchObject({ status: 200, body: { schemas: [] } });
});

describe('what was observed', () => {
  const scope = () => ({ workspaceId: own.workspaceId, productId: own.productId, environmentId: own.environmentId });
  const received = (parts: Partial<Event>) =>
    eventWith({
      timestampMs: opened.clock.nowMs - 60_000,
      receivedAtMs: opened.clock.nowMs - 60_000,
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
    await put(owner, schemaOf());
    await store.insert(
      [
        received({ isPlanned: true, schemaVersion: 1 }),
        received({ isPlanned: false, schemaVersion: 1 }),
        received({ isPlanned: true, schemaVersion: 1, weight: 3 }),
      ],
      scope(),
    );
    const { schemas } = (await ask(owner, 'GET', '/api/v1/schemas?volumes=true')).body as {
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
    await store.insert(rows, scope());
    const where = `environment_id=${own.environmentId}`;
    const list = await ask(analyst, 'GET', `/api/v1/schema-proposals?${where}`);
    expect((list.body as { events: object[] }).events).toContainEqual(
      expect.objectContaining({ event_name: eventName, events_30d: 151, app_versions: ['3.1.0'] }),
    );
    const proposed = await ask(analyst, 'GET', `/api/v1/schema-proposals/${eventName}?${where}`);
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
    expect(await ask(analyst, 'POST', accept, { schema: edited })).toMatchObject({
      status: 201,
      body: { schema: { state: 'draft', owner: 'work' } },
    });
    const after = await ask(analyst, 'GET', `/api/v1/schema-proposals?${where}`);
    expect(JSON.stringify(after.body)).not.toContain(`"${eventName}"`);
  });

  test('a proposal is accepted as it is, too', async () => {
    await store.insert([received({ properties: { path: 'drag' } })], scope());
    expect(await ask(owner, 'POST', `/api/v1/schema-proposals/${eventName}/accept`, {})).toMatchObject({
      status: 201,
      body: { schema: { version: 1, state: 'draft' } },
    });
    expect(await ask(owner, 'GET', '/api/v1/schema-proposals/never_came')).toMatchObject({ status: 404 });
  });

  test('a missing event is explained', async () => {
    const troubleshoot = async () =>
      (await ask(analyst, 'GET', `/api/v1/telemetry/troubleshoot?event_name=${eventName}`)).body as unknown as {
        suggestions: { code: string }[];
        accepted: object | null;
      };
    await opened.access.readModel.authenticateKey(own.writeKey.value, '127.0.0.1');
    const missing = await troubleshoot();
    expect(missing).toMatchObject({
      event_name: eventName,
      environment: { mode: 'observe', policy: 'full', excluded: false },
      schema: null,
      accepted: null,
    });
    await put(owner, schemaOf({ state: 'blocked' }));
    expect((await troubleshoot()).suggestions[0]).toMatchObject({ code: 'blocked' });
    await ask(owner, 'POST', `/api/v1/schemas/${eventName}/state`, { state: 'active' });
    await store.insert([received({ isPlanned: true, schemaVersion: 1 })], scope());
    expect(await troubleshoot()).toMatchObject({
      accepted: { last_hour: 1, last_24h: 1, violations_24h: 0 },
      suggestions: [{ code: 'arriving' }],
    });
  });

  test('a feature lists its hypothesis, schemas and prompts, and what is missing', async () => {
    const area = { feature_area: `area_${serial}`, hypothesis: 'Fewer tasks are forgotten.' };
    await put(owner, schemaOf(area));
    await store.insert([received({ featureArea: `area_without_schema_${serial}` })], scope());
    const { features } = (await ask(owner, 'GET', '/api/v1/features')).body as { features: { feature_area: string }[] };
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
    await store.insert([received({ properties: { path: 'drag' } })], scope());
    const url = `/api/v1/environments/${own.environmentId}`;
    await opened.ask({ method: 'PATCH', url, headers: owner as never, payload: { policy: 'ledger' } });
    expect(await ask(owner, 'GET', `/api/v1/schema-proposals/${eventName}`)).toMatchObject({
      status: 403,
      body: { code: 'aggregates_only' },
    });
    await opened.ask({ method: 'PATCH', url, headers: owner as never, payload: { policy: 'full' } });
  });
});

test('the examples come as drafts, once', async () => {
  const names = (reply: Reply) =>
    (reply.body as { schemas: { schema: { event_name: string; state: string } }[] }).schemas.map(
      ({ schema }) => schema,
    );
  const first = names(await ask(owner, 'POST', '/api/v1/schemas/examples'));
  expect(first.map(({ event_name, state }) => [event_name, state])).toEqual(
    ['project_viewed', 'project_created', 'task_assigned', 'project_creation_error', 'project_feedback_submitted'].map(
      (name) => [name, 'draft'],
    ),
  );
  expect(names(await ask(owner, 'POST', '/api/v1/schemas/examples'))).toEqual([]);
});
