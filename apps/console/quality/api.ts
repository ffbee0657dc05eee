/** What the console asks about the quality of what comes in: rates against their thresholds, and by whom they are missed. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '../api/client.ts';
import type { Scope } from '../api/queries.ts';

export const PERIODS = ['1h', '24h', '7d', '30d'] as const;
export type Period = (typeof PERIODS)[number];

export type Thresholds = { rejection_rate: number; drop_rate: number; pii_rate: number; sustained_minutes: number };

type Counts = { accepted: number; rejected: number; dropped: number };

export type QualitySource = Counts & {
  source: string;
  key_id: string;
  key_name: string | null;
  app_version: string;
  rejection_rate: number;
  drop_rate: number;
  is_over: boolean;
};

export type Quality = Counts & {
  as_of: string;
  sampled: number;
  duplicates: number;
  rejection_rate: number;
  drop_rate: number;
  thresholds: Thresholds;
  by_source: QualitySource[];
  per_interval: (Counts & { at: string; sampled: number })[];
  reasons: { reason: string; result: string; events: number }[];
  pii: {
    scanned_events: number;
    events_with_findings: number;
    rate: number | null;
    scanned_until: string | null;
    by_rule: { rule: string; place: string; events: number }[];
  };
  alerts: { type: string; message: string; severity: string; since: string }[];
};

export const qualityQuery = (scope: Scope, period: Period) =>
  queryOptions({
    queryKey: ['quality', scope, period],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ environment_id: scope.environmentId, period });
      return request<Quality>(`/api/v1/telemetry/quality?${query}`, { workspaceId: scope.workspaceId, signal });
    },
    refetchInterval: 30_000,
  });

export const changeThresholds = (scope: Scope, thresholds: Thresholds) =>
  request<unknown>('/api/v1/telemetry/quality/thresholds', {
    method: 'PUT',
    body: { environment_id: scope.environmentId, ...thresholds },
    workspaceId: scope.workspaceId,
  });
