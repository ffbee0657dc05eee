/** The door `GET /api/v1/system/diagnostics`: the diagnostics bundle, for operators alone. */
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import type { DescribedSetting } from '@uptake/io/config';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventLog } from '@uptake/io/event-log';
import type { EventStore } from '@uptake/io/event-store';
import type { Metrics } from '@uptake/io/observability';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../../access/read-model.ts';
import { makeBundle } from './bundle.ts';
import { countJobs } from './jobs.query.ts';

export { type BundleParts, countersOf, type DiagnosticsBundle, makeBundle } from './bundle.ts';

export type DiagnosticsOptions = {
  readonly access: Pick<AccessReadModel, 'authenticateOperator' | 'audit'>;
  readonly record: RecordMilestone;
  readonly controlStore: ControlStore;
  readonly eventLog: Pick<EventLog, 'stats'>;
  readonly eventStore: Pick<EventStore, 'stats' | 'schemaVersion'>;
  readonly metrics: Metrics;
  /** Lines of the log. */
  readonly recentProblems: () => readonly string[];
  readonly readiness: () => Promise<unknown>;
  readonly settings: readonly DescribedSetting[];
  readonly versions: Readonly<Record<string, string>>;
  readonly scrub: (text: string) => string;
  readonly nowMs: () => number;
};

export function createDiagnostics(options: DiagnosticsOptions): { readonly routes: FastifyPluginAsync } {
  const { access, record, controlStore, eventLog, eventStore, metrics, scrub, nowMs } = options;

  async function gather() {
    const [health, store, jobs, { body }] = await Promise.all([
      options.readiness(),
      eventStore.stats().catch((error: Error) => ({ unavailable: error.message })),
      countJobs(controlStore),
      metrics.exposition(),
    ]);
    const schemas = { event_store_schema: eventStore.schemaVersion, control_store_schema: controlStore.schemaVersion };
    return makeBundle(
      {
        nowMs: nowMs(),
        versions: { ...options.versions, ...schemas },
        settings: options.settings,
        health,
        stores: { event_log: eventLog.stats(), event_store: store },
        exposition: body,
        jobs,
        recentProblems: options.recentProblems(),
      },
      scrub,
    );
  }

  return {
    routes: async (app) => {
      app.get(
        '/api/v1/system/diagnostics',
        {
          schema: {
            tags: ['system'],
            summary: 'Versions, settings, counters, sizes and recent errors, without secrets and without personal data',
            produces: ['application/json'],
          } as object,
        },
        async (request, reply) => {
          const operator = await access.authenticateOperator(request);
          const bundle = await gather();
          await access.audit({
            actor: { kind: 'member', id: operator.userId },
            action: 'diagnostics.opened',
            subject: { kind: 'installation', id: 'diagnostics' },
          });
          record(initiatorOf(operator), milestones.diagnosticsOpened());
          const name = `uptake-diagnostics-${bundle.generated_at.slice(0, 19).replaceAll(':', '')}.json`;
          return reply
            .header('content-disposition', `attachment; filename="${name}"`)
            .header('cache-control', 'no-store')
            .type('application/json; charset=utf-8')
            .send(JSON.stringify(bundle, null, 2));
        },
      );
    },
  };
}
