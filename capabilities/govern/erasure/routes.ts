/** REST for erasing and handing out what is kept of one person or tenant. For admins, and keys with the scope `admin`. */
import { finished, Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Principal, Problem } from '@uptake/domain/contract';
import { initiatorOf, milestones, type RecordMilestone } from '@uptake/domain/ledger';
import type { EventStore } from '@uptake/io/event-store';
import { type Static, Type } from 'typebox';
import { type AccessReadModel, type AskingRequest, actorOf } from '../../access/read-model.ts';
import { fingerprint, idsOf, SubjectBody, subjectOf, type WhoDependencies } from '../people/who.ts';
import { keyFingerprint, type Signer } from './certificate.ts';
import type { DataHolder } from './holders.ts';
import type { Erasures } from './service.ts';
import { STEPS } from './step-names.ts';
import type { ErasureRow } from './store.ts';
import { exportSubject } from './subject-export.ts';

/** Each holds a connection of the event store for as long as its reader takes. */
const EXPORTS_AT_ONCE = 2;
const RETRY_AFTER_SECONDS = 10;
const Instant = Type.String({ format: 'date-time' });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const Erasure = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['person', 'tenant']),
  fingerprints: Type.Array(Type.String(), { description: 'SHA-256 of workspace and id, all that is left of the ids.' }),
  state: Type.Enum(['waiting', 'running', 'done', 'failed']),
  requested_by: orNull(Type.String()),
  requested_at: Instant,
  finished_at: orNull(Instant),
  error: orNull(Type.String()),
  rounds: Type.Integer(),
  steps: Type.Array(
    Type.Object({
      name: Type.String(),
      round: Type.Integer(),
      finished_at: Instant,
      found: Type.Record(Type.String(), Type.Number()),
    }),
  ),
  next_step: orNull(Type.Enum([...STEPS])),
});
const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) });
const tags = ['erasure'];

export type ErasureRoutesDependencies = WhoDependencies & {
  readonly access: Pick<AccessReadModel, 'authenticateRequest' | 'audit'>;
  readonly erasures: Erasures;
  readonly eventStore: Pick<EventStore, 'stream'>;
  readonly holders: readonly DataHolder[];
  readonly signer: Signer;
  readonly record: RecordMilestone;
};

export function erasureRoutes(dependencies: ErasureRoutesDependencies): FastifyPluginAsyncTypebox {
  const { access, erasures, signer } = dependencies;
  const administrator = (request: AskingRequest): Promise<Principal> =>
    access.authenticateRequest(request, { allow: ['member', 'secret_key'], scope: 'admin' });
  let exporting = 0;

  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.post(
      '/api/v1/erasures',
      {
        schema: {
          tags,
          summary: 'Erase a person or a tenant from every store; cannot be undone',
          body: SubjectBody,
          response: { 202: Erasure },
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const subject = await subjectOf(principal.workspaceId, request.body, dependencies);
        const row = await erasures.request(principal, subject);
        return reply.status(202).send(toWire(row));
      },
    );

    app.get(
      '/api/v1/erasures',
      {
        schema: {
          tags,
          summary: 'Erasures, newest first',
          response: { 200: Type.Object({ erasures: Type.Array(Erasure) }) },
        },
      },
      async (request) => {
        const { workspaceId } = await administrator(request);
        return { erasures: (await erasures.list(workspaceId)).map(toWire) };
      },
    );

    app.get(
      '/api/v1/erasures/:id',
      { schema: { tags, summary: 'How far an erasure has come', params: IdParams, response: { 200: Erasure } } },
      async (request) => toWire(await erasures.find((await administrator(request)).workspaceId, request.params.id)),
    );

    app.post(
      '/api/v1/erasures/:id/retry',
      {
        schema: { tags, summary: 'Go on with one that was given up', params: IdParams, response: { 202: Erasure } },
      },
      async (request, reply) =>
        reply.status(202).send(toWire(await erasures.retry(await administrator(request), request.params.id))),
    );

    app.get(
      '/api/v1/erasures/:id/certificate',
      {
        schema: {
          tags,
          summary: 'The signed certificate: what was looked for, where, what was found and what is left',
          params: IdParams,
        },
      },
      async (request, reply) => {
        const { workspaceId } = await administrator(request);
        const { id, certificate, state } = await erasures.find(workspaceId, request.params.id);
        if (certificate === null)
          throw new Problem('conflict', `The erasure is ${state}; its certificate comes at its end.`);
        reply.header('content-disposition', `attachment; filename="erasure-${id}.json"`);
        return certificate;
      },
    );

    app.get(
      '/api/v1/erasures/signing-key',
      {
        schema: {
          tags,
          summary: 'The public key that certificates of this installation are checked with',
          response: { 200: Type.Object({ public_key: Type.String(), fingerprint: Type.String() }) },
        },
      },
      async (request) => {
        await administrator(request);
        return { public_key: signer.publicKey, fingerprint: keyFingerprint(signer.publicKey) };
      },
    );

    app.post(
      '/api/v1/subject-exports',
      {
        schema: {
          tags,
          summary: 'Everything that is kept of a person or a tenant, as NDJSON',
          body: SubjectBody,
          produces: ['application/x-ndjson'],
        },
      },
      async (request, reply) => {
        const principal = await administrator(request);
        const { workspaceId } = principal;
        const subject = await subjectOf(workspaceId, request.body, dependencies);
        if (exporting >= EXPORTS_AT_ONCE) {
          const detail = `${EXPORTS_AT_ONCE} such exports are running, as many as may; try again when one has ended.`;
          throw new Problem('rate_limited', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
        }
        await access.audit({
          workspaceId,
          actor: actorOf(principal),
          action: 'subject.exported',
          subject: { kind: subject.kind, id: fingerprint(workspaceId, idsOf(subject)[0]!) },
          details: { fingerprints: idsOf(subject).map((id) => fingerprint(workspaceId, id)) },
        });
        dependencies.record(initiatorOf(principal), milestones.operationStarted('subject_export'));
        exporting++;
        const hangUp = new AbortController();
        finished(reply.raw, () => {
          exporting--;
          hangUp.abort();
        });
        reply.header('content-disposition', `attachment; filename="${subject.kind}.ndjson"`);
        reply.type('application/x-ndjson; charset=utf-8');
        const lines = exportSubject({ workspaceId, subject, signal: hangUp.signal }, dependencies);
        return reply.send(Readable.from(lines, { objectMode: false }));
      },
    );
  };
}

function toWire(row: ErasureRow): Static<typeof Erasure> {
  const done = new Set(row.steps.filter(({ round }) => round === row.rounds).map(({ name }) => name));
  const skipped = row.rounds > 0 ? ['drain', 'count'] : [];
  const next = STEPS.find((name) => !done.has(name) && !skipped.includes(name)) ?? null;
  return {
    id: row.id,
    kind: row.subjectKind,
    fingerprints: row.subjectFingerprints,
    state: row.state,
    requested_by: row.requestedBy,
    requested_at: row.requestedAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    error: row.error,
    rounds: row.rounds,
    steps: row.steps.map((step) => ({ ...step, found: { ...step.found } })),
    next_step: row.state === 'done' ? null : next,
  };
}
