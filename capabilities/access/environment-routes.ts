/** REST for what an environment collects. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { actorOf } from './audit.ts';
import type { RequestAuthenticator } from './authenticate-request.ts';
import type { Environments } from './environments.ts';
import * as wire from './wire.ts';

const tags = ['access'];

export function environmentRoutes(
  environments: Environments,
  { authenticateRequest }: Pick<RequestAuthenticator, 'authenticateRequest'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/v1/environments/:id',
      {
        schema: {
          tags,
          summary: 'One environment: mode, policy and what it leaves out',
          params: wire.IdParams,
          response: { 200: wire.EnvironmentSettings },
        },
      },
      async (request) => {
        const principal = await authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'read' });
        return wire.toEnvironmentSettings(await environments.read(principal.workspaceId, request.params.id));
      },
    );

    app.patch(
      '/api/v1/environments/:id',
      {
        schema: {
          tags,
          summary: 'Change mode, policy or what is left out; audited with what it was before',
          params: wire.IdParams,
          body: wire.EnvironmentChangeBody,
          response: { 200: wire.EnvironmentSettings },
        },
      },
      async (request) => {
        const principal = await authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'admin' });
        const { name, mode, policy, excluded_events, excluded_feature_areas } = request.body;
        const change = {
          name,
          mode,
          policy,
          excludedEvents: excluded_events,
          excludedFeatureAreas: excluded_feature_areas,
        };
        const { id } = request.params;
        return wire.toEnvironmentSettings(
          await environments.change(principal.workspaceId, id, change, actorOf(principal)),
        );
      },
    );
  };
}
