/** The door `GET /live`: what is accepted right now, as server-sent events. */
import type { AccessReadModel } from '@uptake/capabilities/access/read-model';
import type { Live } from '@uptake/capabilities/collect';
import { Problem } from '@uptake/domain/contract';
import { ledgersAmong, refuseRowsOfLedger } from '@uptake/domain/ledger';
import type { FastifyPluginAsync } from 'fastify';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export function liveRoutes(
  live: Live,
  access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>,
): FastifyPluginAsync {
  return async (app) => {
    app.get(
      '/live',
      { schema: { tags: ['collect'], summary: 'Accepted events as they come (server-sent events)' } },
      async (request, reply) => {
        const query = request.query as Record<string, unknown>;
        const principal = await access.authenticateRequest(request, { allow: ['secret_key', 'member'], scope: 'read' });
        const environmentId = query.environment_id;
        if (environmentId !== undefined && (typeof environmentId !== 'string' || !UUID.test(environmentId))) {
          throw new Problem('invalid_request', 'environment_id is the UUID of an environment.');
        }
        const { workspaceId } = principal;
        const environments = await access.environmentsOf(workspaceId);
        const environment = environments.find(({ id }) => id === environmentId);
        if (environmentId !== undefined && environment === undefined) {
          throw new Problem('not_found', 'The workspace has no environment with this id.');
        }
        if (environment !== undefined) refuseRowsOfLedger(environment);
        reply.hijack();
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache, no-transform',
          'x-accel-buffering': 'no',
        });
        const hidden = {
          ids: ledgersAmong(environments),
          lookUp: async () => ledgersAmong(await access.environmentsOf(workspaceId)),
        };
        live.stream({ workspaceId, environmentId }, hidden, reply.raw);
      },
    );
  };
}
