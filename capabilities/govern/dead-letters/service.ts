/** Dead letters as people work on them: grouped by cause, read, tried with a fix, and brought back by a job. */
import { type Principal, Problem, REASONS, type Reason } from '@uptake/domain/contract';
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import { type EventMapping, parseMapping } from '@uptake/domain/tracking-plan';
import type { EventStore } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';
import { type AccessReadModel, actorOf, type CollectingEnvironment } from '../../access/read-model.ts';
import type { PlanOfDraft, WantedDraft } from './draft-plan.ts';
import type { LetterFilter } from './filter.ts';
import { type CountRow, replayableQuestion } from './letters.query.ts';
import { type Preview, previewReplay } from './preview.ts';
import type { Replay } from './replaying.ts';
import { type RunDependencies, runReplay } from './run-replay.ts';
import type { ReplayRun, ReplayRuns } from './runs.ts';

export const REPLAY = 'govern.replay_dead_letters';
const MAX_ATTEMPTS = 20;
const BACKOFF_MS = 1_000;
const TIMEOUT_MS = 60 * 60_000;

type Payload = { readonly workspaceId: string; readonly environmentId: string };
export type Wanted = { readonly filter: LetterFilter; readonly mapping?: unknown };

export type DeadLetters = {
  /** Throws `invalid_request` with the place in the mapping, `not_found`, `aggregates_only`. */
  preview(principal: Principal, environmentId: string, wanted: Wanted & { draft?: WantedDraft }): Promise<Preview>;
  request(principal: Principal, environmentId: string, wanted: Wanted): Promise<ReplayRun>;
  list(workspaceId: string, environmentId: string): Promise<readonly ReplayRun[]>;
  find(workspaceId: string, id: string): Promise<ReplayRun>;
  cancel(principal: Principal, id: string): Promise<ReplayRun>;
  /** Enqueues what a process left unfinished whose job is gone. */
  resume(): Promise<void>;
};

export type DeadLettersDependencies = {
  readonly runs: ReplayRuns;
  readonly eventStore: Pick<EventStore, 'ask' | 'insertOutcomes'>;
  readonly access: Pick<AccessReadModel, 'collectingEnvironment'>;
  readonly replay: Replay;
  readonly planOfDraft: PlanOfDraft;
  readonly jobs: Pick<Jobs, 'define' | 'enqueue'>;
  readonly record: RecordMilestone;
  readonly scrub: (text: string) => string;
  readonly nowMs: () => number;
};

export function createDeadLetters(dependencies: DeadLettersDependencies): DeadLetters {
  const { runs, eventStore, access, jobs, nowMs } = dependencies;
  // One key for an environment: two replays of it never run at once.
  const enqueue = (payload: Payload): Promise<void> => jobs.enqueue(REPLAY, payload, { key: payload.environmentId });
  defineReplaying(dependencies);

  async function replayable(workspaceId: string, environmentId: string): Promise<CollectingEnvironment> {
    const environment = await access.collectingEnvironment(workspaceId, environmentId);
    if (environment === undefined) throw new Problem('not_found', 'The workspace has no environment with this id.');
    if (environment.environment.policy === 'ledger') {
      throw new Problem(
        'aggregates_only',
        'A ledger keeps nothing of what it refused but counts; there is nothing to replay.',
      );
    }
    return environment;
  }
  const found = (run: ReplayRun | undefined): ReplayRun => {
    if (run === undefined) throw new Problem('not_found', 'There is no such replay in this workspace.');
    return run;
  };

  return {
    async preview({ workspaceId }, environmentId, { filter, mapping, draft }) {
      const environment = await replayable(workspaceId, environmentId);
      const plan = draft === undefined ? undefined : await dependencies.planOfDraft(environment, draft);
      return previewReplay(environment, { filter, mapping: readMapping(mapping), plan }, dependencies);
    },

    async request(principal, environmentId, wanted) {
      const { workspaceId } = principal;
      await replayable(workspaceId, environmentId);
      const atMs = nowMs();
      // What comes in from now on is for another replay, or a busy environment's would never end.
      const filter = { ...wanted.filter, to: earlier(wanted.filter.to, new Date(atMs).toISOString()) };
      const mapping = readMapping(wanted.mapping);
      const [count] = await eventStore.ask<CountRow>(replayableQuestion(filter, { workspaceId, environmentId }));
      const total = count?.letters ?? 0;
      const run = await runs.insert({
        workspaceId,
        environmentId,
        filter,
        mapping,
        total,
        actor: actorOf(principal),
        atMs,
      });
      await enqueue({ workspaceId, environmentId });
      dependencies.record(initiatorOf(principal), milestones.operationStarted('dead_letter_replay', run.id));
      return run;
    },

    list: (workspaceId, environmentId) => runs.list(workspaceId, environmentId),
    find: async (workspaceId, id) => found(await runs.find(workspaceId, id)),

    async cancel(principal, id) {
      const { workspaceId } = principal;
      const cancelled = await runs.cancel(workspaceId, id, actorOf(principal), nowMs());
      if (cancelled !== undefined) return cancelled;
      const { state } = found(await runs.find(workspaceId, id));
      throw new Problem('conflict', `This replay has ${state}; there is nothing to cancel.`);
    },

    async resume() {
      for (const payload of await runs.unfinished()) await enqueue(payload);
    },
  };
}

/** A job works through whatever its environment still has to replay, the oldest request first. */
function defineReplaying(dependencies: DeadLettersDependencies): void {
  const { runs, jobs, scrub, nowMs } = dependencies;
  const running: RunDependencies = dependencies;
  jobs.define<Payload>({
    name: REPLAY,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: BACKOFF_MS,
    timeoutMs: TIMEOUT_MS,
    run: async ({ workspaceId, environmentId }, { signal, attempt }) => {
      for (;;) {
        const run = await runs.next(workspaceId, environmentId);
        if (run === undefined) return;
        try {
          await runReplay(run, running, signal);
        } catch (error) {
          if (signal.aborted || attempt < MAX_ATTEMPTS) throw error;
          const standing = (await runs.find(workspaceId, run.id)) ?? run;
          await runs.finish(standing, 'failed', scrub(String(error)).slice(0, 1_000), nowMs());
        }
      }
    },
  });
}

function readMapping(document: unknown): EventMapping | undefined {
  if (document === undefined || document === null) return undefined;
  const mapping = parseMapping(document);
  if (!Array.isArray(mapping)) return mapping;
  const errors = mapping.map(({ path, message }) => ({ path: `/mapping${path}`, message }));
  throw new Problem('invalid_request', `${errors[0]!.path}: ${errors[0]!.message}`, { errors });
}

function earlier(one: string | undefined, other: string): string {
  return one !== undefined && Date.parse(one) < Date.parse(other) ? one : other;
}

export function meaningOf(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as Reason].meaning : reason;
}
