import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { LIMITS } from '@uptake/domain/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDoor, type TestDoor } from './door.fixture.ts';

const BODY_TIMEOUT_MS = 2_500;
/** In every hostile body: whatever of it shows up in a log came from a payload. */
const MARK = 'payload-mark-7f3a';
let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ bodyTimeoutMs: BODY_TIMEOUT_MS });
});
afterAll(() => door.close());

const named = (): Record<string, unknown> => ({ event_id: randomUUID(), event_name: 'project_created' });
const gzip = { 'content-encoding': 'gzip' };

describe('a body that cannot be read', () => {
  const json = JSON.stringify({ events: [named()] });
  test.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['is not JSON', `{"events": [${MARK}`, {}, 400, 'invalid_json'],
    ['is empty', '', {}, 400, 'invalid_json'],
    ['is JSON of another kind', '42', {}, 400, 'invalid_batch'],
    ['has events that are no array', '{"events":{}}', {}, 400, 'invalid_batch'],
    ['has more beside the events', '{"events":[],"extra":1}', {}, 400, 'invalid_batch'],
    ['has a sent_at that is no time', '{"events":[],"sent_at":"soon"}', {}, 400, 'invalid_batch'],
    ['is Latin-1', Buffer.from('{"event_name":"a","surface":"\xe4"}', 'latin1'), {}, 400, 'invalid_utf8'],
    ['is UTF-16', Buffer.from(json, 'utf16le'), {}, 400, 'invalid_json'],
    ['is gzip cut short', gzipSync(json).subarray(0, -12), gzip, 400, 'invalid_encoding'],
    ['says gzip and is not', json, gzip, 400, 'invalid_encoding'],
    ['is deflate', deflateSync(json), { 'content-encoding': 'deflate' }, 415, 'unsupported_encoding'],
    ['is a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['is a picture', json, { 'content-type': 'image/png' }, 415, 'unsupported_media_type'],
    ['is larger than allowed', `{"events":[]}${' '.repeat(LIMITS.bodyBytes)}`, {}, 413, 'body_too_large'],
    ['is a gzip bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, 32)), gzip, 413, 'body_too_large'],
    ['is a small gzip bomb', gzipSync(Buffer.alloc(LIMITS.bodyBytes + 1, 32)), gzip, 413, 'body_too_large'],
    ['nests five million deep and never ends', '['.repeat(LIMITS.bodyBytes), {}, 400, 'invalid_json'],
  ])('%s', async (_, body, headers, status, code) => {
    const answer = await door.post(body, { headers });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.detail).toMatch(/^.{10,}[.}]$/);
    expect(answer.body.detail).not.toContain(MARK);
  });

  test('and one at the limit is read', async () => {
    const body = JSON.stringify(named());
    const answer = await door.post(body + ' '.repeat(LIMITS.bodyBytes - body.length));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
  });

  test('ten thousand levels and a megabyte of text cost one event its place, not the batch', async () => {
    const deep = `{"event_name":"a","properties":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`;
    const long = JSON.stringify({ event_name: 'a', properties: { a: MARK.repeat(60_000) } });
    const answer = await door.post(`{"events":[${deep},${long},${JSON.stringify(named())}]}`);
    expect(answer.body).toMatchObject({ accepted: 1, rejected: 2 });
    expect(answer.body.results.map(({ reason }) => reason)).toEqual(['too_deep', 'string_too_long']);
  });
});

describe('a client', () => {
  const head = (length: number): string =>
    `POST /api/v1/telemetry/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${door.first.writeKey.value}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(door.url).port), '127.0.0.1', () => resolve(socket));
      socket.once('error', reject);
    });

  test('that sends too slowly is told so after the time it has, and let go', async () => {
    const socket = await open();
    const startMs = performance.now();
    socket.write(head(1_000));
    const drip = setInterval(() => socket.write(' '), 50);
    socket.on('error', () => undefined);
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
      if (answer.includes('"detail"')) break;
    }
    clearInterval(drip);
    expect(answer).toContain('408');
    expect(answer).toContain('request_timeout');
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(performance.now() - startMs).toBeLessThan(BODY_TIMEOUT_MS * 6);
  });

  test('that hangs up in the middle leaves nothing behind', async () => {
    await door.takeRows();
    const body = JSON.stringify({ events: [named(), named()] });
    for (let cut = 1; cut < body.length; cut += 7) {
      const socket = await open();
      socket.end(head(body.length) + body.slice(0, cut));
      socket.destroySoon();
    }
    await sleep(300);
    expect(await door.takeRows()).toEqual([]);
    expect((await door.post(named())).body).toMatchObject({ accepted: 1 });
  });

  test('that hangs up before the answer has its events kept once, also when it asks again', async () => {
    await door.takeRows();
    const body = JSON.stringify({ events: [named(), named()] });
    const socket = await open();
    socket.write(head(body.length) + body, () => socket.destroy());
    await sleep(200);
    const again = await door.post(body);
    expect((again.body.accepted ?? 0) + (again.body.duplicates ?? 0)).toBe(2);
    expect(await door.takeRows()).toHaveLength(2);
  });
});

/** Bodies no client of ours would send: valid ones with something broken in them, and bytes that never were any. */
function hostileBodies(): fc.Arbitrary<{ body: Uint8Array; headers: Record<string, string> }> {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(
      '\0',
      '\ud800',
      '__proto__',
      2 ** 53,
      -1e300,
      '0000-01-01T00:00:00Z',
      '99999-12-31T23:59:59Z',
      [[[[[[[[]]]]]]]],
      '',
    ),
  );
  const names = [
    'event_id',
    'event_name',
    'event_type',
    'timestamp',
    'sent_at',
    'source',
    'user_id',
    'is_internal',
    'country',
    'consent',
    'experiment_assignments',
    'properties',
    '__proto__',
    'constructor',
    'unheard_of',
  ];
  const event = fc
    .dictionary(fc.constantFrom(...names), value, { maxKeys: 3, noNullPrototype: true })
    .map((fields): unknown => ({ event_name: 'project_created', tenant_id: MARK, ...fields }));
  const sound = fc
    .record({
      tenant_id: fc.string({ maxLength: 20 }),
      properties: fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), fc.boolean()),
    })
    .map((fields): unknown => ({ event_name: 'project_created', ...fields }));
  const batch = fc.oneof(
    fc
      .array(
        fc.oneof({ weight: 5, arbitrary: event }, { weight: 3, arbitrary: sound }, { weight: 1, arbitrary: value }),
        { maxLength: 4 },
      )
      .map((events): unknown => ({ events })),
    event,
    value,
    fc
      .record({ events: value, sent_at: value, writeKey: value }, { requiredKeys: [] })
      .map((fields): unknown => fields),
  );
  const text = batch.map((json) => Buffer.from(JSON.stringify(json) ?? ''));
  const broken = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 2, arbitrary: fc.tuple(text, fc.nat(400)).map(([bytes, cut]) => bytes.subarray(0, cut)) },
    {
      weight: 3,
      arbitrary: fc.tuple(text, fc.nat(400), fc.nat(255)).map(([bytes, at, byte]) => {
        const flipped = Buffer.from(bytes);
        if (flipped.length > 0) flipped[at % flipped.length] = byte;
        return flipped;
      }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: fc.tuple(text, text).map(([first, second]) => Buffer.concat([first, second])) },
  );
  const types = fc.constantFrom(
    'application/json',
    'text/plain',
    'application/x-ndjson',
    'application/json; charset=utf-16',
    '',
  );
  return fc.tuple(broken, types, fc.constantFrom('plain', 'gzip', 'cut', 'lie')).map(([body, type, coding]) => {
    const headers = { 'content-type': type, ...(coding !== 'plain' && gzip) };
    if (coding === 'plain' || coding === 'lie') return { body, headers };
    const zipped = gzipSync(body, { level: 1 });
    return { body: coding === 'cut' ? zipped.subarray(0, zipped.length >> 1) : zipped, headers };
  });
}

test('ten thousand hostile bodies are each given an answer of the contract, and nothing is half stored', async () => {
  await door.takeRows();
  let accepted = 0;
  const statuses = new Map<number, number>();
  const bodies = fc.sample(hostileBodies(), { numRuns: 10_000, seed: 20_261_121 });
  const authorization = `Bearer ${door.first.writeKey.value}`;
  const send = async ({ body, headers }: (typeof bodies)[number]): Promise<void> => {
    const response = await door.app.inject({
      method: 'POST',
      url: '/api/v1/telemetry/events',
      headers: { authorization, ...headers },
      payload: Buffer.from(body),
    });
    statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1);
    if (response.statusCode !== 200) {
      return;
    }
    const reply = response.json<{
      accepted: number;
      duplicates: number;
      rejected: number;
      sampled: number;
      results: unknown[];
    }>();
    expect(reply.results).toHaveLength(reply.duplicates + reply.rejected + reply.sampled);
    accepted += reply.accepted;
  };
  for (let at = 0; at < bodies.length; at += 50) {
    await Promise.all(bodies.slice(at, at + 50).map(send));
    expect(door.unexplained).toEqual([]);
  }
  expect(await door.takeRows()).toHaveLength(accepted);
  expect([...statuses.keys()].sort()).toEqual([200, 400, 415]);
  // Neither side of the line was left untried.
  expect(accepted).toBeGreaterThan(300);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(1_000);
}, 60_000);

test('nothing of a payload, and no key, was logged meanwhile', () => {
  const logged = door.logged();
  expect(logged).toContain('request failed');
  expect(logged).not.toContain(MARK);
  expect(logged).not.toContain('payload-');
  expect(logged).not.toContain(door.first.writeKey.value);
});
