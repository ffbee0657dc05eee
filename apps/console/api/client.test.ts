import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiProblem, request } from './client.ts';

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  '/data': (response) => response.end('{"answer":42}'),
  '/nothing': (response) => response.writeHead(204).end(),
  '/problem': (response) =>
    response
      .writeHead(400, { 'content-type': 'application/problem+json' })
      .end(
        '{"status":400,"code":"invalid_definition","title":"The question does not fit","detail":"See errors.","errors":[{"path":"/interval","message":"is too fine"},"odd"],"request_id":"r-1"}',
      ),
  '/busy': (response) => response.writeHead(429, { 'retry-after': '42' }).end('{"code":"rate_limited"}'),
  '/slow': (response) => response.writeHead(504).end('{"code":"query_timeout","title":"It took too long"}'),
  '/proxy': (response) => response.writeHead(502).end('<html>Bad gateway</html>'),
  '/page': (response) => response.end('<html>A page</html>'),
};

let server: Server;
let origin = '';

beforeAll(async () => {
  server = createServer((incoming, response) => ANSWERS[incoming.url ?? '']?.(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

async function problemOf(path: string): Promise<ApiProblem> {
  const failure = await request(`${origin}${path}`).catch((error: unknown) => error);
  if (failure instanceof ApiProblem) return failure;
  return expect.unreachable('the request did not fail with a problem');
}

describe('an answer', () => {
  test('of data is the data', async () => {
    expect(await request(`${origin}/data`)).toEqual({ answer: 42 });
  });

  test('without a body is nothing, and no failure', async () => {
    expect(await request(`${origin}/nothing`)).toBeUndefined();
  });

  test('of problem+json becomes a problem with its code, its words, its fields and its request', async () => {
    expect(await problemOf('/problem')).toMatchObject({
      status: 400,
      code: 'invalid_definition',
      title: 'The question does not fit',
      detail: 'See errors.',
      errors: [{ path: '/interval', message: 'is too fine' }],
      requestId: 'r-1',
      isTransient: false,
    });
  });

  test('of too many requests says how long to wait, and may be tried again', async () => {
    expect(await problemOf('/busy')).toMatchObject({ retryAfterSeconds: 42, isTransient: true });
  });

  test('of a question that took too long is not asked again by itself', async () => {
    expect(await problemOf('/slow')).toMatchObject({ code: 'query_timeout', isTransient: false });
  });

  test('of a proxy in between is told by its status', async () => {
    expect(await problemOf('/proxy')).toMatchObject({ code: 'http_502', isTransient: true });
  });

  test('that is a page where data was expected is a failure, not data', async () => {
    expect(await problemOf('/page')).toMatchObject({ code: 'unexpected_answer', isTransient: false });
  });
});

test('a server that is not there is named as unreachable', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const failure = await request(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
  expect(failure).toMatchObject({ status: 0, code: 'unreachable', isTransient: true });
});

test('a request that was given up is not a problem to show', async () => {
  const failure = await request(`${origin}/data`, { signal: AbortSignal.abort() }).catch((error: unknown) => error);
  expect(failure).not.toBeInstanceOf(ApiProblem);
});
