/** REST for the system page: how Uptake itself is used, in counts, for operators alone (requirements L8, L11). */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { MILESTONE_FAMILIES, type MilestoneFamily } from '@uptake/domain/ledger';
import type { EventStore } from '@uptake/io/event-store';
import { Type } from 'typebox';
import type { AccessReadModel } from '../../access/read-model.ts';
import type { Freshness } from '../../collect/read-model.ts';
import { USAGE_WINDOWS, type UsageRow, type UsageWindow, usageQuestion } from './usage.query.ts';

export type UsageRoutesDependencies = {
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly access: Pick<AccessReadModel, 'authenticateOperator'>;
  readonly freshness: () => Promise<Freshness>;
  readonly nowMs: () => number;
};

const WINDOWS = Object.keys(USAGE_WINDOWS) as [UsageWindow, ...UsageWindow[]];
const Count = Type.Number({ minimum: 0 });
const Instant = Type.String({ format: 'date-time' });
const Usage = Type.Object({
  window: Type.Enum(WINDOWS),
  from: Instant,
  to: Instant,
  families: Type.Array(
    Type.Object({
      family: Type.String(),
      label: Type.String(),
      count: Count,
      previous_count: Count,
      active_workspaces: Count,
    }),
  ),
  active_workspaces: Count,
  previous_active_workspaces: Count,
  freshness: Type.Object({ as_of: Instant, behind_ms: Type.Number() }),
});

export function usageRoutes(dependencies: UsageRoutesDependencies): FastifyPluginAsyncTypebox {
  const { eventStore, access, nowMs } = dependencies;
  return async (app) => {
    app.get(
      '/api/v1/system/usage',
      {
        schema: {
          tags: ['system'],
          summary: 'How often each family of milestones happened in this installation, and in how many workspaces',
          querystring: Type.Object({
            window: Type.Optional(Type.Enum(WINDOWS, { description: '24h where absent.' })),
          }),
          response: { 200: Usage },
        },
      },
      async (request, reply) => {
        await access.authenticateOperator(request);
        const window = request.query.window ?? '24h';
        const now = nowMs();
        // Read before the rows, so that it never promises more than they hold.
        const freshness = await dependencies.freshness();
        const rows = await eventStore.ask<UsageRow>(usageQuestion(window, now));
        const total = rows.find(({ family }) => family === '');
        reply.header('cache-control', 'no-store');
        return {
          window,
          from: new Date(now - USAGE_WINDOWS[window]).toISOString(),
          to: new Date(now).toISOString(),
          families: (Object.keys(MILESTONE_FAMILIES) as MilestoneFamily[]).map((family) => {
            const row = rows.find((each) => each.family === family);
            return {
              family,
              label: MILESTONE_FAMILIES[family].label,
              count: row?.milestones ?? 0,
              previous_count: row?.previous_milestones ?? 0,
              active_workspaces: row?.workspaces ?? 0,
            };
          }),
          active_workspaces: total?.workspaces ?? 0,
          previous_active_workspaces: total?.previous_workspaces ?? 0,
          freshness: { as_of: freshness.asOf.toISOString(), behind_ms: freshness.behindMs },
        };
      },
    );
  };
}
