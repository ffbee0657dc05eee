import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { dayOf } from '@uptake/domain/criteria';
import { createOutbound, type Outbound } from '@uptake/io/outbound';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPolling } from './api-polling.ts';

type Seen = {
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

const seen: Seen[] = [];
let handler: (seen: Seen, response: ServerResponse) => void;
const server = createServer(async (request, response) => {
  const { url = '', method = '', headers } = request;
  seen.push({ url, method, headers, body: (await buffer(request)).toString() });
  handler(seen.at(-1)!, response);
});
let nowMs = Date.parse('2026-11-21T09:00:00Z');
let base = '';
let outbound: Outbound;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  outbound = createOutbound({
    allow: ['127.0.0.1'],
    userAgent: 'Uptake/test',
    nowMs: () => nowMs,
    random: () => 0.5,
    pause: async () => undefined,
  });
});
afterAll(async () => {
  await outbound.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
});

const json = (response: ServerResponse, document: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));

const ROWS = { kind: 'rows', rows: '$.items[*]', attribute: '$.name', value: '$.value' };
const item = (name: unknown, value: unknown, more = {}) => ({ name, value, ...more });

function poll(config: object, options: { credentials?: unknown; tenantId?: string; timeoutMs?: number } = {}) {
  const { fetchValues, readConfig } = createPolling({ outbound, nowMs: () => nowMs });
  expect(readConfig(config)).toEqual([]);
  return fetchValues!({
    config,
    credentials: options.credentials,
    signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
    day: dayOf(nowMs),
    workspaceId: 'w',
    tenantId: options.tenantId,
    bound: undefined,
  });
}

describe('an answer', () => {
  test('gives a row for every item, with the names of the plan, days and notes', async () => {
    handler = (_, response) =>
      json(response, {
        items: [
          item('Größe', 75, { task: 'Enable SSO', at: '2026-11-20', why: 'nightly' }),
          item('sso_enabled', true, { at: '2026-11-20T23:30:00-02:00' }),
        ],
      });
    const { rows, notices, sample } = await poll({
      url: `${base}/usage`,
      mapping: { ...ROWS, task: '$.task', day: '$.at', notes: '$.why' },
    });
    expect(rows).toEqual([
      { task: 'Enable SSO', attribute: 'Größe', value: 75, day: '2026-11-20', notes: 'nightly' },
      { attribute: 'sso_enabled', value: true, day: '2026-11-21' },
    ]);
    expect(notices).toEqual([]);
    expect(sample).toMatchObject({ items: [{ name: 'Größe' }, {}] });
  });

  test('gives single places by name', async () => {
    handler = (_, response) => json(response, { usage: { seats: 12, plan: null }, users: [{ n: 1 }, { n: 2 }] });
    const values = [
      { attribute: 'seats', task: 'Roll out', path: '$.usage.seats' },
      { attribute: 'users', path: '$.users[*].n' },
      { attribute: 'gone', path: '$.usage.gone' },
    ];
    const { rows, notices } = await poll({ url: base, mapping: { kind: 'values', values } });
    expect(rows).toEqual([{ task: 'Roll out', attribute: 'seats', value: 12 }]);
    expect(notices).toEqual([
      'For "users" $.users[*].n leads to 2 values where one is needed.',
      'For "gone" $.usage.gone leads to nothing.',
    ]);
  });

  test('with items that cannot be read gives the others, and says which and why', async () => {
    handler = (_, response) =>
      json(response, { items: [item('a', 1), item(7, 1), item('c', null), item('d', 1, { at: 5 }), item('e', [1])] });
    const { rows, notices } = await poll({ url: base, mapping: { ...ROWS, day: '$.at' } });
    expect(rows.map(({ attribute }) => attribute)).toEqual(['a', 'e']);
    expect(notices).toEqual([
      'Row 2: $.name is not one text that names an attribute.',
      'Row 3: $.value is not one value.',
      'Row 4: $.at is not a text.',
    ]);
  });

  test('without a row where the mapping looks says so', async () => {
    handler = (_, response) => json(response, { data: [] });
    expect(await poll({ url: base, mapping: ROWS })).toMatchObject({
      rows: [],
      notices: ['The answer holds no rows where the mapping looks for them.'],
    });
  });

  test('keeps numbers exactly or as the text they were', async () => {
    handler = (_, response) =>
      response.end('{"items":[{"name":"id","value":12345678901234567891},{"name":"n","value":1.5}]}');
    const { rows } = await poll({ url: base, mapping: ROWS });
    expect(rows.map(({ value }) => value)).toEqual(['12345678901234567891', 1.5]);
  });

  test.each([
    ['a web page', 'text/html', '<!DOCTYPE html><title>Sign in</title>', 'a web page (HTML)'],
    ['cut off', 'application/json', '{"items":[', 'no JSON to be read (application/json)'],
    ['in another encoding', 'application/json', Buffer.from([0x22, 0xfc, 0x22]), 'no JSON'],
    ['empty', 'text/plain', '', 'no JSON to be read (text/plain)'],
  ])('that is %s is refused in words', async (_, type, body, words) => {
    handler = (_, response) => response.writeHead(200, { 'content-type': type }).end(body);
    await expect(poll({ url: base, mapping: ROWS })).rejects.toMatchObject({
      name: 'SourceFailed',
      isRetriable: false,
      message: expect.stringContaining(words),
    });
  });

  test('that is too large, or becomes so, is refused', async () => {
    handler = (_, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(6 * 1024 * 1024, 0x20)));
    await expect(poll({ url: base, mapping: ROWS })).rejects.toThrow('more than 5 MB');
  });

  test('nested a hundred thousand deep is refused without harm', async () => {
    handler = (_, response) => response.end(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const polled = poll({ url: base, mapping: { ...ROWS, rows: '$..items' } });
    await expect(polled).rejects.toThrow('or 100 levels of them');
  });

  test.each([
    [401, 'does not accept the credentials', false, 1],
    [403, 'ask for the permission', false, 1],
    [404, 'nothing at this address', false, 1],
    [429, 'asked too often', true, 3],
    [503, 'is in trouble (503)', true, 3],
  ])('with status %i is told, tried again or not', async (status, words, isRetriable, tries) => {
    handler = (_, response) => json(response, { error: 'canary' }, status);
    const polled = poll({ url: base, mapping: ROWS });
    await expect(polled).rejects.toMatchObject({ message: expect.stringContaining(words), isRetriable });
    await expect(polled).rejects.not.toThrow('canary');
    expect(seen).toHaveLength(tries);
  });

  test('that does not come in time is given up', async () => {
    handler = () => undefined;
    await expect(poll({ url: base, mapping: ROWS }, { timeoutMs: 100 })).rejects.toMatchObject({
      name: 'SourceFailed',
    });
  });

  test('from a private address is not even asked for', async () => {
    await expect(poll({ url: 'http://169.254.169.254/latest', mapping: ROWS })).rejects.toThrow('private network');
  });
});

describe('what is asked', () => {
  test('is about the customer of the plan and the day', async () => {
    handler = (_, response) => json(response, { items: [] });
    const config = {
      url: `${base}/t/{{tenant_id}}?day={{ day }}`,
      method: 'POST',
      body: { tenant: '{{tenant_id}}', depth: { more: {} } },
      mapping: ROWS,
    };
    await poll(config, { tenantId: '../a"&b=1' });
    expect(seen[0]).toMatchObject({ url: '/t/..%2Fa%22%26b%3D1?day=2026-11-21', method: 'POST' });
    expect(JSON.parse(seen[0]!.body)).toEqual({ tenant: '../a"&b=1', depth: { more: {} } });
    await expect(poll(config)).rejects.toThrow('the customer has no tenant id');
    await expect(poll(config, { tenantId: '..' })).rejects.toThrow('dots alone');
    expect(seen).toHaveLength(1);
  });

  test.each([
    [{ kind: 'bearer' }, { token: 't1' }, { authorization: 'Bearer t1' }],
    [{ kind: 'basic' }, { username: 'ada', password: 'ö' }, { authorization: 'Basic YWRhOsO2' }],
    [{ kind: 'api_key', header: 'X-Api-Key' }, { key: 'k' }, { 'x-api-key': 'k' }],
  ])('says who asks by %j', async (auth, credentials, headers) => {
    handler = (_, response) => json(response, { items: [] });
    await poll({ url: base, headers: { 'X-Team': 'cs' }, auth, mapping: ROWS }, { credentials });
    expect(seen[0]!.headers).toMatchObject({ ...headers, 'x-team': 'cs' });
  });

  test('without the credentials it needs says which is missing', async () => {
    await expect(poll({ url: base, auth: { kind: 'bearer' }, mapping: ROWS })).rejects.toThrow('credential "token"');
    expect(seen).toEqual([]);
  });
});

describe('OAuth 2', () => {
  const auth = () => ({ kind: 'oauth2_client_credentials', token_url: `${base}/token`, scope: 'read' });
  const credentials = { client_id: 'id:1', client_secret: 'canary secret' };

  test('tokens are fetched by client credentials, kept until they end, and renewed once when refused', async () => {
    let given = 0;
    let accepted = 1;
    handler = ({ url, headers }, response) => {
      if (url === '/token') {
        given += 1;
        return json(response, { access_token: `t${given}`, expires_in: 600 });
      }
      return json(response, { items: [] }, headers.authorization === `Bearer t${accepted}` ? 200 : 401);
    };
    const { fetchValues } = createPolling({ outbound, nowMs: () => nowMs });
    const config = { url: base, auth: auth(), mapping: ROWS };
    const again = () =>
      fetchValues!({
        config,
        credentials,
        signal: AbortSignal.timeout(10_000),
        day: 1,
        workspaceId: 'w',
        tenantId: undefined,
        bound: undefined,
      });
    await again();
    await again();
    expect(given).toBe(1);
    expect(seen[0]).toMatchObject({
      body: 'grant_type=client_credentials&scope=read',
      headers: { authorization: `Basic ${Buffer.from('id%3A1:canary%20secret').toString('base64')}` },
    });
    nowMs += 550_000;
    accepted = 2;
    await again();
    expect(given).toBe(2);
    accepted = 3;
    await again();
    expect(given).toBe(3);
    accepted = 99;
    await expect(again()).rejects.toThrow('does not accept the credentials');
    expect(given).toBe(4);
  });

  test('refusals say why and never with what', async () => {
    handler = (_, response) => json(response, { error: 'invalid_client', error_description: 'canary secret' }, 401);
    const config = { url: base, auth: { ...auth(), client_authentication: 'form' }, mapping: ROWS };
    const polled = poll(config, { credentials });
    await expect(polled).rejects.toThrow('127.0.0.1 gives no token for these credentials (401, invalid_client).');
    expect(seen[0]!.body).toContain('client_secret=canary+secret');
  });
});

describe('pages', () => {
  const names = async (paging: object) => {
    const { rows, notices } = await poll({ url: `${base}/list?size=2`, mapping: ROWS, paging });
    return { names: rows.map(({ attribute }) => attribute), notices };
  };
  const page = (number: number) => ({ items: number <= 3 ? [item(`a${number}`, 1)] : [] });

  test('are turned by number until one is empty', async () => {
    handler = ({ url }, response) => json(response, page(Number(new URL(url, base).searchParams.get('p'))));
    expect((await names({ kind: 'page_number', parameter: 'p' })).names).toEqual(['a1', 'a2', 'a3']);
    expect(seen.map(({ url }) => url)).toContain('/list?size=2&p=4');
  });

  test('are turned by cursor until there is none', async () => {
    handler = ({ url }, response) => {
      const at = Number(new URL(url, base).searchParams.get('after') ?? 1);
      json(response, { ...page(at), next: at < 3 ? at + 1 : null });
    };
    expect((await names({ kind: 'cursor', path: '$.next', parameter: 'after' })).names).toEqual(['a1', 'a2', 'a3']);
  });

  test('are turned by addresses in the answer and in Link headers', async () => {
    handler = ({ url }, response) => {
      const at = Number(new URL(url, base).searchParams.get('p') ?? 1);
      if (at < 3)
        response.setHeader(
          'link',
          `</list?p=1>; rel="first prev", </list?a=1,2&p=${at + 1}>; title="a, b"; rel="next"`,
        );
      json(response, { ...page(at), ...(at < 3 && { next: `?p=${at + 1}` }) });
    };
    expect((await names({ kind: 'next_url', path: '$.next' })).names).toEqual(['a1', 'a2', 'a3']);
    expect((await names({ kind: 'link_header' })).names).toEqual(['a1', 'a2', 'a3']);
  });

  test('that never end are read up to the bound, and that is said', async () => {
    handler = (_, response) => json(response, page(1));
    const { names: read, notices } = await names({ kind: 'page_number', parameter: 'p', max_pages: 4 });
    expect(read).toHaveLength(4);
    expect(notices).toEqual(['Reading ended after 4 pages though there are more; raise max_pages.']);
  });

  test('elsewhere are not followed, since credentials would go along; nor is a page that names itself', async () => {
    handler = (_, response) => json(response, { ...page(1), next: 'http://127.0.0.2:1/steal' });
    await expect(names({ kind: 'next_url', path: '$.next' })).rejects.toThrow('where the credentials are for');
    handler = (_, response) => json(response, { ...page(1), next: '/list?size=2' });
    await expect(names({ kind: 'next_url', path: '$.next' })).rejects.toThrow('names itself');
  });
});

describe('a configuration', () => {
  const good = { url: 'https://crm.example/usage', mapping: ROWS };
  const wrong: readonly [string, object][] = [
    ['', []],
    ['/url', { mapping: ROWS }],
    ['/url', { ...good, url: 'file:///etc/passwd' }],
    ['/url', { ...good, url: 'https://ada:pw@crm.example/' }],
    ['/url', { ...good, url: 'https://{{tenant_id}}.crm.example/' }],
    ['/url', { ...good, url: 'https://crm.example/{{secret}}' }],
    ['/method', { ...good, method: 'DELETE' }],
    ['/body', { ...good, body: { a: 1 } }],
    ['/headers/Authorization', { ...good, headers: { Authorization: 'Bearer x' } }],
    ['/headers/Host', { ...good, headers: { Host: 'inner' } }],
    ['/headers/X-A', { ...good, headers: { 'X-A': 'a\nb' } }],
    ['/auth/kind', { ...good, auth: { kind: 'magic' } }],
    ['/auth/header', { ...good, auth: { kind: 'api_key' } }],
    ['/auth/token_url', { ...good, auth: { kind: 'oauth2_client_credentials' } }],
    ['/auth/token', { ...good, auth: { kind: 'bearer', token: 't' } }],
    ['/paging/path', { ...good, paging: { kind: 'cursor', parameter: 'p' } }],
    ['/paging/max_pages', { ...good, paging: { kind: 'link_header', max_pages: 51 } }],
    ['/mapping/rows', { ...good, mapping: { ...ROWS, rows: 'items' } }],
    ['/mapping/value', { ...good, mapping: { ...ROWS, value: undefined } }],
    ['/mapping/kind', { ...good, mapping: { ...ROWS, kind: 'other' } }],
    ['/mapping/values/0/path', { ...good, mapping: { kind: 'values', values: [{ attribute: 'a', path: '$.[' }] } }],
    ['/urls', { ...good, urls: [] }],
  ];
  test.each(wrong)('that is wrong at "%s" is refused there: %j', (path, config) => {
    const { readConfig } = createPolling({ outbound, nowMs: () => nowMs });
    expect(readConfig(config).map((error) => error.path)).toContain(path);
    expect(readConfig(good)).toEqual([]);
  });

  test.each([
    '$..a..b',
    '$[0,0,0][1,1,1]',
    '$.a[?match(@.b,"(a+)+$")]',
    '$.a[?count($..*)>1]',
    '$.a[?@..b]',
    '$.a[?@[?@.c]]',
  ])('with the path %s, whose work could outgrow the answer, is refused', (rows) => {
    const { readConfig } = createPolling({ outbound, nowMs: () => nowMs });
    expect(readConfig({ ...good, mapping: { ...ROWS, rows } })).toMatchObject([{ path: '/mapping/rows' }]);
  });
});
