/** What adoption does by itself: runs sources when they are due, judges all plans at night, clears what is over. */
import { Problem } from '@uptake/domain/contract';
import { dayOf } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import {
  adoptionAttributes,
  adoptionCustomers,
  adoptionPlans,
  adoptionTasks,
  sourceRuns,
  telemetrySources,
} from '@uptake/io/control-store/schema';
import type { Jobs } from '@uptake/io/jobs';
import { and, eq, inArray, lte } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import type { Files } from './files.ts';
import type { Nightly } from './nightly.ts';
import { nextRunAt } from './schedules.ts';
import { driverOf, type SourceDrivers, SourceFailed, type StoredKind } from './source-driver.ts';
import type { SourceRow } from './source-rows.ts';
import { credentialsContext, type SourceDependencies, waitingRun } from './sources.ts';
import type { TakeSupply } from './supply.ts';
import { SYSTEM } from './who.ts';

const RUN = 'adoption.source_run';
const DUE = 'adoption.sources_due';
const NIGHTLY = 'adoption.nightly';
const FILES = 'adoption.files';
const RUN_TIMEOUT_MS = 5 * 60_000;
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 30_000;
/** All attempts of a run and the pauses between them take less; a run that is older has nobody at work on it any more. */
const LOST_AFTER_MS = MAX_ATTEMPTS * RUN_TIMEOUT_MS + 10 * 60_000;

type RunPayload = { readonly runId: string; readonly workspaceId: string };

export type JobsDependencies = AdoptionDependencies & {
  readonly jobs: Jobs;
  readonly drivers: SourceDrivers;
  readonly files: Files;
  readonly nightly: Nightly;
  readonly supply: TakeSupply;
};

export type AdoptionJobs = Pick<SourceDependencies, 'enqueueRun'> & {
  schedule(): Promise<void>;
  /** Fetches and keeps at once, without a run of its own. */
  renew(source: SourceRow): Promise<void>;
};

export function createAdoptionJobs(dependencies: JobsDependencies): AdoptionJobs {
  const { jobs, controlStore, nowMs, newId, files, nightly, logger } = dependencies;
  const fetchInTurn = createFetchInTurn(dependencies);
  // Keyed by run: a run is worked on once.
  const enqueueRun = ({ runId, workspaceId }: RunPayload) =>
    jobs.enqueue<RunPayload>(RUN, { runId, workspaceId }, { key: runId });

  jobs.define<RunPayload>({
    name: RUN,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: RUN_TIMEOUT_MS,
    waitsForOthers: true,
    run: (payload, { signal, attempt }) => runOnce({ ...dependencies, fetchInTurn }, payload, signal, attempt),
  });
  jobs.define({
    name: DUE,
    maxAttempts: 1,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: RUN_TIMEOUT_MS,
    run: async () => {
      for (const run of await startDueRuns()) await enqueueRun(run);
    },
  });
  jobs.define({
    name: NIGHTLY,
    maxAttempts: MAX_ATTEMPTS,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: 60 * 60_000,
    run: async (_, { signal }) => {
      const values = await nightly.removeOldValues(signal);
      const plans = await nightly.evaluateAll(signal);
      logger.info({ plans, values_removed: values }, 'adoption plans judged for the day');
    },
  });
  jobs.define({
    name: FILES,
    maxAttempts: 1,
    backoffMs: FIRST_PAUSE_MS,
    timeoutMs: RUN_TIMEOUT_MS,
    run: async () => {
      await files.removeExpired();
    },
  });

  /** One run for each source that is due, however many it missed, and none for one that is still at work. */
  function startDueRuns(): Promise<readonly RunPayload[]> {
    const now = nowMs();
    return controlStore.asSystem(async (tx) => {
      await endLostRuns(tx, now);
      const due = await tx
        .select({ source: telemetrySources })
        .from(telemetrySources)
        .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetrySources.planId))
        .where(
          and(
            lte(telemetrySources.nextRunAt, new Date(now)),
            eq(telemetrySources.isEnabled, true),
            eq(adoptionPlans.telemetryEnabled, true),
          ),
        )
        .for('no key update', { of: telemetrySources });
      const started: RunPayload[] = [];
      for (const { source } of due) {
        await tx
          .update(telemetrySources)
          .set({ nextRunAt: source.schedule === null ? null : new Date(nextRunAt(source.schedule, now, source.id)) })
          .where(eq(telemetrySources.id, source.id));
        const atWork = await tx
          .select({ id: sourceRuns.id })
          .from(sourceRuns)
          .where(and(eq(sourceRuns.sourceId, source.id), inArray(sourceRuns.state, ['waiting', 'running'])));
        const isSkipped = atWork.length > 0;
        const run = { ...waitingRun(source, now), id: newId() };
        await tx
          .insert(sourceRuns)
          .values(
            isSkipped
              ? { ...run, state: 'skipped', finishedAt: new Date(now), reason: 'The run before it was still at work.' }
              : run,
          );
        if (!isSkipped) started.push({ runId: run.id, workspaceId: source.workspaceId });
      }
      return started;
    });
  }

  return {
    enqueueRun,
    async renew(source) {
      const found = await controlStore.withWorkspace(source.workspaceId, (tx) => boundPlace(tx, source.id));
      if (found !== undefined) await fetchInTurn(found, AbortSignal.timeout(RUN_TIMEOUT_MS));
    },
    async schedule() {
      await jobs.schedule(DUE, '* * * * *');
      await jobs.schedule(FILES, '*/10 * * * *');
      await jobs.schedule(NIGHTLY, '0 2 * * *');
    },
  };
}

/** A process that died, or a queue that gave up, must not keep a source from running ever again. */
async function endLostRuns(tx: ControlTransaction, nowMs: number): Promise<void> {
  await tx
    .update(sourceRuns)
    .set({ state: 'failed', finishedAt: new Date(nowMs), reason: 'The run was lost: its process ended before it did.' })
    .where(
      and(
        inArray(sourceRuns.state, ['waiting', 'running']),
        lte(sourceRuns.createdAt, new Date(nowMs - LOST_AFTER_MS)),
      ),
    );
}

type Fetching = Pick<JobsDependencies, 'secrets' | 'nowMs' | 'drivers' | 'supply'>;
type FetchInTurn = (found: FoundRun, signal: AbortSignal) => ReturnType<typeof fetchAndKeep>;
type Running = Pick<JobsDependencies, 'controlStore' | 'nowMs'> & { readonly fetchInTurn: FetchInTurn };

/** Of two answers of one source, asked for by its schedule and by new events, the later one is kept last. */
function createFetchInTurn(dependencies: Fetching): FetchInTurn {
  const lastOf = new Map<string, Promise<unknown>>();
  return (found, signal) => {
    const { id } = found.source;
    const before = lastOf.get(id) ?? Promise.resolve();
    const turn = before.then(() => {
      signal.throwIfAborted();
      return fetchAndKeep(dependencies, found, signal);
    });
    const ended = turn
      .catch(() => undefined)
      .finally(() => {
        if (lastOf.get(id) === ended) lastOf.delete(id);
      });
    lastOf.set(id, ended);
    return turn;
  };
}

async function runOnce(
  { controlStore, nowMs, fetchInTurn }: Running,
  { runId, workspaceId }: RunPayload,
  signal: AbortSignal,
  attempt: number,
): Promise<void> {
  const now = () => new Date(nowMs());
  const change = (set: Partial<typeof sourceRuns.$inferInsert>) =>
    controlStore.withWorkspace(workspaceId, (tx) => tx.update(sourceRuns).set(set).where(eq(sourceRuns.id, runId)));
  const found = await controlStore.withWorkspace(workspaceId, async (tx) => {
    const [run] = await tx.select().from(sourceRuns).where(eq(sourceRuns.id, runId));
    return run?.sourceId == null ? undefined : boundPlace(tx, run.sourceId);
  });
  if (found === undefined) {
    await change({ state: 'failed', finishedAt: now(), reason: 'The source was deleted before it ran.' });
    return;
  }
  await change({ state: 'running', startedAt: now(), attempts: attempt });
  try {
    const { batchId, stored, refused, notices } = await fetchInTurn(found, signal);
    const reason = [...refused.slice(0, 5).map(({ row, problem }) => `Row ${row}: ${problem}`), ...notices].join(' ');
    await change({
      state: 'succeeded',
      finishedAt: now(),
      batchId,
      valuesStored: stored,
      valuesRefused: refused.length,
      reason: keepable(reason) || null,
    });
  } catch (error) {
    const isFinal = !(error instanceof SourceFailed && error.isRetriable) || attempt >= MAX_ATTEMPTS;
    await change({
      state: isFinal ? 'failed' : 'waiting',
      finishedAt: isFinal ? now() : null,
      reason: keepable(reasonOf(error)),
    });
    // The queue tries again what may pass; what is final is told here and is no failure of the queue.
    if (!isFinal || !isExpected(error)) throw error;
  }
}

const isExpected = (error: unknown) => error instanceof SourceFailed || error instanceof Problem;

const MAX_REASON_LENGTH = 2_000;

/** Words of other systems are in it: as long as anybody reads, and without what the store cannot keep. */
function keepable(reason: string): string {
  return reason
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, MAX_REASON_LENGTH)
    .toWellFormed();
}

function reasonOf(error: unknown): string {
  if (error instanceof SourceFailed) return error.message;
  return error instanceof Problem ? error.detail : 'Something went wrong here; the log of the server says what.';
}

type FoundRun = {
  readonly source: SourceRow;
  readonly tenantId: string | null;
  readonly attribute: { readonly name: string } | null;
  readonly task: { readonly name: string } | null;
};

async function boundPlace(tx: ControlTransaction, sourceId: string): Promise<FoundRun | undefined> {
  const [row] = await tx
    .select({
      source: telemetrySources,
      tenantId: adoptionCustomers.tenantId,
      attribute: adoptionAttributes,
      task: adoptionTasks,
    })
    .from(telemetrySources)
    .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetrySources.planId))
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .leftJoin(adoptionAttributes, eq(adoptionAttributes.id, telemetrySources.attributeId))
    .leftJoin(adoptionTasks, eq(adoptionTasks.id, adoptionAttributes.taskId))
    .where(eq(telemetrySources.id, sourceId));
  return row;
}

async function fetchAndKeep(
  { secrets, nowMs, drivers, supply }: Fetching,
  { source, tenantId, attribute, task }: FoundRun,
  signal: AbortSignal,
) {
  const fetchValues = driverOf(drivers, source.kind).fetchValues;
  if (fetchValues === undefined)
    throw new Problem('conflict', 'Values are sent to this source; there is nothing to fetch.');
  const fetched = await fetchValues({
    config: source.config,
    credentials:
      source.sealedCredentials === null
        ? undefined
        : (JSON.parse(secrets.decrypt(source.sealedCredentials, credentialsContext(source.id))) as unknown),
    signal,
    day: dayOf(nowMs()),
    workspaceId: source.workspaceId,
    tenantId: tenantId ?? undefined,
    bound: attribute === null ? undefined : { attribute: attribute.name, task: task?.name ?? '' },
  });
  const supplied = await supply({
    workspaceId: source.workspaceId,
    planId: source.planId,
    rows: fetched.rows,
    source: VALUE_SOURCE[source.kind],
    sourceId: source.id,
    by: SYSTEM,
  });
  return { ...supplied, notices: fetched.notices };
}

const VALUE_SOURCE = {
  api_push: 'api',
  api_polling: 'api',
  database: 'database',
  webhook: 'webhook',
  binding: 'events',
} as const satisfies Record<StoredKind, string>;
