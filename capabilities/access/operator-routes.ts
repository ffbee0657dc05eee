/** REST for the operators of the installation, for operators alone. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { actorOf } from './audit.ts';
import type { Operator, Operators } from './operators.ts';
import type { AccessReadModel } from './read-model.ts';

const Id = Type.String({ format: 'uuid' });
const OperatorRow = Type.Object({
  user_id: Id,
  email: Type.String(),
  name: Type.String(),
  added_at: Type.String({ format: 'date-time' }),
});
const NewOperator = Type.Object(
  { email: Type.String({ minLength: 3, maxLength: 254 }) },
  { additionalProperties: false },
);
const tags = ['system'];

export function operatorRoutes(
  operators: Operators,
  authenticateOperator: AccessReadModel['authenticateOperator'],
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });

    app.get(
      '/api/v1/system/operators',
      {
        schema: {
          tags,
          summary: 'Who operates the installation',
          response: { 200: Type.Object({ operators: Type.Array(OperatorRow) }) },
        },
      },
      async (request) => {
        await authenticateOperator(request);
        return { operators: (await operators.list()).map(toWire) };
      },
    );

    app.post(
      '/api/v1/system/operators',
      { schema: { tags, summary: 'Make a person an operator', body: NewOperator, response: { 201: OperatorRow } } },
      async (request, reply) => {
        const principal = await authenticateOperator(request);
        const operator = await operators.add(request.body.email, actorOf(principal));
        return reply.status(201).send(toWire(operator));
      },
    );

    app.delete(
      '/api/v1/system/operators/:id',
      { schema: { tags, summary: 'Take the installation out of a person’s hands', params: Type.Object({ id: Id }) } },
      async (request, reply) => {
        const principal = await authenticateOperator(request);
        await operators.remove(request.params.id.toLowerCase(), actorOf(principal));
        return reply.status(204).send();
      },
    );
  };
}

function toWire({ userId, email, name, addedAt }: Operator): Static<typeof OperatorRow> {
  return { user_id: userId, email, name, added_at: addedAt.toISOString() };
}
