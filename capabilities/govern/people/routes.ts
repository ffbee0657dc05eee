/** REST for what one person did: with an approval for people, with the scope `admin` for keys; each look is audited. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Principal, Problem, parseTimestamp } from '@uptake/domain/contract';
import type { EventStore } from '@uptake/io/event-store';
import { type Static, Type } from 'typebox';
import type { AccessReadModel, AskingRequest } from '../../access/read-model.ts';
import type { Approvals } from '../approvals/service.ts';
import { type TimelinePlace, type TimelineRow, timelineQuestion } from './timeline.query.ts';
import { type PersonName, PersonOrPseudonymsBody, personOf, type WhoDependencies } from './who.ts';

const PAGE = 100;
const LARGEST_PAGE = 1_000;
const DAY_MS = 86_400_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const tags = ['people'];

const Page = {
  environment_id: Type.Optional(Type.String({ format: 'uuid' })),
  before: Type.Optional(Type.String({ maxLength: 80, description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LARGEST_PAGE })),
};
const Timeline = Type.Object({
  pseudonyms: Type.Array(Type.String(), { description: 'What is stored in place of the id, one per rotation.' }),
  events: Type.Array(
    Type.Object({
      event_id: Type.String(),
      event_name: Type.String(),
      event_type: Type.String(),
      timestamp: Type.String(),
      environment_id: Type.String(),
      tenant_id: Type.String(),
      session_id: Type.String(),
      feature_area: Type.String(),
      surface: Type.String(),
      platform: Type.String(),
      app_version: Type.String(),
      correlation_id: Type.String(),
      properties: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()]),
});

type PageQuery = { readonly environment_id?: string; readonly before?: string; readonly limit?: number };

export type PeopleRoutesDependencies = WhoDependencies & {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  readonly approvals: Pick<Approvals, 'use'>;
  readonly eventStore: Pick<EventStore, 'ask'>;
  readonly nowMs: () => number;
};

export function peopleRoutes(dependencies: PeopleRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, approvals, eventStore, nowMs } = dependencies;
  const asker = (request: AskingRequest): Promise<Principal> =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'write' });

  async function timeline(principal: Principal, name: PersonName, page: PageQuery): Promise<Static<typeof Timeline>> {
    const { workspaceId } = principal;
    const environmentId = page.environment_id?.toLowerCase();
    const environments = await access.environmentsOf(workspaceId);
    const environment = environments.find(({ id }) => id === environmentId);
    if (environmentId !== undefined && environment === undefined) {
      throw new Problem('not_found', 'The workspace has no environment with this id.');
    }
    if (environment?.policy === 'ledger') {
      throw new Problem('forbidden', 'A ledger is read in counts: it shows no single events.');
    }
    const pseudonyms = await personOf(workspaceId, name, dependencies);
    await approvals.use(principal, { people: pseudonyms, environmentId, door: 'people.timeline' });
    const limit = page.limit ?? PAGE;
    const before = page.before === undefined ? { ms: nowMs() + DAY_MS, eventId: LAST_ID } : readPlace(page.before);
    const scope = { workspaceId, environmentId };
    const ledgers = new Set(environments.filter(({ policy }) => policy === 'ledger').map(({ id }) => id));
    const rows = await eventStore.ask<TimelineRow>(timelineQuestion(scope, pseudonyms, { before, limit }));
    return {
      pseudonyms: [...pseudonyms],
      events: rows.filter((row) => !ledgers.has(row.environment_id)).map(toWire),
      next: rows.length < limit ? null : `${rows.at(-1)!.timestamp}~${rows.at(-1)!.event_id}`,
    };
  }

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/people/:user_id/events',
      {
        schema: {
          tags,
          summary: 'What the person behind a pseudonym did, newest first; needs an approval',
          params: Type.Object({ user_id: Type.String({ pattern: '^(?!0{16}$)[0-9a-f]{16}$' }) }),
          querystring: Type.Object(Page),
          response: { 200: Timeline },
        },
      },
      async (request) => timeline(await asker(request), { pseudonym: request.params.user_id }, request.query),
    );

    app.post(
      '/api/v1/people/events',
      {
        schema: {
          tags,
          summary: 'The same for an id as your product knows it, which goes into no address and no log',
          body: Type.Object({ ...PersonOrPseudonymsBody, ...Page }, { additionalProperties: false }),
          response: { 200: Timeline },
        },
      },
      async (request) => timeline(await asker(request), request.body, request.body),
    );
  };
}

function toWire({ properties_json, ...row }: TimelineRow): Static<typeof Timeline>['events'][number] {
  return { ...row, properties: JSON.parse(properties_json) as Record<string, unknown> };
}

function readPlace(text: string): TimelinePlace {
  const [timestamp = '', eventId = ''] = text.split('~');
  const ms = parseTimestamp(timestamp);
  if (ms === undefined || !UUID.test(eventId)) {
    throw new Problem('invalid_request', '"before" is the "next" of an earlier page.');
  }
  return { ms, eventId };
}
