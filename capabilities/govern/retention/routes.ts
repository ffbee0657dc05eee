/** REST for retention: what is kept how long, pruning now, and the proof of what was removed. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type InputError, type Principal, Problem } from '@uptake/domain/contract';
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import type { Jobs } from '@uptake/io/jobs';
import { type Static, Type } from 'typebox';
import { type AccessReadModel, type AskingRequest, actorOf } from '../../access/read-model.ts';
import { listRuns, type PruneDependencies, previewPrune, RETENTION_CLASSES, type RetentionRun } from './prune.ts';
import { PRUNE, type PrunePayload } from './schedule.ts';
import { effectiveTiers, type Tiers, tiersToWire } from './tiers.ts';

const LISTED = 100;
const Days = (description: string) => Type.Integer({ minimum: 1, maximum: 3_650, description });
const TiersBody = Type.Object(
  {
    raw_days: Days('Events, one by one.'),
    restricted_days: Days('Events marked `restricted`, where that is sooner; refused events, at most 30 days.'),
    aggregated_days: Days('Counts by the hour.'),
  },
  { additionalProperties: false },
);
const TierValues = Type.Object({
  raw_days: Type.Integer(),
  restricted_days: Type.Integer(),
  aggregated_days: Type.Integer(),
});
const Retention = Type.Object({
  limits: TierValues,
  environments: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      product_name: Type.String(),
      is_own: Type.Boolean({ description: 'False where it keeps as long as the installation does.' }),
      tiers: TierValues,
    }),
  ),
});
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const RemovedRows = Type.Object({
  environment_id: Type.String(),
  class: Type.Enum([...RETENTION_CLASSES]),
  before: Type.String(),
  rows: Type.Integer(),
  oldest: orNull(Type.String()),
  newest: orNull(Type.String()),
  remaining: Type.Integer(),
});
const Run = Type.Object({
  id: Type.String(),
  started_at: Type.String(),
  finished_at: orNull(Type.String()),
  trigger: Type.Enum(['schedule', 'person', 'command']),
  removed: Type.Array(RemovedRows),
  bytes_before: orNull(Type.Integer({ description: 'Of all workspaces: one store holds them.' })),
  bytes_after: orNull(Type.Integer()),
});
const EnvironmentParams = Type.Object({ environment_id: Type.String({ format: 'uuid' }) });
const tags = ['retention'];
const path = '/api/v1/retention';

export type RetentionRoutesDependencies = PruneDependencies & {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly record: RecordMilestone;
};

export function retentionRoutes(dependencies: RetentionRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, tiers, limits, jobs, controlStore, nowMs } = dependencies;
  const allowed = (request: AskingRequest, scope: 'read' | 'admin'): Promise<Principal> =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope });

  async function retentionOf(workspaceId: string): Promise<Static<typeof Retention>> {
    const own = await tiers.of(workspaceId);
    return {
      limits: tiersToWire(limits),
      environments: (await access.environmentsOf(workspaceId)).map(({ id, name, productName }) => {
        const effective = effectiveTiers(own.get(id), limits);
        return { id, name, product_name: productName, is_own: effective.isOwn, tiers: tiersToWire(effective) };
      }),
    };
  }

  async function change(request: AskingRequest, environment: string, wanted: Tiers | undefined): Promise<string> {
    const principal = await allowed(request, 'admin');
    const { workspaceId } = principal;
    const environmentId = environment.toLowerCase();
    if (!(await access.environmentsOf(workspaceId)).some(({ id }) => id === environmentId)) {
      throw new Problem('not_found', 'The workspace has no environment with this id.');
    }
    const before = effectiveTiers((await tiers.of(workspaceId)).get(environmentId), limits);
    const by = { actor: actorOf(principal), before, atMs: nowMs() };
    await tiers.change({ workspaceId, environmentId }, wanted, by);
    return workspaceId;
  }

  return async (app) => {
    app.get(
      path,
      { schema: { tags, summary: 'How long each environment keeps what', response: { 200: Retention } } },
      async (request) => retentionOf((await allowed(request, 'read')).workspaceId),
    );

    app.put(
      `${path}/:environment_id`,
      {
        schema: {
          tags,
          summary: 'Keep less long, within the limits of the installation; in force with the next pruning',
          params: EnvironmentParams,
          body: TiersBody,
          response: { 200: Retention },
        },
      },
      async (request) => {
        const wanted = readTiers(request.body, limits);
        return retentionOf(await change(request, request.params.environment_id, wanted));
      },
    );

    app.delete(
      `${path}/:environment_id`,
      {
        schema: {
          tags,
          summary: 'Keep as long as the installation does',
          params: EnvironmentParams,
          response: { 200: Retention },
        },
      },
      async (request) => retentionOf(await change(request, request.params.environment_id, undefined)),
    );

    app.get(
      `${path}/runs`,
      {
        schema: {
          tags,
          summary: 'What pruning removed, newest run first',
          response: { 200: Type.Object({ runs: Type.Array(Run) }) },
        },
      },
      async (request) => {
        const { workspaceId } = await allowed(request, 'read');
        return { runs: (await listRuns(controlStore, workspaceId, LISTED)).map(runToWire) };
      },
    );

    app.post(
      `${path}/prune`,
      {
        schema: {
          tags,
          summary: 'Remove now what is older than its tier, or say what would go',
          body: Type.Object(
            { dry_run: Type.Optional(Type.Boolean()), trigger: Type.Optional(Type.Literal('command')) },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ would_remove: Type.Array(RemovedRows) }), 202: Type.Object({}) },
        },
      },
      async (request, reply) => {
        const principal = await allowed(request, 'admin');
        const { workspaceId } = principal;
        if (request.body.dry_run === true) {
          return { would_remove: [...(await previewPrune(workspaceId, dependencies))] };
        }
        const payload: PrunePayload = {
          workspaceId,
          actor: actorOf(principal),
          trigger: request.body.trigger ?? 'person',
        };
        await jobs.enqueue(PRUNE, payload, { key: workspaceId });
        dependencies.record(initiatorOf(principal), milestones.operationStarted('retention_prune'));
        return reply.status(202).send({});
      },
    );
  };
}

function readTiers(body: Static<typeof TiersBody>, limits: Tiers): Tiers {
  const errors: InputError[] = [];
  const wanted = { rawDays: body.raw_days, restrictedDays: body.restricted_days, aggregatedDays: body.aggregated_days };
  const most = (path: string, days: number, limit: number) => {
    if (days > limit) errors.push({ path, message: `must be at most ${limit}, which the installation allows` });
  };
  most('/raw_days', wanted.rawDays, limits.rawDays);
  most('/restricted_days', wanted.restrictedDays, Math.min(limits.restrictedDays, wanted.rawDays));
  most('/aggregated_days', wanted.aggregatedDays, limits.aggregatedDays);
  if (errors.length > 0) {
    const detail = errors.map((each) => `${each.path.slice(1)} ${each.message}`).join('; ');
    throw new Problem('invalid_request', detail, { errors });
  }
  return wanted;
}

function runToWire(run: RetentionRun): Static<typeof Run> {
  return {
    id: run.id,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    trigger: run.trigger,
    removed: [...run.removed],
    bytes_before: run.bytesBefore,
    bytes_after: run.bytesAfter,
  };
}
