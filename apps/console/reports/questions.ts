/** What the pages of reports ask and change. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '../api/client.ts';
import type { TrendDefinition, TrendResult } from '../api/types.ts';

export type ReportSummary = { id: string; title: string; kind: string; created_at: string; created_by: string };
export type Report = ReportSummary & { definition: TrendDefinition; answer: TrendResult };

export type ReviewPack = {
  id: string;
  title: string;
  tenant_id: string;
  environment_id: string | null;
  period: { from: string; to: string };
  state: 'requested' | 'ready' | 'failed';
  requested_at: string;
  requested_by: string;
  finished_at: string | null;
  error: string | null;
};
export type NewReviewPack = {
  tenant_id: string;
  environment_id?: string;
  title?: string;
  period?: { from: string; to: string };
};

/** A pack takes seconds; while one is under way, its state is asked for often. */
const UNFINISHED_REFRESH_MS = 1_000;

export const reportsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['reports', workspaceId],
    queryFn: ({ signal }) =>
      request<{ reports: ReportSummary[]; total: number }>('/api/v1/reports?limit=200', { workspaceId, signal }),
  });

export const reportQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: ['report', workspaceId, id],
    queryFn: ({ signal }) => request<Report>(`/api/v1/reports/${id}`, { workspaceId, signal }),
    // A report never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const reviewPacksQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['review-packs', workspaceId],
    queryFn: ({ signal }) => request<{ review_packs: ReviewPack[] }>('/api/v1/review-packs', { workspaceId, signal }),
    refetchInterval: (query) =>
      query.state.data?.review_packs.some(({ state }) => state === 'requested') ? UNFINISHED_REFRESH_MS : false,
  });

export const saveReport = (workspaceId: string, report: { title: string; definition: unknown }) =>
  request<Report>('/api/v1/reports', { method: 'POST', body: report, workspaceId });

export const deleteReport = (workspaceId: string, id: string) =>
  request<unknown>(`/api/v1/reports/${id}`, { method: 'DELETE', workspaceId });

export const requestReviewPack = (workspaceId: string, pack: NewReviewPack) =>
  request<ReviewPack>('/api/v1/review-packs', { method: 'POST', body: pack, workspaceId });

export const deleteReviewPack = (workspaceId: string, id: string) =>
  request<unknown>(`/api/v1/review-packs/${id}`, { method: 'DELETE', workspaceId });

/** A link carries no header, so the workspace stands in the address. */
export function downloadAddress(
  what: 'reports' | 'review-packs',
  workspaceId: string,
  id: string,
  format: 'html' | 'csv' | 'json' | 'xlsx',
): string {
  return `/api/v1/${what}/${id}/download?format=${format}&workspace_id=${workspaceId}`;
}
