/** REST for what was observed: unplanned events and the schemas they suggest, missing events, the record of each feature. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Principal, Problem } from '@uptake/domain/contract';
import type { OnCheckpoint } from '@uptake/domain/ledger';
import { type FeatureRecord, featureRecords } from '@uptake/domain/tracking-plan';
import {
  type AccessReadModel,
  type AskingRequest,
  actorOf,
  type EnvironmentOfWorkspace,
} from '../../access/read-model.ts';
import type { ProductScope } from '../read-model.ts';
import * as observed from './observed-wire.ts';
import type { Proposals } from './proposals.ts';
import { editorOf, productOf } from './routes.ts';
import type { Registry } from './service.ts';
import { type Facts, suggest } from './troubleshooting.ts';
import { currentSchema } from './versions.ts';
import * as wire from './wire.ts';

export type ObservedRoutesDependencies = {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf' | 'audit'>;
  readonly registry: Registry;
  readonly proposals: Proposals;
  readonly factsOf: (workspaceId: string, environment: EnvironmentOfWorkspace, eventName: string) => Promise<Facts>;
  readonly featureAreasOf: (product: ProductScope) => Promise<readonly string[]>;
  readonly onCheckpoint: OnCheckpoint;
};

const tags = ['govern'];

export function observedRoutes(dependencies: ObservedRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, registry, proposals, factsOf, featureAreasOf, onCheckpoint } = dependencies;

  async function asked(request: AskingRequest, scope: 'read' | 'write', environmentId: string | undefined) {
    const principal = await access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope });
    return { principal, environment: await environmentOf(access, principal, environmentId) };
  }

  return async (app) => {
    app.get(
      '/api/v1/schema-proposals',
      {
        schema: {
          tags,
          summary: 'Events of the last 30 days that nobody planned',
          querystring: observed.EnvironmentQuery,
          response: { 200: observed.UnplannedList },
        },
      },
      async (request) => {
        const { principal, environment } = await asked(request, 'read', request.query.environment_id);
        const events = await proposals.unplanned(principal.workspaceId, environment);
        return { events: events.map(observed.toUnplanned) };
      },
    );

    app.get(
      '/api/v1/schema-proposals/:event_name',
      {
        schema: {
          tags,
          summary: 'A draft of the schema from what was seen: types, enums, examples, presence',
          params: observed.EventParams,
          querystring: observed.EnvironmentQuery,
          response: { 200: observed.ProposalReply },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { principal, environment } = await asked(request, 'read', request.query.environment_id);
        const { workspaceId } = principal;
        const { event_name } = request.params;
        const drafted = await proposals.draft(workspaceId, environment, event_name);
        // Examples are values of events, if scrubbed ones: more than counts.
        await access.audit({
          workspaceId,
          actor: actorOf(principal),
          action: 'event_schema.proposed',
          subject: { kind: 'environment', id: environment.id },
          details: { event_name, sampled_events: drafted.sampledEvents },
        });
        return observed.toProposal(drafted);
      },
    );

    app.post(
      '/api/v1/schema-proposals/:event_name/accept',
      {
        schema: {
          tags,
          summary: 'Take a proposal, edited or not, into the tracking plan',
          params: observed.EventParams,
          querystring: observed.EnvironmentQuery,
          body: observed.AcceptBody,
          response: { 201: wire.PutReply },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const { principal, environment } = await asked(request, 'write', request.query.environment_id);
        const { workspaceId } = principal;
        const { event_name } = request.params;
        const schema = request.body.schema ?? (await proposals.draft(workspaceId, environment, event_name)).schema;
        const product = { workspaceId, productId: environment.productId };
        const { event, change } = await registry.register(product, event_name, { schema }, editorOf(principal));
        if (event.row.state === 'active') onCheckpoint(principal, 'tracking_plan_activated');
        return reply.status(201).send({ ...wire.toPlanned(event, undefined), change: wire.toChanges(change) });
      },
    );

    app.get(
      '/api/v1/telemetry/troubleshoot',
      {
        schema: {
          tags,
          summary: 'Why an event is missing',
          querystring: observed.TroubleshootQuery,
          response: { 200: observed.Troubleshoot },
        },
      },
      async (request) => {
        const { principal, environment } = await asked(request, 'read', request.query.environment_id);
        const facts = await factsOf(principal.workspaceId, environment, request.query.event_name);
        return toTroubleshoot(environment, facts);
      },
    );

    app.get(
      '/api/v1/features',
      {
        schema: {
          tags,
          summary: 'The record of each feature: hypothesis, metrics, schemas, feedback prompts, and what is missing',
          querystring: wire.ProductQuery,
          response: { 200: observed.Features },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'read' });
        const product = await productOf(access, principal, request.query.product_id);
        const [events, areas] = await Promise.all([registry.list(product), featureAreasOf(product)]);
        return { features: featureRecords(events.map(currentSchema), areas).map(toFeature) };
      },
    );
  };
}

function toTroubleshoot(environment: EnvironmentOfWorkspace, facts: Facts) {
  const { accepted, refused } = facts;
  return {
    event_name: facts.eventName,
    environment: { id: environment.id, mode: environment.mode, policy: environment.policy, excluded: facts.isExcluded },
    schema: facts.schema ?? null,
    accepted:
      accepted === null
        ? null
        : {
            last_received_at: accepted.lastReceivedAt.toISOString(),
            last_timestamp: accepted.lastTimestamp.toISOString(),
            last_hour: accepted.lastHour,
            last_24h: accepted.lastDay,
            violations_24h: accepted.violationsLastDay,
          },
    refused_24h: refused === undefined ? null : refused.map(({ reason, events }) => ({ reason, events })),
    keys: facts.keys.map(({ name, prefix, kind, lastUsedAt, isUsable }) => ({
      name,
      prefix,
      kind,
      last_used_at: lastUsedAt?.toISOString() ?? null,
      is_usable: isUsable,
    })),
    suggestions: suggest(facts),
  };
}

function toFeature(record: FeatureRecord) {
  return {
    feature_area: record.feature_area,
    hypotheses: [...record.hypotheses],
    target_metrics: [...record.target_metrics],
    schemas: record.schemas.map((schema) => ({ ...schema })),
    feedback_prompts: [...record.feedback_prompts],
    missing: [...record.missing],
  };
}

/** The environment asked for, the key's own, or the workspace's first. What belongs to others is not found. */
async function environmentOf(
  access: Pick<AccessReadModel, 'environmentsOf'>,
  principal: Principal,
  environmentId: string | undefined,
): Promise<EnvironmentOfWorkspace> {
  const environments = await access.environmentsOf(principal.workspaceId);
  const wanted = environmentId ?? (principal.kind === 'member' ? undefined : principal.environmentId);
  const found = wanted === undefined ? environments[0] : environments.find(({ id }) => id === wanted);
  if (found === undefined) throw new Problem('not_found', 'There is no such environment in this workspace.');
  return found;
}
