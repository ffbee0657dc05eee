/**
 * Compiled tracking plans by product, from memory. The pipeline asks for every batch, so an answer costs two comparisons;
 * what another process changed is in force here within a second, and the batch that comes first then waits for it.
 */
import { Problem } from '@uptake/domain/contract';
import { ledgerCatalogueOf } from '@uptake/domain/ledger';
import { compilePlan, type EventSchema } from '@uptake/domain/tracking-plan';
import type { ControlStore } from '@uptake/io/control-store';
import type { Logger } from '@uptake/io/observability';
import { LRUCache } from 'lru-cache';
import type { ConfigurationWatch } from '../../access/read-model.ts';
import type { PlanBook, ProductPlan, ProductScope } from '../read-model.ts';
import { type PlannedEvent, readPlan } from './store.ts';
import { schemasInForce } from './versions.ts';

export type Plans = PlanBook & {
  /** The plan is read anew before it judges again: called when it was changed here. */
  forget(productId: string): void;
};

export type PlansDependencies = {
  readonly controlStore: ControlStore;
  readonly configuration: ConfigurationWatch;
  readonly logger: Logger;
};

/** A stale one judges only where the store cannot say what is new. */
type Entry = { readonly plan: ProductPlan; isStale: boolean };

const MAX_PLANS = 10_000;

export function createPlans({ controlStore, configuration, logger }: PlansDependencies): Plans {
  const known = new LRUCache<string, Entry>({ max: MAX_PLANS });
  const loading = new Map<string, Promise<ProductPlan>>();
  configuration.onChange('plans', () => {
    for (const entry of known.values()) entry.isStale = true;
    loading.clear();
  });

  async function loadNow(scope: ProductScope, isCurrent: () => boolean): Promise<ProductPlan> {
    try {
      const events = await controlStore.withWorkspace(scope.workspaceId, (tx) => readPlan(tx, scope.productId));
      const plan = compile(events);
      if (isCurrent()) known.set(scope.productId, { plan, isStale: false });
      return plan;
    } catch (cause) {
      const old = known.get(scope.productId);
      if (old === undefined) {
        const detail = 'The tracking plan cannot be read right now. Nothing was kept; send the batch again.';
        throw new Problem('store_unavailable', detail, { retryAfterSeconds: 5, cause });
      }
      logger.warn({ error: String(cause) }, 'a tracking plan could not be read again; the known one goes on');
      return old.plan;
    }
  }

  function reload(scope: ProductScope): Promise<ProductPlan> {
    const running = loading.get(scope.productId);
    if (running !== undefined) return running;
    // A change that came meanwhile took this out of `loading`: then what it read may be what the change did away with.
    const isCurrent = () => loading.get(scope.productId) === started;
    const started: Promise<ProductPlan> = loadNow(scope, isCurrent).finally(() => {
      if (isCurrent()) loading.delete(scope.productId);
    });
    loading.set(scope.productId, started);
    return started;
  }

  return {
    cached(productId) {
      if (!configuration.isCurrent()) return undefined;
      const entry = known.get(productId);
      return entry?.isStale === false ? entry.plan : undefined;
    },
    async load(scope) {
      if (!configuration.isCurrent()) await configuration.look();
      const entry = known.get(scope.productId);
      return entry?.isStale === false ? entry.plan : reload(scope);
    },
    forget(productId) {
      known.delete(productId);
      loading.delete(productId);
    },
  };
}

/** The plan as it would be with one schema in force instead of whatever is planned of its event now. Nothing is kept. */
export async function planWith(
  controlStore: ControlStore,
  scope: ProductScope,
  schema: EventSchema,
): Promise<ProductPlan> {
  const events = await controlStore.withWorkspace(scope.workspaceId, (tx) => readPlan(tx, scope.productId));
  const others = events.filter(({ row }) => row.eventName !== schema.event_name);
  return compileSchemas([...others.flatMap(schemasInForce), { ...schema, state: 'active' }]);
}

function compile(events: readonly PlannedEvent[]): ProductPlan {
  return compileSchemas(events.flatMap(schemasInForce));
}

function compileSchemas(schemas: readonly EventSchema[]): ProductPlan {
  const milestones = schemas.filter(
    ({ state, accepted_until }) => accepted_until === undefined && (state === 'active' || state === 'deprecated'),
  );
  return {
    tracking: compilePlan(schemas),
    milestones: ledgerCatalogueOf(
      milestones.map(({ event_name, properties }) => ({ eventName: event_name, properties })),
    ),
  };
}
