/** What can be done with keys, whether a server is asked or the data directory is opened. */
import type { SECRET_KEY_SCOPES } from '@uptake/domain/contract';
import type { ServerClient } from '../server-client.ts';

/** A key as `GET /api/v1/keys` shows it. */
export type Key = {
  readonly id: string;
  readonly kind: 'write' | 'secret';
  readonly name: string;
  readonly prefix: string;
  readonly environment_id: string | null;
  readonly scopes: readonly string[];
  readonly allowed_addresses: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
};

export type FreshKey = Key & { readonly key: string };

export type NewKey = {
  readonly kind: 'write' | 'secret';
  readonly name: string;
  readonly environmentId: string | undefined;
  readonly scopes: readonly (typeof SECRET_KEY_SCOPES)[number][] | undefined;
  readonly allowedAddresses: readonly string[] | undefined;
};

export type EnvironmentName = { readonly id: string; readonly path: string };

export type KeyAdministration = {
  list(): Promise<readonly Key[]>;
  create(key: NewKey): Promise<FreshKey>;
  rotate(id: string, overlapSeconds: number): Promise<FreshKey>;
  revoke(id: string): Promise<void>;
  /** All environments of the workspace, each as `product/environment`. */
  environments(): Promise<readonly EnvironmentName[]>;
};

export function keysOverHttp(client: ServerClient): KeyAdministration {
  const post = (path: string, body: unknown): Promise<FreshKey> =>
    client.json<FreshKey>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    list: async () => (await client.json<{ keys: Key[] }>('/api/v1/keys')).keys,
    create: ({ kind, name, environmentId, scopes, allowedAddresses }) =>
      post('/api/v1/keys', {
        kind,
        name,
        environment_id: environmentId,
        scopes,
        allowed_addresses: allowedAddresses,
      }),
    rotate: (id, overlapSeconds) => post(`/api/v1/keys/${id}/rotate`, { overlap_seconds: overlapSeconds }),
    revoke: async (id) => void (await client.request(`/api/v1/keys/${id}`, { method: 'DELETE' })),
    environments: async () => {
      const workspace = await client.json<{
        products: { slug: string; environments: { id: string; slug: string }[] }[];
      }>('/api/v1/workspace');
      return workspace.products.flatMap((product) =>
        product.environments.map(({ id, slug }) => ({ id, path: `${product.slug}/${slug}` })),
      );
    },
  };
}
