import { request } from 'node:http';
import { openTestAccess, TEST_ADMIN, TEST_BASE_URL, type TestAccess } from '@uptake/capabilities/access/testing';
import { Problem } from '@uptake/domain/contract';
import { createGraphBuilder } from '@uptake/io/graphql';
import { createLogger } from '@uptake/io/observability';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphRoutes } from './graphql.ts';

const SECRET_KEY = 'upk_s_graphql_test_0123456789abcdef';
const WRITE_KEY = 'upk_w_graphql_test_0123456789abcdef';
const LIMITS = { bodyBytes: 64 * 1024, fileBytes: 1024, uploadsAtOnce: 3, uploadsPerAsker: 2, timeoutMs: 300 };
const INTERNALS = 'password=hunter2 in /srv/uptake/io/store.ts';

/** What `hold` waits for. */
const held = Promise.withResolvers<string>();

/** Every way an operation can end. */
function schema() {
  const builder = createGraphBuilder();
  const Mirror = builder.objectRef<object>('Mirror');
  Mirror.implement({ fields: (t) => ({ mirror: t.field({ type: Mirror, resolve: () => ({}) }) }) });
  builder.queryFields((t) => ({
    mirror: t.field({ type: Mirror, resolve: () => ({}) }),
    whoAmI: t.string({ resolve: (_root, _args, { principal }) => principal.kind }),
    missing: t.string({
      nullable: true,
      resolve: () => {
        throw new Problem('not_found', 'There is no plan of this id.');
      },
    }),
    broken: t.string({
      nullable: true,
      resolve: () => {
        throw new Error(INTERNALS);
      },
    }),
    full: t.string({
      nullable: true,
      resolve: () => {
        throw new Error(INTERNALS, { cause: Object.assign(new Error('could not extend file'), { code: '53100' }) });
      },
    }),
    wrong: t.string({
      nullable: true,
      resolve: () => {
        throw new Problem('invalid_request', 'One mistake.', { errors: [{ path: '/name', message: 'is empty' }] });
      },
    }),
    endless: t.string({ nullable: true, resolve: () => new Promise<string>(() => undefined) }),
    day: t.field({
      type: 'Date',
      args: { day: t.arg({ type: 'Date', required: true }) },
      resolve: (_r, { day }) => day,
    }),
  }));
  builder.mutationField('take', (t) =>
    t.string({
      args: { file: t.arg({ type: 'Upload', required: true }) },
      resolve: (_root, { file }) => `${file.name}: ${file.bytes.length}`,
    }),
  );
  builder.mutationField('hold', (t) =>
    t.string({ args: { file: t.arg({ type: 'Upload', required: true }) }, resolve: () => held.promise }),
  );
  builder.mutationField('refuse', (t) =>
    t.string({
      args: { file: t.arg({ type: 'Upload', required: true }) },
      resolve: () => {
        throw new Problem('invalid_request', 'No.');
      },
    }),
  );
  return builder.toSchema();
}

let own: TestAccess;
let url: string;
let cookie: string;
const logged: unknown[] = [];

beforeAll(async () => {
  own = await openTestAccess({
    adminEmail: TEST_ADMIN.email,
    adminPassword: TEST_ADMIN.password,
    secretKey: SECRET_KEY,
    writeKey: WRITE_KEY,
  });
  await own.access.bootstrap();
  const logger = createLogger({ level: 'silent', scrub: (text) => text });
  logger.error = (entry: unknown) => void logged.push(entry);
  await own.app.register(graphRoutes({ schema: schema(), access: own.access.readModel, logger, settings: LIMITS }));
  cookie = (await own.signIn(TEST_ADMIN.email, TEST_ADMIN.password)).cookie;
  url = await own.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => own.remove());

type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[];
};

async function send(body: NonNullable<RequestInit['body']>, headers: Record<string, string>): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text);
  return { status: response.status, headers: response.headers, text, data, errors };
}
const KEY = { authorization: `Bearer ${SECRET_KEY}` };
const ask = (query: string, variables?: unknown, headers: Record<string, string> = KEY) =>
  send(JSON.stringify({ query, variables }), { 'content-type': 'application/json', ...headers });
const upload = (bytes: number, headers: Record<string, string> = KEY, field = 'take') => {
  const form = new FormData();
  form.set(
    'operations',
    JSON.stringify({ query: `mutation ($file: Upload!) { ${field}(file: $file) }`, variables: { file: null } }),
  );
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', new Blob([new Uint8Array(bytes)]), 'values.xlsx');
  return send(form, headers);
};

describe('who asks', () => {
  test('is told in the code of a GraphQL error when nobody is known', async () => {
    const { status, errors, headers } = await ask('{ whoAmI }', undefined, {});
    expect([status, errors[0]?.extensions.code]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toContain('Bearer');
  });

  test('may be a secret key or a person, never a write key', async () => {
    expect((await ask('{ whoAmI }')).data).toEqual({ whoAmI: 'secret_key' });
    expect((await ask('{ whoAmI }', undefined, { cookie, origin: TEST_BASE_URL })).data).toEqual({ whoAmI: 'member' });
    const { status, errors } = await ask('{ whoAmI }', undefined, { authorization: `Bearer ${WRITE_KEY}` });
    expect([status, errors[0]?.extensions.code]).toEqual([403, 'forbidden']);
  });

  test('reads the schema signed in, and not otherwise', async () => {
    const introspection = '{ __schema { queryType { name } } }';
    expect((await ask(introspection)).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect((await ask(introspection, undefined, {})).status).toBe(401);
  });

  test('is refused before a byte of the file is read', async () => {
    expect((await upload(1_000_000, {})).status).toBe(401);
  });
});

describe('a page of another origin', () => {
  test('cannot use the session, with JSON or with a form', async () => {
    const foreign = { cookie, origin: 'https://evil.example' };
    expect((await ask('{ whoAmI }', undefined, foreign)).status).toBe(403);
    expect((await upload(10, foreign)).status).toBe(403);
  });

  test('cannot use it by hiding where it comes from: without an origin a file needs a header no form can set', async () => {
    expect((await upload(10, { cookie })).errors[0]?.extensions.code).toBe('forbidden');
    expect((await upload(10, { cookie, 'x-graphql-yoga-csrf': '1' })).data).toEqual({ take: 'values.xlsx: 10' });
    expect((await upload(10, { cookie, origin: TEST_BASE_URL })).data).toEqual({ take: 'values.xlsx: 10' });
  });

  test('cannot send an operation as text or as a form of fields', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/graphql']) {
      const { status, data } = await send('query={whoAmI}', { ...KEY, 'content-type': type });
      expect([type, status, data]).toEqual([type, 415, undefined]);
    }
  });

  test('cannot ask with a link', async () => {
    const response = await fetch(`${url}/graphql?query={whoAmI}`, { headers: { cookie } });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('sent with POST')]);
  });
});

describe('failures', () => {
  test('carry the code of the problem, the place in the operation and the request', async () => {
    const { status, data, errors } = await ask('{ whoAmI missing }');
    expect(status).toBe(200);
    expect(data).toEqual({ whoAmI: 'secret_key', missing: null });
    expect(errors).toEqual([
      {
        message: 'There is no plan of this id.',
        path: ['missing'],
        locations: [{ line: 1, column: 10 }],
        extensions: { code: 'not_found', title: 'There is nothing at this address', requestId: expect.any(String) },
      },
    ]);
  });

  test('carry each mistake of an input', async () => {
    const { errors } = await ask('{ wrong }');
    expect(errors[0]?.extensions).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: '/name', message: 'is empty' }],
    });
  });

  test('that nobody foresaw say nothing of the inside, and are logged under the id of the request', async () => {
    logged.length = 0;
    const { errors, text } = await ask('{ broken }');
    expect(errors[0]?.extensions.code).toBe('internal_error');
    expect(text).not.toMatch(/hunter2|store\.ts|stack|\.ts:/);
    expect(logged).toEqual([
      expect.objectContaining({
        request_id: errors[0]?.extensions.requestId,
        error: expect.objectContaining({ message: INTERNALS }),
      }),
    ]);
  });

  test('of a full disk are told as what they are', async () => {
    const { errors } = await ask('{ full }');
    expect(errors[0]).toMatchObject({ extensions: { code: 'store_unavailable', retryAfterSeconds: 30 } });
    expect(errors[0]?.message).toContain('no room left on its disk, so nothing was kept');
  });

  test('of the operation itself are the asker’s: what does not parse, what does not exist, what has the wrong type', async () => {
    for (const query of [
      '{ whoAmI',
      '{ nothing }',
      '{ day(day: "2026-02-31") }',
      'query ($d: Date!) { day(day: $d) }',
    ]) {
      const { errors, data } = await ask(query);
      expect([query, errors[0]?.extensions.code, data ?? null]).toEqual([query, 'invalid_request', null]);
    }
  });

  test('of what no store keeps and no walk finishes are the asker’s, with their place', async () => {
    const named = await ask('query ($d: Date!) { day(day: $d) }', { d: 'a\0b' });
    expect(named.errors[0]?.extensions).toMatchObject({ code: 'invalid_request', errors: [{ path: '/variables/d' }] });
    const deep: unknown = JSON.parse('['.repeat(2_000) + ']'.repeat(2_000));
    const { errors } = await ask('query ($d: Date!) { day(day: $d) }', { d: deep });
    expect([errors[0]?.extensions.code, errors[0]?.message]).toEqual([
      'invalid_request',
      expect.stringContaining('deeper than 64 levels'),
    ]);
  });

  test('before execution are 400 for those who ask for GraphQL replies', async () => {
    const accept = 'application/graphql-response+json';
    expect((await ask('{ nothing }', undefined, { ...KEY, accept })).status).toBe(400);
    expect((await ask('{ missing }', undefined, { ...KEY, accept })).status).toBe(200);
  });

  test('end an operation that takes too long', async () => {
    const started = performance.now();
    const { errors } = await ask('{ endless }');
    expect(errors[0]?.extensions.code).toBe('query_timeout');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('a body', () => {
  test('is one operation: several at once are refused', async () => {
    const { status, errors } = await send(JSON.stringify([{ query: '{ whoAmI }' }]), {
      ...KEY,
      'content-type': 'application/json',
    });
    expect([status, errors[0]?.extensions.code]).toEqual([400, 'invalid_request']);
  });

  test.each([
    ['no operation', { variables: {} }, /"query" is the text/],
    ['an operation that is no text', { query: 1 }, /"query" is the text/],
    ['variables that are a list', { query: '{ whoAmI }', variables: [] }, /"variables" is an object/],
    ['an unknown field', { query: '{ whoAmI }', doc: 1 }, /no such field here: doc/],
  ])('with %s is refused with what is wrong', async (_what, body, detail) => {
    const { status, errors } = await send(JSON.stringify(body), { ...KEY, 'content-type': 'application/json' });
    expect([status, errors[0]?.message]).toEqual([400, expect.stringMatching(detail)]);
  });

  test('with an unknown field has its place told', async () => {
    const body = JSON.stringify({ query: '{ whoAmI }', no_such_field: 1 });
    const { errors } = await send(body, { ...KEY, 'content-type': 'application/json' });
    expect(errors[0]?.extensions.errors).toEqual([{ path: '/no_such_field', message: 'There is no such field here.' }]);
  });

  test('that is no JSON or too large is refused with its code', async () => {
    const json = { ...KEY, 'content-type': 'application/json' };
    expect((await send('{', json)).errors[0]?.extensions.code).toBe('invalid_json');
    const { status, errors } = await send(
      JSON.stringify({ query: '{ whoAmI }', variables: { x: 'x'.repeat(70_000) } }),
      json,
    );
    expect([status, errors[0]?.extensions.code]).toEqual([413, 'body_too_large']);
  });

  test('with a text of many tokens is refused before it is compared with itself', async () => {
    const started = performance.now();
    const { errors } = await ask(`{ ${'whoAmI '.repeat(5_000)} }`);
    expect(errors[0]?.message).toMatch(/2,?000 tokens/);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('with fragments in a circle is the asker’s mistake, however they meet', async () => {
    const fragments = Array.from(
      { length: 60 },
      (_, at) => `fragment f${at} on Mirror { mirror { mirror { ...f${at + 1} ...f${(at + 2) % 60} } } }`,
    );
    const { errors } = await ask(`{ mirror { ...f0 } } ${fragments.join(' ')} fragment f60 on Mirror { __typename }`);
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('Cannot spread fragment'),
      extensions: { code: 'invalid_request' },
    });
  });

  test('with too wide an operation is refused with its figures', async () => {
    const { errors } = await ask(`{ ${'whoAmI '.repeat(401)} }`);
    expect(errors[0]).toMatchObject({
      message: 'selected fields: 401, at most 400.',
      extensions: { code: 'operation_too_large' },
    });
  });
});

describe('a file', () => {
  test('arrives whole up to the limit, and one byte more is refused with it', async () => {
    expect((await upload(LIMITS.fileBytes)).data).toEqual({ take: 'values.xlsx: 1024' });
    const { status, errors } = await upload(LIMITS.fileBytes + 1);
    expect([status, errors[0]?.extensions.code]).toEqual([413, 'body_too_large']);
    expect(errors[0]?.message).toBe('A file has at most 1024 bytes.');
  });

  test('cannot be made up in JSON', async () => {
    const made = { name: 'x', bytes: { length: 1 } };
    const { errors } = await ask('mutation ($file: Upload!) { take(file: $file) }', { file: made });
    expect(errors[0]).toMatchObject({ extensions: { code: 'invalid_request' } });
  });

  const OWN = { cookie: '', 'x-graphql-yoga-csrf': '1' };
  const hang = (headers: Record<string, string>) => {
    const hanging = request(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
    });
    hanging.on('error', () => undefined);
    hanging.write('--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{');
    return hanging;
  };

  test('waits for its turn when as many of one asker are under way as may be, and keeps nobody else waiting', async () => {
    const hanging = [hang(KEY), hang(KEY)];
    await expect.poll(async () => (await upload(1)).status).toBe(429);
    const refused = await upload(1);
    expect([refused.headers.get('retry-after'), refused.errors[0]?.message]).toEqual([
      '2',
      'Other files of yours are under way.',
    ]);
    expect((await upload(1, { ...OWN, cookie })).status).toBe(200);
    for (const each of hanging) each.destroy();
    await expect.poll(async () => (await upload(1)).status).toBe(200);
  });

  test('waits for its turn when as many as can be held are under way', async () => {
    const hanging = [hang(KEY), hang(KEY), hang({ ...OWN, cookie })];
    await expect.poll(async () => (await upload(1, { ...OWN, cookie })).status).toBe(429);
    const refused = await upload(1, { ...OWN, cookie });
    expect([refused.headers.get('retry-after'), refused.errors[0]?.message]).toEqual([
      '1',
      'Other files are under way.',
    ]);
    for (const each of hanging) each.destroy();
    await expect.poll(async () => (await upload(1)).status).toBe(200);
  });

  test('has its place until it is dealt with, and not longer: a refusal gives it back too', async () => {
    const waiting = [0, 1].map(() => upload(1, KEY, 'hold'));
    await expect.poll(async () => (await upload(1)).status).toBe(429);
    held.resolve('let go');
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    for (let turn = 0; turn < 5; turn += 1) expect((await upload(1, KEY, 'refuse')).errors).toHaveLength(1);
    for (let turn = 0; turn < 5; turn += 1) expect((await upload(LIMITS.fileBytes + 1)).status).toBe(413);
    expect((await upload(1)).status).toBe(200);
  });
});

describe('the page', () => {
  test('stands on its own: no script, style or picture from elsewhere, and none but its own may run', async () => {
    const response = await fetch(`${url}/graphql`, { headers: { cookie } });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).not.toMatch(/(?:src|href)=|https?:\/\//);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'sha256-/);
    expect(page).toContain('whoAmI: String!');
  });

  test('is for those who are signed in', async () => {
    expect((await fetch(`${url}/graphql`)).status).toBe(401);
  });
});
