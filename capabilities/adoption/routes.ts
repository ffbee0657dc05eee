/** REST of adoption: values pushed into a plan, and files that were made, fetched by their address alone. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { AccessReadModel } from '../access/read-model.ts';
import type { Files } from './files.ts';
import type { Supplied, TakeSupply } from './supply.ts';
import type { ReceiveWebhook } from './webhooks.ts';
import { actor, requireAct } from './who.ts';

export type AdoptionRoutesDependencies = {
  readonly files: Pick<Files, 'fetch'>;
  readonly supply: TakeSupply;
  readonly receive: ReceiveWebhook;
  readonly access: Pick<AccessReadModel, 'authenticateRequest'>;
};

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const MAX_VALUES = 10_000;

const PushedValues = Type.Object(
  {
    values: Type.Array(
      Type.Object(
        {
          task: Type.Optional(Type.String({ description: 'Where several tasks have an attribute of this name.' })),
          attribute: Type.String({ minLength: 1 }),
          value: Type.Unknown({ description: 'Of the type of the attribute: true, 75, "text", "2026-11-21".' }),
          day: Type.Optional(Type.String({ description: 'YYYY-MM-DD; today in UTC where absent.' })),
          notes: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_VALUES },
    ),
  },
  { additionalProperties: false },
);

const Taken = Type.Object({
  batch_id: Type.String(),
  stored: Type.Integer(),
  unchanged: Type.Integer(),
  tasks_finished: Type.Integer(),
  refused: Type.Array(Type.Object({ row: Type.Integer({ description: 'Counts from 1.' }), problem: Type.String() })),
  is_repeat: Type.Boolean({ description: 'The same message came before; nothing was done again.' }),
});

const TakenFromHook = Type.Object({
  ...Taken.properties,
  batch_id: Type.Union([Type.String(), Type.Null()], {
    description: 'Null where the message is not one `when` names.',
  }),
  notices: Type.Array(Type.String(), { description: 'What of the body was left out, and why.' }),
});
const NOTHING = { batch_id: null, stored: 0, unchanged: 0, tasks_finished: 0, refused: [], is_repeat: false };

export function adoptionRoutes(dependencies: AdoptionRoutesDependencies): FastifyPluginAsyncTypebox {
  const { files, supply, receive, access } = dependencies;
  return async (app) => {
    app.post(
      '/api/v1/adoption/plans/:id/values',
      {
        bodyLimit: 4 * 1024 * 1024,
        schema: {
          tags: ['adoption'],
          summary: 'Push telemetry values into an adoption plan; what does not fit is refused row by row',
          params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
          headers: Type.Object({
            'idempotency-key': Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 200,
                description: 'The same again is answered as the first time.',
              }),
            ),
          }),
          body: PushedValues,
          response: { 200: Taken },
        },
      },
      async (request) => {
        const principal = await access.authenticateRequest(request, {
          allow: ['secret_key', 'member'],
          scope: 'write',
          customerAdmins: true,
        });
        requireAct(principal, 'supply');
        const idempotencyKey = request.headers['idempotency-key'];
        const supplied = await supply({
          workspaceId: principal.workspaceId,
          planId: request.params.id,
          rows: request.body.values,
          source: 'api',
          by: actor(principal),
          principal,
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        });
        return takenToWire(supplied);
      },
    );

    await app.register(hookRoute(receive));

    app.get(
      '/api/v1/adoption/files/:token',
      {
        schema: {
          tags: ['adoption'],
          summary:
            'Fetch a workbook that was exported or marked; its address is the permission, and ends after an hour',
          security: [],
          params: Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) }),
        },
      },
      async (request, reply) => {
        const { fileName, bytes } = await files.fetch(request.params.token);
        return reply
          .type(XLSX)
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
          .header('cache-control', 'private, no-store')
          .send(bytes);
      },
    );
  };
}

function hookRoute(receive: ReceiveWebhook): FastifyPluginAsyncTypebox {
  return async (hooks) => {
    // The signature is over the very bytes, so they are not parsed before it was checked.
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    hooks.post(
      '/api/v1/adoption/hooks/:sourceId',
      {
        bodyLimit: 4 * 1024 * 1024,
        schema: {
          tags: ['adoption'],
          summary: 'Receive values as a signed webhook (Standard Webhooks); the signature is the permission',
          security: [],
          params: Type.Object({ sourceId: Type.String({ format: 'uuid' }) }),
          response: { 200: TakenFromHook },
        },
      },
      async (request) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const { supplied, notices } = await receive(request.params.sourceId, request.headers, body);
        return { ...(supplied === undefined ? NOTHING : takenToWire(supplied)), notices: [...notices] };
      },
    );
  };
}

function takenToWire({ batchId, tasksFinished, isRepeat, stored, unchanged, refused }: Supplied) {
  return {
    batch_id: batchId,
    stored,
    unchanged,
    tasks_finished: tasksFinished,
    refused: [...refused],
    is_repeat: isRepeat,
  };
}
