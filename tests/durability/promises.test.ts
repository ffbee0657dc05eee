/** The promises of the product, asked of the whole running server from outside. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PROBLEMS } from '@uptake/domain/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  ADMIN,
  SECRET_KEY,
  type ServerProcess,
  scratchDirectory,
  startServerProcess,
  WRITE_KEY,
} from '../server-process/index.ts';

const directory = scratchDirectory();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess(directory.path, { TELEMETRY_FLUSH_INTERVAL: '100', UPTAKE_LOG_LEVEL: 'debug' });
}, 60_000);
afterAll(async () => {
  await server.stop();
  directory.remove();
}, 30_000);

type Json = Record<string, unknown>;

async function ask(
  path: string,
  key: string | undefined,
  options: RequestInit = {},
): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${server.url}${path}`, {
    ...options,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      'content-type': 'application/json',
      ...options.headers,
    },
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json };
}

const send = (key: string, events: readonly object[]) =>
  ask('/api/v1/telemetry/events', key, { method: 'POST', body: JSON.stringify({ events }) });

async function totalOf(key: string, eventName: string): Promise<number> {
  const { body } = await ask(`/api/v1/telemetry/analytics?event_name=${eventName}`, key);
  return (body as { total_events: number }).total_events;
}

async function signIn(): Promise<string> {
  const response = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(ADMIN),
  });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

test('an accepted event is queryable within seconds, with the freshness of the answer', async () => {
  const { body } = await send(WRITE_KEY, [{ event_name: 'seen_soon' }]);
  expect(body).toMatchObject({ accepted: 1 });
  await expect.poll(() => totalOf(SECRET_KEY, 'seen_soon'), { timeout: 5_000, interval: 50 }).toBe(1);
  const { body: answer } = await ask('/api/v1/telemetry/analytics', SECRET_KEY);
  expect(answer).toMatchObject({
    freshness: { as_of: expect.stringMatching(/Z$/), behind_ms: expect.any(Number) },
    sampled: false,
  });
});

test('a batch sent again, wholly or partly, changes nothing', async () => {
  const events = Array.from({ length: 50 }, () => ({ event_id: randomUUID(), event_name: 'sent_again' }));
  expect((await send(WRITE_KEY, events)).body).toMatchObject({ accepted: 50, duplicates: 0 });
  expect((await send(WRITE_KEY, events)).body).toMatchObject({ accepted: 0, duplicates: 50 });
  const half = [...events.slice(0, 25), { event_id: randomUUID(), event_name: 'sent_again' }];
  expect((await send(WRITE_KEY, half)).body).toMatchObject({ accepted: 1, duplicates: 25 });
  await expect.poll(() => totalOf(SECRET_KEY, 'sent_again'), { timeout: 5_000 }).toBe(51);
});

describe('no raw identity or secret', () => {
  const canary = {
    email: 'canary.person@private-mail.example',
    phone: '+49 151 23456789',
    card: '4111 1111 1111 1111',
    address: '203.0.113.77',
    token: `ghp_${'a1B2'.repeat(9)}`,
    user: 'canary-user-8831',
    session: 'canary-session-5512',
    agent: 'CanaryBrowser/77.1 (Secret Device)',
    worded: 'canary.person [at] private-mail [dot] com',
    iban: 'DE89 3704 0044 0532 0130 00',
    ssn: '536-90-4399',
    fullwidth: 'ｃａｎａｒｙ＠ｐｒｉｖａｔｅ．ｅｘａｍｐｌｅ',
    hiddenPhone: '+49\u200b 151\u200b 98765432',
    coordinates: '52.520008, 13.404954',
    cookie: 'canarysession77aa88bb99',
    signature: 'c0ffee0123456789c0ffee0123456789',
    password: 'canary-hunter-22',
    webhookPath: `T0CANARY1/B0CANARY2/${'cAnArY77'.repeat(3)}`,
    lastName: 'Canarysurname',
    street: 'Canarystreet 17',
    optedOut: 'canary-opted-out-user',
  };

  test('reaches a file, a log line or an answer, accepted or rejected', async () => {
    const properties = {
      note: `call ${canary.phone} or ${canary.email}`,
      card: canary.card,
      nested: { list: [canary.token, canary.address] },
      free: `${canary.worded} has ${canary.iban} and ${canary.ssn}, ${canary.fullwidth}, ${canary.hiddenPhone}`,
      log: `Cookie: sid=${canary.cookie}; at ${canary.coordinates}; Passwort: ${canary.password}`,
      link: `https://files.example/x?X-Amz-Signature=${canary.signature}&y=1`,
      hook: `https://hooks.slack.com/services/${canary.webhookPath}`,
      last_name: canary.lastName,
      billing_street: canary.street,
    };
    const identity = { user_id: canary.user, session_id: canary.session, surface: `/people/${canary.email}` };
    const headers = { 'x-forwarded-for': canary.address, 'user-agent': canary.agent };
    const body = JSON.stringify({
      events: [
        { event_name: 'canary_seen', ...identity, properties },
        { event_name: 'Not-A-Name', ...identity, properties },
        { event_name: 'canary_seen', [canary.email]: 1 },
        { event_name: canary.email, ...identity, timestamp: canary.phone },
        { event_name: 'canary_seen', user_id: canary.optedOut, consent: { analytics: 'denied' } },
      ],
    });
    const { body: reply } = await ask('/api/v1/telemetry/events', WRITE_KEY, { method: 'POST', headers, body });
    expect(reply).toMatchObject({ accepted: 1, rejected: 3, dropped: 1 });
    await expect.poll(() => totalOf(SECRET_KEY, 'canary_seen'), { timeout: 5_000 }).toBe(1);
    const exported = await (
      await fetch(`${server.url}/api/v1/export`, { headers: { authorization: `Bearer ${SECRET_KEY}` } })
    ).text();
    const live = await ask('/api/v1/insights/catalogue', SECRET_KEY);
    for (const [what, value] of Object.entries(canary)) {
      for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]) {
        expect(exported, `${what} in the export`).not.toContain(form);
        expect(JSON.stringify(live.body), `${what} in the catalogue`).not.toContain(form);
        expect(server.output(), `${what} in the log`).not.toContain(form);
        const found = spawnSync('grep', ['-rlaF', form, directory.path], { encoding: 'utf8' }).stdout;
        expect(found, `${what} in a file`).toBe('');
      }
    }
  }, 60_000);
});

describe('one workspace', () => {
  let other: { workspaceId: string; environmentId: string; writeKey: string; secretKey: string };

  beforeAll(async () => {
    const cookie = await signIn();
    const as = (workspace: string | undefined, options: RequestInit = {}) => ({
      ...options,
      headers: { cookie, origin: server.url, ...(workspace && { 'x-uptake-workspace': workspace }) },
    });
    const made = await ask(
      '/api/v1/workspaces',
      undefined,
      as(undefined, { method: 'POST', body: JSON.stringify({ name: 'Other company' }) }),
    );
    const { id: workspaceId } = made.body as unknown as { id: string };
    await ask(
      '/api/v1/products',
      undefined,
      as(workspaceId, { method: 'POST', body: JSON.stringify({ name: 'Theirs' }) }),
    );
    const workspace = (await ask('/api/v1/workspace', undefined, as(workspaceId))).body as unknown as {
      products: { environments: { id: string }[] }[];
    };
    const environmentId = workspace.products[0]!.environments[0]!.id;
    const key = async (kind: string, more: object) => {
      const { body } = await ask(
        '/api/v1/keys',
        undefined,
        as(workspaceId, {
          method: 'POST',
          body: JSON.stringify({ kind, name: kind, environment_id: environmentId, ...more }),
        }),
      );
      return (body as unknown as { key: string }).key;
    };
    other = {
      workspaceId,
      environmentId,
      writeKey: await key('write', {}),
      secretKey: await key('secret', { scopes: ['read'] }),
    };
    await send(other.writeKey, [
      { event_name: 'their_secret_event', tenant_id: 'their-tenant', properties: { theirs: 'value' } },
    ]);
    await vi.waitFor(async () => expect(await totalOf(other.secretKey, 'their_secret_event')).toBe(1), 5_000);
  }, 30_000);

  const QUESTIONS = [
    '/api/v1/telemetry/analytics',
    '/api/v1/telemetry/analytics?event_name=their_secret_event&tenant_id=their-tenant',
    '/api/v1/telemetry/overview',
    '/api/v1/telemetry/health',
    '/api/v1/insights/catalogue',
    '/api/v1/insights/values?field=event_name&search=their',
    '/api/v1/insights/values?property=theirs',
    '/api/v1/workspace',
    '/api/v1/keys',
  ];

  test.each(QUESTIONS)('sees nothing of another at %s, whatever it asks for', async (path) => {
    const separator = path.includes('?') ? '&' : '?';
    for (const asked of [
      path,
      `${path}${separator}environment_id=${other.environmentId}`,
      `${path}${separator}workspace_id=${other.workspaceId}`,
    ]) {
      const response = await fetch(`${server.url}${asked}`, {
        headers: { authorization: `Bearer ${SECRET_KEY}`, 'x-uptake-workspace': other.workspaceId },
      });
      const text = await response.text();
      expect([200, 400, 403, 404]).toContain(response.status);
      expect(text).not.toMatch(/their_secret_event|their-tenant|theirs|Theirs|Other company/);
      if (response.status === 200 && path.includes('their'))
        expect(text).not.toMatch(/"(total_events|events)":\s*[1-9]/);
    }
  });

  test('cannot query, export or watch another by naming its environment', async () => {
    const definition = {
      kind: 'trend',
      environment_id: other.environmentId,
      series: [{ event: null, measure: { kind: 'total' } }],
      period: { last: 1, unit: 'day' },
      interval: 'hour',
      time_zone: 'UTC',
    };
    expect(
      (await ask('/api/v1/insights/query', SECRET_KEY, { method: 'POST', body: JSON.stringify(definition) })).status,
    ).toBe(404);
    const exported = await fetch(`${server.url}/api/v1/export?environment_id=${other.environmentId}`, {
      headers: { authorization: `Bearer ${SECRET_KEY}` },
    });
    expect(await exported.text()).not.toContain('their_secret_event');

    const watching = new AbortController();
    const live = await fetch(`${server.url}/live?environment_id=${other.environmentId}`, {
      headers: { authorization: `Bearer ${SECRET_KEY}` },
      signal: watching.signal,
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of live.body!.pipeThrough(new TextDecoderStream())) seen.push(chunk);
    })().catch(() => undefined);
    await send(other.writeKey, [{ event_name: 'their_secret_event' }]);
    await delay(500);
    watching.abort();
    await reading;
    expect(seen.join('')).not.toContain('their_secret_event');
  });

  test('cannot be reached by a write key of its own beyond sending', async () => {
    for (const path of QUESTIONS) expect((await ask(path, other.writeKey)).status).toBe(403);
    expect((await fetch(`${server.url}/live`, { headers: { authorization: `Bearer ${other.writeKey}` } })).status).toBe(
      403,
    );
  });
});

test('the live view shows what is accepted, without identities and without values', async () => {
  const watching = new AbortController();
  const live = await fetch(`${server.url}/live`, {
    headers: { authorization: `Bearer ${SECRET_KEY}` },
    signal: watching.signal,
  });
  expect(live.headers.get('content-type')).toContain('text/event-stream');
  let seen = '';
  const reading = (async () => {
    for await (const chunk of live.body!.pipeThrough(new TextDecoderStream())) seen += chunk;
  })().catch(() => undefined);
  await send(WRITE_KEY, [
    {
      event_name: 'watched',
      user_id: 'u-watched',
      session_id: 's-watched',
      tenant_id: 'acme',
      properties: { plan: 'gold-plated' },
    },
  ]);
  await expect.poll(() => seen, { timeout: 5_000 }).toContain('"event_name":"watched"');
  watching.abort();
  await reading;
  expect(seen).toContain('"property_names":["plan"]');
  expect(seen).not.toMatch(/u-watched|s-watched|gold-plated|user_id|session_id/);
});

describe('what programs ask of the server', () => {
  test('is alive, ready and measured', async () => {
    expect(await ask('/healthz', undefined)).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await ask('/readyz', undefined)).body).toMatchObject({
      status: 'ready',
      checks: { event_log: { ok: true }, disk: { ok: true } },
    });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^uptake_events_total\{[^}]*result="accepted"[^}]*\} [1-9]/m);
    expect(metrics).not.toMatch(/workspace_id|tenant/);
  });

  test('serves the console under a policy that runs no foreign script and allows no frame around it', async () => {
    const page = await fetch(`${server.url}/w/default`);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self';.*frame-ancestors 'none'/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-cache');
  });

  test('lets browsers keep what has its hash in its name, and nothing else', async () => {
    const page = await (await fetch(server.url)).text();
    const script = /src="(\/assets\/[^"]+)"/.exec(page)?.[1];
    expect((await fetch(`${server.url}${script}`)).headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${server.url}/favicon.svg`)).headers.get('cache-control')).toBe('no-cache');
  });

  test('describes every door in OpenAPI 3.1', async () => {
    const { body } = await ask('/openapi.json', undefined);
    const { openapi, paths } = body as unknown as { openapi: string; paths: Record<string, object> };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/telemetry/events',
        '/api/v1/telemetry/validate',
        '/api/v1/telemetry/analytics',
        '/api/v1/telemetry/health',
        '/api/v1/insights/query',
        '/api/v1/export',
        '/api/v1/keys',
        '/live',
      ]),
    );
  });

  test('answers an unknown path with a problem, and explains each code where its type points', async () => {
    const { status, body } = await ask('/api/v1/nothing', undefined);
    expect(status).toBe(404);
    expect(body).toMatchObject({ type: '/docs/problems#not_found', code: 'not_found' });
    const page = await (await fetch(`${server.url}/docs/problems`)).text();
    for (const code of Object.keys(PROBLEMS)) expect(page).toContain(`id="${code}"`);
  });
});

test('TELEMETRY_ENABLED and TELEMETRY_ANALYTICS_ENABLED switch collecting and questions off, and the answers say so', async () => {
  const place = scratchDirectory();
  const switchedOff = await startServerProcess(place.path, {
    TELEMETRY_ENABLED: 'false',
    TELEMETRY_ANALYTICS_ENABLED: 'false',
  });
  try {
    const post = async (path: string) => {
      const response = await fetch(`${switchedOff.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${WRITE_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ event_name: 'not_now' }),
      });
      return response.json();
    };
    expect(await post('/api/v1/telemetry/events')).toMatchObject({
      accepted: 0,
      dropped: 1,
      results: [{ result: 'dropped', reason: 'collection_disabled' }],
    });
    const question = await fetch(`${switchedOff.url}/api/v1/telemetry/analytics`, {
      headers: { authorization: `Bearer ${SECRET_KEY}` },
    });
    expect(question.status).toBe(403);
    expect(await question.json()).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('TELEMETRY_ANALYTICS_ENABLED'),
    });
  } finally {
    await switchedOff.stop();
    place.remove();
  }
}, 60_000);
