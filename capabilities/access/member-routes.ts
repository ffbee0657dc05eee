/** REST for who belongs to a workspace. People alone manage people: a key that leaks must not let anybody in. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Problem } from '@uptake/domain/contract';
import { actorOf } from './audit.ts';
import type { RequestAuthenticator } from './authenticate-request.ts';
import type { Members } from './members.ts';
import type { AskingRequest, MemberPrincipal } from './read-model.ts';
import * as wire from './wire.ts';

const tags = ['access'];

export function memberRoutes(
  members: Members,
  { authenticateRequest }: Pick<RequestAuthenticator, 'authenticateRequest'>,
): FastifyPluginAsyncTypebox {
  const administrator = async (request: AskingRequest): Promise<MemberPrincipal> => {
    const principal = await authenticateRequest(request, { allow: ['member'], scope: 'admin' });
    if (principal.kind !== 'member') throw new TypeError('only members were allowed');
    return principal;
  };

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/members',
      { schema: { tags, summary: 'The members of the workspace', response: { 200: wire.MemberList } } },
      async (request) => {
        const { workspaceId } = await authenticateRequest(request, { allow: ['member'], scope: 'read' });
        return { members: (await members.list(workspaceId)).map(wire.toMember) };
      },
    );

    app.post(
      '/api/v1/members',
      {
        schema: {
          tags,
          summary: 'Add a person; the password of one who is new is in this answer and nowhere else',
          body: wire.NewMemberBody,
          response: { 201: wire.AddedMember },
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const { email, name, role } = request.body;
        if (role === 'owner') refuseUnlessOwner(principal);
        const added = await members.add(
          principal.workspaceId,
          { email, name: name.trim(), role, mustBeNew: true },
          actorOf(principal),
        );
        const member = await members.read(principal.workspaceId, added.userId);
        return reply.status(201).send({ ...wire.toMember(member), password: added.password ?? null });
      },
    );

    app.patch(
      '/api/v1/members/:id',
      {
        schema: {
          tags,
          summary: 'Give a member another role',
          params: wire.IdParams,
          body: wire.RoleBody,
          response: { 200: wire.Member },
        },
      },
      async (request) => {
        const principal = await administrator(request);
        const { workspaceId } = principal;
        const { role } = request.body;
        const before = await members.read(workspaceId, request.params.id);
        if (role === 'owner' || before.role === 'owner') refuseUnlessOwner(principal);
        await members.changeRole(workspaceId, before.userId, role, actorOf(principal));
        return wire.toMember(await members.read(workspaceId, before.userId));
      },
    );

    app.delete(
      '/api/v1/members/:id',
      { schema: { tags, summary: 'Take a membership away and end the sessions', params: wire.IdParams } },
      async (request, reply) => {
        const principal = await administrator(request);
        const before = await members.read(principal.workspaceId, request.params.id);
        if (before.role === 'owner') refuseUnlessOwner(principal);
        await members.remove(principal.workspaceId, before.userId, actorOf(principal));
        return reply.status(204).send();
      },
    );
  };
}

/** Otherwise an admin could make themselves owner, or the owner nobody. */
function refuseUnlessOwner({ role }: MemberPrincipal): void {
  if (role !== 'owner') throw new Problem('forbidden', 'Only an owner makes, changes or removes owners.');
}
