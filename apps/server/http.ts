/** The HTTP server itself: problem+json for every failure, security headers, request logs without personal data. */
import { randomUUID } from 'node:crypto';
import { PROBLEMS, Problem } from '@uptake/domain/contract';
import type { Logger, Metrics } from '@uptake/io/observability';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaValidationError,
} from 'fastify';
import { serializersOnDemand, validatorsOnDemand } from './schemas-on-demand.ts';

export type HttpOptions = {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly trustProxy: boolean;
};

export function createHttp({ logger, metrics, trustProxy }: HttpOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    trustProxy,
    genReqId: () => randomUUID(),
    // A client that opens a connection and does not send is let go; the events door has its own, shorter limit.
    connectionTimeout: 120_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    bodyLimit: 1024 * 1024,
    forceCloseConnections: true,
  });
  app.setValidatorCompiler(validatorsOnDemand());
  app.setSerializerCompiler(serializersOnDemand());
  const observe = requestTimer(metrics);

  // Hooks in the callback style: a promise per request and hook is what a small request is made of otherwise.
  // At the beginning rather than in `onSend`, which would make every reply wait for a chain of its own.
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    observe(route, request.method, reply.statusCode, reply.elapsedTime);
    if (reply.statusCode >= 500)
      logger.warn({ request_id: request.id, route, status: reply.statusCode }, 'request failed');
    done();
  });
  app.setErrorHandler((error, request, reply) =>
    answerProblem(toProblem(error as FastifyError), error, request, reply, logger),
  );
  return app;
}

/** Every door that is registered from now on, hidden ones too, as the OpenAPI description would write it. */
export function noteDoors(app: FastifyInstance): readonly string[] {
  const doors: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // Fastify answers HEAD wherever it answers GET, by the same handler.
    for (const each of [method].flat().filter((verb) => verb !== 'HEAD')) {
      doors.push(`${each} ${url.replace(/:(\w+)/g, '{$1}')}`);
    }
  });
  return doors;
}

/** Durations by route, method and status; the labels of each are looked up once. */
function requestTimer(metrics: Metrics): (route: string, method: string, status: number, elapsedMs: number) => void {
  const seconds = metrics.histogram('uptake_http_request_seconds', 'Duration of HTTP requests.', [
    'route',
    'method',
    'status',
  ]);
  const known = new Map<string, (value: number) => void>();
  return (route, method, status, elapsedMs) => {
    const key = `${method} ${status} ${route}`;
    let observe = known.get(key);
    if (observe === undefined) {
      observe = seconds.bound({ route, method, status: String(status) });
      known.set(key, observe);
    }
    observe(elapsedMs / 1000);
  };
}

export function toProblem(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  if (error.validation !== undefined) {
    const [first] = error.validation.map(toMistake);
    const where = `${error.validationContext ?? 'body'}${first?.path ?? ''}`;
    return new Problem('invalid_request', `${where}: ${first?.message ?? error.message}`);
  }
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('invalid_json', error.message);
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('body_too_large', error.message);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported_media_type', error.message);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('invalid_request', error.message);
  }
  if (error.name === 'SyntaxError' && error.statusCode === 400) return new Problem('invalid_json', error.message);
  switch (error.name) {
    case 'LogUnavailable':
      return new Problem('log_unavailable', error.message, { retryAfterSeconds: 5, cause: error });
    case 'StoreUnavailable':
      return new Problem('store_unavailable', error.message, { retryAfterSeconds: 5, cause: error });
    case 'QuestionTimedOut':
      return new Problem('query_timeout', 'Ask for a shorter period or fewer series.', { cause: error });
  }
  if (isDiskFull(error)) {
    const detail = 'The server has no room left on its disk, so nothing was kept. Free some, then try again.';
    return new Problem('store_unavailable', detail, { retryAfterSeconds: 30, cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new Problem('invalid_request', error.message);
  }
  return new Problem('internal_error', 'The request failed here; the log holds the reason under its request id.', {
    cause: error,
  });
}

/** Of PostgreSQL (class 53, insufficient resources), which the embedded store is too, or of the system itself. */
function isDiskFull(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  return code === '53100' || code === 'ENOSPC' || (cause !== undefined && isDiskFull(cause));
}

/** Where the request does not fit, as a JSON pointer, and why. A field that should not be there is itself the place. */
function toMistake({ instancePath, keyword, params, message }: FastifySchemaValidationError): Mistake {
  if (keyword === 'additionalProperties') {
    const field = String(params.additionalProperty).replaceAll('~', '~0').replaceAll('/', '~1');
    return { path: `${instancePath}/${field}`, message: 'There is no such field here.' };
  }
  return { path: instancePath, message: message ?? keyword };
}

type Mistake = { readonly path: string; readonly message: string };

function answerProblem(
  problem: Problem,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): void {
  if (problem.status >= 500 && problem.code === 'internal_error') {
    logger.error({ error, request_id: request.id, route: request.routeOptions.url }, 'unexpected failure');
  }
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="uptake"');
  const errors = (error as FastifyError).validation?.map(toMistake);
  // What a door had set for its own body does not hold for this one.
  reply.removeHeader('content-encoding');
  reply
    .status(problem.status)
    .type('application/problem+json')
    .send({
      ...problem.toJSON(),
      ...extensionsOf(problem),
      request_id: request.id,
      ...(errors && { errors }),
    });
}

/** A problem may carry the places of its mistakes, which RFC 9457 allows as an extension member. */
function extensionsOf(problem: Problem): { errors?: unknown } {
  const errors = (problem as { errors?: unknown }).errors;
  return Array.isArray(errors) ? { errors } : {};
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const detail = `There is no ${request.method} ${request.url.split('?')[0]}. The doors are listed at /docs.`;
  reply
    .status(PROBLEMS.not_found.status)
    .type('application/problem+json')
    .send({ ...new Problem('not_found', detail).toJSON(), request_id: request.id });
}
