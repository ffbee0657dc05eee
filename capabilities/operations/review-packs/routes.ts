/** REST for review packs: request, follow, read, download, delete. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type InputError, Problem } from '@uptake/domain/contract';
import { DOCUMENT_POLICY, renderHtml } from '@uptake/domain/reports';
import { type Static, Type } from 'typebox';
import type { AccessReadModel, AskingRequest } from '../../access/read-model.ts';
import { attachment } from '../reports/routes.ts';
import { renderWorkbook, WORKBOOK_TYPE } from '../reports/workbook.ts';
import { reviewPackDocument } from './document.ts';
import type { ReviewPeriod } from './review-pack.query.ts';
import type { ReviewPacks } from './service.ts';
import type { ReviewPack } from './store.ts';

const Id = Type.String({ format: 'uuid' });
const IdParams = Type.Object({ id: Id });
const Instant = Type.String({ format: 'date-time' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day in UTC: 2026-11-01.' });
const OrNull = <Schema extends typeof Id | typeof Instant>(schema: Schema) => Type.Union([schema, Type.Null()]);

const pack = {
  id: Id,
  title: Type.String(),
  tenant_id: Type.String(),
  environment_id: OrNull(Id),
  period: Type.Object({ from: Day, to: Type.String({ description: 'The last day, included.' }) }),
  state: Type.Enum(['requested', 'ready', 'failed']),
  requested_at: Instant,
  requested_by: Type.String({ description: 'Id of the person or the key.' }),
  finished_at: OrNull(Instant),
  error: Type.Union([Type.String(), Type.Null()]),
};
const Pack = Type.Object(pack);
const FullPack = Type.Object({ ...pack, contents: Type.Unknown({ description: 'The figures; null until ready.' }) });
const NewPack = Type.Object(
  {
    tenant_id: Type.String({ minLength: 1, maxLength: 128 }),
    environment_id: Type.Optional(Id),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })),
    period: Type.Optional(
      Type.Object({ from: Day, to: Day }, { additionalProperties: false, description: 'Both days are included.' }),
    ),
  },
  { additionalProperties: false },
);
const FORMATS = ['html', 'xlsx', 'json'] as const;
const tags = ['reports'];
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 400;

export function reviewPackRoutes(
  packs: ReviewPacks,
  access: Pick<AccessReadModel, 'authenticateRequest'>,
  nowMs: () => number,
): FastifyPluginAsyncTypebox {
  const allowed = (scope: 'read' | 'write') => (request: AskingRequest) =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope });
  const [reader, writer] = [allowed('read'), allowed('write')];

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/review-packs',
      {
        schema: {
          tags,
          summary: 'Review packs, newest first',
          response: { 200: Type.Object({ review_packs: Type.Array(Pack) }) },
        },
      },
      async (request) => {
        const { workspaceId } = await reader(request);
        return { review_packs: (await packs.list(workspaceId)).map(packOf) };
      },
    );

    app.post(
      '/api/v1/review-packs',
      {
        schema: {
          tags,
          summary: 'Request a review pack: one tenant’s use over a period, made in the background',
          body: NewPack,
          response: { 202: Pack },
        },
      },
      async (request, reply) => {
        const principal = await writer(request);
        const { tenant_id, environment_id, title, period } = request.body;
        const requested = await packs.request(principal, {
          tenantId: tenant_id,
          environmentId: environment_id?.toLowerCase(),
          title: title?.trim(),
          period: readPeriod(period, nowMs()),
        });
        return reply.status(202).send(packOf(requested));
      },
    );

    app.get(
      '/api/v1/review-packs/:id',
      { schema: { tags, summary: 'A review pack with its figures', params: IdParams, response: { 200: FullPack } } },
      async (request) => {
        const { workspaceId } = await reader(request);
        const found = await packs.find(workspaceId, request.params.id);
        return { ...packOf(found), contents: found.contents };
      },
    );

    app.get(
      '/api/v1/review-packs/:id/download',
      {
        schema: {
          tags,
          summary: 'A review pack as a printable page, a workbook or JSON',
          params: IdParams,
          querystring: Type.Object({
            format: Type.Optional(Type.Enum([...FORMATS], { description: 'html where absent.' })),
          }),
          produces: ['text/html', WORKBOOK_TYPE, 'application/json'],
        },
      },
      async (request, reply) => {
        const principal = await reader(request);
        const format = request.query.format ?? 'html';
        const found = await packs.find(principal.workspaceId, request.params.id);
        const { contents } = found;
        if (contents === null) {
          throw new Problem('conflict', 'This review pack is not made yet; ask again when its state is "ready".');
        }
        await packs.noteDownload(principal, found, format);
        const name = `uptake-review-${found.periodFrom.toISOString().slice(0, 10)}-${found.id.slice(0, 8)}`;
        if (format === 'json') {
          const body = JSON.stringify({ ...packOf(found), contents }, null, 2);
          return attachment(reply, `${name}.json`).type('application/json; charset=utf-8').send(body);
        }
        const document = reviewPackDocument(found.title, contents);
        if (format === 'xlsx') {
          const workbook = Buffer.from(await renderWorkbook(document));
          return attachment(reply, `${name}.xlsx`).type(WORKBOOK_TYPE).send(workbook);
        }
        // Shown, not saved: printing is what it is for.
        return reply
          .header('content-security-policy', DOCUMENT_POLICY)
          .type('text/html; charset=utf-8')
          .send(renderHtml(document));
      },
    );

    app.delete(
      '/api/v1/review-packs/:id',
      { schema: { tags, summary: 'Delete a review pack for good', params: IdParams } },
      async (request, reply) => {
        await packs.remove(await writer(request), request.params.id);
        return reply.status(204).send();
      },
    );
  };
}

/** Whole days in UTC; the last 30 where nothing is said, today included. */
function readPeriod(period: { from: string; to: string } | undefined, nowMs: number): ReviewPeriod {
  const todayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  if (period === undefined) return { fromMs: todayMs - (DEFAULT_DAYS - 1) * DAY_MS, toMs: todayMs + DAY_MS };
  const errors: InputError[] = [];
  const read = (name: 'from' | 'to'): number => {
    const ms = Date.parse(period[name]);
    const isDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(period[name]);
    if (!isDay) errors.push({ path: `/period/${name}`, message: 'must be a day that exists, as 2026-11-01' });
    return ms;
  };
  const fromMs = read('from');
  const toMs = read('to') + DAY_MS;
  if (errors.length === 0 && toMs <= fromMs) errors.push({ path: '/period/to', message: 'must not be before "from"' });
  if (errors.length === 0 && fromMs > todayMs)
    errors.push({ path: '/period/from', message: 'must not be in the future' });
  if (errors.length === 0 && toMs - fromMs > MOST_DAYS * DAY_MS) {
    errors.push({ path: '/period', message: `must be at most ${MOST_DAYS} days long` });
  }
  if (errors.length > 0) {
    throw new Problem('invalid_request', errors.map(({ path, message }) => `${path} ${message}`).join('; '), {
      errors,
    });
  }
  return { fromMs, toMs };
}

function packOf(row: ReviewPack): Static<typeof Pack> {
  return {
    id: row.id,
    title: row.title,
    tenant_id: row.tenantId,
    environment_id: row.environmentId,
    period: {
      from: row.periodFrom.toISOString().slice(0, 10),
      to: new Date(row.periodTo.getTime() - 1).toISOString().slice(0, 10),
    },
    state: row.state,
    requested_at: row.requestedAt.toISOString(),
    requested_by: row.requestedBy,
    finished_at: row.finishedAt?.toISOString() ?? null,
    error: row.error,
  };
}
