/** Wires the registry: the tracking plan of each product, edited over REST and read by the pipeline. */
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventStore } from '@uptake/io/event-store';
import type { Logger } from '@uptake/io/observability';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../../access/read-model.ts';
import type { PlanBook, ProductScope } from '../read-model.ts';
import { gatherFacts, type RefusedSince } from './facts.ts';
import { importRoutes } from './import-routes.ts';
import { type FeatureAreaRow, featureAreasQuestion, OBSERVED_DAYS } from './observed.query.ts';
import { type ObservedRoutesDependencies, observedRoutes } from './observed-routes.ts';
import { createPlans } from './plans.ts';
import { createProposals } from './proposals.ts';
import { registryRoutes } from './routes.ts';
import { createRegistryService, type Registry } from './service.ts';
import { type EventVolume, toVolume, VOLUME_DAYS, type VolumeRow, volumesQuestion } from './volumes.query.ts';

export type RegistryOptions = {
  readonly controlStore: ControlStore;
  readonly eventStore: EventStore;
  readonly access: AccessReadModel;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly onCheckpoint?: OnCheckpoint;
  /** Known where refused events are kept. */
  readonly refusedSince?: RefusedSince;
};

export type CreatedRegistry = {
  readonly routes: FastifyPluginAsync;
  readonly plans: PlanBook;
  readonly registry: Registry;
};

const DAY_MS = 86_400_000;

export function createRegistry(options: RegistryOptions): CreatedRegistry {
  const { controlStore, eventStore, access, nowMs, logger, onCheckpoint = () => {} } = options;
  const { refusedSince } = options;
  const plans = createPlans({ controlStore, configuration: access.configuration, logger });
  const registry = createRegistryService({ controlStore, access, nowMs, onChange: plans.forget });

  async function volumesOf({ workspaceId, productId }: ProductScope): Promise<ReadonlyMap<string, EventVolume>> {
    const since = nowMs() - VOLUME_DAYS * DAY_MS;
    const rows = await eventStore.ask<VolumeRow>(volumesQuestion(productId, since, { workspaceId }));
    return new Map(rows.map((row) => [row.event_name, toVolume(row)]));
  }

  async function featureAreasOf({ workspaceId, productId }: ProductScope): Promise<readonly string[]> {
    const since = nowMs() - OBSERVED_DAYS * DAY_MS;
    const rows = await eventStore.ask<FeatureAreaRow>(featureAreasQuestion(productId, since, { workspaceId }));
    return rows.map((row) => row.feature_area);
  }

  const proposals = createProposals({ eventStore, registry, nowMs });
  const facts = { controlStore, eventStore, registry, nowMs, refusedSince };
  const factsOf: ObservedRoutesDependencies['factsOf'] = (workspaceId, environment, eventName) =>
    gatherFacts(facts, workspaceId, environment, eventName);

  return {
    routes: async (app) => {
      await app.register(registryRoutes({ registry, access, volumesOf, onCheckpoint }));
      await app.register(importRoutes({ registry, access }));
      await app.register(observedRoutes({ access, registry, proposals, factsOf, featureAreasOf, onCheckpoint }));
    },
    plans,
    registry,
  };
}
