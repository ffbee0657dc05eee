/** The door `/graphql`: who asks, within which limits, and how failures are told; what can be asked is the schema's. */
import type { AccessReadModel, AskingRequest } from '@uptake/capabilities/access/read-model';
import { jsonPointer, PROBLEMS, type Principal, Problem } from '@uptake/domain/contract';
import {
  checkOperation,
  GRAPH_LIMITS,
  type GraphContext,
  type GraphFailure,
  type GraphRequest,
  graphErrorOf,
  readMultipart,
  refuseUnkeepable,
} from '@uptake/io/graphql';
import type { Logger } from '@uptake/io/observability';
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { GRAPHQL_PAGE_HEADERS, graphqlPage } from './graphql-page.ts';
import { toProblem } from './http.ts';
import { createUploadPlaces } from './upload-places.ts';

export const GRAPHQL_PATH = '/graphql';

export type GraphDoor = {
  readonly schema: GraphQLSchema;
  readonly access: Pick<AccessReadModel, 'authenticateRequest'>;
  readonly logger: Logger;
  readonly settings?: Partial<GraphSettings>;
};

export type GraphSettings = {
  /** A template of 5,000 attributes is a body of about one megabyte. */
  readonly bodyBytes: number;
  readonly fileBytes: number;
  /** Files that are being received or dealt with at the same time, each held in memory whole. */
  readonly uploadsAtOnce: number;
  readonly uploadsPerAsker: number;
  readonly timeoutMs: number;
};

const SETTINGS: GraphSettings = {
  bodyBytes: 4 * 1024 * 1024,
  fileBytes: 10 * 1024 * 1024,
  uploadsAtOnce: 8,
  uploadsPerAsker: 3,
  timeoutMs: 30_000,
};

/** What Yoga hands from the request to the resolvers and back to the errors. */
type ServerContext = GraphContext & { readonly asked: GraphRequest };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks at `/graphql`, found before the body is read. */
    graphPrincipal: Principal | undefined;
    /** Gives back the place of the file that came with the request. */
    leaveUploadPlace: (() => void) | undefined;
  }
}

export function graphRoutes({ schema, access, logger, settings }: GraphDoor): FastifyPluginAsync {
  const { bodyBytes, fileBytes, uploadsAtOnce, uploadsPerAsker, timeoutMs } = { ...SETTINGS, ...settings };
  const failureOf = (requestId: string): GraphFailure => ({
    requestId,
    toProblem: (error) => toProblem(error as FastifyError),
    onUnexpected: (error) => logger.error({ error, request_id: requestId, route: GRAPHQL_PATH }, 'unexpected failure'),
  });
  const yoga = createYoga<ServerContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    // Told here instead: errors by `failureOf`, origins by access, the page and the parsing by the routes below.
    maskedErrors: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    // A thousand texts of the largest size would be remembered with all their nodes; parsing one again takes a millisecond.
    parserAndValidationCache: false,
    logging: false,
    plugins: [takeParsedRequest(), holdLimits(schema), endInTime(timeoutMs), tellFailures(failureOf)],
  });
  const page = graphqlPage(printSchema(schema));
  const places = createUploadPlaces({ total: uploadsAtOnce, perAsker: uploadsPerAsker });

  async function readUpload(request: FastifyRequest, body: FastifyRequest['raw']): Promise<GraphRequest> {
    const leave = places.take(request.graphPrincipal!);
    try {
      const read = await readMultipart(body, request.headers, { fileBytes, operationsBytes: bodyBytes / 4 });
      request.leaveUploadPlace = leave;
      return read;
    } catch (error) {
      leave();
      throw error;
    }
  }

  return async (app) => {
    app.decorateRequest('graphPrincipal', undefined);
    app.decorateRequest('leaveUploadPlace', undefined);
    // The route gives it back as well: of an asker who has gone there is no response.
    app.addHook('onError', async (request) => request.leaveUploadPlace?.());
    app.removeContentTypeParser('text/plain');
    app.addContentTypeParser('multipart/form-data', readUpload);
    app.addHook('onRequest', async (request) => {
      request.graphPrincipal = await access.authenticateRequest(request, {
        allow: ['secret_key', 'member'],
        scope: 'read',
        // Each capability in the graph keeps to their customers or refuses them.
        customerAdmins: true,
      });
      refuseForms(request, request.graphPrincipal);
    });
    app.setErrorHandler((error, request, reply) =>
      answerFailure(graphErrorOf(error, failureOf(request.id)), request, reply),
    );
    const description = {
      tags: ['adoption'],
      summary: 'GraphQL: one operation, or one with a file as multipart/form-data',
    };
    app.post(GRAPHQL_PATH, { schema: description, bodyLimit: bodyBytes }, async (request, reply) => {
      try {
        const asked = readRequest(request.body);
        const context = { principal: request.graphPrincipal!, requestId: request.id, asked };
        return await yoga.handleNodeRequestAndResponse(request, reply, context);
      } finally {
        request.leaveUploadPlace?.();
      }
    });
    app.get(GRAPHQL_PATH, { schema: { hide: true } }, async (request, reply) => {
      if (Object.hasOwn(request.query as object, 'query')) {
        throw new Problem('invalid_request', 'Operations are sent with POST.');
      }
      return reply.headers(GRAPHQL_PAGE_HEADERS).type('text/html; charset=utf-8').send(page);
    });
  };
}

/** Headers no form of another page can set: their presence shows a script, which the browser lets ask us from our own pages alone. */
const SCRIPT_HEADERS = [
  'x-graphql-yoga-csrf',
  'graphql-require-preflight',
  'apollo-require-preflight',
  'x-uptake-workspace',
];

/**
 * A form is sent across origins without the browser asking first, and carries the cookie. Access refuses a foreign
 * `Origin`; a sender that names none has to show that it is no form.
 */
function refuseForms({ headers, method }: AskingRequest, principal: Principal): void {
  if (principal.kind !== 'member' || method !== 'POST' || headers.origin !== undefined) return;
  if (/^application\/(?:graphql\+)?json\b/.test(headers['content-type'] ?? '')) return;
  if (SCRIPT_HEADERS.some((name) => headers[name] !== undefined)) return;
  throw new Problem('forbidden', `A session sends files with the header ${SCRIPT_HEADERS[0]}, of any value.`);
}

/** What GraphQL over HTTP lets an operation have. Several at once are not taken: each is measured by itself. */
function readRequest(body: unknown): GraphRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem('invalid_request', 'The body is one operation: {"query": "…", "variables": {…}}.');
  }
  const asked = body as GraphRequest;
  const unknown = Object.keys(asked).find(
    (name) => !['query', 'operationName', 'variables', 'extensions'].includes(name),
  );
  if (unknown !== undefined) {
    const errors = [{ path: jsonPointer([unknown]), message: 'There is no such field here.' }];
    throw new Problem('invalid_request', `There is no such field here: ${unknown.slice(0, 40)}.`, { errors });
  }
  if (typeof asked.query !== 'string') throw new Problem('invalid_request', '"query" is the text of an operation.');
  if (asked.query.length > GRAPH_LIMITS.operationCharacters) {
    const detail = `characters: ${asked.query.length}, at most ${GRAPH_LIMITS.operationCharacters}. Values belong into variables.`;
    throw new Problem('operation_too_large', detail);
  }
  if (!isAbsent(asked.operationName) && typeof asked.operationName !== 'string') {
    throw new Problem('invalid_request', '"operationName" is a text.');
  }
  for (const name of ['variables', 'extensions']) {
    const value = asked[name];
    if (!isAbsent(value) && (typeof value !== 'object' || Array.isArray(value))) {
      throw new Problem('invalid_request', `"${name}" is an object.`);
    }
  }
  return asked;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function takeParsedRequest(): Plugin<object, ServerContext> {
  return {
    onRequestParse: ({ serverContext, setRequestParser }) => setRequestParser(() => ({ ...serverContext.asked })),
  };
}

function holdLimits(schema: GraphQLSchema): Plugin<object, ServerContext> {
  return {
    onParse: ({ setParseFn }) =>
      setParseFn((source, options) => parse(source, { ...options, maxTokens: GRAPH_LIMITS.operationTokens })),
    // Other rules walk fragments as if they ended, until the stack is full.
    onValidate: ({ params, setResult }) => {
      const cycles = validate(schema, params.documentAST, [NoFragmentCyclesRule]);
      if (cycles.length > 0) setResult(cycles);
    },
    onExecute: ({ args, setResultAndStopExecution }) => {
      try {
        refuseUnkeepable(args.document, args.variableValues ?? {});
        checkOperation(schema, args.document, {
          operationName: args.operationName ?? undefined,
          variables: (args.variableValues ?? {}) as Record<string, unknown>,
        });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        setResultAndStopExecution({ errors: [requestError(error)] });
      }
    },
  };
}

/** Without data: those who ask for `application/graphql-response+json` get the status of the problem, all others 200. */
function requestError(error: Problem): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { spec: true, status: error.status } },
  });
}

/** The asker is let go after so long; an act that was begun is finished nevertheless. */
function endInTime(timeoutMs: number): Plugin<object, ServerContext> {
  return {
    onExecute: ({ executeFn, setExecuteFn }) =>
      setExecuteFn(async (asked) => {
        const stop = new AbortController();
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<ExecutionResult>((resolve) => {
          timer = setTimeout(() => {
            resolve({ errors: [requestError(timedOut(timeoutMs))] });
            stop.abort();
          }, timeoutMs);
        });
        // The executor's own signal: it asks no further fields once the time is over.
        const args = { ...asked, signal: stop.signal };
        try {
          return await Promise.race([late, executeFn(args)]);
        } finally {
          clearTimeout(timer);
        }
      }),
  };
}

function timedOut(timeoutMs: number): Problem {
  const detail = `It took longer than ${timeoutMs / 1000} s. An act that was begun is finished; look before repeating it.`;
  return new Problem('query_timeout', detail);
}

function tellFailures(failureOf: (requestId: string) => GraphFailure): Plugin<object, ServerContext> {
  return {
    onExecutionResult: ({ result, setResult, context }) => {
      if (result === undefined || Array.isArray(result) || !('errors' in result) || result.errors === undefined) return;
      const failure = failureOf(context.requestId);
      setResult({ ...result, errors: result.errors.map((error) => graphErrorOf(error, failure)) });
    },
  };
}

/** What fails before there is an operation, in the same shape, with the status of its problem. */
function answerFailure(error: GraphQLError, request: FastifyRequest, reply: FastifyReply): void {
  const { code, retryAfterSeconds } = error.extensions as { code: keyof typeof PROBLEMS; retryAfterSeconds?: number };
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  const { status } = PROBLEMS[code];
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="uptake"');
  const type = request.headers.accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json; charset=utf-8'
    : 'application/json; charset=utf-8';
  reply
    .status(status)
    .type(type)
    .send({ errors: [error.toJSON()] });
}
