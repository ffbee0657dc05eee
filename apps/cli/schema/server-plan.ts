/** The tracking plan of a server, over HTTP. */
import { type Comparison, type EventSchema, parseEventSchema } from '@uptake/domain/tracking-plan';
import { CommandFailed, EXIT } from '../exit.ts';
import type { ServerClient } from '../server-client.ts';

export type ChangeNotes = {
  readonly migrationNote?: string | undefined;
  readonly reviewer?: string | undefined;
  readonly acceptedUntil?: string | undefined;
};

export type ServerPlan = {
  /** By event name, each in its current version. */
  list(): Promise<ReadonlyMap<string, EventSchema>>;
  put(schema: EventSchema, notes: ChangeNotes): Promise<Comparison>;
};

/** `product` is a slug or an id; the key's own product, or the workspace's first, where absent. */
export async function planOverHttp(client: ServerClient, product: string | undefined): Promise<ServerPlan> {
  const query = { product_id: product === undefined ? undefined : await idOfProduct(client, product) };
  return {
    list: async () => {
      const { schemas } = await client.json<{ schemas: { schema: unknown }[] }>('/api/v1/schemas', { query });
      return new Map(
        schemas.map(({ schema: document }) => {
          const schema = parseEventSchema(document);
          if (!Array.isArray(schema)) return [schema.event_name, schema];
          const what = `${schema[0]?.path}: ${schema[0]?.message}`;
          throw new CommandFailed(
            `The server holds a schema this version of uptake cannot read: ${what}`,
            EXIT.misused,
          );
        }),
      );
    },
    put: async (schema, { migrationNote, reviewer, acceptedUntil }) => {
      const reply = await client.json<{ change: Comparison }>(`/api/v1/schemas/${schema.event_name}`, {
        method: 'PUT',
        query,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          schema,
          migration_note: migrationNote,
          reviewer,
          accepted_until: acceptedUntil,
        }),
      });
      return reply.change;
    },
  };
}

async function idOfProduct(client: ServerClient, product: string): Promise<string> {
  const { products } = await client.json<{ products: { id: string; slug: string }[] }>('/api/v1/workspace');
  const found = products.find(({ id, slug }) => slug === product || id === product.toLowerCase());
  if (found !== undefined) return found.id;
  const slugs = products.map(({ slug }) => slug).join(', ');
  throw new CommandFailed(`There is no product "${product}". There are: ${slugs}.`, EXIT.misused);
}
