/** What the operator asks: how telemetry is doing, judged from the store and from the writer. */
import type { EventStore, QuestionScope } from '@uptake/io/event-store';
import type { Freshness } from '../collect/read-model.ts';
import { type HealthRow, healthQuestion } from './health.query.ts';
import { judgeHealth, type TelemetryAlert, type TelemetryHealth } from './health.ts';

export type OperationsDependencies = {
  readonly eventStore: EventStore;
  readonly freshness: () => Promise<Freshness>;
  /** Why accepted events do not reach the store, while they do not. */
  readonly writerTrouble: () => string | undefined;
  /** Alerts that are on because of the quality of what comes in. */
  readonly qualityAlerts: (scope: QuestionScope) => Promise<readonly TelemetryAlert[]>;
  readonly nowMs: () => number;
};

export type OperationsService = {
  health(scope: QuestionScope): Promise<{ health: TelemetryHealth; freshness: Freshness }>;
};

export function createOperationsService({
  eventStore,
  freshness,
  writerTrouble,
  qualityAlerts,
  nowMs,
}: OperationsDependencies): OperationsService {
  return {
    async health(scope) {
      const now = nowMs();
      const [rows, fresh, ofQuality] = await Promise.all([
        eventStore.ask<HealthRow>(healthQuestion(scope, now)),
        freshness(),
        qualityAlerts(scope),
      ]);
      const health = judgeHealth(rows[0]!, now, writerTrouble());
      return { health: { ...health, alerts: [...health.alerts, ...ofQuality] }, freshness: fresh };
    },
  };
}
