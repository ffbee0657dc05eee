/** REST for stored reports: keep, list, read, download, delete. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { csvOfTable, DOCUMENT_POLICY, renderHtml } from '@uptake/domain/reports';
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import type { AccessReadModel, AskingRequest } from '../../access/read-model.ts';
import type { Report, Reports } from './service.ts';
import type { ReportSummary } from './store.ts';
import { trendDocument, trendTable } from './trend-document.ts';

const Id = Type.String({ format: 'uuid' });
const Instant = Type.String({ format: 'date-time' });
const IdParams = Type.Object({ id: Id });
const summary = {
  id: Id,
  title: Type.String(),
  kind: Type.String(),
  created_at: Instant,
  created_by: Type.String({ description: 'Id of the person or the key.' }),
};
const Summary = Type.Object(summary);
const Stored = Type.Object({
  ...summary,
  definition: Type.Unknown({ description: 'The insight definition, as `POST /api/v1/insights/query` takes it.' }),
  answer: Type.Unknown({ description: 'What `POST /api/v1/insights/query` answered when the report was kept.' }),
});
const NewReport = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
    definition: Type.Unknown({ description: 'An insight definition.' }),
  },
  { additionalProperties: false },
);
const Page = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 where absent.' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
});
const FORMATS = ['html', 'csv', 'json'] as const;
const tags = ['reports'];

export function reportRoutes(
  reports: Reports,
  access: Pick<AccessReadModel, 'authenticateRequest'>,
): FastifyPluginAsyncTypebox {
  const allowed = (scope: 'read' | 'write') => (request: AskingRequest) =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope });
  const [reader, writer] = [allowed('read'), allowed('write')];

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/reports',
      {
        schema: {
          tags,
          summary: 'Stored reports, newest first',
          querystring: Page,
          response: { 200: Type.Object({ reports: Type.Array(Summary), total: Type.Integer() }) },
        },
      },
      async (request) => {
        const { workspaceId } = await reader(request);
        const { limit = 50, offset = 0 } = request.query;
        const { reports: rows, total } = await reports.list(workspaceId, { limit, offset });
        return { reports: rows.map(summaryOf), total };
      },
    );

    app.post(
      '/api/v1/reports',
      {
        schema: {
          tags,
          summary: 'Ask a question now and keep its answer',
          body: NewReport,
          response: { 201: Stored },
        },
      },
      async (request, reply) => {
        const principal = await writer(request);
        const { title, definition } = request.body;
        const report = await reports.create(principal, { title: title.trim(), definition });
        return reply.status(201).send(storedOf(report));
      },
    );

    app.get(
      '/api/v1/reports/:id',
      { schema: { tags, summary: 'A stored report with its figures', params: IdParams, response: { 200: Stored } } },
      async (request) => {
        const { workspaceId } = await reader(request);
        return storedOf(await reports.find(workspaceId, request.params.id));
      },
    );

    app.get(
      '/api/v1/reports/:id/download',
      {
        schema: {
          tags,
          summary: 'A stored report as a printable page, CSV or JSON',
          params: IdParams,
          querystring: Type.Object({
            format: Type.Optional(Type.Enum([...FORMATS], { description: 'html where absent.' })),
          }),
          produces: ['text/html', 'text/csv', 'application/json'],
        },
      },
      async (request, reply) => {
        const { workspaceId } = await reader(request);
        return download(reply, await reports.find(workspaceId, request.params.id), request.query.format ?? 'html');
      },
    );

    app.delete(
      '/api/v1/reports/:id',
      { schema: { tags, summary: 'Delete a stored report for good', params: IdParams } },
      async (request, reply) => {
        await reports.remove(await writer(request), request.params.id);
        return reply.status(204).send();
      },
    );
  };
}

function download(reply: FastifyReply, report: Report, format: (typeof FORMATS)[number]): FastifyReply {
  const name = `uptake-report-${report.createdAt.toISOString().slice(0, 10)}-${report.id.slice(0, 8)}`;
  switch (format) {
    case 'html':
      // Shown, not saved: printing is what it is for.
      return reply
        .header('content-security-policy', DOCUMENT_POLICY)
        .type('text/html; charset=utf-8')
        .send(renderHtml(trendDocument(report)));
    case 'csv':
      return attachment(reply, `${name}.csv`)
        .type('text/csv; charset=utf-8')
        .send(csvOfTable(trendTable(report.answer)));
    case 'json':
      return attachment(reply, `${name}.json`)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(storedOf(report), null, 2));
  }
}

export function attachment(reply: FastifyReply, name: string): FastifyReply {
  return reply.header('content-disposition', `attachment; filename="${name}"`);
}

function summaryOf({ id, title, kind, createdAt, createdBy }: ReportSummary): Static<typeof Summary> {
  return { id, title, kind, created_at: createdAt.toISOString(), created_by: createdBy };
}

function storedOf(report: Report): Static<typeof Stored> {
  return { ...summaryOf(report), definition: report.definition, answer: report.answer };
}
