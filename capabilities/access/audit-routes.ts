/** REST for the audit log, for admins: pages, export, verification. */
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { anchorText, type ChainedEntry, parseAnchor } from '@uptake/domain/audit';
import { type Principal, Problem, parseTimestamp } from '@uptake/domain/contract';
import { Type } from 'typebox';
import { actorOf } from './audit.ts';
import type { AuditFilter, AuditLog } from './audit-log.ts';
import type { AccessReadModel, AskingRequest } from './read-model.ts';

const PAGE = 100;
const LARGEST_PAGE = 1_000;
const tags = ['audit'];
const Text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));
const filters = {
  actor: Text('Id of the person or key.'),
  action: Text('`api_key.created`, or `api_key.*` for all that begin so.'),
  subject_kind: Text('What kind of thing was acted on.'),
  subject: Text('Id of the thing.'),
  from: Text('Earliest time, ISO-8601 with a zone.'),
  to: Text('Latest time, exclusive.'),
};
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Entry = Type.Object({
  id: Type.String(),
  workspace_id: orNull(Type.String()),
  sequence: Type.Integer(),
  occurred_at: Type.String({ format: 'date-time' }),
  actor_kind: Type.String(),
  actor_id: orNull(Type.String()),
  action: Type.String(),
  subject_kind: Type.String(),
  subject_id: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
  previous_hash: Type.String(),
  hash: Type.String(),
});
const Verification = Type.Object({
  is_intact: Type.Boolean(),
  entries: Type.Integer(),
  anchor: Type.String({
    description: 'The last entry beyond doubt. Keep it elsewhere: a later check can be given it.',
  }),
  fault: orNull(
    Type.Object({
      kind: Type.String(),
      sequence: Type.Integer(),
      entry_id: orNull(Type.String()),
      detail: Type.String(),
    }),
  ),
});

export function auditRoutes(
  log: AuditLog,
  access: Pick<AccessReadModel, 'authenticateRequest' | 'audit'>,
): FastifyPluginAsyncTypebox {
  const administrator = (request: AskingRequest): Promise<Principal> =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'admin' });

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/audit',
      {
        schema: {
          tags,
          summary: 'Who did what, newest first',
          querystring: Type.Object({
            ...filters,
            before_sequence: Type.Optional(Type.Integer({ minimum: 1, description: '`next` of the page before.' })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LARGEST_PAGE })),
          }),
          response: { 200: Type.Object({ entries: Type.Array(Entry), next: orNull(Type.Integer()) }) },
        },
      },
      async (request) => {
        const { workspaceId } = await administrator(request);
        const { before_sequence: beforeSequence, limit = PAGE } = request.query;
        const entries = await log.page(workspaceId, readFilter(request.query), { beforeSequence, limit });
        return { entries: [...entries], next: entries.length < limit ? null : entries.at(-1)!.sequence };
      },
    );

    app.get(
      '/api/v1/audit/export',
      {
        schema: {
          tags,
          summary: 'The audit log as NDJSON or CSV, oldest first; the export itself is audited',
          querystring: Type.Object({ ...filters, format: Type.Optional(Type.Enum(['ndjson', 'csv'])) }),
          produces: ['application/x-ndjson', 'text/csv'],
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const { workspaceId } = principal;
        const filter = readFilter(request.query);
        const format = request.query.format ?? 'ndjson';
        await access.audit({
          workspaceId,
          actor: actorOf(principal),
          action: 'audit.exported',
          subject: { kind: 'workspace', id: workspaceId },
          details: { format },
        });
        reply.header('content-disposition', `attachment; filename="audit.${format}"`);
        reply.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8');
        return reply.send(Readable.from(linesOf(log.pieces(workspaceId, filter), format), { objectMode: false }));
      },
    );

    app.get(
      '/api/v1/audit/verification',
      {
        schema: {
          tags,
          summary: 'Whether the chain of the workspace is whole, and the first broken entry where it is not',
          querystring: Type.Object({
            anchor: Text('An anchor kept from an earlier check: shows whether the end was cut off since.'),
          }),
          response: { 200: Verification },
        },
      },
      async (request) => {
        const { workspaceId } = await administrator(request);
        const { anchor } = request.query;
        const known = anchor === undefined ? undefined : parseAnchor(anchor);
        if (anchor !== undefined && known === undefined) {
          throw new Problem('invalid_request', '"anchor" is a number, a colon and 64 hexadecimal digits.');
        }
        const state = await log.verify(workspaceId, known === undefined ? [] : [known]);
        const { fault } = state;
        return {
          is_intact: fault === undefined,
          entries: state.entries,
          anchor: anchorText(state.verified),
          fault:
            fault === undefined
              ? null
              : {
                  kind: fault.kind,
                  sequence: fault.sequence,
                  entry_id: fault.entryId ?? null,
                  detail: fault.detail,
                },
        };
      },
    );
  };
}

type FilterQuery = {
  readonly actor?: string;
  readonly action?: string;
  readonly subject_kind?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
};

function readFilter(query: FilterQuery): AuditFilter {
  return {
    actorId: query.actor,
    action: query.action,
    subjectKind: query.subject_kind,
    subjectId: query.subject,
    fromMs: readInstant('from', query.from),
    toMs: readInstant('to', query.to),
  };
}

function readInstant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseTimestamp(text);
  if (ms === undefined) {
    throw new Problem('invalid_request', `"${name}" must be a time with its zone, as 2026-11-01T08:00:00Z.`);
  }
  return ms;
}

const CSV_COLUMNS = [
  'sequence',
  'occurred_at',
  'actor_kind',
  'actor_id',
  'action',
  'subject_kind',
  'subject_id',
  'details',
  'id',
  'workspace_id',
  'previous_hash',
  'hash',
] as const satisfies readonly (keyof ChainedEntry)[];

async function* linesOf(
  pieces: AsyncIterable<readonly ChainedEntry[]>,
  format: 'ndjson' | 'csv',
): AsyncGenerator<string> {
  if (format === 'csv') yield `${CSV_COLUMNS.join(',')}\r\n`;
  for await (const piece of pieces) {
    yield piece.map((entry) => (format === 'csv' ? csvLine(entry) : `${JSON.stringify(entry)}\n`)).join('');
  }
}

function csvLine(entry: ChainedEntry): string {
  const cells = CSV_COLUMNS.map((column) => {
    const value = entry[column];
    return csvCell(value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));
  });
  return `${cells.join(',')}\r\n`;
}

/** RFC 4180. A cell that a spreadsheet would take for a formula is made a text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
