/** What the console asks and says about approvals, retention, erasure and the audit log. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { request, send } from '../api/client.ts';

export type SubjectKind = 'person' | 'tenant' | 'environment';
export type ApprovalState = 'requested' | 'approved' | 'denied' | 'revoked' | 'expired' | 'lapsed';
export type Approval = {
  id: string;
  state: ApprovalState;
  requested_by: string;
  requested_at: string;
  reason: string;
  subject: { kind: SubjectKind; ids: string[] };
  environment_id: string | null;
  minutes: number;
  decided_by: string | null;
  decided_at: string | null;
  decision_note: string | null;
  expires_at: string | null;
  uses: number;
  last_used_at: string | null;
};
export type NewApproval = {
  reason: string;
  kind: SubjectKind;
  minutes: number;
  user_id?: string;
  tenant_id?: string;
  environment_id?: string;
};
export type ApprovalSettings = { is_sole_admin_allowed: boolean; longest_minutes: number };

export type Tiers = { raw_days: number; restricted_days: number; aggregated_days: number };
export type Retention = {
  limits: Tiers;
  environments: { id: string; name: string; product_name: string; is_own: boolean; tiers: Tiers }[];
};
export type Removed = {
  environment_id: string;
  class: 'raw' | 'restricted' | 'aggregated' | 'dead_letters' | 'outcomes' | 'tallies';
  before: string;
  rows: number;
  oldest: string | null;
  newest: string | null;
  remaining: number;
};
export type RetentionRun = {
  id: string;
  started_at: string;
  finished_at: string | null;
  trigger: 'schedule' | 'person' | 'command';
  removed: Removed[];
  bytes_before: number | null;
  bytes_after: number | null;
};

export type Erasure = {
  id: string;
  kind: 'person' | 'tenant';
  fingerprints: string[];
  state: 'waiting' | 'running' | 'done' | 'failed';
  requested_at: string;
  finished_at: string | null;
  error: string | null;
  steps: { name: string; round: number; finished_at: string; found: Record<string, number> }[];
  next_step: string | null;
};
export type SubjectName = { kind: 'person'; user_id: string } | { kind: 'tenant'; tenant_id: string };

export type AuditEntry = {
  id: string;
  sequence: number;
  occurred_at: string;
  actor_kind: 'member' | 'secret_key' | 'system';
  actor_id: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  details: Record<string, unknown>;
  hash: string;
};
export type AuditFilter = { action: string; actor: string };
export type Verification = {
  is_intact: boolean;
  entries: number;
  anchor: string;
  fault: { kind: string; sequence: number; entry_id: string | null; detail: string } | null;
};

export type TimelineEvent = {
  event_id: string;
  event_name: string;
  timestamp: string;
  tenant_id: string;
  feature_area: string;
  surface: string;
  properties: Record<string, unknown>;
};
type Timeline = { events: TimelineEvent[]; next: string | null };

const WORKING_MS = 1_000;
const AUDIT_PAGE = 50;
const TIMELINE_PAGE = 100;

export const approvalsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['approvals', workspaceId],
    queryFn: ({ signal }) => request<{ approvals: Approval[] }>('/api/v1/approvals', { workspaceId, signal }),
    refetchInterval: 30_000,
  });
export const approvalSettingsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['approval-settings', workspaceId],
    queryFn: ({ signal }) => request<ApprovalSettings>('/api/v1/approvals/settings', { workspaceId, signal }),
  });
export const requestApproval = (workspaceId: string, body: NewApproval) =>
  request<Approval>('/api/v1/approvals', { method: 'POST', body, workspaceId });
export const decideApproval = (workspaceId: string, id: string, verb: 'approve' | 'deny' | 'revoke') =>
  request<Approval>(`/api/v1/approvals/${id}/${verb}`, {
    method: 'POST',
    ...(verb !== 'revoke' && { body: {} }),
    workspaceId,
  });
export const changeApprovalSettings = (workspaceId: string, body: Partial<ApprovalSettings>) =>
  request<ApprovalSettings>('/api/v1/approvals/settings', { method: 'PATCH', body, workspaceId });

export const timelineQuery = (workspaceId: string, pseudonyms: readonly string[], environmentId: string | null) =>
  infiniteQueryOptions({
    queryKey: ['timeline', workspaceId, pseudonyms, environmentId],
    queryFn: ({ signal, pageParam }) =>
      request<Timeline>('/api/v1/people/events', {
        method: 'POST',
        body: {
          pseudonyms,
          limit: TIMELINE_PAGE,
          ...(environmentId !== null && { environment_id: environmentId }),
          ...(pageParam !== null && { before: pageParam }),
        },
        workspaceId,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // Each look is written down, so none happens by itself.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const retentionQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['retention', workspaceId],
    queryFn: ({ signal }) => request<Retention>('/api/v1/retention', { workspaceId, signal }),
  });
export const retentionRunsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['retention-runs', workspaceId],
    queryFn: ({ signal }) => request<{ runs: RetentionRun[] }>('/api/v1/retention/runs', { workspaceId, signal }),
    refetchInterval: ({ state }) => (state.data?.runs.some((run) => run.finished_at === null) ? WORKING_MS : 30_000),
  });
export const setTiers = (workspaceId: string, environmentId: string, body: Tiers) =>
  request<Retention>(`/api/v1/retention/${environmentId}`, { method: 'PUT', body, workspaceId });
export const resetTiers = (workspaceId: string, environmentId: string) =>
  request<Retention>(`/api/v1/retention/${environmentId}`, { method: 'DELETE', workspaceId });
export const previewPrune = (workspaceId: string) =>
  request<{ would_remove: Removed[] }>('/api/v1/retention/prune', {
    method: 'POST',
    body: { dry_run: true },
    workspaceId,
  });
export const prune = (workspaceId: string) =>
  request('/api/v1/retention/prune', { method: 'POST', body: {}, workspaceId });

export const erasuresQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['erasures', workspaceId],
    queryFn: ({ signal }) => request<{ erasures: Erasure[] }>('/api/v1/erasures', { workspaceId, signal }),
    refetchInterval: ({ state }) =>
      state.data?.erasures.some((one) => one.state === 'waiting' || one.state === 'running') ? WORKING_MS : 30_000,
  });
export const requestErasure = (workspaceId: string, body: SubjectName) =>
  request<Erasure>('/api/v1/erasures', { method: 'POST', body, workspaceId });
export const retryErasure = (workspaceId: string, id: string) =>
  request<Erasure>(`/api/v1/erasures/${id}/retry`, { method: 'POST', workspaceId });

/** The file itself: a person's data is in no address and no cache. */
export async function exportSubject(workspaceId: string, body: SubjectName): Promise<Blob> {
  const response = await send('/api/v1/subject-exports', { method: 'POST', body, workspaceId });
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

async function problemOf(response: Response): Promise<Error> {
  const { title, detail } = (await response.json().catch(() => ({}))) as { title?: string; detail?: string };
  return new Error(detail ?? title ?? `The server answered ${response.status}.`);
}

export const auditQuery = (workspaceId: string, { action, actor }: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', workspaceId, action, actor],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ limit: String(AUDIT_PAGE) });
      if (action !== '') query.set('action', action);
      if (actor !== '') query.set('actor', actor);
      if (pageParam !== null) query.set('before_sequence', String(pageParam));
      return request<{ entries: AuditEntry[]; next: number | null }>(`/api/v1/audit?${query}`, { workspaceId, signal });
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
export const verifyAudit = (workspaceId: string, anchor: string) =>
  request<Verification>(`/api/v1/audit/verification${anchor === '' ? '' : `?anchor=${encodeURIComponent(anchor)}`}`, {
    workspaceId,
  });
