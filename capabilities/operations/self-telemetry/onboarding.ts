/** What a workspace has completed on its way from empty to useful: each checkpoint once, by the person who did it first. */
import {
  initiatorOf,
  milestones,
  type OnboardingCheckpoint,
  type OnCheckpoint,
  type RecordMilestone,
} from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import { onboardingCheckpoints } from '@uptake/io/control-store/schema';
import type { Logger } from '@uptake/io/observability';
import { asc } from 'drizzle-orm';

export type OnboardingDependencies = {
  readonly controlStore: ControlStore;
  readonly record: RecordMilestone;
  readonly nowMs: () => number;
  readonly logger: Logger;
};

export type CompletedCheckpoint = { readonly checkpoint: string; readonly completedAt: Date };

export type Onboarding = {
  /** Never throws and never waits. What a key does completes nothing: no person got further. */
  readonly onCheckpoint: OnCheckpoint;
  completedIn(workspaceId: string): Promise<readonly CompletedCheckpoint[]>;
  /** Resolves once what was told before is written down. */
  settled(): Promise<void>;
};

/** Workspaces times checkpoints remembered; beyond that the store is asked again, which costs and harms nothing. */
const REMEMBERED = 10_000;

export function createOnboarding({ controlStore, record, nowMs, logger }: OnboardingDependencies): Onboarding {
  // Insights are asked all day and the first one once, so that the store is not asked about each.
  const known = new Set<string>();
  const underWay = new Set<Promise<void>>();

  async function complete(workspaceId: string, userId: string, checkpoint: OnboardingCheckpoint): Promise<void> {
    try {
      const written = await controlStore.withWorkspace(workspaceId, (tx) =>
        tx
          .insert(onboardingCheckpoints)
          .values({ workspaceId, checkpoint, completedAt: new Date(nowMs()), completedBy: userId })
          .onConflictDoNothing()
          .returning(),
      );
      if (written.length > 0) record({ workspaceId, userId }, milestones.onboardingCheckpoint(checkpoint));
    } catch (error) {
      known.delete(`${workspaceId} ${checkpoint}`);
      logger.warn({ error, checkpoint }, 'an onboarding checkpoint could not be written down');
    }
  }

  return {
    onCheckpoint(principal, checkpoint) {
      const initiator = initiatorOf(principal);
      if (initiator === undefined) return;
      const name = `${initiator.workspaceId} ${checkpoint}`;
      if (known.has(name)) return;
      if (known.size >= REMEMBERED) known.clear();
      known.add(name);
      const writing = complete(initiator.workspaceId, initiator.userId, checkpoint).finally(() =>
        underWay.delete(writing),
      );
      underWay.add(writing);
    },
    completedIn: (workspaceId) =>
      controlStore.withWorkspace(workspaceId, (tx) =>
        tx
          .select({ checkpoint: onboardingCheckpoints.checkpoint, completedAt: onboardingCheckpoints.completedAt })
          .from(onboardingCheckpoints)
          .orderBy(asc(onboardingCheckpoints.completedAt)),
      ),
    settled: async () => void (await Promise.all(underWay)),
  };
}
