/**
 * The one writer of Uptake's own ledger (requirements L3, L6): a milestone goes through the same pipeline and log as
 * everybody's events, as one append, behind the back of the action that brought it about.
 */

import type { Principal } from '@uptake/domain/contract';
import {
  type Initiator,
  MILESTONE_FAMILIES,
  type Milestone,
  type RecordMilestone,
  SYSTEM_LEDGER,
} from '@uptake/domain/ledger';
import type { Logger, Metrics } from '@uptake/io/observability';
import type { EventReceipt } from '../../collect/read-model.ts';

export type RecorderDependencies = {
  readonly ingest: (
    principal: Principal,
    events: readonly unknown[],
  ) => Promise<{ readonly accepted: number; readonly results: readonly EventReceipt[] }>;
  /** Of Uptake itself. */
  readonly appVersion: string;
  readonly nowMs: () => number;
  readonly randomUuid: () => string;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export type Recorder = {
  readonly record: RecordMilestone;
  /** Resolves once whatever was recorded before is durable, or given up. */
  settled(): Promise<void>;
};

/** Holds no key that could be stolen: it never passes a door. */
const RECORDER: Principal = {
  kind: 'secret_key',
  keyId: SYSTEM_LEDGER.environmentId,
  ...SYSTEM_LEDGER,
  scopes: ['write'],
  environment: { mode: 'enforce', policy: 'ledger', eventsPerSecondLimit: undefined },
};

export function createRecorder(dependencies: RecorderDependencies): Recorder {
  const { ingest, logger, metrics } = dependencies;
  const counted = metrics.counter(
    'uptake_milestones_total',
    'Milestones of Uptake’s own use, by what became of them: recorded, refused, failed, or skipped for want of a person.',
    ['family', 'outcome'],
  );
  const underWay = new Set<Promise<void>>();

  async function write(initiator: Initiator, milestone: Milestone): Promise<void> {
    const { family } = milestone;
    try {
      const { accepted, results } = await ingest(RECORDER, [eventOf(initiator, milestone, dependencies)]);
      counted.add(1, { family, outcome: accepted === 1 ? 'recorded' : 'refused' });
      if (accepted !== 1) logger.warn({ family, reason: results[0]?.reason }, 'a milestone was not kept');
    } catch (error) {
      counted.add(1, { family, outcome: 'failed' });
      logger.warn({ family, error }, 'a milestone could not be recorded; what it is about stands');
    }
  }

  return {
    record(initiator, milestone) {
      if (initiator === undefined) {
        counted.add(1, { family: milestone.family, outcome: 'skipped' });
        return;
      }
      const writing = write(initiator, milestone).finally(() => underWay.delete(writing));
      underWay.add(writing);
    },
    settled: async () => void (await Promise.all(underWay)),
  };
}

function eventOf(
  { workspaceId, userId }: Initiator,
  { family, metadata }: Milestone,
  { appVersion, nowMs, randomUuid }: RecorderDependencies,
): Record<string, unknown> {
  return {
    event_id: randomUuid(),
    event_name: family,
    event_type: 'action',
    timestamp: new Date(nowMs()).toISOString(),
    source: 'server',
    app_version: appVersion,
    tenant_id: workspaceId,
    user_id: userId,
    feature_area: MILESTONE_FAMILIES[family].featureArea,
    properties: metadata,
  };
}
