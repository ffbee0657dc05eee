/** Doors of the operator: health of telemetry. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AccessReadModel } from '../access/read-model.ts';
import type { OperationsService } from './service.ts';

const Freshness = Type.Object({ as_of: Type.String({ format: 'date-time' }), behind_ms: Type.Number() });

const Health = Type.Object({
  is_healthy: Type.Boolean({ description: 'An event came within 5 minutes and the writer works.' }),
  last_event_time: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  event_rate_per_minute: Type.Number({ description: 'Mean of the last 5 minutes.' }),
  average_event_rate_per_minute: Type.Number({ description: 'Mean of the last 24 hours.' }),
  error_rate: Type.Number({ description: 'Share of error events in the last hour, 0 to 1.' }),
  alerts: Type.Array(Type.Object({ type: Type.String(), message: Type.String(), severity: Type.String() })),
  freshness: Freshness,
});

export function operationsRoutes(
  service: OperationsService,
  access: Pick<AccessReadModel, 'authenticateRequest'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/v1/telemetry/health',
      {
        schema: {
          tags: ['operations'],
          summary: 'Health of telemetry: newest event, rates, alerts',
          querystring: Type.Object({ environment_id: Type.Optional(Type.String({ format: 'uuid' })) }),
          response: { 200: Health },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow: ['secret_key', 'member'], scope: 'read' });
        const { health, freshness } = await service.health({
          workspaceId: principal.workspaceId,
          environmentId: request.query.environment_id,
        });
        return {
          is_healthy: health.isHealthy,
          last_event_time: health.lastEventTime?.toISOString() ?? null,
          event_rate_per_minute: health.eventRatePerMinute,
          average_event_rate_per_minute: health.averageEventRatePerMinute,
          error_rate: health.errorRate,
          alerts: [...health.alerts],
          freshness: { as_of: freshness.asOf.toISOString(), behind_ms: freshness.behindMs },
        };
      },
    );
  };
}
