/** Wires Uptake's record of its own use: the recorder, the onboarding checkpoints before it, the counts behind it. */
import type { OnCheckpoint, RecordMilestone } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import type { FastifyPluginAsync } from 'fastify';
import { createOnboarding } from './onboarding.ts';
import { createRecorder, type RecorderDependencies } from './recorder.ts';
import { type UsageRoutesDependencies, usageRoutes } from './routes.ts';

export type SelfTelemetryOptions = RecorderDependencies &
  UsageRoutesDependencies & { readonly controlStore: ControlStore };

export type SelfTelemetry = {
  readonly record: RecordMilestone;
  readonly onCheckpoint: OnCheckpoint;
  readonly routes: FastifyPluginAsync;
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
    settled: async () => {
      await onboarding.settled();
      await recorder.settled();
    },
  };
}
