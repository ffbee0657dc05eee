/** Where a key stands in its life, from its dates. */
import type { ApiKey, Workspace } from '../api/types.ts';
import { formatAgo } from '../format/time.ts';

export type KeyStatus = { kind: 'active' | 'ending' | 'expired' | 'revoked'; text: string };

export function statusOf(key: Pick<ApiKey, 'revoked_at' | 'expires_at'>, nowMs: number): KeyStatus {
  if (key.revoked_at !== null) return { kind: 'revoked', text: `revoked ${formatAgo(key.revoked_at, nowMs)}` };
  if (key.expires_at === null) return { kind: 'active', text: 'active' };
  if (Date.parse(key.expires_at) <= nowMs)
    return { kind: 'expired', text: `expired ${formatAgo(key.expires_at, nowMs)}` };
  return { kind: 'ending', text: `expires ${formatAgo(key.expires_at, nowMs)}` };
}

export function isUsable(key: ApiKey, nowMs: number): boolean {
  const { kind } = statusOf(key, nowMs);
  return kind === 'active' || kind === 'ending';
}

/** “Atlas · Production”, or that the key is for the whole workspace. */
export function environmentNameOf(workspace: Workspace, environmentId: string | null): string {
  if (environmentId === null) return 'All environments';
  for (const product of workspace.products) {
    const environment = product.environments.find(({ id }) => id === environmentId);
    if (environment) return `${product.name} · ${environment.name}`;
  }
  return 'An environment that is gone';
}

/** What stops working when the key is revoked, for the question that asks once. */
export function lossOf(key: ApiKey, workspace: Workspace, nowMs: number): string {
  const place = environmentNameOf(workspace, key.environment_id);
  const use = key.last_used_at ? `It was last used ${formatAgo(key.last_used_at, nowMs)}.` : 'It was never used.';
  return key.kind === 'write'
    ? `Every program that sends events to ${place} with this key is refused at once, and what it sends meanwhile is lost unless it keeps and retries. ${use}`
    : `Every script and integration that reads or changes ${workspace.name} with this key is refused at once. ${use}`;
}
