/** Wires Uptake's record of its own use: the recorder, the onboarding checkpoints before it, the counts behind it. */
import type { OnCheckpoint, RecordMilestone } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { EventStore } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import type { FastifyPluginAsync } from 'fastify';

export { type LedgerPruning, type PrunedLedger, pruneLedger } from './prune.ts';

import { createOnboarding } from './onboarding.ts';
import { schedulePruning } from './prune.ts';
import { createRecorder, type RecorderDependencies } from './recorder.ts';
import { type UsageRoutesDependencies, usageRoutes } from './routes.ts';

export type SelfTelemetryOptions = RecorderDependencies &
  UsageRoutesDependencies & {
    readonly controlStore: ControlStore;
    readonly eventStore: EventStore;
    /** UPTAKE_LEDGER_RETENTION_DAYS. */
    readonly ledgerRetentionDays: number;
  };

export type SelfTelemetry = {
  readonly record: RecordMilestone;
  readonly onCheckpoint: OnCheckpoint;
  readonly routes: FastifyPluginAsync;
  /** Adds the nightly pruning. */
  schedule(jobs: Jobs): Promise<void>;
  /** Resolves once everything told before is written down or given up. */
  settled(): Promise<void>;
};

export function createSelfTelemetry(options: SelfTelemetryOptions): SelfTelemetry {
  const recorder = createRecorder(options);
  const onboarding = createOnboarding({ ...options, record: recorder.record });
  return {
    record: recorder.record,
    onCheckpoint: onboarding.onCheckpoint,
    routes: usageRoutes(options),
    schedule: (jobs) => schedulePruning(jobs, options),
    settled: async () => {
      await onboarding.settled();
      await recorder.settled();
    },
  };
}
