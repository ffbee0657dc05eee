/**
 * A load generator that costs little: keep-alive sockets, prepared bodies whose event ids are rewritten in place, and a
 * reply parser that reads no more than status and totals. Runs as a process of its own: `node load.ts '<json options>'`.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type LoadOptions = {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly connections: number;
  readonly eventsPerRequest: number;
  /** `compact`: what a server sends by hand, about 230 bytes. `full`: every envelope group and six properties, about 620. */
  readonly shape: EventShape;
  readonly durationMs: number;
  /** Events per second over all connections; as fast as possible where absent. */
  readonly eventsPerSecond?: number;
};

export type EventShape = 'compact' | 'full';

export type LoadResult = {
  readonly seconds: number;
  readonly requests: number;
  readonly events: number;
  readonly accepted: number;
  readonly refused: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
};

const UUID_MARK = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
export const LOAD_EVENT_NAMES = [
  'page_viewed',
  'project_viewed',
  'project_created',
  'task_assigned',
  'report_exported',
  'search_performed',
];

function sampleEvent(shape: EventShape, index: number): string {
  const compact = {
    event_id: UUID_MARK,
    event_name: LOAD_EVENT_NAMES[index % LOAD_EVENT_NAMES.length],
    timestamp: new Date(Date.now() - 1000).toISOString(),
    tenant_id: `tenant-${index % 40}`,
    user_id: `user-${(index * 7919) % 2000}`,
    properties: { plan: 'business', duration_ms: 180 + (index % 700) },
  };
  if (shape === 'compact') return JSON.stringify(compact);
  return JSON.stringify({
    ...compact,
    event_type: 'action',
    source: 'client',
    platform: 'web',
    app_version: '4.12.0',
    user_role: 'member',
    session_id: `session-${(index * 104_729) % 5000}`,
    feature_area: 'projects',
    workflow_name: 'project_creation',
    surface: 'project_create_page',
    device_type: 'desktop',
    browser_family: 'Chrome',
    os_family: 'macOS',
    country: 'DE',
    properties: {
      template_id: `tpl-${index % 30}`,
      prepopulated: index % 2 === 0,
      time_to_first_paint_ms: 180 + (index % 700),
      member_count: index % 12,
      creation_path: 'template',
      plan: 'business',
    },
  });
}

type Request = { readonly bytes: Buffer; readonly idOffsets: readonly number[] };

function prepareRequest({ path, key, eventsPerRequest, shape }: LoadOptions, seed: number): Request {
  const events = Array.from({ length: eventsPerRequest }, (_, index) => sampleEvent(shape, seed * 1000 + index));
  const body = eventsPerRequest === 1 ? events[0]! : `{"events":[${events.join(',')}]}`;
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const bytes = Buffer.from(head + body, 'latin1');
  const idOffsets: number[] = [];
  for (let at = bytes.indexOf(UUID_MARK); at !== -1; at = bytes.indexOf(UUID_MARK, at + 36)) idOffsets.push(at);
  return { bytes, idOffsets };
}

/** Rewrites every id of the request: fresh random ones, taken from one large draw. */
function freshIds({ bytes, idOffsets }: Request): void {
  const random = randomBytes(idOffsets.length * 15).toString('hex');
  for (const [index, offset] of idOffsets.entries()) {
    const at = index * 30;
    bytes.write(
      `${random.slice(at, at + 8)}-${random.slice(at + 8, at + 12)}-4${random.slice(at + 12, at + 15)}-a${random.slice(at + 15, at + 18)}-${random.slice(at + 18, at + 30)}`,
      offset,
      36,
      'latin1',
    );
  }
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  const totals = { requests: 0, accepted: 0, refused: 0 };
  const started = performance.now();
  const deadline = started + options.durationMs;
  const pauseMs =
    options.eventsPerSecond === undefined
      ? 0
      : (1000 * options.eventsPerRequest * options.connections) / options.eventsPerSecond;
  await Promise.all(
    Array.from({ length: options.connections }, (_, index) => drive(prepareRequest(options, index), index)),
  );
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((left, right) => left - right);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    seconds,
    requests: totals.requests,
    events: totals.requests * options.eventsPerRequest,
    accepted: totals.accepted,
    refused: totals.refused,
    latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };

  async function drive(request: Request, index: number): Promise<void> {
    const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    const replies = replyReader(socket);
    // Spread over the first pause, so that connections do not beat in step.
    let next = performance.now() + (pauseMs * index) / options.connections;
    while (performance.now() < deadline) {
      if (pauseMs > 0) {
        const wait = next - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        next += pauseMs;
      }
      freshIds(request);
      const sent = performance.now();
      socket.write(request.bytes);
      const reply = await replies();
      latencies.push(performance.now() - sent);
      totals.requests += 1;
      if (reply.status === 200) totals.accepted += reply.accepted;
      else totals.refused += options.eventsPerRequest;
    }
    socket.destroy();
  }
}

type Reply = { readonly status: number; readonly accepted: number };

/** One function call per reply, in order. Understands what our servers send: Content-Length bodies. */
function replyReader(socket: Socket): () => Promise<Reply> {
  let buffered = '';
  let waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;
  const take = () => {
    const headEnd = buffered.indexOf('\r\n\r\n');
    if (headEnd === -1 || waiting === undefined) return;
    const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, headEnd))?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (buffered.length < end) return;
    const accepted = /"accepted":\s*(\d+)/.exec(buffered.slice(headEnd, end))?.[1];
    const reply = { status: Number(buffered.slice(9, 12)), accepted: Number(accepted ?? 0) };
    buffered = buffered.slice(end);
    const { resolve } = waiting;
    waiting = undefined;
    resolve(reply);
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    take();
  });
  const fail = (error: Error) => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  return () =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      take();
    });
}

if (import.meta.main) {
  const result = await runLoad(JSON.parse(process.argv[2] ?? '{}') as LoadOptions);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
