/** Wires adoption: templates, plans and their values, the workbooks, where values come from, and what happens every night. */
import type { ControlStore } from '@uptake/io/control-store';
import type { Jobs } from '@uptake/io/jobs';
import type { Logger } from '@uptake/io/observability';
import type { Secrets } from '@uptake/io/secrets';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../access/read-model.ts';
import { type BoundEvents, type CollectedEvents, createBoundEvents } from './bound-events.ts';
import { createCustomers } from './customers.ts';
import { type AdoptionDependencies, type Tell, tellNobody } from './dependencies.ts';
import { describeCriterionOf } from './describe.ts';
import { createExports } from './exports.ts';
import { createFiles, type Files } from './files.ts';
import { createImports } from './imports.ts';
import { createAdoptionJobs } from './jobs.ts';
import { createLists } from './lists.ts';
import { createNightly } from './nightly.ts';
import { createPlanActs } from './plans.ts';
import type { AdoptionService } from './port.ts';
import { createPortfolio } from './portfolio.ts';
import { adoptionRoutes } from './routes.ts';
import { createSigning } from './signing.ts';
import type { SourceDrivers } from './source-driver.ts';
import { createSources, type SourceDependencies } from './sources.ts';
import { createSupply, type TakeSupply } from './supply.ts';
import { createTaskActs } from './tasks.ts';
import { createTemplates } from './templates.ts';
import { createUndo } from './undo.ts';
import { createWebhooks } from './webhooks.ts';
import { createWorkbookReader, type WorkbookReader } from './workbook/index.ts';

export { createOwnDrivers } from './drivers.ts';
export type { News } from './news.ts';
export { createNotices } from './notices.ts';
export type { AdoptionService } from './port.ts';
export type { FetchAsked, FetchedValues, SourceDriver, SourceDrivers } from './source-driver.ts';
export { SourceFailed } from './source-driver.ts';
export { createPullingDrivers } from './sources/index.ts';

export type AdoptionOptions = {
  readonly controlStore: ControlStore;
  readonly access: Pick<AccessReadModel, 'membersOf' | 'authenticateRequest'>;
  readonly secrets: Secrets;
  readonly jobs: Jobs;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly randomBytes: (bytes: number) => Buffer;
  readonly baseUrl: string;
  readonly drivers: SourceDrivers;
  readonly tell?: Tell;
  /** Bound values follow new events where it is given. */
  readonly collected?: CollectedEvents;
};

export type Adoption = {
  readonly service: AdoptionService;
  readonly routes: FastifyPluginAsync;
  readonly supply: TakeSupply;
  /** For tests and benchmarks: the nightly work at once. */
  evaluateAll(signal?: AbortSignal): Promise<number>;
  removeOldValues(signal?: AbortSignal): Promise<number>;
  /** For the demo: the same rules at another time, telling nobody. */
  at(nowMs: () => number): Pick<Adoption, 'service' | 'supply'>;
  schedule(): Promise<void>;
  /** Follows the events of bound tenants. */
  start(): void;
  stop(): Promise<void>;
};

export function createAdoption(options: AdoptionOptions): Adoption {
  const dependencies: AdoptionDependencies = { ...options, tell: options.tell ?? tellNobody };
  const nightly = createNightly(dependencies);
  const supply = createSupply(dependencies);
  const files = createFiles(dependencies);
  const workbooks = createWorkbookReader();
  const jobs = createAdoptionJobs({ ...options, ...dependencies, files, nightly, supply });
  const { collected } = options;
  const bound = collected && createBoundEvents({ ...dependencies, ...collected, renew: jobs.renew });
  const rules = (of: AdoptionDependencies) =>
    createService({ ...options, ...of, enqueueRun: jobs.enqueueRun }, files, workbooks);
  return {
    service: bound === undefined ? rules(dependencies) : followed(rules(dependencies), bound),
    supply,
    routes: adoptionRoutes({ files, supply, receive: createWebhooks(dependencies, supply), access: options.access }),
    evaluateAll: (signal = new AbortController().signal) => nightly.evaluateAll(signal),
    removeOldValues: (signal = new AbortController().signal) => nightly.removeOldValues(signal),
    at: (nowMs) => {
      const then = { ...dependencies, nowMs, auditMs: dependencies.nowMs, tell: tellNobody };
      return { service: rules(then), supply: createSupply(then) };
    },
    schedule: jobs.schedule,
    start: () => bound?.start(),
    stop: async () => {
      await bound?.stop();
      await workbooks.close();
    },
  };
}

function createService(dependencies: SourceDependencies, files: Files, workbooks: WorkbookReader): AdoptionService {
  const lists = createLists(dependencies);
  const portfolio = createPortfolio(dependencies);
  return {
    ...lists,
    ...portfolio,
    ...createCustomers(dependencies),
    ...createTemplates(dependencies, workbooks),
    ...createPlanActs(dependencies, portfolio.adoptionPlan),
    ...createTaskActs(dependencies, lists.tasksOf),
    ...createExports(dependencies, files),
    ...createImports(dependencies, files, workbooks),
    ...createUndo(dependencies, portfolio.adoptionPlan),
    ...createSources(dependencies),
    ...createSigning(dependencies),
    describeCriterion: describeCriterionOf,
  };
}

/** Whoever binds an attribute, or makes a binding count by another act, has its value at once. */
function followed(service: AdoptionService, { lookAgain }: BoundEvents): AdoptionService {
  const thenLook =
    <Args extends readonly unknown[], Done>(act: (...args: Args) => Promise<Done>) =>
    async (...args: Args): Promise<Done> => {
      const done = await act(...args);
      lookAgain();
      return done;
    };
  return {
    ...service,
    saveSource: thenLook(service.saveSource),
    updateCustomer: thenLook(service.updateCustomer),
    configureAdoptionPlanTelemetry: thenLook(service.configureAdoptionPlanTelemetry),
    bulkUpdatePlans: thenLook(service.bulkUpdatePlans),
  };
}
