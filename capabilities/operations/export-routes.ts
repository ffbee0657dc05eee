/** The door `GET /api/v1/export`: the stored events of one environment as NDJSON. */
import { finished, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Problem } from '@uptake/domain/contract';
import { refuseRowsOfLedger } from '@uptake/domain/ledger';
import type { EventStore } from '@uptake/io/event-store';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { AccessReadModel } from '../access/read-model.ts';
import type { ExportPeriod } from './export.query.ts';
import { exportEvents } from './export.ts';

export type ExportDependencies = {
  readonly eventStore: EventStore;
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'environmentsOf'>;
  /** Who took data out is written down before the first line leaves. */
  readonly audit: AccessReadModel['audit'];
  readonly nowMs: () => number;
};

/**
 * An export holds a connection of the event store for as long as its reader takes, so a few slow readers must not take
 * all there is.
 */
const EXPORTS_AT_ONCE = 2;
const RETRY_AFTER_SECONDS = 10;

/** How many lines are coming, for the reader's progress bar. */
export const EVENT_COUNT_HEADER = 'uptake-event-count';

const Query = Type.Object({
  from: Type.Optional(
    Type.String({ description: 'Earliest event time, inclusive: 2026-11-01 or ISO-8601 with a zone.' }),
  ),
  to: Type.Optional(
    Type.String({ description: 'Latest event time, exclusive; a date includes that whole day. Now where absent.' }),
  ),
  environment_id: Type.Optional(
    Type.String({ format: 'uuid', description: 'The key’s own environment where absent.' }),
  ),
});

export function createExport(dependencies: ExportDependencies): { readonly routes: FastifyPluginAsyncTypebox } {
  const { eventStore, access, audit, nowMs } = dependencies;
  let running = 0;
  const routes: FastifyPluginAsyncTypebox = async (app) => {
    app.get(
      '/api/v1/export',
      {
        schema: {
          tags: ['operations'],
          summary: 'Export stored events as NDJSON, oldest first',
          description:
            'One event per line in the shape of the envelope, with how many events it stands for (`weight`), as `POST /api/v1/import` reads it. User and session ids are pseudonyms.',
          querystring: Query,
          produces: ['application/x-ndjson'],
        },
      },
      async (request, reply) => {
        // Single events are for programs that hold a key made for it: no signed-in person browses them, and whoever may
        // ask for counts may not for that reason carry everything away (requirement E7).
        const principal = await access.authenticateRequest(request, { allow: ['secret_key'], scope: 'export' });
        if (principal.kind !== 'secret_key')
          throw new Problem('forbidden', 'Use a secret key with the scope "export".');
        const { workspaceId, keyId } = principal;
        const environmentId = request.query.environment_id ?? principal.environmentId;
        const period = readPeriod(request.query, nowMs());
        const environments = await access.environmentsOf(workspaceId);
        const environment = environments.find(({ id }) => id === environmentId);
        if (environment === undefined) {
          throw new Problem('not_found', 'The workspace of this key has no such environment.');
        }
        refuseRowsOfLedger(environment);
        if (running >= EXPORTS_AT_ONCE) {
          const detail = `${EXPORTS_AT_ONCE} exports are running, as many as may; try again when one has ended.`;
          throw new Problem('rate_limited', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
        }
        running++;
        const hangUp = new AbortController();
        finished(reply.raw, () => {
          running--;
          hangUp.abort();
        });
        const { eventCount, chunks } = await exportEvents(
          eventStore,
          { workspaceId, environmentId },
          period,
          hangUp.signal,
        );
        await audit({
          workspaceId,
          actor: { kind: 'secret_key', id: keyId },
          action: 'events.exported',
          subject: { kind: 'environment', id: environmentId },
          details: { from: isoOf(period.fromMs), to: isoOf(period.toMs), events: eventCount },
        });
        reply.header(EVENT_COUNT_HEADER, eventCount).header('cache-control', 'no-store');
        return sendLines(reply, chunks, acceptsGzip(request.headers['accept-encoding']));
      },
    );
  };
  return { routes };
}

/** An error on the way ends the connection short of its end, so that no reader takes a part for the whole. */
function sendLines(reply: FastifyReply, chunks: AsyncIterable<string>, asGzip: boolean): FastifyReply {
  const lines = Readable.from(chunks, { objectMode: false, highWaterMark: 256 * 1024 });
  reply.type('application/x-ndjson; charset=utf-8').header('vary', 'accept-encoding');
  if (!asGzip) return reply.send(lines);
  const gzip = createGzip({ level: 5 });
  lines.once('error', (error) => gzip.destroy(error));
  gzip.once('close', () => lines.destroy());
  return reply.header('content-encoding', 'gzip').send(lines.pipe(gzip));
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return /(?:^|[,\s])gzip(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))/i.test(String(header ?? ''));
}

const DAY_MS = 86_400_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** `from` inclusive and `to` exclusive, where a bare date as `to` still includes that day. */
export function readPeriod(query: { from?: string; to?: string }, nowMs: number): ExportPeriod {
  const fromMs = query.from === undefined ? 0 : readTime('from', query.from, 0);
  // Clients' clocks may be a little ahead, so "until now" means every event there is.
  const toMs = query.to === undefined ? nowMs + DAY_MS : readTime('to', query.to, DAY_MS);
  if (toMs <= fromMs) throw new Problem('invalid_request', '"to" must be later than "from".');
  return { fromMs, toMs };
}

function readTime(name: string, text: string, addToDateMs: number): number {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const ms = isDate || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || ms < 0 || (isDate && !new Date(ms).toISOString().startsWith(text))) {
    throw new Problem(
      'invalid_request',
      `"${name}" is neither a date like 2026-11-01 nor a time like 2026-11-01T08:00:00Z.`,
    );
  }
  return isDate ? ms + addToDateMs : ms;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
