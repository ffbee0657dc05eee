/** REST for workspaces, products, environments and keys. */

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Principal } from '@uptake/domain/contract';
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { ControlStore } from '@uptake/io/control-store';
import { actorOf } from './audit.ts';
import type { RequestAuthenticator } from './authenticate-request.ts';
import type { Keys } from './keys.ts';
import { membershipsOf } from './membership.query.ts';
import type { Operators } from './operators.ts';
import type { AskingRequest } from './read-model.ts';
import * as wire from './wire.ts';
import type { Workspaces } from './workspaces.ts';

export type AccessRoutesDependencies = RequestAuthenticator & {
  readonly controlStore: ControlStore;
  readonly keys: Keys;
  readonly workspaces: Workspaces;
  readonly operators: Pick<Operators, 'isOperator'>;
  readonly onCheckpoint?: OnCheckpoint | undefined;
};

const tags = ['access'];

export function accessRoutes(dependencies: AccessRoutesDependencies): FastifyPluginAsyncTypebox {
  const { authenticateRequest, authenticatePerson, controlStore, keys, workspaces, operators } = dependencies;
  const reader = (request: AskingRequest): Promise<Principal> =>
    authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'read' });
  const administrator = (request: AskingRequest): Promise<Principal> =>
    authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'admin' });

  return async (app) => {
    // Answers here name people and keys: nobody between us and the asker keeps them.
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/me',
      { schema: { tags, summary: 'The signed-in person and their workspaces', response: { 200: wire.Me } } },
      async (request) => {
        const person = await authenticatePerson(request);
        const memberships = await membershipsOf(controlStore, person.id);
        return {
          user: { ...person, is_operator: await operators.isOperator(person.id) },
          workspaces: memberships.map(({ workspaceId: id, name, slug, role }) => ({ id, name, slug, role })),
        };
      },
    );

    app.get(
      '/api/v1/workspace',
      {
        schema: {
          tags,
          summary: 'The workspace with its products and environments',
          response: { 200: wire.Workspace },
        },
      },
      async (request) => {
        const { workspaceId } = await reader(request);
        const { id, name, slug, products } = await workspaces.read(workspaceId);
        return { id, name, slug, products: products.map(wire.toProduct) };
      },
    );

    app.post(
      '/api/v1/workspaces',
      {
        schema: {
          tags,
          summary: 'Make a workspace and own it',
          body: wire.NameBody,
          response: { 201: wire.CreatedWorkspace },
        },
      },
      async (request, reply) => {
        // A new workspace belongs to a person, so no key may make one; the right to is that of an admin of the present one.
        const principal = await authenticateRequest(request, { allow: ['member'], scope: 'admin' });
        if (principal.kind !== 'member') throw new TypeError('only members were allowed');
        const { id, name, slug } = await workspaces.createWorkspace(request.body.name.trim(), principal.userId);
        return reply.status(201).send({ id, name, slug });
      },
    );

    app.post(
      '/api/v1/products',
      {
        schema: {
          tags,
          summary: 'Add a product, with its production environment',
          body: wire.NameAndSlugBody,
          response: { 201: wire.Product },
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const product = await workspaces.createProduct(principal.workspaceId, request.body, actorOf(principal));
        return reply.status(201).send(wire.toProduct(product));
      },
    );

    app.post(
      '/api/v1/products/:id/environments',
      {
        schema: {
          tags,
          summary: 'Add an environment to a product',
          params: wire.IdParams,
          body: wire.NameAndSlugBody,
          response: { 201: wire.Environment },
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const actor = actorOf(principal);
        const environment = await workspaces.createEnvironment(
          principal.workspaceId,
          request.params.id,
          request.body,
          actor,
        );
        return reply.status(201).send(wire.toEnvironment(environment));
      },
    );

    app.get(
      '/api/v1/keys',
      {
        schema: {
          tags,
          summary: 'The keys of the workspace, without the keys themselves',
          response: { 200: wire.KeyList },
        },
      },
      async (request) => {
        const { workspaceId } = await reader(request);
        return { keys: (await keys.list(workspaceId)).map(wire.toKey) };
      },
    );

    app.post(
      '/api/v1/keys',
      { schema: { tags, summary: 'Make a key', body: wire.NewKeyBody, response: { 201: wire.CreatedKey } } },
      async (request, reply) => {
        const principal = await administrator(request);
        const { kind, name, environment_id, scopes, allowed_addresses, events_per_second_limit } = request.body;
        const made = await keys.create(
          principal.workspaceId,
          {
            kind,
            name: name.trim(),
            environmentId: environment_id,
            scopes,
            allowedAddresses: allowed_addresses,
            eventsPerSecondLimit: events_per_second_limit,
          },
          actorOf(principal),
        );
        if (kind === 'write') dependencies.onCheckpoint?.(principal, 'first_key_created');
        return reply.status(201).send({ ...wire.toKey(made), key: made.key });
      },
    );

    app.post(
      '/api/v1/keys/:id/rotate',
      {
        schema: {
          tags,
          summary: 'Replace a key by a new one',
          params: wire.IdParams,
          body: wire.RotateBody,
          response: { 201: wire.CreatedKey },
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const { overlap_seconds } = request.body;
        const made = await keys.rotate(principal.workspaceId, request.params.id, overlap_seconds, actorOf(principal));
        return reply.status(201).send({ ...wire.toKey(made), key: made.key });
      },
    );

    app.delete(
      '/api/v1/keys/:id',
      { schema: { tags, summary: 'Revoke a key', params: wire.IdParams } },
      async (request, reply) => {
        const principal = await administrator(request);
        await keys.revoke(principal.workspaceId, request.params.id, actorOf(principal));
        return reply.status(204).send();
      },
    );
  };
}
