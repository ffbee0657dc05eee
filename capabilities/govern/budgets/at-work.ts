/**
 * Budgets at work in this process: a controller per environment that has one. Once a minute each is steered, every few
 * minutes its state is kept, and now and then it looks up which tenants and releases are still new.
 */
import {
  type Budget,
  Controller,
  controllerOfPast,
  PROTECTED_TYPES,
  type SavedController,
  type Shape,
  shaper,
} from '@uptake/domain/sampling';
import type { EventStore } from '@uptake/io/event-store';
import type { Logger, Metrics } from '@uptake/io/observability';
import {
  type EstablishedRow,
  establishedReleasesQuestion,
  establishedTenantsQuestion,
  type PastHourRow,
  pastHoursQuestion,
} from './established.query.ts';
import type { BudgetStore, StoredBudget } from './store.ts';

export type AtWork = {
  /** What the pipeline asks for every batch: one look-up. */
  of(environmentId: string): { readonly sampler: Controller['sampler']; readonly shape: Shape | undefined } | undefined;
  controllerOf(environmentId: string): Controller | undefined;
  /** A budget was set or changed: it holds for the next event. What was observed so far is kept. */
  put(stored: StoredBudget): Promise<void>;
  remove(environmentId: string): void;
  /** Takes up every budget there is, and begins to steer. */
  start(): Promise<void>;
  /** Steers all of them as of now. Called every minute once started. */
  turn(): Promise<void>;
  /** Keeps the state of all and ends. */
  stop(): Promise<void>;
};

export type AtWorkDependencies = {
  readonly store: BudgetStore;
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /**
   * Keys of experiments that run in an environment: their phase decides what is favoured. Where absent, every experiment an
   * event names counts as running.
   */
  readonly runningExperiments?: ((environmentId: string) => ReadonlySet<string> | undefined) | undefined;
};

const TURN_MS = 60_000;
const SAVE_EVERY_TURNS = 5;
const LOOK_UP_EVERY_TURNS = 60;

type Working = {
  readonly stored: StoredBudget;
  readonly controller: Controller;
  readonly shape: Shape | undefined;
  turns: number;
};

export function createAtWork(dependencies: AtWorkDependencies): AtWork {
  const { store, eventStore, nowMs, logger, metrics } = dependencies;
  const working = new Map<string, Working>();
  let timer: NodeJS.Timeout | undefined;
  let turning = Promise.resolve();
  showMetrics(metrics, working);

  function take(stored: StoredBudget, state: SavedController | undefined): Working {
    const { budget, seed } = stored;
    const controller = new Controller(budget, { seed, nowMs: nowMs(), saved: state });
    controller.tick(nowMs());
    const one = { stored, controller, shape: shapeOf(budget), turns: 0 };
    working.set(stored.environmentId, one);
    return one;
  }

  /** Questions may fail; then what was known stays in use until the next time. */
  async function lookUp({ stored, controller }: Working): Promise<void> {
    const { workspaceId, environmentId } = stored;
    const scope = { workspaceId, environmentId };
    const namesOf = async (question: Parameters<EventStore['ask']>[0]) => {
      const rows = await eventStore.ask<EstablishedRow>(question);
      // An environment without old events is new as a whole: nothing in it stands out.
      return rows.length === 0 ? undefined : new Set(rows.map(({ name }) => name));
    };
    try {
      controller.context = {
        establishedTenants: await namesOf(establishedTenantsQuestion(scope, nowMs())),
        establishedReleases: await namesOf(establishedReleasesQuestion(scope, nowMs())),
        runningExperiments: dependencies.runningExperiments?.(environmentId),
      };
    } catch (error) {
      logger.warn({ error: String(error) }, 'a budget could not look up which tenants and releases are new');
    }
  }

  /** For a budget that is new: what came before it. Without an answer it begins by watching. */
  async function pastOf({ workspaceId, environmentId, budget }: StoredBudget): Promise<SavedController | undefined> {
    try {
      const rows = await eventStore.ask<PastHourRow>(pastHoursQuestion({ workspaceId, environmentId }, nowMs()));
      if (rows.length === 0) return undefined;
      const past = rows.map((row) => ({
        eventName: row.event_name,
        featureArea: row.feature_area,
        isProtected: !budget.samplesOutcomes && PROTECTED_TYPES.has(row.event_type),
        hour: row.hour,
        events: row.events,
      }));
      return controllerOfPast(past, nowMs());
    } catch (error) {
      logger.warn({ error: String(error) }, 'a budget could not look up what came before it');
      return undefined;
    }
  }

  async function save({ stored, controller }: Working): Promise<void> {
    const { workspaceId, environmentId } = stored;
    try {
      await store.saveState(workspaceId, environmentId, controller.save(nowMs()), nowMs());
    } catch (error) {
      logger.warn({ error: String(error) }, 'the state of a budget could not be kept');
    }
  }

  async function turn(): Promise<void> {
    for (const one of [...working.values()]) {
      if (one.turns % LOOK_UP_EVERY_TURNS === 0) await lookUp(one);
      one.controller.tick(nowMs());
      one.turns++;
      if (one.turns % SAVE_EVERY_TURNS === 0) await save(one);
    }
  }

  return {
    of(environmentId) {
      const one = working.get(environmentId);
      return one === undefined ? undefined : { sampler: one.controller.sampler, shape: one.shape };
    },
    controllerOf: (environmentId) => working.get(environmentId)?.controller,
    async put(stored) {
      const before = working.get(stored.environmentId);
      const one = take(stored, before === undefined ? await pastOf(stored) : before.controller.save(nowMs()));
      await lookUp(one);
      one.controller.tick(nowMs());
      await save(one);
    },
    remove: (environmentId) => void working.delete(environmentId),
    async start() {
      for (const { state, ...stored } of await store.all()) take(stored, state);
      timer = setInterval(() => {
        turning = turning.then(turn);
      }, TURN_MS);
      timer.unref();
    },
    turn,
    async stop() {
      clearInterval(timer);
      await turning;
      await Promise.all([...working.values()].map(save));
    },
  };
}

function shapeOf({ shaping }: Budget): Shape | undefined {
  return shaping === null ? undefined : shaper(shaping);
}

/** By environment and area, which are few; flows are on the budget's own page. */
function showMetrics(metrics: Metrics, working: ReadonlyMap<string, Working>): void {
  const labels = ['environment', 'feature_area'];
  metrics.gauge(
    'uptake_budget_dropped_share',
    'Share of the events of the last 24 hours that a budget left out.',
    labels,
    (gauge) => {
      for (const [environment, { controller }] of working) {
        for (const [feature_area, { offered, kept }] of totalsByArea(controller)) {
          gauge.set(offered === 0 ? 0 : 1 - kept / offered, { environment, feature_area });
        }
      }
    },
  );
}

export function totalsByArea({ rates }: Controller): Map<string, { offered: number; kept: number }> {
  const totals = new Map<string, { offered: number; kept: number }>();
  for (const { featureArea, offeredLastDay, keptLastDay } of rates) {
    const total = totals.get(featureArea) ?? { offered: 0, kept: 0 };
    totals.set(featureArea, { offered: total.offered + offeredLastDay, kept: total.kept + keptLastDay });
  }
  return totals;
}
