/** REST for what an environment does for persons: signals, location, own rules, and the bridge over rotations. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Principal, Problem } from '@uptake/domain/contract';
import { type Static, Type } from 'typebox';
import type { AccessReadModel, AuditActor } from '../../access/read-model.ts';
import type { PrivacySettings } from './store.ts';
import { type CountrySource, mistakesOf, PrivacyAnswer, PrivacyBody, privacyToWire, settingsToWire } from './wire.ts';

export type PrivacyRoutesDependencies = {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf' | 'audit'>;
  readonly read: (workspaceId: string, environmentId: string) => Promise<PrivacySettings>;
  readonly change: (
    workspaceId: string,
    environmentId: string,
    body: Static<typeof PrivacyBody>,
  ) => Promise<{ before: PrivacySettings; after: PrivacySettings }>;
  /** As the installation is set up: the same for every environment. */
  readonly countrySources: readonly CountrySource[];
  readonly nowMs: () => number;
};

const tags = ['govern'];
const path = '/api/v1/environments/:id/privacy';
const params = Type.Object({ id: Type.String({ format: 'uuid' }) });

export function privacyRoutes({
  access,
  read,
  change,
  countrySources,
  nowMs,
}: PrivacyRoutesDependencies): FastifyPluginAsyncTypebox {
  const allow = ['secret_key', 'member'] as const;
  async function environmentOf({ workspaceId }: Principal, id: string): Promise<string> {
    const environment = (await access.environmentsOf(workspaceId)).find((each) => each.id === id.toLowerCase());
    if (environment === undefined) throw new Problem('not_found', 'The workspace has no environment with this id.');
    return environment.id;
  }

  return async (app) => {
    app.get(
      path,
      { schema: { tags, summary: 'What an environment does for persons', params, response: { 200: PrivacyAnswer } } },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'read' });
        const id = await environmentOf(principal, request.params.id);
        return privacyToWire(id, await read(principal.workspaceId, id), countrySources, nowMs());
      },
    );

    app.patch(
      path,
      {
        schema: {
          tags,
          summary: 'Change it; in force within a second, audited with what it was before',
          params,
          body: PrivacyBody,
          response: { 200: PrivacyAnswer },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, { allow, scope: 'admin' });
        const id = await environmentOf(principal, request.params.id);
        const errors = mistakesOf(request.body);
        if (errors.length > 0) {
          const detail = errors.map(({ path: at, message }) => `${at === '' ? '' : `${at}: `}${message}`).join(' ');
          throw new Problem('invalid_request', detail, { errors });
        }
        const { before, after } = await change(principal.workspaceId, id, request.body);
        await access.audit({
          workspaceId: principal.workspaceId,
          actor: actorOf(principal),
          action: 'privacy.changed',
          subject: { kind: 'environment', id },
          details: { before: settingsToWire(before), after: settingsToWire(after) },
        });
        return privacyToWire(id, after, countrySources, nowMs());
      },
    );
  };
}

function actorOf(principal: Principal): AuditActor {
  if (principal.kind === 'member') return { kind: 'member', id: principal.userId };
  return { kind: 'secret_key', id: principal.keyId };
}
