/** The doors `POST /api/v1/telemetry/events` and `/validate`, and `/api/v1/import`: from HTTP to the pipeline and back. */
import type { IncomingHttpHeaders } from 'node:http';
import { LIMITS, Problem } from '@uptake/domain/contract';
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { IngestReply, RequestContext, Sender } from './batch.ts';
import { inflate, receive } from './body.ts';
import { clientHintsOf, hasOptOutSignal, traceIdOf } from './edge.ts';
import { readEvents } from './events-body.ts';
import { acceptAnything, documentation, EVENT_SCHEMA, IMPORTED_EVENT_SCHEMA } from './events-door-schema.ts';
import { exported, importerOf } from './exported-events.ts';
import type { PipelineOptions } from './pipeline.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { UserAgent } from './user-agent.ts';

export type EventsDoorDependencies = {
  readonly authenticate: (key: string | undefined, remoteAddress: string) => Sender | Promise<Sender>;
  readonly keyOfHeaders: (headers: IncomingHttpHeaders) => string | undefined;
  readonly ingest: (
    sender: Sender,
    events: readonly unknown[],
    request: RequestContext,
    options: PipelineOptions,
  ) => Promise<IngestReply>;
  readonly rateLimiter: RateLimiter;
  readonly userAgentOf: (text: string) => UserAgent;
  /** The country of an address; '' where it is not known. */
  readonly countryOfAddress: (address: string) => string;
  readonly nowMs: () => number;
  readonly settings: {
    /** Lower-case name of a header that a trusted proxy sets to the client's country. */
    readonly countryHeader?: string | undefined;
    /** The same for the client's region. */
    readonly regionHeader?: string | undefined;
    /** For keys whose environment names no limit; none where absent. */
    readonly defaultEventsPerSecond?: number | undefined;
    /** From the first byte of the head to the last of the body. */
    readonly bodyTimeoutMs: number;
  };
};

const EVENTS_PATH = '/api/v1/telemetry/events';
const VALIDATE_PATH = '/api/v1/telemetry/validate';
const IMPORT_PATH = '/api/v1/import';
/** Read as JSON; `text/plain` is what `navigator.sendBeacon` sends, and a Blob without type has none at all. */
const JSON_TYPES = new Set(['', 'application/json', 'text/plain', 'text/json']);
const NDJSON_TYPES = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl']);
const PREFLIGHT_SECONDS = 86_400;

type Format = 'json' | 'ndjson';

export function eventsDoor(dependencies: EventsDoorDependencies): FastifyPluginAsync {
  return async (app) => {
    // The body is read by the handler, after the key was looked at and with limits of its own.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    app.addSchema(EVENT_SCHEMA);
    app.addSchema(IMPORTED_EVENT_SCHEMA);
    app.setErrorHandler((error: FastifyError) => {
      throw error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? unsupportedMediaType() : error;
    });
    app.addHook('onRequest', (_request, reply, done) => {
      // Any origin: a write key is public, and no cookie has a say here.
      reply.header('access-control-allow-origin', '*');
      reply.header('access-control-expose-headers', 'retry-after');
      done();
    });
    for (const [path, mode, summary] of [
      [EVENTS_PATH, 'store', 'Send events'],
      [VALIDATE_PATH, 'validate', 'What would happen to each event; nothing is stored'],
    ] as const) {
      app.options(path, { schema: { hide: true } as object }, answerPreflight);
      app.post(path, { schema: documentation(summary), validatorCompiler: acceptAnything }, (request, reply) =>
        answer(request, reply, mode, dependencies),
      );
    }
    const schema = documentation('Take exported events in again, each counting as it did', IMPORTED_EVENT_SCHEMA);
    app.post(IMPORT_PATH, { schema, validatorCompiler: acceptAnything }, (request, reply) =>
      answer(request, reply, 'import', dependencies),
    );
  };
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  door: PipelineOptions['mode'] | 'import',
  dependencies: EventsDoorDependencies,
): Promise<FastifyReply> {
  const { keyOfHeaders, nowMs, settings } = dependencies;
  const authenticate = door === 'import' ? importerOf(dependencies.authenticate) : dependencies.authenticate;
  const { headers } = request;
  try {
    const format = formatOf(headers['content-type']);
    const isGzip = isGzipEncoded(headers['content-encoding']);
    const headerKey = keyOfHeaders(headers);
    // A bad key is turned away before its body is read.
    const asked = headerKey === undefined ? undefined : authenticate(headerKey, request.ip);
    // A key asked for a moment ago is answered at once; waiting for what is there already costs a small request a turn.
    let sender = asked instanceof Promise ? await asked : asked;
    const received = await receiveBody(request, settings.bodyTimeoutMs);
    const receivedAtMs = nowMs();
    const body = readEvents(isGzip ? await inflate(received, LIMITS.bodyBytes) : received, format);
    sender ??= await authenticate(body.writeKey, request.ip);
    respectRate(sender, body.events.length, dependencies);
    const context: RequestContext = {
      receivedAtMs,
      sentAtMs: body.sentAtMs,
      traceId: traceIdOf(headers.traceparent),
      client: clientHintsOf(headers, request.ip, { ...dependencies, ...settings }),
      consent: body.consent,
      hasOptOutSignal: hasOptOutSignal(headers),
      text: body.text,
    };
    const receipts = door === 'validate' || wantsReceipts(request) ? 'full' : 'exceptions';
    const mode = door === 'validate' ? 'validate' : 'store';
    const { events, request: known } =
      door === 'import' ? exported(body.events, context) : { events: body.events, request: context };
    const ingested = await dependencies.ingest(sender, events, known, { mode, receipts });
    return reply.header('content-type', 'application/json; charset=utf-8').send(replyText(ingested));
  } catch (error) {
    // Whatever of the body is still on its way would be taken for the next request.
    if (!request.raw.complete) reply.header('connection', 'close');
    throw error;
  }
}

async function receiveBody(request: FastifyRequest, timeoutMs: number): Promise<Buffer> {
  if (request.body === undefined) return Buffer.alloc(0);
  return receive(request.raw, { maxBytes: LIMITS.bodyBytes, timeoutMs });
}

function respectRate(
  sender: Sender,
  events: number,
  { rateLimiter, settings }: Pick<EventsDoorDependencies, 'rateLimiter' | 'settings'>,
): void {
  const eventsPerSecond = sender.environment.eventsPerSecondLimit ?? settings.defaultEventsPerSecond;
  if (eventsPerSecond === undefined) return;
  const retryAfterSeconds = rateLimiter.take(sender.keyId, events, eventsPerSecond);
  if (retryAfterSeconds === 0) return;
  const detail = `This key may send ${eventsPerSecond} events per second; send the batch again in ${retryAfterSeconds} s.`;
  throw new Problem('rate_limited', detail, { retryAfterSeconds });
}

function formatOf(contentType: string | undefined): Format {
  const mediaType = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (JSON_TYPES.has(mediaType)) return 'json';
  if (NDJSON_TYPES.has(mediaType)) return 'ndjson';
  throw unsupportedMediaType();
}

function unsupportedMediaType(): Problem {
  return new Problem(
    'unsupported_media_type',
    'Send Content-Type: application/json (text/plain and application/x-ndjson are read too).',
  );
}

function isGzipEncoded(contentEncoding: string | undefined): boolean {
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  if (encoding === 'identity' || encoding === '') return false;
  throw new Problem('unsupported_encoding', 'Compress with gzip, or not at all.');
}

function wantsReceipts(request: FastifyRequest): boolean {
  return (request.query as { receipts?: unknown }).receipts === 'full';
}

/** By hand for the ordinary case, in which nothing but the count varies. */
function replyText({ dropped, ...reply }: IngestReply): string {
  if (reply.results.length === 0) {
    return `{"accepted":${reply.accepted},"duplicates":${reply.duplicates},"rejected":${reply.rejected},"sampled":${reply.sampled},"results":[]}`;
  }
  const { results, ...totals } = reply;
  return JSON.stringify({ ...totals, ...(dropped > 0 && { dropped }), results });
}

function answerPreflight(_request: FastifyRequest, reply: FastifyReply): void {
  reply
    .status(204)
    .header('access-control-allow-methods', 'POST')
    .header(
      'access-control-allow-headers',
      'authorization, content-type, content-encoding, x-api-key, traceparent, tracestate',
    )
    .header('access-control-max-age', String(PREFLIGHT_SECONDS))
    .send();
}
