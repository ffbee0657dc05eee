/** Notices events of tenants that attributes are bound to, and asks for their values anew as soon as questions count them. */
import { adoptionCustomers, adoptionPlans, telemetrySources } from '@uptake/io/control-store/schema';
import type { EventLog, LogRecord } from '@uptake/io/event-log';
import { and, eq, isNotNull } from 'drizzle-orm';
import type { Freshness } from '../insights/read-model.ts';
import type { AdoptionDependencies } from './dependencies.ts';
import type { SourceRow } from './source-rows.ts';
import { tenantsInRows } from './tenants-in-rows.ts';
import { type BoundTenant, createWaitingTenants, type WaitingSettings } from './waiting-tenants.ts';

/** Where events are noticed, and up to when questions count them. */
export type CollectedEvents = {
  readonly eventLog: Pick<EventLog, 'tail'>;
  readonly freshness: () => Promise<Freshness>;
};

export type BoundEventsSettings = WaitingSettings & {
  /** What another process changed is known here after so long. */
  readonly lookUpMs: number;
};

const SETTINGS: BoundEventsSettings = {
  lookUpMs: 10_000,
  // The first event of a tenant waits for the store alone; those after it for this pause too.
  pauseMs: 1_000,
  afterStartMs: 3_000,
  // Longer than the longest TELEMETRY_FLUSH_INTERVAL.
  longestWaitMs: 90_000,
  retryMs: 5_000,
  maxTries: 5,
};

export type BoundEvents = {
  start(): void;
  /** A binding, its plan or its customer changed in this process. */
  lookAgain(): void;
  stop(): Promise<void>;
};

export type BoundEventsDependencies = Pick<AdoptionDependencies, 'controlStore' | 'logger' | 'nowMs'> &
  CollectedEvents & {
    /** Asks for the value of a binding and keeps it where it changed. */
    readonly renew: (source: SourceRow) => Promise<void>;
    readonly settings?: Partial<BoundEventsSettings>;
  };

export function createBoundEvents(dependencies: BoundEventsDependencies): BoundEvents {
  const { controlStore, logger, eventLog, nowMs } = dependencies;
  const settings = { ...SETTINGS, ...dependencies.settings };
  let bound: ReadonlyMap<string, BoundTenant> = new Map();
  let workspaces: ReadonlySet<string> = new Set();
  /** Bindings as they were when they were last looked up: one that is new or changed has a value to be asked for. */
  let known: ReadonlySet<string> | undefined;
  const waiting = createWaitingTenants({ ...dependencies, tenantOf: (key) => bound.get(key), settings });
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function lookUp(): Promise<void> {
    const rows = await controlStore.asSystem((tx) =>
      tx
        .select({ source: telemetrySources, tenantId: adoptionCustomers.tenantId })
        .from(telemetrySources)
        .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetrySources.planId))
        .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
        .where(
          and(
            eq(telemetrySources.kind, 'binding'),
            eq(telemetrySources.isEnabled, true),
            eq(adoptionPlans.telemetryEnabled, true),
            isNotNull(adoptionCustomers.tenantId),
          ),
        ),
    );
    const groups = Map.groupBy(rows, ({ source, tenantId }) => keyOf(source.workspaceId, tenantId ?? ''));
    const tenants = [...groups].map(([key, all]) => ({ key, sources: all.map(({ source }) => source) }));
    bound = new Map(tenants.map((tenant) => [tenant.key, tenant]));
    workspaces = new Set(rows.map(({ source }) => source.workspaceId));
    askForNew(tenants);
  }

  /** At a start all are new: events came while nobody looked, or were seen by a process that died before it asked. */
  function askForNew(tenants: readonly BoundTenant[]): void {
    const before = known;
    known = new Set(tenants.flatMap((tenant) => tenant.sources.map((source) => bindingKey(tenant, source))));
    for (const tenant of tenants) {
      if (before !== undefined && tenant.sources.every((source) => before.has(bindingKey(tenant, source)))) continue;
      if (before === undefined) waiting.noteStart(tenant.key, nowMs());
      else waiting.note(tenant.key, nowMs());
    }
  }

  function noticeIn({ kind, workspaceId, rows, appendedAtMs }: LogRecord): void {
    if (kind !== 'events' || !workspaces.has(workspaceId)) return;
    for (const tenantId of tenantsInRows(rows)) {
      const key = keyOf(workspaceId, tenantId);
      if (bound.has(key)) waiting.note(key, appendedAtMs);
    }
  }

  const lookAgain = () => {
    // Processes that only answer questions change bindings too; the one that follows events finds out by itself.
    if (timer === undefined) return;
    looking = looking
      .then(lookUp)
      .catch((error: unknown) => logger.warn({ error }, 'bindings could not be looked up; they are again soon'));
  };

  return {
    lookAgain,
    start() {
      unsubscribe = eventLog.tail(noticeIn);
      timer = setInterval(lookAgain, settings.lookUpMs);
      lookAgain();
    },
    async stop() {
      unsubscribe?.();
      clearInterval(timer);
      timer = undefined;
      await looking;
      await waiting.stop();
    },
  };
}

const keyOf = (workspaceId: string, tenantId: string) => `${workspaceId} ${tenantId}`;
const bindingKey = ({ key }: BoundTenant, { id, config }: SourceRow) => `${key} ${id} ${JSON.stringify(config)}`;
