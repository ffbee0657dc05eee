/** Wires dead letters: reading them by cause, trying fixes, and bringing them back. */
import type { RecordMilestone } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import { apiKeys } from '@uptake/io/control-store/schema';
import type { EventStore } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import { eq } from 'drizzle-orm';
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../../access/read-model.ts';
import { createPlanOfDraft } from './draft-plan.ts';
import type { KeyNames } from './groups.ts';
import type { Replay } from './replaying.ts';
import { deadLetterRoutes } from './routes.ts';
import { createReplayRuns } from './runs.ts';
import { createDeadLetters } from './service.ts';

export type DeadLettersOptions = {
  readonly controlStore: ControlStore;
  readonly eventStore: EventStore;
  readonly access: AccessReadModel;
  readonly jobs: Jobs;
  /** The pipeline for events that come again. */
  readonly replay: Replay;
  /** Up to when everything refused can be seen. */
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
  readonly record: RecordMilestone;
  readonly scrub: (text: string) => string;
  readonly nowMs: () => number;
};

export type CreatedDeadLetters = {
  readonly routes: FastifyPluginAsync;
  /** Goes on with what was left unfinished. */
  resume(): Promise<void>;
};

export function createDeadLetterRoom(options: DeadLettersOptions): CreatedDeadLetters {
  const { controlStore } = options;
  const runs = createReplayRuns(controlStore);
  const deadLetters = createDeadLetters({ ...options, runs, planOfDraft: createPlanOfDraft(controlStore) });
  const keyNames = (workspaceId: string): Promise<KeyNames> =>
    controlStore.withWorkspace(workspaceId, async (tx) => {
      const keys = await tx
        .select({ id: apiKeys.id, name: apiKeys.name })
        .from(apiKeys)
        .where(eq(apiKeys.workspaceId, workspaceId));
      return new Map(keys.map(({ id, name }) => [id, name]));
    });
  return {
    routes: async (app) => {
      await app.register(deadLetterRoutes({ ...options, deadLetters, keyNames }));
    },
    resume: deadLetters.resume,
  };
}
