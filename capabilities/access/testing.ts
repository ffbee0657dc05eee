/** Access on a real control store behind a real Fastify, in one call: for tests of this and other capabilities. */
import { PROBLEMS, Problem } from '@uptake/domain/contract';
import { openTestControlStore, type TestControlStore } from '@uptake/io/control-store/testing';
import { createLogger, createMetrics } from '@uptake/io/observability';
import { openSecrets } from '@uptake/io/secrets';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { type Access, type BootstrapValues, createAccess } from './create.ts';

export const TEST_BASE_URL = 'http://localhost:4400';
export const TEST_ADMIN = { email: 'ada@example.test', password: 'correct horse battery' };

export type TestAccess = TestControlStore & {
  readonly access: Access;
  readonly app: FastifyInstance;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Time as access sees it; add to it to let time pass. */
  readonly clock: { nowMs: number };
  /** A second process on the same store: its own memory of keys. */
  otherProcess(): Access;
  /** Signs in and returns what to send along afterwards. */
  signIn(email: string, password: string): Promise<{ cookie: string }>;
  ask(options: InjectOptions): Promise<{ status: number; body: never; headers: Record<string, unknown> }>;
};

export async function openTestAccess(bootstrap: BootstrapValues = {}): Promise<TestAccess> {
  const store = await openTestControlStore();
  const clock = { nowMs: Date.now() };
  const metrics = createMetrics({ processMetrics: false });
  const makeAccess = () =>
    createAccess({
      controlStore: store.controlStore,
      secrets: openSecrets({ secretKey: 'a secret key for tests, 32 characters or more' }),
      logger: createLogger({ level: 'silent', scrub: (text) => text }),
      metrics,
      nowMs: () => clock.nowMs,
      baseUrl: TEST_BASE_URL,
      bootstrap,
    });
  const access = makeAccess();
  // As the server has it: unknown fields are refused, not taken off.
  const app = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
  app.setErrorHandler<Error & { validation?: unknown }>((error, _, reply) => {
    if (error instanceof Problem) return reply.status(error.status).send(error.toJSON());
    if (error.validation !== undefined)
      return reply.status(400).send({ code: 'invalid_request', detail: error.message });
    return reply.status(PROBLEMS.internal_error.status).send({ code: 'internal_error', detail: String(error.stack) });
  });
  await app.register(access.routes);

  const ask: TestAccess['ask'] = async (options) => {
    // What is made by one request is older than what is made by the next.
    clock.nowMs += 1;
    const response = await app.inject(options);
    const body = response.body === '' ? undefined : response.json();
    return { status: response.statusCode, body: body as never, headers: response.headers };
  };
  return {
    ...store,
    access,
    app,
    metrics,
    clock,
    otherProcess: makeAccess,
    ask,
    signIn: async (email, password) => {
      const { status, body, headers } = await ask({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        headers: { origin: TEST_BASE_URL },
        payload: { email, password },
      });
      if (status !== 200) throw new Error(`signing in was answered ${status}: ${JSON.stringify(body)}`);
      const cookies = [headers['set-cookie']].flat().map((cookie) => String(cookie).split(';')[0]);
      return { cookie: cookies.join('; ') };
    },
    remove: async () => {
      await app.close();
      await store.remove();
    },
  };
}
