/** The embedded stores of this machine, for commands that work without a server. */
import { type Access, createAccess } from '@uptake/capabilities/access';
import type { Config } from '@uptake/io/config';
import { type ControlStore, openPgliteControlStore } from '@uptake/io/control-store';
import { workspaces } from '@uptake/io/control-store/schema';
import { layoutOf } from '@uptake/io/data-directory';
import { createLogger, createMetrics } from '@uptake/io/observability';
import { loadOrCreateSecretKey, openSecrets, type Secrets } from '@uptake/io/secrets';

export type Installation = { readonly access: Access; readonly controlStore: ControlStore };

export type WorkspaceName = { readonly id: string; readonly slug: string; readonly name: string };

/** Opens only what access needs. Throws `ControlStoreRefused` (`in_use`) where a server runs on the directory. */
export async function withInstallation<Result>(
  config: Config,
  nowMs: () => number,
  work: (installation: Installation) => Promise<Result>,
): Promise<Result> {
  const layout = layoutOf(config.dataDirectory);
  const controlStore = await openPgliteControlStore({ directory: layout.controlStore });
  try {
    const secrets = openSecrets({ secretKey: config.secretKey ?? loadOrCreateSecretKey(layout.path) });
    return await work({ controlStore, access: accessOver(controlStore, secrets, nowMs) });
  } finally {
    await controlStore.close();
  }
}

export function accessOver(controlStore: ControlStore, secrets: Secrets, nowMs: () => number): Access {
  return createAccess({
    controlStore,
    secrets,
    logger: createLogger({ level: 'silent', scrub: (text) => text }),
    metrics: createMetrics({ processMetrics: false }),
    nowMs,
    baseUrl: 'http://localhost',
    bootstrap: {},
  });
}

/** Whoever may read the data directory may see all of them. Oldest first. */
export function workspacesOf(controlStore: ControlStore): Promise<readonly WorkspaceName[]> {
  return controlStore.asSystem((tx) =>
    tx
      .select({ id: workspaces.id, slug: workspaces.slug, name: workspaces.name })
      .from(workspaces)
      .orderBy(workspaces.createdAt),
  );
}
