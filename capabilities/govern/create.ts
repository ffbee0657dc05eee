/** Wires governing: what may be collected, what was refused and why, and how long anything is kept. One line per room. */
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventStore } from '@uptake/io/event-store';
import type { Logger, Metrics } from '@uptake/io/observability';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import type { GovernReadModel } from './read-model.ts';
import { createRegistry } from './registry/create.ts';

export type { GovernReadModel } from './read-model.ts';

export type GovernOptions = {
  readonly controlStore: ControlStore;
  readonly eventStore: EventStore;
  readonly access: AccessReadModel;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Told when a person's workspace got its first schema into force. */
  readonly onCheckpoint?: OnCheckpoint;
};

export type Govern = {
  readonly routes: FastifyPluginAsync;
  readonly readModel: GovernReadModel;
};

export function createGovern(options: GovernOptions): Govern {
  const registry = createRegistry(options);
  return {
    routes: async (app) => {
      await app.register(registry.routes);
    },
    readModel: { plans: registry.plans },
  };
}
