/** Doors for questions: trends, period counts, what there is to ask about, and the overview. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type InputError, LIMITS, type Principal, Problem } from '@uptake/domain/contract';
import { clip, type Dimension, fieldRefusal, insightField, parseMoment } from '@uptake/domain/insights';
import type { OnCheckpoint } from '@uptake/domain/ledger';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AccessReadModel } from '../access/read-model.ts';
import type { InsightsService, PermitPeople } from './service.ts';
import {
  AnalyticsSchema,
  analyticsToWire,
  CatalogueSchema,
  catalogueToWire,
  OverviewSchema,
  overviewToWire,
  TrendDefinitionSchema,
  TrendResultSchema,
  trendToWire,
  ValuesSchema,
  valuesToWire,
} from './wire.ts';

const DEFAULT_PERIOD_MS = 30 * 24 * 3_600_000;
const environmentId = Type.Optional(
  Type.String({ format: 'uuid', description: 'All environments of the workspace where absent.' }),
);
const text = (description: string) => Type.Optional(Type.String({ maxLength: 256, description }));
const tags = ['insights'];

/** Throws `approval_required` where the asker may not see these people; writes down that they did where they may. */
export type SeePeople = (
  principal: Principal,
  access: {
    readonly people: readonly string[] | 'anyone';
    readonly tenantId?: string | undefined;
    readonly environmentId?: string | undefined;
    readonly door: string;
  },
) => Promise<void>;

export type InsightsRoutesDependencies = {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  readonly nowMs: () => number;
  readonly seePeople?: SeePeople;
  readonly onCheckpoint?: OnCheckpoint;
};

export function insightsRoutes(
  service: InsightsService,
  { access, nowMs, seePeople, onCheckpoint = () => {} }: InsightsRoutesDependencies,
): FastifyPluginAsyncTypebox {
  const asker = (request: FastifyRequest): Promise<Principal> =>
    access.authenticateRequest(request, { allow: ['secret_key', 'member'], scope: 'read' });
  const scopeOf = async (request: FastifyRequest, environment: string | undefined) =>
    service.scopeOf((await asker(request)).workspaceId, environment);

  const permitFor = (principal: Principal): PermitPeople | undefined =>
    seePeople &&
    (async (asked) => {
      const environments = await access.environmentsOf(principal.workspaceId);
      const inScope = environments.filter(({ id }) => asked.environmentId === undefined || id === asked.environmentId);
      if (inScope.some(({ policy }) => policy === 'ledger')) {
        throw new Problem('forbidden', 'A ledger is read in counts: it shows no single people.');
      }
      await seePeople(principal, { ...asked, door: 'insights.query' });
    });

  return async (app) => {
    app.post(
      '/api/v1/insights/query',
      {
        schema: {
          tags,
          summary: 'Answer an insight definition',
          body: TrendDefinitionSchema,
          response: { 200: TrendResultSchema },
        },
        // The domain reads definitions: it names every mistake with what is allowed, where a schema stops at the first.
        validatorCompiler: () => () => true,
        serializerCompiler: () => JSON.stringify,
      },
      async (request) => {
        const principal = await asker(request);
        const result = await service.trend(principal.workspaceId, request.body, permitFor(principal));
        onCheckpoint(principal, 'first_insight_answered');
        return trendToWire(result);
      },
    );

    app.get(
      '/api/v1/telemetry/analytics',
      {
        schema: {
          tags,
          summary: 'Counts of a period: events, unique users and sessions, and each event',
          querystring: Type.Object({
            from: text('A date, or an instant with its zone; 30 days before the end where absent.'),
            to: text('Exclusive where it is an instant; a date is included whole. Now where absent.'),
            event_name: text('This event alone.'),
            tenant_id: text('This tenant alone.'),
            feature_area: text('This feature area alone.'),
            environment_id: environmentId,
          }),
          response: { 200: AnalyticsSchema },
        },
      },
      async (request) => {
        const { query } = request;
        const scope = await scopeOf(request, query.environment_id);
        const filter = { eventName: query.event_name, tenantId: query.tenant_id, featureArea: query.feature_area };
        return analyticsToWire(await service.periodCounts(scope, readPeriod(query, nowMs()), filter));
      },
    );

    app.get(
      '/api/v1/insights/catalogue',
      {
        schema: {
          tags,
          summary: 'Events, fields and properties of the last 30 days',
          querystring: Type.Object({ environment_id: environmentId }),
          response: { 200: CatalogueSchema },
        },
      },
      async (request) => catalogueToWire(await service.catalogue(await scopeOf(request, request.query.environment_id))),
    );

    app.get(
      '/api/v1/insights/values',
      {
        schema: {
          tags,
          summary: 'Most frequent values of a field or property in the last 30 days',
          querystring: Type.Object({
            field: text('Name of an envelope field.'),
            property: text('Name of a property, in place of a field.'),
            search: text('Only values that contain this, whatever the case.'),
            environment_id: environmentId,
          }),
          response: { 200: ValuesSchema },
        },
      },
      async (request) => {
        const { query } = request;
        const scope = await scopeOf(request, query.environment_id);
        const dimension = readDimension(query);
        return valuesToWire(dimension, await service.values(scope, dimension, query.search || undefined));
      },
    );

    app.get(
      '/api/v1/telemetry/overview',
      {
        schema: {
          tags,
          summary: 'The last hour and the last day beside the ones before',
          querystring: Type.Object({ environment_id: environmentId }),
          response: { 200: OverviewSchema },
        },
      },
      async (request) => {
        const principal = await asker(request);
        const scope = await service.scopeOf(principal.workspaceId, request.query.environment_id);
        const overview = await service.overview(scope);
        if (overview.topEvents.length > 0) onCheckpoint(principal, 'first_event_seen');
        return overviewToWire(overview);
      },
    );
  };
}

/** Dates are days in UTC. */
function readPeriod(query: { from?: string; to?: string }, nowMs: number): { fromMs: number; toMs: number } {
  const errors: InputError[] = [];
  const read = (name: 'from' | 'to') => {
    const value = query[name];
    const moment = value === undefined ? undefined : parseMoment(value);
    if (value !== undefined && moment === undefined) {
      const message = `must be a date (2026-11-01) or an instant with its zone (2026-11-01T08:00:00Z); got "${clip(value)}"`;
      errors.push({ path: `/${name}`, message });
    }
    return moment;
  };
  const [from, to] = [read('from'), read('to')];
  const toMs = to?.endMs('UTC') ?? nowMs;
  const fromMs = from?.instantMs('UTC') ?? toMs - DEFAULT_PERIOD_MS;
  if (errors.length === 0 && fromMs >= toMs) errors.push({ path: '/to', message: 'must be later than "from"' });
  if (errors.length > 0) throw invalidRequest(errors);
  return { fromMs, toMs };
}

function readDimension({ field, property }: { field?: string; property?: string }): Dimension {
  if ((field === undefined) === (property === undefined)) {
    throw invalidRequest([{ path: '/field', message: 'give either "field" or "property"' }]);
  }
  if (property !== undefined) {
    if (property === '' || property.length > LIMITS.propertyNameLength) {
      const message = `must be a name of 1 to ${LIMITS.propertyNameLength} characters`;
      throw invalidRequest([{ path: '/property', message }]);
    }
    return { property };
  }
  const known = insightField(field ?? '');
  if (known === undefined) throw invalidRequest([{ path: '/field', message: fieldRefusal(field ?? '') }]);
  return { field: known.name };
}

function invalidRequest(errors: readonly InputError[]): Problem {
  const detail = errors.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ');
  return new Problem('invalid_request', detail, { errors });
}
