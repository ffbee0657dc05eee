/** Every question the console asks, with the key under which its answer is kept and how long it stays fresh. */
import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiProblem, request } from './client.ts';
import type {
  ApiKey,
  Catalogue,
  CreatedKey,
  Dimension,
  Environment,
  Health,
  Me,
  NewKey,
  Overview,
  Product,
  TrendDefinition,
  TrendResult,
  Values,
  Workspace,
  WorkspaceSummary,
} from './types.ts';

/** Where a question belongs: every answer is of one workspace and, where given, one environment. */
export type Scope = { workspaceId: string; environmentId: string };

const REFRESH_MS = 10_000;

export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiProblem && error.code === 'unauthenticated') onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && error instanceof ApiProblem && error.isTransient,
        retryDelay: (failures, error) =>
          error instanceof ApiProblem && error.retryAfterSeconds !== undefined
            ? error.retryAfterSeconds * 1_000
            : Math.min(1_000 * 2 ** failures, 8_000),
      },
    },
  });
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<Me>('/api/v1/me', { signal }),
  staleTime: 60_000,
});

/** Whoever is only admin of customers may not ask for it; for them a workspace is its name. */
export const workspaceQuery = ({ id, name, slug, role }: WorkspaceSummary) =>
  queryOptions({
    queryKey: ['workspace', id],
    queryFn: ({ signal }): Promise<Workspace> | Workspace =>
      role === 'customer_admin'
        ? { id, name, slug, products: [] }
        : request<Workspace>('/api/v1/workspace', { workspaceId: id, signal }),
    staleTime: 30_000,
  });

export const keysQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['keys', workspaceId],
    queryFn: ({ signal }) => request<{ keys: ApiKey[] }>('/api/v1/keys', { workspaceId, signal }),
  });

export const healthQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['health', scope],
    queryFn: ({ signal }) => ask<Health>('/api/v1/telemetry/health', scope, {}, signal),
    refetchInterval: REFRESH_MS,
  });

export const overviewQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['overview', scope],
    queryFn: ({ signal }) => ask<Overview>('/api/v1/telemetry/overview', scope, {}, signal),
    refetchInterval: REFRESH_MS,
  });

export const catalogueQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['catalogue', scope],
    queryFn: ({ signal }) => ask<Catalogue>('/api/v1/insights/catalogue', scope, {}, signal),
    staleTime: 60_000,
  });

export const valuesQuery = (scope: Scope, dimension: Dimension, search: string) =>
  queryOptions({
    queryKey: ['values', scope, dimension, search],
    queryFn: ({ signal }) => ask<Values>('/api/v1/insights/values', scope, { ...dimension, search }, signal),
    staleTime: 60_000,
  });

export const trendQuery = (scope: Scope, definition: TrendDefinition) =>
  queryOptions({
    queryKey: ['trend', scope, definition],
    queryFn: ({ signal }) =>
      request<TrendResult>('/api/v1/insights/query', {
        method: 'POST',
        body: { ...definition, environment_id: scope.environmentId },
        workspaceId: scope.workspaceId,
        signal,
      }),
    staleTime: 30_000,
  });

export const createKey = (workspaceId: string, key: NewKey) =>
  request<CreatedKey>('/api/v1/keys', { method: 'POST', body: key, workspaceId });

export const rotateKey = (workspaceId: string, keyId: string, overlapSeconds: number) =>
  request<CreatedKey>(`/api/v1/keys/${keyId}/rotate`, {
    method: 'POST',
    body: { overlap_seconds: overlapSeconds },
    workspaceId,
  });

export const revokeKey = (workspaceId: string, keyId: string) =>
  request<unknown>(`/api/v1/keys/${keyId}`, { method: 'DELETE', workspaceId });

export const createWorkspace = (name: string) =>
  request<WorkspaceSummary>('/api/v1/workspaces', { method: 'POST', body: { name } });

export const createProduct = (workspaceId: string, name: string) =>
  request<Product>('/api/v1/products', { method: 'POST', body: { name }, workspaceId });

export const createEnvironment = (workspaceId: string, productId: string, name: string) =>
  request<Environment>(`/api/v1/products/${productId}/environments`, { method: 'POST', body: { name }, workspaceId });

export const signIn = (email: string, password: string) =>
  request<unknown>('/api/auth/sign-in/email', { method: 'POST', body: { email, password, rememberMe: true } });

/** Ends the person's sessions in other browsers too. */
export const changePassword = (currentPassword: string, newPassword: string) =>
  request<unknown>('/api/auth/change-password', {
    method: 'POST',
    body: { currentPassword, newPassword, revokeOtherSessions: true },
  });

export const signOut = () => request<unknown>('/api/auth/sign-out', { method: 'POST', body: {} });

function ask<T>(path: string, scope: Scope, parameters: Record<string, string>, signal: AbortSignal): Promise<T> {
  const search = new URLSearchParams({ ...parameters, environment_id: scope.environmentId });
  return request<T>(`${path}?${search}`, { workspaceId: scope.workspaceId, signal });
}
