/** Wires insights: the doors for questions, and what other capabilities may ask. */
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { EventStore } from '@uptake/io/event-store';
import type { Logger, Metrics } from '@uptake/io/observability';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import type { Freshness, InsightsReadModel } from './read-model.ts';
import { insightsRoutes, type SeePeople } from './routes.ts';
import { createInsightsService, type InsightsDependencies } from './service.ts';
import { trendToWire } from './wire.ts';

export type { InsightsReadModel } from './read-model.ts';

export type InsightsOptions = {
  readonly eventStore: EventStore;
  /** How far behind the newest accepted event the store is. */
  readonly freshness: () => Promise<Freshness>;
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  /** By environment: since when, and for how long, its pseudonyms are linked over rotations. None are where absent. */
  readonly bridgesOf?: InsightsDependencies['bridgesOf'];
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How long raw events are kept; before that, the hourly aggregates answer what they can. */
  readonly retentionDays?: number;
  /** Whether somebody may see these people, written down where they do; nobody may where absent. */
  readonly seePeople?: SeePeople;
  /** Told when a person got their first answers. */
  readonly onCheckpoint?: OnCheckpoint;
};

export type Insights = {
  readonly routes: FastifyPluginAsync;
  readonly readModel: InsightsReadModel;
  /** What the door answers to a definition, for what is kept. Throws as `readModel.trend` does. */
  reply(workspaceId: string, definition: unknown): Promise<ReturnType<typeof trendToWire>>;
};

const DEFAULT_RETENTION_DAYS = 90;
/** Longer than a person waits without wondering: worth a line in the log. */
const SLOW_ANSWER_MS = 2_000;

export function createInsights(options: InsightsOptions): Insights {
  const { eventStore, freshness, access, nowMs, logger } = options;
  const service = createInsightsService({
    eventStore,
    freshness,
    environmentsOf: access.environmentsOf,
    bridgesOf: options.bridgesOf,
    nowMs,
    retentionDays: options.retentionDays ?? DEFAULT_RETENTION_DAYS,
  });
  const seconds = options.metrics.histogram(
    'uptake_insight_seconds',
    'Time a trend took from its definition to its numbers.',
    ['source'],
  );
  const trend: typeof service.trend = async (workspaceId, definition, permit) => {
    const result = await service.trend(workspaceId, definition, permit);
    seconds.observe(result.tookMs / 1000, { source: result.source });
    if (result.tookMs > SLOW_ANSWER_MS) logger.warn({ took_ms: result.tookMs }, 'a trend took long to answer');
    return result;
  };
  return {
    routes: insightsRoutes({ ...service, trend }, options),
    // Without anybody to permit it, so that nothing that is kept shows single people.
    readModel: {
      trend: (workspaceId, definition) => trend(workspaceId, definition),
      periodCounts: service.periodCounts,
      peopleOver: service.peopleOver,
    },
    reply: async (workspaceId, definition) => trendToWire(await trend(workspaceId, definition)),
  };
}
