/** Serves the built console: hashed assets for a year, the page itself never from cache, every unknown path to the page. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { answerNotFound } from './http.ts';

export const CONSOLE_DIST = fileURLToPath(new URL('../console/dist/', import.meta.url));

/** No script but our own, no frame around the console, nothing told to other sites. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

const NOT_BUILT = `<!doctype html><title>Uptake</title><p>The console is not built. Run <code>npm run build</code>, then reload.</p>`;

/** Paths that belong to programs: an unknown one is a 404 problem, never the console's page. */
const MACHINE_PATHS = /^\/(api|v1|otlp|ofrep|graphql|live|docs|openapi\.json|healthz|readyz|metrics|assets)(\/|\?|$)/;

export async function registerPages(app: FastifyInstance): Promise<void> {
  const built = existsSync(`${CONSOLE_DIST}index.html`);
  const page = built ? readFileSync(`${CONSOLE_DIST}index.html`) : Buffer.from(NOT_BUILT);
  if (built) {
    await app.register(fastifyStatic, {
      root: CONSOLE_DIST,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => reply.header('cache-control', cacheControlOf(path)),
      schemaHide: true,
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || MACHINE_PATHS.test(request.url)) {
      return answerNotFound(request, reply);
    }
    reply
      .status(built ? 200 : 503)
      .type('text/html; charset=utf-8')
      .headers(PAGE_HEADERS)
      .send(page);
  });
}

/** The build puts the hash of its content into the name of every file below assets; the others keep their name. */
function cacheControlOf(path: string): string {
  return path.startsWith(`${CONSOLE_DIST}assets/`) ? 'public, max-age=31536000, immutable' : 'no-cache';
}
