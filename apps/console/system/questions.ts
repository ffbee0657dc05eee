/** What the system page asks: how Uptake itself is used, and who operates it. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '../api/client.ts';
import type { Freshness } from '../api/types.ts';

export const USAGE_WINDOWS = ['24h', '7d', '30d'] as const;
export type UsageWindow = (typeof USAGE_WINDOWS)[number];

export type Usage = {
  window: UsageWindow;
  from: string;
  to: string;
  families: { family: string; label: string; count: number; previous_count: number; active_workspaces: number }[];
  active_workspaces: number;
  previous_active_workspaces: number;
  freshness: Freshness;
};

export type Operator = { user_id: string; email: string; name: string; added_at: string };

export const usageQuery = (window: UsageWindow) =>
  queryOptions({
    queryKey: ['system', 'usage', window],
    queryFn: ({ signal }) => request<Usage>(`/api/v1/system/usage?window=${window}`, { signal }),
    refetchInterval: 30_000,
  });

export const operatorsQuery = queryOptions({
  queryKey: ['system', 'operators'],
  queryFn: ({ signal }) => request<{ operators: Operator[] }>('/api/v1/system/operators', { signal }),
});

export const addOperator = (email: string) =>
  request<Operator>('/api/v1/system/operators', { method: 'POST', body: { email } });

export const removeOperator = (userId: string) =>
  request<unknown>(`/api/v1/system/operators/${userId}`, { method: 'DELETE' });

export const DIAGNOSTICS_ADDRESS = '/api/v1/system/diagnostics';
