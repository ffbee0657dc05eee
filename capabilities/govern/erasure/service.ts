/** Erasures as people ask for them: requested, worked on by a job that goes on after a crash, certified. */
import { type Principal, Problem } from '@uptake/domain/contract';
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import type { Subject } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import { actorOf } from '../../access/read-model.ts';
import { fingerprint, idsOf } from '../people/who.ts';
import { type ErasureDependencies, runErasure } from './steps.ts';
import type { ErasureRow } from './store.ts';

export const ERASE = 'govern.erase';
const MAX_ATTEMPTS = 20;
const BACKOFF_MS = 2_000;
/** Writing ten million events anew takes half a minute. */
const TIMEOUT_MS = 60 * 60_000;

type Payload = { readonly workspaceId: string; readonly id: string };

export type Erasures = {
  request(principal: Principal, subject: Subject): Promise<ErasureRow>;
  list(workspaceId: string): Promise<readonly ErasureRow[]>;
  find(workspaceId: string, id: string): Promise<ErasureRow>;
  /** One that was given up begins anew where it stands. */
  retry(principal: Principal, id: string): Promise<ErasureRow>;
  /** Enqueues what a process left unfinished whose job is gone. */
  resume(): Promise<void>;
};

export type ErasuresDependencies = ErasureDependencies & {
  readonly jobs: Pick<Jobs, 'define' | 'enqueue'>;
  readonly scrub: (text: string) => string;
  readonly record: RecordMilestone;
};

export function createErasures(dependencies: ErasuresDependencies): Erasures {
  const { store, jobs, nowMs, scrub } = dependencies;
  const enqueue = (payload: Payload): Promise<void> => jobs.enqueue(ERASE, payload, { key: payload.id });
  const found = (row: ErasureRow | undefined): ErasureRow => {
    if (row === undefined) throw new Problem('not_found', 'There is no such erasure in this workspace.');
    return row;
  };

  jobs.define<Payload>({
    name: ERASE,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: BACKOFF_MS,
    timeoutMs: TIMEOUT_MS,
    run: async ({ workspaceId, id }, { signal, attempt }) => {
      const row = await store.find(workspaceId, id);
      if (row === undefined) return;
      try {
        await runErasure(row, dependencies, signal);
      } catch (error) {
        if (!signal.aborted && attempt >= MAX_ATTEMPTS) await store.fail(workspaceId, id, scrub(String(error)));
        throw error;
      }
    },
  });

  return {
    async request(principal, subject) {
      const { workspaceId } = principal;
      const actor = actorOf(principal);
      const ids = idsOf(subject);
      const fingerprints = ids.map((id) => fingerprint(workspaceId, id));
      const row = await store.insert({ workspaceId, subject, ids, fingerprints, actor, atMs: nowMs() });
      await enqueue({ workspaceId, id: row.id });
      dependencies.record(initiatorOf(principal), milestones.operationStarted('erasure', row.id));
      return row;
    },
    list: (workspaceId) => store.list(workspaceId),
    find: async (workspaceId, id) => found(await store.find(workspaceId, id)),
    async retry({ workspaceId }, id) {
      const row = found(await store.find(workspaceId, id));
      if (row.state !== 'failed')
        throw new Problem('conflict', `This erasure is ${row.state}; nothing is to be retried.`);
      await store.retry(workspaceId, id);
      await enqueue({ workspaceId, id });
      return found(await store.find(workspaceId, id));
    },
    async resume() {
      for (const payload of await store.unfinished()) await enqueue(payload);
    },
  };
}
