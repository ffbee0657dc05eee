/** Wires operations: health of telemetry, export. */
import type { EventStore } from '@uptake/io/event-store';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import { createExport } from './export-routes.ts';
import { operationsRoutes } from './routes.ts';
import { createOperationsService, type OperationsDependencies } from './service.ts';

export type OperationsOptions = OperationsDependencies & {
  readonly eventStore: EventStore;
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf' | 'audit'>;
};

export function createOperations(options: OperationsOptions): { readonly routes: FastifyPluginAsync } {
  const { access, eventStore, nowMs } = options;
  const service = createOperationsService(options);
  const exporting = createExport({ eventStore, access, audit: access.audit, nowMs });
  return {
    routes: async (app) => {
      await app.register(operationsRoutes(service, access));
      await app.register(exporting.routes);
    },
  };
}
