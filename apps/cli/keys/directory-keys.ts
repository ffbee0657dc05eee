/** Keys of the data directory itself, for when no server holds it. */
import type { MadeKey, KeyRow as StoredKey } from '@uptake/capabilities/access';
import { Problem } from '@uptake/domain/contract';
import type { Config } from '@uptake/io/config';
import { CommandFailed, EXIT } from '../exit.ts';
import { type Installation, type WorkspaceName, withInstallation, workspacesOf } from '../installation.ts';
import type { FreshKey, Key, KeyAdministration } from './key-administration.ts';

const SYSTEM = { kind: 'system' } as const;

/** Opens the data directory for as long as `work` runs. `workspaceSlug` may stay open where there is one workspace only. */
export function withKeysOfDirectory<Result>(
  config: Config,
  workspaceSlug: string | undefined,
  work: (keys: KeyAdministration) => Promise<Result>,
): Promise<Result> {
  return withInstallation(config, Date.now, async (installation) => {
    const workspace = chooseWorkspace(await workspacesOf(installation.controlStore), workspaceSlug);
    return work(keysOfWorkspace(installation, workspace.id));
  });
}

function keysOfWorkspace({ access }: Installation, workspaceId: string): KeyAdministration {
  const { keys, readModel } = access;
  return {
    list: async () => (await keys.list(workspaceId)).map(toKey),
    create: async (key) => toFreshKey(await keys.create(workspaceId, key, SYSTEM)),
    rotate: async (id, overlapSeconds) => toFreshKey(await keys.rotate(workspaceId, id, overlapSeconds, SYSTEM)),
    revoke: (id) => keys.revoke(workspaceId, id, SYSTEM),
    environments: async () =>
      (await readModel.environmentsOf(workspaceId)).map(({ id, slug, productSlug }) => ({
        id,
        path: `${productSlug}/${slug}`,
      })),
  };
}

function chooseWorkspace(all: readonly WorkspaceName[], slug: string | undefined): WorkspaceName {
  const slugs = all.map((workspace) => workspace.slug).join(', ');
  if (all.length === 0) {
    throw new CommandFailed('There is no workspace yet; the first "uptake serve" makes one, with its first keys.');
  }
  if (slug === undefined && all.length > 1) {
    throw new CommandFailed(`There are several workspaces; choose one with --workspace: ${slugs}.`, EXIT.misused);
  }
  const found = slug === undefined ? all[0] : all.find((workspace) => workspace.slug === slug);
  if (found === undefined) throw new Problem('not_found', `There is no workspace "${slug}". There are: ${slugs}.`);
  return found;
}

function toKey(row: StoredKey): Key {
  const iso = (instant: Date | null): string | null => instant?.toISOString() ?? null;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    prefix: row.prefix,
    environment_id: row.environmentId,
    scopes: row.scopes,
    allowed_addresses: row.allowedAddresses,
    created_at: row.createdAt.toISOString(),
    expires_at: iso(row.expiresAt),
    revoked_at: iso(row.revokedAt),
    last_used_at: iso(row.lastUsedAt),
  };
}

function toFreshKey(made: MadeKey): FreshKey {
  return { ...toKey(made), key: made.key };
}
