/** REST for dead letters. To read and to try a fix takes an analyst, to replay an admin; reading single letters is audited. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type EnvironmentSettings, type Principal, Problem } from '@uptake/domain/contract';
import type { EventStore } from '@uptake/io/event-store';
import {
  type AccessReadModel,
  type AskingRequest,
  actorOf,
  type EnvironmentOfWorkspace,
} from '../../access/read-model.ts';
import { browseLetters } from './browse.ts';
import type { LetterFilter } from './filter.ts';
import { deadLetterGroups, type KeyNames } from './groups.ts';
import type { DeadLetters } from './service.ts';
import * as wire from './wire.ts';

const LETTERS_PER_PAGE = 50;
const tags = ['dead letters'];
const path = '/api/v1/dead-letters';

export type DeadLetterRoutesDependencies = {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf' | 'audit'>;
  readonly deadLetters: DeadLetters;
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly keyNames: (workspaceId: string) => Promise<KeyNames>;
  readonly freshness: () => Promise<{ readonly asOf: Date }>;
};

export function deadLetterRoutes(dependencies: DeadLetterRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, deadLetters, eventStore, keyNames, freshness } = dependencies;
  /** Counts: keys that may ask for counts, and people from analyst on. */
  const analyst = async (request: AskingRequest): Promise<Principal> => {
    const principal = await access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'read' });
    if (principal.kind !== 'member' || principal.role !== 'viewer') return principal;
    throw new Problem('forbidden', 'Your role in this workspace (viewer) does not allow this.');
  };
  /** Single events: a key that a program holds to send or to count shall not read them. */
  const reader = async (request: AskingRequest): Promise<Principal> => {
    const principal = await analyst(request);
    if (principal.kind !== 'secret_key' || principal.scopes.includes('admin')) return principal;
    throw new Problem('forbidden', 'The key lacks the scope "admin".');
  };
  const administrator = (request: AskingRequest): Promise<Principal> =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'admin' });

  /** The environment asked for, the key's own, or the workspace's first. What belongs to others is not found. */
  async function environmentOf(principal: Principal, id: string | undefined): Promise<EnvironmentOfWorkspace> {
    const environments = await access.environmentsOf(principal.workspaceId);
    const wanted = id?.toLowerCase() ?? (principal.kind === 'member' ? undefined : principal.environmentId);
    const found = wanted === undefined ? environments[0] : environments.find((each) => each.id === wanted);
    if (found === undefined) throw new Problem('not_found', 'The workspace has no environment with this id.');
    return found;
  }

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      path,
      {
        schema: {
          tags,
          summary: 'Refused events by cause, most frequent first',
          querystring: wire.GroupsQuery,
          response: { 200: wire.Groups },
        },
      },
      async (request) => {
        const principal = await analyst(request);
        const { workspaceId } = principal;
        const { environment_id, state = 'all', ...filter } = request.query;
        const environment = await environmentOf(principal, environment_id);
        const scope = { workspaceId, environmentId: environment.id };
        const { asOf } = await freshness();
        const wanted = { filter: filter as LetterFilter, state, keyNames: await keyNames(workspaceId) };
        return { as_of: asOf.toISOString(), groups: [...(await deadLetterGroups(eventStore, wanted, scope))] };
      },
    );

    app.get(
      `${path}/:cause/letters`,
      {
        schema: {
          tags,
          summary: 'What was kept of the refused events of one cause, newest first; each page is audited',
          params: wire.CauseParams,
          querystring: wire.LettersQuery,
          response: { 200: wire.Letters },
        },
        // Payloads are whatever was sent, and go out as they are.
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const principal = await reader(request);
        const { workspaceId } = principal;
        const environment = await environmentOf(principal, request.query.environment_id);
        refuseLedger(environment);
        const { cause } = request.params;
        const { after, limit = LETTERS_PER_PAGE } = request.query;
        const scope = { workspaceId, environmentId: environment.id };
        const page = await browseLetters(eventStore, { cause, after, limit }, scope);
        await access.audit({
          workspaceId,
          actor: actorOf(principal),
          action: 'dead_letters.read',
          subject: { kind: 'environment', id: environment.id },
          details: { cause, letters: page.letters.length },
        });
        return page;
      },
    );

    app.post(
      `${path}/preview`,
      {
        schema: {
          tags,
          summary:
            'What a replay would do, with a mapping or a draft of the plan; nothing is stored, examples are audited',
          body: wire.PreviewBody,
          response: { 200: wire.PreviewReply },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const principal = await reader(request);
        const { environment_id, filter, mapping, draft } = request.body;
        const environmentId = environment_id.toLowerCase();
        const wanted = { filter: withoutState(filter), mapping, ...(draft === undefined ? {} : { draft }) };
        const { examples, outcomes, ...preview } = await deadLetters.preview(principal, environmentId, wanted);
        await access.audit({
          workspaceId: principal.workspaceId,
          actor: actorOf(principal),
          action: 'dead_letters.previewed',
          subject: { kind: 'environment', id: environmentId },
          details: { ...preview, examples: examples.length },
        });
        return {
          ...preview,
          outcomes: [...outcomes],
          examples: examples.map(({ letterId, ...example }) => ({ letter_id: letterId, ...example })),
        };
      },
    );

    app.post(
      `${path}/replays`,
      {
        schema: {
          tags,
          summary: 'Bring open letters back, mended where a mapping says how; goes on after a crash',
          body: wire.ReplayBody,
          response: { 202: wire.Run },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const { environment_id, filter, mapping } = request.body;
        const wanted = { filter: withoutState(filter), mapping };
        const run = await deadLetters.request(principal, environment_id.toLowerCase(), wanted);
        return reply.status(202).send(wire.toRun(run));
      },
    );

    app.get(
      `${path}/replays`,
      {
        schema: {
          tags,
          summary: 'Replays of an environment, newest first',
          querystring: wire.EnvironmentQuery,
          response: { 200: wire.Runs },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const principal = await analyst(request);
        const { id } = await environmentOf(principal, request.query.environment_id);
        return { runs: (await deadLetters.list(principal.workspaceId, id)).map(wire.toRun) };
      },
    );

    app.get(
      `${path}/replays/:id`,
      {
        schema: { tags, summary: 'How far a replay has come', params: wire.RunParams, response: { 200: wire.Run } },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const { workspaceId } = await analyst(request);
        return wire.toRun(await deadLetters.find(workspaceId, request.params.id));
      },
    );

    app.post(
      `${path}/replays/:id/cancel`,
      {
        schema: {
          tags,
          summary: 'Stop a replay after the page it is at; what was brought back stays',
          params: wire.RunParams,
          response: { 200: wire.Run },
        },
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => wire.toRun(await deadLetters.cancel(await administrator(request), request.params.id)),
    );
  };
}

/** On the wire it can say nothing but what holds anyway. */
function withoutState({ state: _, ...filter }: LetterFilter & { readonly state?: 'open' }): LetterFilter {
  return filter;
}

function refuseLedger({ policy }: { readonly policy: EnvironmentSettings['policy'] }): void {
  if (policy !== 'ledger') return;
  throw new Problem('aggregates_only', 'A ledger keeps nothing of what it refused but counts; ask for the groups.');
}
