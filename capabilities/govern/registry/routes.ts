/** REST for the tracking plan: schemas with their history, changes and states. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Principal, Problem } from '@uptake/domain/contract';
import type { OnCheckpoint } from '@uptake/domain/ledger';
import { compareVersions } from '@uptake/domain/tracking-plan';
import { EXAMPLE_SCHEMAS } from '@uptake/domain/tracking-plan/examples';
import { type AccessReadModel, type AllowedPrincipals, type AskingRequest, actorOf } from '../../access/read-model.ts';
import type { ProductScope } from '../read-model.ts';
import { checkSchemas } from './check.ts';
import type { Editor, Registry } from './service.ts';
import type { PlannedEvent } from './store.ts';
import type { EventVolume } from './volumes.query.ts';
import * as wire from './wire.ts';

export type RegistryRoutesDependencies = {
  readonly registry: Registry;
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  readonly volumesOf: (scope: ProductScope) => Promise<ReadonlyMap<string, EventVolume>>;
  readonly onCheckpoint: OnCheckpoint;
};

const tags = ['govern'];
const allow: AllowedPrincipals['allow'] = ['member', 'secret_key'];

export function registryRoutes(dependencies: RegistryRoutesDependencies): FastifyPluginAsyncTypebox {
  const { registry, access, volumesOf, onCheckpoint } = dependencies;

  async function asked(request: AskingRequest, scope: 'read' | 'write', productId: string | undefined) {
    const principal = await access.authenticateRequest(request, { allow, scope });
    return { principal, product: await productOf(access, principal, productId) };
  }

  const activated = (principal: Principal, { row }: PlannedEvent): void => {
    if (row.state === 'active') onCheckpoint(principal, 'tracking_plan_activated');
  };

  return async (app) => {
    app.get(
      '/api/v1/schemas',
      {
        schema: {
          tags,
          summary: 'The tracking plan: every planned event in its current version',
          querystring: wire.ListQuery,
          response: { 200: wire.PlannedList },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { product } = await asked(request, 'read', request.query.product_id);
        const events = await registry.list(product);
        const volumes = request.query.volumes === true ? await volumesOf(product) : undefined;
        const none: EventVolume = { events: 0, violations: 0, lastSeen: undefined };
        return {
          schemas: events.map((event) =>
            wire.toPlanned(event, volumes === undefined ? undefined : (volumes.get(event.row.eventName) ?? none)),
          ),
        };
      },
    );

    app.get(
      '/api/v1/schemas/:event_name',
      {
        schema: {
          tags,
          summary: 'A planned event with all its versions and what each changed',
          params: wire.EventParams,
          querystring: wire.ProductQuery,
          response: { 200: wire.PlannedWithHistory },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { product } = await asked(request, 'read', request.query.product_id);
        const event = await registry.read(product, request.params.event_name);
        return { ...wire.toPlanned(event, undefined), history: wire.toHistory(event, compareVersions) };
      },
    );

    app.get(
      '/api/v1/schemas/:event_name/diff',
      {
        schema: {
          tags,
          summary: 'What became different from one version to another',
          params: wire.EventParams,
          querystring: wire.DiffQuery,
          response: { 200: wire.Changes },
        },
      },
      async (request) => {
        const { product } = await asked(request, 'read', request.query.product_id);
        const event = await registry.read(product, request.params.event_name);
        const [from, to] = [request.query.from, request.query.to].map((version) => {
          const found = event.versions.find((each) => each.version === version);
          if (found === undefined) throw new Problem('not_found', `There is no version ${version} of this event.`);
          return found.document;
        });
        return wire.toChanges(compareVersions(from!, to!));
      },
    );

    app.put(
      '/api/v1/schemas/:event_name',
      {
        schema: {
          tags,
          summary: 'Plan an event, or make the next version of its schema',
          params: wire.EventParams,
          querystring: wire.ProductQuery,
          body: wire.PutBody,
          response: { 200: wire.PutReply },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { principal, product } = await asked(request, 'write', request.query.product_id);
        const { schema, migration_note, reviewer, accepted_until } = request.body;
        const registration = { schema, migrationNote: migration_note, reviewer, acceptedUntil: accepted_until };
        const editor = editorOf(principal);
        const { event, change } = await registry.register(product, request.params.event_name, registration, editor);
        activated(principal, event);
        return { ...wire.toPlanned(event, undefined), change: wire.toChanges(change) };
      },
    );

    app.post(
      '/api/v1/schemas/:event_name/state',
      {
        schema: {
          tags,
          summary: 'Put a schema into force, deprecate it or block the event',
          params: wire.EventParams,
          querystring: wire.ProductQuery,
          body: wire.StateBody,
          response: { 200: wire.Planned },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { principal, product } = await asked(request, 'write', request.query.product_id);
        const { event_name } = request.params;
        const event = await registry.changeState(product, event_name, request.body.state, editorOf(principal));
        activated(principal, event);
        return wire.toPlanned(event, undefined);
      },
    );

    app.delete(
      '/api/v1/schemas/:event_name',
      {
        schema: { tags, summary: 'Discard a draft', params: wire.EventParams, querystring: wire.ProductQuery },
      },
      async (request, reply) => {
        const { principal, product } = await asked(request, 'write', request.query.product_id);
        await registry.discardDraft(product, request.params.event_name, editorOf(principal));
        return reply.status(204).send();
      },
    );

    app.post(
      '/api/v1/schemas/examples',
      {
        schema: {
          tags,
          summary: 'Take the example schemas into the plan as drafts; events that are planned already stay as they are',
          querystring: wire.ProductQuery,
          response: { 201: wire.PlannedList },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const { principal, product } = await asked(request, 'write', request.query.product_id);
        const planned = new Set((await registry.list(product)).map(({ row }) => row.eventName));
        const made: PlannedEvent[] = [];
        for (const example of EXAMPLE_SCHEMAS.filter(({ event_name }) => !planned.has(event_name))) {
          const schema = { ...example, state: 'draft' };
          made.push((await registry.register(product, example.event_name, { schema }, editorOf(principal))).event);
        }
        return reply.status(201).send({ schemas: made.map((event) => wire.toPlanned(event, undefined)) });
      },
    );

    app.post(
      '/api/v1/schemas/check',
      {
        schema: {
          tags,
          summary: 'What lint and the comparison with the plan say of schemas; nothing is kept',
          querystring: wire.ProductQuery,
          body: wire.CheckBody,
          response: { 200: wire.CheckReply },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { product } = await asked(request, 'read', request.query.product_id);
        return { results: checkSchemas(request.body.schemas, await registry.list(product)) };
      },
    );
  };
}

export function editorOf(principal: Principal): Editor {
  const mayEnforce =
    principal.kind === 'member'
      ? principal.role === 'owner' || principal.role === 'admin'
      : principal.kind === 'secret_key' && principal.scopes.includes('admin');
  return { actor: actorOf(principal), mayEnforce };
}

/** The product asked for, the key's own, or the workspace's first. What belongs to others is not found. */
export async function productOf(
  access: Pick<AccessReadModel, 'environmentsOf'>,
  principal: Principal,
  productId: string | undefined,
): Promise<ProductScope> {
  const { workspaceId } = principal;
  const wanted = productId ?? (principal.kind === 'member' ? undefined : principal.productId);
  const environments = await access.environmentsOf(workspaceId);
  const found = wanted === undefined ? environments[0] : environments.find((each) => each.productId === wanted);
  if (found === undefined) throw new Problem('not_found', 'There is no such product in this workspace.');
  return { workspaceId, productId: found.productId };
}
