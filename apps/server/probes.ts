/** What machines ask of the server: liveness, readiness, metrics. */
import type { Metrics } from '@uptake/io/observability';
import type { FastifyInstance } from 'fastify';

export type Readiness = {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { ok: boolean; detail: string }>>;
};

export function registerProbes(
  app: FastifyInstance,
  { metrics, readiness }: { metrics: Metrics; readiness: () => Promise<Readiness> },
): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const state = await readiness();
    return reply
      .status(state.ready ? 200 : 503)
      .send({ status: state.ready ? 'ready' : 'not_ready', checks: state.checks });
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const { contentType, body } = await metrics.exposition();
    return reply.type(contentType).send(body);
  });
}
