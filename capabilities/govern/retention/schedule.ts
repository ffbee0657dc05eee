/** Prunes every workspace every night, and one when somebody asks for it. */
import type { Jobs } from '@uptake/io/jobs';
import type { AuditActor } from '../../access/read-model.ts';
import { type PruneDependencies, prune, type Trigger, workspaceIds } from './prune.ts';

export const PRUNE = 'govern.prune';
export const PRUNE_ALL = 'govern.prune-all';
const DAILY_AT_NIGHT = '23 2 * * *';
const TIMEOUT_MS = 60 * 60_000;

export type PrunePayload = { readonly workspaceId: string; readonly actor: AuditActor; readonly trigger: Trigger };

/** `pruneLedger`: what `uptake prune` removes besides the workspace: Uptake's own ledger, by its own setting. */
export function definePruning(
  jobs: Pick<Jobs, 'define'>,
  dependencies: PruneDependencies,
  pruneLedger: () => Promise<unknown>,
): void {
  const shared = { maxAttempts: 5, backoffMs: 60_000, timeoutMs: TIMEOUT_MS };
  jobs.define<PrunePayload>({
    ...shared,
    name: PRUNE,
    run: async ({ workspaceId, actor, trigger }) => {
      if (trigger === 'command') await pruneLedger();
      await prune(workspaceId, { actor, trigger }, dependencies);
    },
  });
  jobs.define({
    ...shared,
    name: PRUNE_ALL,
    run: async (_, { signal }) => {
      for (const workspaceId of await workspaceIds(dependencies.controlStore)) {
        signal.throwIfAborted();
        await prune(workspaceId, { trigger: 'schedule', actor: { kind: 'system' } }, dependencies);
      }
    },
  });
}

export async function schedulePruning(jobs: Pick<Jobs, 'schedule'>): Promise<void> {
  await jobs.schedule(PRUNE_ALL, DAILY_AT_NIGHT);
}
