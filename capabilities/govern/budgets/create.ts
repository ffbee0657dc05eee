/** Wires budgets: their doors, and the look-up that the pipeline makes for every batch. */
import type { ControlStore } from '@uptake/io/control-store';
import type { FastifyPluginAsync } from 'fastify';
import { type AtWork, type AtWorkDependencies, createAtWork } from './at-work.ts';
import { type BudgetRoutesDependencies, budgetRoutes } from './routes.ts';
import { createBudgetStore } from './store.ts';

export type BudgetsOptions = Omit<AtWorkDependencies, 'store'> &
  Pick<BudgetRoutesDependencies, 'access' | 'randomSeed'> & { readonly controlStore: ControlStore };

export type Budgets = {
  readonly routes: FastifyPluginAsync;
  readonly budgetOf: AtWork['of'];
  start(): Promise<void>;
  /** For tests and for whoever cannot wait a minute. */
  turn(): Promise<void>;
  stop(): Promise<void>;
};

export function createBudgets(options: BudgetsOptions): Budgets {
  const store = createBudgetStore(options.controlStore);
  const atWork = createAtWork({ ...options, store });
  return {
    routes: budgetRoutes({ ...options, store, atWork }),
    budgetOf: (environmentId) => atWork.of(environmentId),
    start: () => atWork.start(),
    turn: () => atWork.turn(),
    stop: () => atWork.stop(),
  };
}
