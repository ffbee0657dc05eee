/** Notices events of tenants that attributes are bound to, and asks for their values anew within seconds. */
import { adoptionCustomers, adoptionPlans, telemetrySources } from '@uptake/io/control-store/schema';
import type { EventLog } from '@uptake/io/event-log';
import { and, eq, isNotNull } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import type { SourceRow } from './source-rows.ts';

/** After the first event of a tenant, so that a burst is asked about once; the event store is behind by about a second. */
const DEBOUNCE_MS = 1_500;
/** How long a new binding waits to be known here. */
const LOOK_UP_MS = 10_000;

export type BoundEvents = { start(): void; stop(): Promise<void> };

export type BoundEventsDependencies = Pick<AdoptionDependencies, 'controlStore' | 'logger'> & {
  readonly eventLog: Pick<EventLog, 'tail'>;
  /** Asks for the value of a binding and keeps it where it changed. */
  readonly renew: (source: SourceRow) => Promise<void>;
};

type Tenant = { readonly needle: Buffer; readonly sources: readonly SourceRow[] };

export function createBoundEvents({ controlStore, logger, eventLog, renew }: BoundEventsDependencies): BoundEvents {
  /** By workspace, then by tenant. */
  let bound: ReadonlyMap<string, readonly Tenant[]> = new Map();
  const waiting = new Set<Tenant>();
  let timer: NodeJS.Timeout | undefined;
  let lookingUp: NodeJS.Timeout | undefined;
  let unsubscribe: (() => void) | undefined;
  let work: Promise<void> = Promise.resolve();

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
    const tenants = [...Map.groupBy(rows, ({ source, tenantId }) => `${source.workspaceId} ${tenantId}`).values()].map(
      (all) => ({
        workspaceId: all[0]!.source.workspaceId,
        needle: Buffer.from(JSON.stringify(all[0]!.tenantId)),
        sources: all.map(({ source }) => source),
      }),
    );
    bound = Map.groupBy(tenants, ({ workspaceId }) => workspaceId);
  }

  async function renewWaiting(): Promise<void> {
    const tenants = [...waiting];
    waiting.clear();
    for (const { sources } of tenants) {
      for (const source of sources) {
        try {
          await renew(source);
        } catch (error) {
          logger.warn(
            { error, source_id: source.id },
            'a bound value could not be renewed; the nightly run tries again',
          );
        }
      }
    }
  }

  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work = work.then(renewWaiting);
    }, DEBOUNCE_MS);
  };

  return {
    start() {
      const refresh = () => {
        work = work.then(lookUp).catch((error: unknown) => logger.warn({ error }, 'bindings could not be looked up'));
      };
      refresh();
      lookingUp = setInterval(refresh, LOOK_UP_MS);
      unsubscribe = eventLog.tail((record) => {
        const tenants = record.kind === 'events' ? bound.get(record.workspaceId) : undefined;
        if (tenants === undefined) return;
        const rows = Buffer.from(record.rows.buffer, record.rows.byteOffset, record.rows.byteLength);
        for (const tenant of tenants) {
          // Found as text, not parsed: another column with the same text costs a question that changes nothing.
          if (waiting.has(tenant) || !rows.includes(tenant.needle)) continue;
          waiting.add(tenant);
          later();
        }
      });
    },
    async stop() {
      unsubscribe?.();
      clearInterval(lookingUp);
      clearTimeout(timer);
      await work;
    },
  };
}
