import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOutbound, OutboundError, type OutboundOptions, type OutboundRequest } from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const seen: IncomingMessage[] = [];
const pauses: number[] = [];
let handler: Handler = (_, response) => response.end('ok');
const serve: RequestListener = (request, response) => {
  seen.push(request);
  handler(request, response);
};

const server = createServer(serve);
const inner = createServer((_, response) => response.end('what only the inner network may read'));
let tls: Server;
let certificate: string;
let base = '';
let port = 0;
const directory = mkdtempSync(join(tmpdir(), 'uptake-outbound-'));

const listen = (of: Server, address: string, at = 0) =>
  new Promise<number>((resolve) => of.listen(at, address, () => resolve((of.address() as AddressInfo).port)));

beforeAll(async () => {
  port = await listen(server, '127.0.0.1');
  base = `http://127.0.0.1:${port}`;
  await listen(inner, '127.0.0.2', port);
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=secure.example', '-addext', 'subjectAltName=DNS:secure.example'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  certificate = readFileSync(cert, 'utf8');
  tls = createTlsServer({ key: readFileSync(key), cert: certificate }, serve);
  await listen(tls, '127.0.0.1');
});
afterAll(async () => {
  for (const one of [server, inner, tls]) {
    one.closeAllConnections();
    one.close();
  }
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  seen.length = 0;
  pauses.length = 0;
  handler = (_, response) => response.end('ok');
});

/** Of the addresses of this machine only 127.0.0.1 may be called, as if all others were an inner network. */
function outbound(changes: Partial<OutboundOptions> = {}) {
  return createOutbound({
    allow: ['127.0.0.1'],
    userAgent: 'Uptake/test',
    nowMs: () => Date.parse('2026-11-21T09:00:00Z'),
    random: () => 0.5,
    pause: async (ms) => pauses.push(ms),
    ...changes,
  });
}

async function failureOf(request: OutboundRequest, changes?: Partial<OutboundOptions>): Promise<OutboundError> {
  const client = outbound(changes);
  try {
    const { status } = await client.request({ tries: 1, ...request });
    throw new Error(`It was answered with ${status}.`);
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  } finally {
    await client.close();
  }
}

describe('a call', () => {
  test('brings the answer whatever its status, and carries what was given', async () => {
    handler = (_, response) => response.writeHead(404, { 'x-two': ['a', 'b'] }).end('nö');
    const client = outbound();
    const headers = { 'X-Team': 'CS', Accept: 'application/json' };
    const answer = await client.request({ url: `${base}/a?b=1`, method: 'PUT', headers, body: '{"ü":1}' });
    expect(answer).toMatchObject({ status: 404, headers: { 'x-two': 'a, b' }, url: `${base}/a?b=1` });
    expect(answer.body.toString()).toBe('nö');
    expect(seen[0]!.headers).toMatchObject({ 'x-team': 'CS', accept: 'application/json', 'user-agent': 'Uptake/test' });
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/a?b=1' });
    await client.close();
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('reads an answer compressed as %s', async (encoding, compress) => {
    handler = (_, response) => response.setHeader('content-encoding', encoding).end(compress('Größe'));
    const client = outbound();
    expect((await client.request({ url: base })).body.toString()).toBe('Größe');
    await client.close();
  });

  test.each([
    ['ftp://127.0.0.1/', 'url_invalid'],
    ['file:///etc/passwd', 'url_invalid'],
    ['crm.example', 'url_invalid'],
    ['http://ada:canary@127.0.0.1/', 'url_invalid'],
  ])('to %s is refused before anything is sent', async (url, code) => {
    const error = await failureOf({ url });
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('canary');
  });

  test.each([[{ Host: 'inner' }], [{ 'x y': '1' }], [{ 'x-a': 'one\r\nx-b: two' }], [{ 'Content-Length': '3' }]])(
    'with the headers %j is refused',
    async (headers) => {
      expect((await failureOf({ url: base, headers: headers as Record<string, string> })).code).toBe('request_invalid');
      expect(seen).toEqual([]);
    },
  );
});

describe('addresses', () => {
  test.each(['127.0.0.2', '0x7f000002', '2130706434', '127.2', '017700000002', '[::ffff:127.0.0.2]', '[::1]'])(
    '%s, however it is written, is not called where it is not allowed',
    async (host) => {
      expect((await failureOf({ url: `http://${host}:${port}/` })).code).toBe('address_refused');
    },
  );

  test('of this machine are not called by its own name', async () => {
    expect((await failureOf({ url: `http://localhost:${port}/` }, { allow: [] })).code).toBe('address_refused');
  });

  test('behind a name are looked up once, and the one that was checked is called', async () => {
    const asked: string[] = [];
    const answers = ['127.0.0.1', '127.0.0.2'];
    const lookUp = async (host: string) => {
      asked.push(host);
      return [{ address: answers[asked.length - 1] ?? '127.0.0.2', family: 4 }];
    };
    const client = outbound({ lookUp });
    handler = (_, response) => response.setHeader('connection', 'close').end('open');
    expect((await client.request({ url: `http://rebinding.example:${port}/` })).body.toString()).toBe('open');
    expect(asked).toEqual(['rebinding.example']);
    await expect(client.request({ url: `http://rebinding.example:${port}/` })).rejects.toMatchObject({
      code: 'address_refused',
    });
    await client.close();
  });

  test('of which one is closed close the name', async () => {
    const lookUp = async () => ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    expect((await failureOf({ url: `http://mixed.example:${port}/` }, { lookUp })).code).toBe('address_refused');
  });

  test('of one name are tried in turn', async () => {
    const lookUp = async () => [
      { address: '127.0.0.3', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const client = outbound({ lookUp, allow: ['127.0.0.0/8'] });
    expect((await client.request({ url: `http://two.example:${port}/`, tries: 1 })).body.toString()).toBe('ok');
    await client.close();
  });

  test('are given to clients of other protocols checked alike', async () => {
    const client = outbound({
      lookUp: async (host) => [{ address: host === 'db' ? '127.0.0.1' : '10.0.0.1', family: 4 }],
    });
    expect(await client.resolve('db')).toEqual([{ address: '127.0.0.1', family: 4 }]);
    await expect(client.resolve('other')).rejects.toMatchObject({ code: 'address_refused' });
  });

  test('of a name that is not known are said not to be', async () => {
    const lookUp = async () => Promise.reject(new Error('ENOTFOUND'));
    expect(await failureOf({ url: 'http://no.example/' }, { lookUp })).toMatchObject({
      code: 'name_unknown',
      message: 'The name no.example is not known, or no name server answered.',
    });
  });
});

describe('redirects', () => {
  const to =
    (location: string, status = 302): Handler =>
    (request, response) =>
      request.url === '/start' ? response.writeHead(status, { location }).end() : response.end('arrived');

  test('are followed within the origin with all headers', async () => {
    handler = to('/end');
    const client = outbound();
    const answer = await client.request({ url: `${base}/start`, headers: { authorization: 'Bearer t' } });
    expect(answer).toMatchObject({ status: 200, url: `${base}/end` });
    expect(seen[1]!.headers.authorization).toBe('Bearer t');
    await client.close();
  });

  test('to another origin leave every header behind that could be a credential', async () => {
    handler = to(`http://other.example:${port}/end`);
    const client = outbound({ lookUp: async () => [{ address: '127.0.0.1', family: 4 }] });
    const headers = { authorization: 'Bearer t', 'x-api-key': 'k', cookie: 'c', accept: 'text/csv' };
    await client.request({ url: `${base}/start`, headers });
    expect(seen[1]!.headers).toMatchObject({ accept: 'text/csv', host: `other.example:${port}` });
    for (const name of ['authorization', 'x-api-key', 'cookie']) expect(seen[1]!.headers).not.toHaveProperty(name);
    await client.close();
  });

  test.each([
    ['to a private address', () => `http://127.0.0.2:${port}/`, 'address_refused'],
    ['to the metadata of the machine', () => 'http://169.254.169.254/latest/meta-data', 'address_refused'],
    ['to a file', () => 'file:///etc/passwd', 'redirect_refused'],
    ['to themselves without end', () => '/start', 'redirect_refused'],
  ] satisfies [string, () => string, string][])('%s are not followed', async (_, location, code) => {
    handler = to(location());
    expect((await failureOf({ url: `${base}/start` })).code).toBe(code);
  });

  test('are not followed by what changes something', async () => {
    handler = to('/end', 307);
    expect((await failureOf({ url: `${base}/start`, method: 'POST', body: 'x' })).code).toBe('redirect_refused');
    expect(seen).toHaveLength(1);
  });
});

describe('bounds', () => {
  test('an answer at the limit is read, one byte more is not', async () => {
    handler = (request, response) => response.end('x'.repeat(Number(request.url!.slice(1))));
    const client = outbound();
    expect((await client.request({ url: `${base}/1000`, maxBytes: 1_000 })).body).toHaveLength(1_000);
    await client.close();
    expect(await failureOf({ url: `${base}/1001`, maxBytes: 1_000 })).toMatchObject({ code: 'answer_too_large' });
  });

  test('an answer without end is broken off at the limit', async () => {
    let isClosed = false;
    handler = (_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => {
        clearInterval(timer);
        isClosed = true;
      });
    };
    expect((await failureOf({ url: base, maxBytes: 200_000 })).code).toBe('answer_too_large');
    await expect.poll(() => isClosed).toBe(true);
  });

  test('what a small answer becomes when decompressed is what counts', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(60_000);
    handler = (_, response) => response.setHeader('content-encoding', 'gzip').end(bomb);
    expect((await failureOf({ url: base, maxBytes: 1024 * 1024 })).message).toBe(
      '127.0.0.1 answered with more than 1 MB.',
    );
  });

  test('damaged, cut off or unknown compression is said', async () => {
    const whole = gzipSync('x'.repeat(1_000));
    for (const [encoding, body] of [
      ['gzip', Buffer.from('<html>')],
      ['gzip', whole.subarray(0, whole.length - 9)],
      ['compress', whole],
    ] as const) {
      handler = (_, response) => response.setHeader('content-encoding', encoding).end(body);
      expect((await failureOf({ url: base })).code).toBe('answer_unreadable');
    }
  });

  test('one clock runs for headers, body and redirects', async () => {
    handler = () => undefined;
    expect((await failureOf({ url: base, timeoutMs: 150 })).message).toBe(
      '127.0.0.1 did not answer within 0.15 seconds.',
    );
    handler = (_, response) => {
      const timer = setInterval(() => response.write('.'), 40);
      response.on('close', () => clearInterval(timer));
    };
    expect((await failureOf({ url: base, timeoutMs: 200 })).code).toBe('timed_out');
    handler = (_, response) => setTimeout(() => response.writeHead(302, { location: '/' }).end(), 90);
    expect((await failureOf({ url: base, timeoutMs: 200, redirects: 100 })).code).toBe('timed_out');
  });

  test('headers too large, a broken connection and what is not HTTP are said', async () => {
    handler = (_, response) => response.setHeader('x-long', 'x'.repeat(40_000)).end();
    expect((await failureOf({ url: base })).code).toBe('answer_too_large');
    handler = (request) => request.socket.resetAndDestroy();
    expect((await failureOf({ url: base })).code).toBe('broken_off');
    handler = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => request.socket.destroy(), 20);
    };
    expect((await failureOf({ url: base })).code).toBe('broken_off');
    const mail: NetServer = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example ESMTP\r\n');
    });
    await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', () => resolve()));
    const mailPort = (mail.address() as AddressInfo).port;
    expect((await failureOf({ url: `http://127.0.0.1:${mailPort}` })).code).toBe('broken_off');
    mail.close();
    expect((await failureOf({ url: `http://127.0.0.1:${mailPort}` })).code).toBe('not_reachable');
  });

  test('whoever asked can stop waiting', async () => {
    handler = () => undefined;
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    expect((await failureOf({ url: base, signal: controller.signal })).code).toBe('aborted');
  });
});

describe('another try', () => {
  const failing =
    (failures: number, status: number, headers: Record<string, string> = {}): Handler =>
    (_, response) =>
      seen.length <= failures ? response.writeHead(status, headers).end('busy') : response.end('ok');

  test.each([429, 500, 502, 503, 504])('is made after %i, waiting longer each time', async (status) => {
    handler = failing(2, status);
    const client = outbound();
    expect((await client.request({ url: base })).status).toBe(200);
    expect(pauses).toEqual([250, 500]);
    await client.close();
  });

  test('is made after a broken connection', async () => {
    handler = (request, response) => (seen.length < 3 ? request.socket.resetAndDestroy() : response.end('ok'));
    const client = outbound();
    expect((await client.request({ url: base })).status).toBe(200);
    expect(seen).toHaveLength(3);
    await client.close();
  });

  test.each([
    [{ 'retry-after': '7' }, [7_000]],
    [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:12 GMT' }, [12_000]],
    [{ 'retry-after': 'soon' }, [250]],
  ])('waits as long as the server asks: %j', async (headers, waited) => {
    handler = failing(1, 503, headers as Record<string, string>);
    const client = outbound();
    expect((await client.request({ url: base })).status).toBe(200);
    expect(pauses).toEqual(waited);
    await client.close();
  });

  test('is not made where the server asks for an hour, nor after a final answer, nor too often', async () => {
    const client = outbound();
    handler = failing(9, 503, { 'retry-after': '3600' });
    expect((await client.request({ url: base })).status).toBe(503);
    handler = failing(9, 501);
    expect((await client.request({ url: base })).status).toBe(501);
    expect(seen).toHaveLength(2);
    handler = failing(9, 500);
    expect((await client.request({ url: base })).status).toBe(500);
    expect(seen).toHaveLength(5);
    await client.close();
  });

  test('is not made of a POST, unless its receiver knows repetitions', async () => {
    handler = failing(1, 503);
    const client = outbound();
    expect((await client.request({ url: base, method: 'POST', body: '1' })).status).toBe(503);
    expect(seen).toHaveLength(1);
    seen.length = 0;
    expect((await client.request({ url: base, method: 'POST', body: '1', isIdempotent: true })).status).toBe(200);
    await client.close();
  });
});

describe('certificates', () => {
  const lookUp = async () => [{ address: '127.0.0.1', family: 4 }];
  const url = (host: string) => `https://${host}:${(tls.address() as AddressInfo).port}/`;

  test('are checked for the name although the address is called', async () => {
    const client = outbound({ lookUp, certificates: [certificate] });
    expect((await client.request({ url: url('secure.example') })).body.toString()).toBe('ok');
    await client.close();
    expect((await failureOf({ url: url('other.example') }, { lookUp, certificates: [certificate] })).code).toBe(
      'tls_failed',
    );
  });

  test('of nobody known are refused, as are redirects that leave TLS', async () => {
    expect((await failureOf({ url: url('secure.example') }, { lookUp })).code).toBe('tls_failed');
    handler = (_, response) => response.writeHead(302, { location: base }).end();
    const error = await failureOf({ url: url('secure.example') }, { lookUp, certificates: [certificate] });
    expect(error.code).toBe('redirect_refused');
  });

  test('are missed where plain HTTP is spoken', async () => {
    expect((await failureOf({ url: base.replace('http:', 'https:') })).code).toBe('tls_failed');
  });
});
