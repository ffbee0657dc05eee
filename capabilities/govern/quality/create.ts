/** Wires data quality: its doors, and the jobs that watch shares and look at stored rows again. */
import { REASONS, type Reason } from '@uptake/domain/contract';
import type { ControlStore } from '@uptake/io/control-store';
import { apiKeys } from '@uptake/io/control-store/schema';
import type { EventStore } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import { eq } from 'drizzle-orm';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../../access/read-model.ts';
import { messageOf, severityOf } from './alerts.ts';
import { type RefusedRow, refusedQuestion } from './rates.query.ts';
import { rescan } from './rescan.ts';
import { qualityRoutes } from './routes.ts';
import { createQualityStore } from './store.ts';
import { watch } from './watch.ts';

export type QualityOptions = {
  readonly controlStore: ControlStore;
  readonly eventStore: EventStore;
  readonly access: AccessReadModel;
  readonly jobs: Jobs;
  /** Up to when everything received can be asked for. */
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
  readonly nowMs: () => number;
};

export type QualityAlert = {
  readonly type: string;
  readonly message: string;
  readonly severity: 'warning' | 'critical';
};

export type CreatedQuality = {
  readonly routes: FastifyPluginAsync;
  /** Alerts that are on, for the health of telemetry. */
  alertsOf(scope: {
    readonly workspaceId: string;
    readonly environmentId?: string | undefined;
  }): Promise<readonly QualityAlert[]>;
  schedule(): Promise<void>;
  /** For tests and for whoever cannot wait: looks again, then judges. */
  turn(): Promise<void>;
};

const WATCH = 'govern.watch-quality';
const RESCAN = 'govern.rescan-events';
const EVERY_MINUTE = '* * * * *';
const EVERY_FIVE_MINUTES = '*/5 * * * *';

export function createQuality(options: QualityOptions): CreatedQuality {
  const { controlStore, jobs } = options;
  const store = createQualityStore(controlStore, options.nowMs);
  const dependencies = { ...options, store };
  // One that failed is done by the next.
  const once = { maxAttempts: 1, backoffMs: 1_000, timeoutMs: 5 * 60_000 };
  jobs.define({ ...once, name: WATCH, run: () => watch(dependencies) });
  jobs.define({ ...once, name: RESCAN, run: () => rescan(dependencies) });
  const keyNames = (workspaceId: string): Promise<ReadonlyMap<string, string>> =>
    controlStore.withWorkspace(workspaceId, async (tx) => {
      const keys = await tx
        .select({ id: apiKeys.id, name: apiKeys.name })
        .from(apiKeys)
        .where(eq(apiKeys.workspaceId, workspaceId));
      return new Map(keys.map(({ id, name }) => [id, name]));
    });
  return {
    routes: qualityRoutes({ ...dependencies, keyNames }),
    async alertsOf({ workspaceId, environmentId }) {
      const alerts = await store.alertsOf(workspaceId, environmentId);
      return alerts.map((alert) => ({ type: alert.type, message: messageOf(alert), severity: severityOf(alert) }));
    },
    async schedule() {
      await jobs.schedule(WATCH, EVERY_MINUTE);
      await jobs.schedule(RESCAN, EVERY_FIVE_MINUTES);
    },
    async turn() {
      await rescan(dependencies);
      await watch(dependencies);
    },
  };
}

/** Why events of a name were refused since then, most frequent first: for whoever misses one. */
export function createRefusedSince(eventStore: Pick<EventStore, 'ask'>, nowMs: () => number) {
  return async (
    scope: { readonly workspaceId: string; readonly environmentId: string },
    eventName: string,
    sinceMs: number,
  ): Promise<readonly { readonly reason: Reason; readonly events: number }[]> => {
    const period = { fromMs: Math.floor(sinceMs / 60_000) * 60_000, toMs: nowMs() + 1_000 };
    const rows = await eventStore.ask<RefusedRow>(refusedQuestion(eventName, period, scope));
    return rows.flatMap(({ reason, events }) => (isReason(reason) ? [{ reason, events }] : []));
  };
}

function isReason(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}
