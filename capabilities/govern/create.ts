/** Wires governing: what may be collected, what was refused and why, and how long anything is kept. One line per room. */
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { EventSchema } from '@uptake/domain/tracking-plan';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventStore } from '@uptake/io/event-store';
import type { Logger, Metrics } from '@uptake/io/observability';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import type { GovernReadModel, ProductScope } from './read-model.ts';
import { createRegistry, type RegistryOptions } from './registry/create.ts';

export type { GovernReadModel, ProductScope } from './read-model.ts';

export type GovernOptions = {
  readonly controlStore: ControlStore;
  readonly eventStore: EventStore;
  readonly access: AccessReadModel;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Told when a person's workspace got its first schema into force. */
  readonly onCheckpoint?: OnCheckpoint;
  /** Why events were refused, for whoever misses them. */
  readonly refusedSince?: RegistryOptions['refusedSince'];
};

export type Govern = {
  readonly routes: FastifyPluginAsync;
  readonly readModel: GovernReadModel;
  /** For the demo: puts schemas on record of whose events a product's plan says nothing yet. */
  planFromTheStart(scope: ProductScope, schemas: readonly EventSchema[]): Promise<void>;
};

export function createGovern(options: GovernOptions): Govern {
  const registry = createRegistry(options);
  return {
    routes: async (app) => {
      await app.register(registry.routes);
    },
    readModel: { plans: registry.plans },
    planFromTheStart: async (scope, schemas) => {
      const planned = new Set((await registry.registry.list(scope)).map(({ row }) => row.eventName));
      const editor = { actor: { kind: 'system' }, mayEnforce: true } as const;
      for (const schema of schemas) {
        if (!planned.has(schema.event_name))
          await registry.registry.register(scope, schema.event_name, { schema }, editor);
      }
    },
  };
}
