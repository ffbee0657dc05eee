/** REST for data quality: an analyst reads it, an admin sets what is allowed. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Principal, Problem } from '@uptake/domain/contract';
import { type AccessReadModel, actorOf } from '../../access/read-model.ts';
import { qualityOf, type ReportDependencies } from './report.ts';
import type { Place, QualityStore } from './store.ts';
import * as wire from './wire.ts';

export type QualityRoutesDependencies = Omit<ReportDependencies, 'store'> & {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  readonly store: QualityStore;
};

const tags = ['govern'];
const path = '/api/v1/telemetry/quality';
const allow = ['member', 'secret_key'] as const;

export function qualityRoutes(dependencies: QualityRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, store } = dependencies;

  /** The environment asked for, the key's own, or the workspace's first. What belongs to others is not found. */
  async function placeOf(principal: Principal, id: string | undefined): Promise<Place> {
    const { workspaceId } = principal;
    const environments = await access.environmentsOf(workspaceId);
    const wanted = id?.toLowerCase() ?? (principal.kind === 'member' ? undefined : principal.environmentId);
    const found = wanted === undefined ? environments[0] : environments.find((each) => each.id === wanted);
    if (found === undefined) throw new Problem('not_found', 'The workspace has no environment with this id.');
    return { workspaceId, environmentId: found.id };
  }

  return async (app) => {
    app.get(
      path,
      {
        schema: {
          tags,
          summary: 'Shares of what was rejected, dropped and found to be personal later, against what is allowed',
          querystring: wire.QualityQuery,
          response: { 200: wire.Quality },
        },
      },
      async (request, reply) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'read' });
        if (principal.kind === 'member' && principal.role === 'viewer') {
          throw new Problem('forbidden', 'Your role in this workspace (viewer) does not allow this.');
        }
        const { environment_id, period = '24h' } = request.query;
        reply.header('cache-control', 'no-store');
        return qualityOf(await placeOf(principal, environment_id), period, dependencies);
      },
    );

    app.put(
      `${path}/thresholds`,
      {
        schema: {
          tags,
          summary: 'Set from which shares on an environment alerts, and after how many minutes; audited',
          body: wire.ThresholdsBody,
          response: { 200: wire.ThresholdsAnswer },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'admin' });
        const place = await placeOf(principal, request.body.environment_id);
        return wire.thresholdsToWire(await store.change(place, wire.changeOf(request.body), actorOf(principal)));
      },
    );
  };
}
