/** Where the values of a plan come from: kept with sealed credentials, tried before they are trusted, run one at a time. */
import { type InputError, type Principal, Problem } from '@uptake/domain/contract';
import { dayOf } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionCustomers, adoptionPlans, sourceRuns, telemetrySources } from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import type { AdoptionService, SourceInput } from './port.ts';
import { DEFAULT_SCHEDULE, nextRunAt, parseSchedule } from './schedules.ts';
import {
  driverOf,
  type FetchedValues,
  type SourceDriver,
  type SourceDrivers,
  type StoredKind,
} from './source-driver.ts';
import { previewOf, told, wordsOf } from './source-preview.ts';
import { lastRunsOf, runToModel, type SourceRow, sourceToModel } from './source-rows.ts';
import { attributesOf, loadPlan, onlyIds, type PlanState, uuidOr } from './store/plan-state.ts';
import { anyOf } from './store/recordset.ts';
import { requireAct, visibleCustomers } from './who.ts';

export type SourceActs = Pick<
  AdoptionService,
  'sourcesOf' | 'runsOf' | 'saveSource' | 'deleteSource' | 'runSource' | 'testSource'
>;

export type SourceDependencies = AdoptionDependencies & {
  readonly drivers: SourceDrivers;
  /** Starts a run as a job; resolves once it is kept. */
  readonly enqueueRun: (run: { readonly runId: string; readonly workspaceId: string }) => Promise<void>;
};

const TEST_TIMEOUT_MS = 30_000;
const MAX_SOURCES = 50;

type Testing = {
  readonly state: PlanState;
  readonly source: SourceRow | undefined;
  readonly tenantId: string | undefined;
};

export const credentialsContext = (sourceId: string) => `adoption_source:${sourceId}:credentials`;

export function createSources(dependencies: SourceDependencies): SourceActs {
  const { controlStore, secrets, nowMs, newId, drivers, baseUrl, enqueueRun } = dependencies;

  const ofPlans = (tx: ControlTransaction, principal: Principal, planIds: readonly string[]) =>
    tx
      .select({ id: adoptionPlans.id })
      .from(adoptionPlans)
      .where(
        and(
          sql`${adoptionPlans.id} = ${anyOf(onlyIds(planIds))}`,
          visibleCustomers(principal, adoptionPlans.customerId),
        ),
      );

  function unseal(row: SourceRow): unknown {
    if (row.sealedCredentials === null) return undefined;
    return JSON.parse(secrets.decrypt(row.sealedCredentials, credentialsContext(row.id))) as unknown;
  }

  /** What a run would bring, or what a message says; undefined where there is nothing to look at. */
  async function bring(
    driver: SourceDriver,
    { state, source, tenantId }: Testing,
    input: SourceInput,
    message: string | undefined,
  ): Promise<FetchedValues | undefined> {
    if (driver.fetchValues === undefined)
      return message === undefined ? undefined : driver.readMessage?.(input.config, message);
    const bound = attributesOf(state).find(({ id }) => id === input.attributeId);
    return driver.fetchValues({
      config: input.config,
      credentials: input.credentials ?? (source && unseal(source)),
      signal: AbortSignal.timeout(TEST_TIMEOUT_MS),
      day: dayOf(nowMs()),
      workspaceId: state.plan.workspaceId,
      tenantId,
      bound: bound && {
        attribute: bound.name,
        task: state.tasks.find(({ id }) => id === bound.taskId)?.name ?? '',
      },
    });
  }

  return {
    async sourcesOf(principal, planIds) {
      requireAct(principal, 'read');
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const ids = (await ofPlans(tx, principal, planIds)).map(({ id }) => id);
        const rows = await tx
          .select()
          .from(telemetrySources)
          .where(sql`${telemetrySources.planId} = ${anyOf(ids)}`)
          .orderBy(asc(telemetrySources.createdAt), asc(telemetrySources.id));
        const runs = await lastRunsOf(
          tx,
          rows.map(({ id }) => id),
        );
        const sources = rows.map((row) => ({
          planId: row.planId,
          ...sourceToModel(row, runs.get(row.id), { baseUrl, nowMs: nowMs() }),
        }));
        return Map.groupBy(sources, ({ planId }) => planId);
      });
    },

    async runsOf(principal, planIds, first) {
      requireAct(principal, 'read');
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const ids = (await ofPlans(tx, principal, planIds)).map(({ id }) => id);
        const rank = sql<number>`row_number() OVER (PARTITION BY ${sourceRuns.planId} ORDER BY ${sourceRuns.createdAt} DESC, ${sourceRuns.id})`;
        const ranked = tx
          .select({ id: sourceRuns.id, rank: rank.as('rank') })
          .from(sourceRuns)
          .where(sql`${sourceRuns.planId} = ${anyOf(ids)}`)
          .as('ranked');
        const rows = await tx
          .select({ run: sourceRuns })
          .from(sourceRuns)
          .innerJoin(ranked, eq(ranked.id, sourceRuns.id))
          .where(lte(ranked.rank, first))
          .orderBy(desc(sourceRuns.createdAt), asc(sourceRuns.id));
        const runs = rows.map(({ run }) => ({ planId: run.planId, ...runToModel(run) }));
        return Map.groupBy(runs, ({ planId }) => planId);
      });
    },

    async saveSource(principal, input) {
      requireAct(principal, 'configure');
      const kind = storedKind(input);
      const driver = driverOf(drivers, kind);
      refuseMistakes(input, driver, nowMs());
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const state = await loadPlan(tx, input.adoptionPlanId, principal);
        const before = input.id == null ? undefined : await findSource(tx, principal, input.id);
        if (before !== undefined && (before.kind !== kind || before.planId !== state.plan.id))
          throw new Problem('invalid_request', 'The kind and the plan of a source stay; make another source instead.');
        if (kind === 'binding' && !attributesOf(state).some(({ id }) => id === input.attributeId))
          throw new Problem('invalid_request', 'A binding gives the value of an attribute of this plan; choose one.');
        if (before === undefined) await refuseTooMany(tx, state.plan.id);
        refuseOtherTarget(driver, before, input);
        const id = before?.id ?? newId();
        const made = before === undefined && input.credentials == null ? driver.makeCredentials?.() : undefined;
        const credentials = made?.credentials ?? input.credentials ?? undefined;
        const schedule =
          driver.fetchValues === undefined
            ? null
            : input.schedule?.trim() || state.plan.telemetrySchedule || DEFAULT_SCHEDULE;
        const values = {
          name: input.name.trim(),
          config: input.config,
          schedule,
          isEnabled: input.isEnabled ?? before?.isEnabled ?? true,
          attributeId: kind === 'binding' ? (input.attributeId ?? null) : null,
          nextRunAt: schedule === null ? null : new Date(nextRunAt(schedule, nowMs(), id)),
          sealedCredentials:
            credentials === undefined
              ? (before?.sealedCredentials ?? null)
              : secrets.encrypt(JSON.stringify(credentials), credentialsContext(id)),
          previousSecretExpiresAt: credentials === undefined ? (before?.previousSecretExpiresAt ?? null) : null,
        };
        const { workspaceId, id: planId } = state.plan;
        const [row] = await tx
          .insert(telemetrySources)
          .values({ ...values, id, workspaceId, planId, kind, createdAt: new Date(nowMs()) })
          .onConflictDoUpdate({ target: telemetrySources.id, set: values })
          .returning();
        await auditAct(tx, dependencies, principal, {
          action: before === undefined ? 'adoption_source.created' : 'adoption_source.changed',
          subject: { kind: 'adoption_source', id },
          details: { plan_id: planId, kind, credentials_changed: credentials !== undefined },
        });
        const runs = await lastRunsOf(tx, [id]);
        return { source: sourceToModel(row!, runs.get(id), { baseUrl, nowMs: nowMs() }), secret: made?.secret };
      });
    },

    async deleteSource(principal, id) {
      requireAct(principal, 'configure');
      await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const source = await findSource(tx, principal, id);
        await tx.delete(telemetrySources).where(eq(telemetrySources.id, source.id));
        const subject = { kind: 'adoption_source', id: source.id };
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_source.deleted',
          subject,
          details: { plan_id: source.planId },
        });
      });
    },

    async runSource(principal, id) {
      requireAct(principal, 'configure');
      const run = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const source = await findSource(tx, principal, id);
        if (driverOf(drivers, source.kind).fetchValues === undefined)
          throw new Problem('conflict', 'Values are sent to this source; there is nothing to fetch.');
        await refuseSecondRun(tx, source.id);
        const [row] = await tx
          .insert(sourceRuns)
          .values({ ...waitingRun(source, nowMs()), id: newId() })
          .returning();
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_source.run',
          subject: { kind: 'adoption_source', id: source.id },
        });
        return row!;
      });
      await enqueueRun({ runId: run.id, workspaceId: principal.workspaceId });
      return runToModel(run);
    },

    async testSource(principal, input, message) {
      requireAct(principal, 'configure');
      const driver = driverOf(drivers, storedKind(input));
      refuseMistakes(input, driver, nowMs());
      const found = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const state = await loadPlan(tx, input.adoptionPlanId, principal);
        const source = input.id == null ? undefined : await findSource(tx, principal, input.id);
        return { state, source, tenantId: await tenantOf(tx, state.plan.customerId) };
      });
      refuseOtherTarget(driver, found.source, input);
      const startedMs = nowMs();
      try {
        const fetched = await bring(driver, found, input, message);
        if (fetched === undefined)
          return told(true, 'The settings are right; values are sent to this source.', nowMs() - startedMs);
        return previewOf(found.state, fetched, { today: dayOf(nowMs()), tookMs: nowMs() - startedMs });
      } catch (error) {
        const problem = wordsOf(error);
        if (problem === undefined) throw error;
        return told(false, problem, nowMs() - startedMs);
      }
    },
  };
}

/** With the row locked until the end of the transaction. Throws `not_found`. */
export async function findSource(tx: ControlTransaction, principal: Principal, id: string): Promise<SourceRow> {
  const [found] = await tx
    .select({ source: telemetrySources })
    .from(telemetrySources)
    .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetrySources.planId))
    .where(and(eq(telemetrySources.id, uuidOr(id)), visibleCustomers(principal, adoptionPlans.customerId)))
    .for('update', { of: telemetrySources });
  if (found === undefined) throw new Problem('not_found', 'There is no such source.');
  return found.source;
}

export function waitingRun(source: SourceRow, nowMs: number): Omit<typeof sourceRuns.$inferInsert, 'id'> {
  const { workspaceId, planId, id: sourceId, name: sourceName } = source;
  const counts = { attempts: 0, valuesStored: 0, valuesRefused: 0 };
  return { workspaceId, planId, sourceId, sourceName, state: 'waiting', ...counts, createdAt: new Date(nowMs) };
}

const storedKind = ({ kind }: SourceInput) => kind.toLowerCase() as StoredKind;

function refuseMistakes(input: SourceInput, driver: SourceDriver, nowMs: number): void {
  const at = (field: string) => (error: InputError) => ({ ...error, path: `/input/${field}${error.path}` });
  const name = input.name.trim();
  const schedule = parseSchedule(input.schedule?.trim() || DEFAULT_SCHEDULE, nowMs);
  const errors = [
    ...(name === '' || name.length > 200
      ? [{ path: '/input/name', message: 'must be a text of 1 to 200 characters' }]
      : []),
    ...(schedule.problem === undefined ? [] : [{ path: '/input/schedule', message: schedule.problem }]),
    ...driver.readConfig(input.config).map(at('config')),
    ...(input.credentials == null
      ? []
      : driver.readCredentials(input.credentials, input.config).map(at('credentials'))),
  ];
  if (errors.length > 0) throw new Problem('invalid_request', 'The source cannot be kept as it is.', { errors });
}

function refuseOtherTarget(driver: SourceDriver, before: SourceRow | undefined, input: SourceInput): void {
  if (before === undefined || before.sealedCredentials === null || input.credentials != null) return;
  if (driver.targetOf?.(before.config) === driver.targetOf?.(input.config)) return;
  const message = 'are needed again, since the source asks another host now';
  const errors: InputError[] = [{ path: '/input/credentials', message }];
  throw new Problem('invalid_request', 'The source cannot use the credentials it has.', { errors });
}

/** The row of the source is locked, so that of two who ask at once the second is told. */
async function refuseSecondRun(tx: ControlTransaction, sourceId: string): Promise<void> {
  await tx.select().from(telemetrySources).where(eq(telemetrySources.id, sourceId)).for('update');
  const atWork = await tx
    .select({ id: sourceRuns.id })
    .from(sourceRuns)
    .where(and(eq(sourceRuns.sourceId, sourceId), inArray(sourceRuns.state, ['waiting', 'running'])));
  if (atWork.length > 0) throw new Problem('conflict', 'A run of this source is under way. Wait for it to end.');
}

async function refuseTooMany(tx: ControlTransaction, planId: string): Promise<void> {
  const rows = await tx
    .select({ id: telemetrySources.id })
    .from(telemetrySources)
    .where(and(eq(telemetrySources.planId, planId), sql`${telemetrySources.kind} <> 'binding'`));
  if (rows.length >= MAX_SOURCES) throw new Problem('conflict', `A plan has ${MAX_SOURCES} sources at most.`);
}

async function tenantOf(tx: ControlTransaction, customerId: string): Promise<string | undefined> {
  const [row] = await tx.select().from(adoptionCustomers).where(eq(adoptionCustomers.id, customerId));
  return row?.tenantId ?? undefined;
}
