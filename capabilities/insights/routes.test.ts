import { Problem } from '@uptake/domain/contract';
import { parseTrendDefinition } from '@uptake/domain/insights';
import { createLogger, createMetrics } from '@uptake/io/observability';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BootstrapResult } from '../access/bootstrap.ts';
import { openTestAccess, TEST_ADMIN, type TestAccess } from '../access/testing.ts';
import { createInsights } from './create.ts';
import { eventWith, openTestEventStore, type TestEventStore } from './testing.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;
const TREND = { kind: 'trend', series: [{}], period: { last: 2, unit: 'day' } };

let app: FastifyInstance;
let opened: TestAccess;
let store: TestEventStore;
let own: Extract<BootstrapResult, { isFirstStart: true }>;
let readOnlyKey: string;
let writeScopeKey: string;
let foreignKey: string;
let foreignEnvironmentId: string;
let cookie: string;

beforeAll(async () => {
  [opened, store] = await Promise.all([
    openTestAccess({ adminEmail: TEST_ADMIN.email, adminPassword: TEST_ADMIN.password }),
    openTestEventStore(),
  ]);
  app = Fastify();
  app.setErrorHandler<Error & { validation?: unknown }>((error, _, reply) => {
    if (error instanceof Problem) return reply.status(error.status).send(error.toJSON());
    if (error.validation !== undefined) return reply.status(400).send({ code: 'invalid_request' });
    return reply.status(500).send({ code: 'internal_error', detail: String(error.stack) });
  });
  const bootstrap = await opened.access.bootstrap();
  if (!bootstrap.isFirstStart) throw new Error('the template is not empty');
  own = bootstrap;
  const { keys, workspaces, readModel } = opened.access;
  const actor = { kind: 'system' } as const;
  const secretKey = async (workspaceId: string, scope: 'read' | 'write') =>
    (await keys.create(workspaceId, { kind: 'secret', name: scope, scopes: [scope] }, actor)).key;
  const globex = await workspaces.createWorkspace('Globex', own.adminUserId);
  const [foreignEnvironment] = await readModel.environmentsOf(globex.id);
  foreignEnvironmentId = foreignEnvironment!.id;
  readOnlyKey = await secretKey(own.workspaceId, 'read');
  writeScopeKey = await secretKey(own.workspaceId, 'write');
  foreignKey = await secretKey(globex.id, 'read');
  ({ cookie } = await opened.signIn(TEST_ADMIN.email, TEST_ADMIN.password));
  const { routes } = createInsights({
    eventStore: store.eventStore,
    freshness: async () => ({ asOf: new Date(NOW - 250), behindMs: 250 }),
    access: readModel,
    nowMs: () => NOW,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    metrics: createMetrics({ processMetrics: false }),
  });
  await app.register(routes);
  const at = (hoursAgo: number, parts = {}) => eventWith({ timestampMs: NOW - hoursAgo * HOUR, ...parts });
  await store.insert(
    [at(1, { userId: '00000000000000aa', country: 'DE' }), at(2, { userId: '00000000000000ab' }), at(26)],
    own,
  );
  const theirs = {
    workspaceId: globex.id,
    productId: foreignEnvironment!.productId,
    environmentId: foreignEnvironmentId,
  };
  await store.insert([at(1, { eventName: 'their_secret', tenantId: 'their-tenant' })], theirs);
}, 90_000);
afterAll(async () => {
  await app.close();
  await opened.remove();
  await store.close();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const query = (payload: object, headers: Record<string, string>): InjectOptions => ({
  method: 'POST',
  url: '/api/v1/insights/query',
  headers,
  payload,
});
const get = (url: string, headers: Record<string, string>): InjectOptions => ({ method: 'GET', url, headers });
const ask = async (options: InjectOptions) => {
  const response = await app.inject(options);
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
};

/** Every door of insights, asked with these headers about this environment (all of them where absent). */
const DOORS: readonly [string, (headers: Record<string, string>, environmentId?: string) => InjectOptions][] = [
  ['query', (headers, id) => query({ ...TREND, ...(id && { environment_id: id }) }, headers)],
  ['analytics', (headers, id) => get(`/api/v1/telemetry/analytics${id ? `?environment_id=${id}` : ''}`, headers)],
  ['catalogue', (headers, id) => get(`/api/v1/insights/catalogue${id ? `?environment_id=${id}` : ''}`, headers)],
  [
    'values',
    (headers, id) => get(`/api/v1/insights/values?field=event_name${id ? `&environment_id=${id}` : ''}`, headers),
  ],
  ['overview', (headers, id) => get(`/api/v1/telemetry/overview${id ? `?environment_id=${id}` : ''}`, headers)],
];

describe.each(DOORS)('the door of %s', (_, door) => {
  test('answers a secret key with the scope "read" and a signed-in person', async () => {
    expect((await ask(door(bearer(readOnlyKey)))).status).toBe(200);
    const asked = { cookie, 'x-uptake-workspace': own.workspaceId, 'sec-fetch-site': 'same-origin' };
    expect((await ask(door(asked))).status).toBe(200);
  });

  test('answers 401 without a key, 403 to a write key and to a key without the scope', async () => {
    expect(await ask(door({}))).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await ask(door(bearer('upk_s_nobodyhasthiskey')))).toMatchObject({ status: 401 });
    expect(await ask(door(bearer(own.writeKey.value)))).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await ask(door(bearer(writeScopeKey)))).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test("shows nothing of another workspace, and answers 404 to another workspace's environment", async () => {
    expect(JSON.stringify((await ask(door(bearer(readOnlyKey)))).body)).not.toContain('their');
    expect(await ask(door(bearer(readOnlyKey), foreignEnvironmentId))).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect((await ask(door(bearer(foreignKey), foreignEnvironmentId))).status).toBe(200);
  });

  test('answers for the one environment that is named', async () => {
    expect((await ask(door(bearer(readOnlyKey), own.environmentId))).status).toBe(200);
    expect(await ask(door(bearer(readOnlyKey), 'production'))).toMatchObject({ status: 400 });
  });
});

describe('POST /api/v1/insights/query', () => {
  test('answers in the shape of the contract', async () => {
    const asked = { ...TREND, breakdown: { field: 'country' }, compare: 'previous_period' };
    const { status, body } = await ask(query(asked, bearer(readOnlyKey)));
    expect(status).toBe(200);
    const { took_ms, definition, ...rest } = body;
    expect(took_ms).toEqual(expect.any(Number));
    expect(parseTrendDefinition(definition)).toEqual({ ok: true, value: definition });
    expect(rest).toEqual({
      kind: 'trend',
      intervals: ['2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
      incomplete_from: '2026-11-20T00:00:00.000Z',
      series: [
        {
          series_index: 0,
          event: null,
          label: 'Any event',
          breakdown: '',
          is_other: false,
          values: [1, 1],
          total: 2,
          previous: { values: [0, 0], total: 0 },
        },
        {
          series_index: 0,
          event: null,
          label: 'Any event',
          breakdown: 'DE',
          is_other: false,
          values: [0, 1],
          total: 1,
          previous: { values: [0, 0], total: 0 },
        },
      ],
      previous_intervals: ['2026-11-17T00:00:00.000Z', '2026-11-18T00:00:00.000Z'],
      freshness: { as_of: '2026-11-20T11:59:59.750Z', behind_ms: 250 },
      sampled: false,
      approximate: false,
      crosses_rotation: false,
      explanation: null,
    });
  });

  test('refuses a wrong definition with every mistake and its path', async () => {
    const { status, body } = await ask(
      query({ ...TREND, interval: 'minute', breakdown: { field: 'user_id' } }, bearer(readOnlyKey)),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_definition', detail: expect.stringContaining('2 parts') });
    expect((body.errors as { path: string }[]).map(({ path }) => path)).toEqual(['/interval', '/breakdown/field']);
  });

  test('refuses a body that is no object at all', async () => {
    for (const payload of ['[]', '"trend"', 'null', '17']) {
      const headers = { ...bearer(readOnlyKey), 'content-type': 'application/json' };
      const { status, body } = await ask({ method: 'POST', url: '/api/v1/insights/query', headers, payload });
      expect([status, body.code]).toEqual([400, 'invalid_definition']);
    }
  });
});

describe('GET /api/v1/telemetry/analytics', () => {
  const analytics = (search: string) => ask(get(`/api/v1/telemetry/analytics?${search}`, bearer(readOnlyKey)));

  test('answers in the shape of the contract; a date as the end is included whole', async () => {
    expect(await analytics('from=2026-11-19&to=2026-11-20')).toEqual({
      status: 200,
      body: {
        total_events: 3,
        unique_users: 2,
        unique_sessions: 0,
        event_counts: { project_viewed: 3 },
        period: { start: '2026-11-19T00:00:00.000Z', end: '2026-11-21T00:00:00.000Z' },
        freshness: { as_of: '2026-11-20T11:59:59.750Z', behind_ms: 250 },
        sampled: false,
        approximate: false,
        crosses_rotation: false,
        explanation: null,
      },
    });
  });

  test('covers the last thirty days where no period is given, and leaves out an exclusive end', async () => {
    expect((await analytics('')).body).toMatchObject({
      total_events: 3,
      period: { start: '2026-10-21T12:00:00.000Z', end: '2026-11-20T12:00:00.000Z' },
    });
    expect((await analytics('from=2026-11-20T09:00:00Z&to=2026-11-20T11:00:00Z')).body).toMatchObject({
      total_events: 1,
    });
  });

  test.each([
    ['from=yesterday', '/from'],
    ['to=2026-02-30', '/to'],
    ['from=2026-11-20&to=2026-11-19', '/to'],
    ['from=2026-11-20T09:00:00', '/from'],
  ])('refuses %s and says what is allowed', async (search, path) => {
    const { status, body } = await analytics(search);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect((body.errors as { path: string }[]).map((error) => error.path)).toEqual([path]);
  });
});

describe('GET /api/v1/insights/values', () => {
  const values = (search: string) => ask(get(`/api/v1/insights/values?${search}`, bearer(readOnlyKey)));

  test('answers for a field or a property', async () => {
    expect((await values('field=country')).body).toEqual({ values: [{ value: 'DE', events: 1 }] });
    expect((await values('property=plan&search=pro')).body).toEqual({ values: [] });
    // As a filter takes it.
    expect((await values('field=is_internal')).body).toEqual({ values: [{ value: false, events: 3 }] });
  });

  test.each(['', 'field=country&property=plan', 'field=user_id', 'field=workspace_id', 'property='])(
    'refuses "%s"',
    async (search) => {
      expect(await values(search)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    },
  );
});

test('the overview and the catalogue answer in the shape of the contract', async () => {
  const overview = (await ask(get('/api/v1/telemetry/overview', bearer(readOnlyKey)))).body;
  expect(overview).toMatchObject({
    as_of: '2026-11-20T12:00:00.000Z',
    events_last_hour: 1,
    events_previous_hour: 1,
    active_users_24h: 2,
    active_users_previous_24h: 0,
    active_tenants_24h: 0,
    active_tenants_previous_24h: 0,
    error_rate_24h: 0,
    top_events: [{ event_name: 'project_viewed', events: 2, users: 2 }],
    sampled: false,
  });
  expect(overview.per_minute).toHaveLength(60);
  const catalogue = (await ask(get('/api/v1/insights/catalogue', bearer(readOnlyKey)))).body;
  expect(catalogue.events).toEqual([{ name: 'project_viewed', events_30d: 3, last_seen: '2026-11-20T11:00:00.000Z' }]);
  expect(catalogue.fields).toContainEqual({ name: 'country', kind: 'text' });
});
