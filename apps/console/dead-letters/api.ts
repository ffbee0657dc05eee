/** What the console asks about refused events: causes, what was kept, what a fix would do, and replays. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { EventMapping } from '@uptake/domain/tracking-plan';
import { request } from '../api/client.ts';
import type { Scope } from '../api/queries.ts';
import { boundsOf } from './received.ts';

export type { EventMapping };

export type Cause = {
  cause: string;
  event_name: string;
  reason: string;
  reason_text: string;
  path: string;
  schema_version: number;
  /** All that were refused, kept or only counted. */
  events: number;
  kept: number;
  /** Kept, and not yet accepted. */
  open: number;
  /** Of the open ones, those that were kept whole. */
  replayable: number;
  replayed: number;
  first_seen: string;
  last_seen: string;
  example_detail: string;
  per_hour: { at: string; events: number }[];
  sources: { source: string; key_id: string; key_name: string | null; app_version: string; events: number }[];
};

export type Letter = {
  id: string;
  received_at: string;
  event_id: string;
  event_name: string;
  reason: string;
  path: string;
  detail: string;
  schema_version: number;
  source: string;
  key_id: string;
  app_version: string;
  tenant_id: string;
  payload: unknown;
  is_complete: boolean;
  outcome: { result: string; reason: string; run_id: string; decided_at: string } | null;
};

export type Preview = {
  total: number;
  examined: number;
  outcomes: { result: string; reason: string; events: number }[];
  examples: {
    letter_id: string;
    before: unknown;
    after: unknown;
    result: string;
    reason: string;
    path: string;
    detail: string;
  }[];
};

export type Run = {
  id: string;
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  is_cancel_requested: boolean;
  total: number;
  done: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  dropped: number;
  sampled: number;
  requested_by: string | null;
  requested_at: string;
  started_at: string | null;
  finished_at: string | null;
  filter: { causes?: string[] };
  mapping: EventMapping | null;
  error: string | null;
};

export type CauseState = 'open' | 'replayed' | 'all';

const PATH = '/api/v1/dead-letters';
const RUNNING_REFRESH_MS = 1_000;
const LETTERS_PER_PAGE = 4;

/** What is not said narrows nothing. */
export type CauseFilter = {
  event_name?: string | undefined;
  reason?: string | undefined;
  source?: string | undefined;
  app_version?: string | undefined;
  /** As the address says it (see `received.ts`). */
  received?: string | undefined;
};

export const causesQuery = (scope: Scope, state: CauseState, filter: CauseFilter = {}) =>
  queryOptions({
    queryKey: ['dead-letters', scope, state, filter],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ environment_id: scope.environmentId, state });
      const { received = '', ...equals } = filter;
      const narrowing = { ...equals, ...boundsOf(received, Date.now()) };
      for (const [name, value] of Object.entries(narrowing)) if (value !== undefined) query.set(name, value);
      return request<{ as_of: string; groups: Cause[] }>(`${PATH}?${query}`, {
        workspaceId: scope.workspaceId,
        signal,
      });
    },
    refetchInterval: 30_000,
  });

/** A page is an entry of the audit log: it is asked for once, and not again because somebody looked back. */
export const lettersQuery = (scope: Scope, cause: string) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', scope, 'letters', cause],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ environment_id: scope.environmentId, limit: String(LETTERS_PER_PAGE) });
      if (pageParam !== '') query.set('after', pageParam);
      return request<{ letters: Letter[]; next: string | null }>(`${PATH}/${cause}/letters?${query}`, {
        workspaceId: scope.workspaceId,
        signal,
      });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  });

export const runsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['dead-letters', scope, 'runs'],
    queryFn: ({ signal }) =>
      request<{ runs: Run[] }>(`${PATH}/replays?environment_id=${scope.environmentId}`, {
        workspaceId: scope.workspaceId,
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.runs.some(isUnderWay) === true ? RUNNING_REFRESH_MS : false),
  });

export function isUnderWay({ state }: Run): boolean {
  return state === 'waiting' || state === 'running';
}

const fix = (scope: Scope, cause: string, mapping: EventMapping | undefined) => ({
  environment_id: scope.environmentId,
  filter: { causes: [cause] },
  ...(mapping === undefined ? {} : { mapping }),
});

export type DraftReference = { event_name: string; version: number };

export const previewReplay = (
  scope: Scope,
  cause: string,
  mapping: EventMapping | undefined,
  draft: DraftReference | undefined,
) =>
  request<Preview>(`${PATH}/preview`, {
    method: 'POST',
    body: { ...fix(scope, cause, mapping), ...(draft === undefined ? {} : { draft }) },
    workspaceId: scope.workspaceId,
  });

export const startReplay = (scope: Scope, cause: string, mapping: EventMapping | undefined) =>
  request<Run>(`${PATH}/replays`, {
    method: 'POST',
    body: fix(scope, cause, mapping),
    workspaceId: scope.workspaceId,
  });

export const cancelReplay = (scope: Scope, runId: string) =>
  request<Run>(`${PATH}/replays/${runId}/cancel`, { method: 'POST', workspaceId: scope.workspaceId });
