/** What the console asks about the tracking plan: schemas, what was observed, and what an environment collects. */

import { queryOptions } from '@tanstack/react-query';
import type { EventSchema, SchemaState } from '@uptake/domain/tracking-plan';
import { request } from '../api/client.ts';
import type { Scope } from '../api/queries.ts';

export type { EventSchema, SchemaState };

export type ProductScope = { workspaceId: string; productId: string };

export type Change = { kind: 'compatible' | 'breaking'; rule: string; path: string; message: string };
export type Changes = { kind: 'none' | 'compatible' | 'breaking'; changes: Change[] };

export type Planned = {
  schema: EventSchema;
  product_id: string;
  created_at: string;
  updated_at: string;
  migration_note: string | null;
  volume: { events_30d: number; violations_30d: number; last_seen: string | null } | null;
};
export type Version = {
  version: number;
  schema: EventSchema;
  is_breaking: boolean;
  change: Changes | null;
  migration_note: string | null;
  reviewer_id: string | null;
  accepted_until: string | null;
  created_at: string;
  created_by_kind: 'member' | 'secret_key' | 'system';
  created_by: string | null;
};
export type PlannedWithHistory = Planned & { history: Version[] };

export type Finding = { rule: string; severity: 'error' | 'warning'; path: string; message: string };
export type CheckResult = {
  event_name: string | null;
  findings: Finding[];
  change: Changes | null;
  current_version: number | null;
};

export type UnplannedEvent = {
  event_name: string;
  events_30d: number;
  sources: string[];
  app_versions: string[];
  first_seen: string;
  last_seen: string;
};
export type Proposal = {
  schema: EventSchema;
  events_30d: number;
  sampled_events: number;
  presence: {
    name: string;
    count: number;
    share: number;
    types: string[];
    examples: (string | number | boolean)[];
    is_proposed: boolean;
  }[];
};

export type EnvironmentSettings = {
  id: string;
  product_id: string;
  slug: string;
  name: string;
  mode: 'observe' | 'enforce';
  policy: 'full' | 'ledger';
  excluded_events: string[];
  excluded_feature_areas: string[];
};

const of = ({ productId }: ProductScope) => `product_id=${productId}`;

export const planQuery = (scope: ProductScope) =>
  queryOptions({
    queryKey: ['plan', scope.workspaceId, scope.productId],
    queryFn: ({ signal }) =>
      request<{ schemas: Planned[] }>(`/api/v1/schemas?volumes=true&${of(scope)}`, {
        workspaceId: scope.workspaceId,
        signal,
      }),
  });

export const plannedQuery = (scope: ProductScope, eventName: string) =>
  queryOptions({
    queryKey: ['plan', scope.workspaceId, scope.productId, eventName],
    queryFn: ({ signal }) =>
      request<PlannedWithHistory>(`/api/v1/schemas/${encodeURIComponent(eventName)}?${of(scope)}`, {
        workspaceId: scope.workspaceId,
        signal,
      }),
  });

export const checkQuery = (scope: ProductScope, document: unknown) =>
  queryOptions({
    queryKey: ['plan-check', scope.workspaceId, scope.productId, document],
    queryFn: ({ signal }) =>
      request<{ results: CheckResult[] }>(`/api/v1/schemas/check?${of(scope)}`, {
        method: 'POST',
        body: { schemas: [document] },
        workspaceId: scope.workspaceId,
        signal,
      }),
    // What was typed may break while it is being typed; asking again says nothing new.
    retry: false,
  });

export type Approval = { migration_note: string; reviewer: string; accepted_until: string };

export const putSchema = (scope: ProductScope, eventName: string, schema: unknown, approval?: Approval) =>
  request<Planned & { change: Changes }>(`/api/v1/schemas/${encodeURIComponent(eventName)}?${of(scope)}`, {
    method: 'PUT',
    body: { schema, ...approval },
    workspaceId: scope.workspaceId,
  });

export const changeState = (scope: ProductScope, eventName: string, state: SchemaState) =>
  request<Planned>(`/api/v1/schemas/${encodeURIComponent(eventName)}/state?${of(scope)}`, {
    method: 'POST',
    body: { state },
    workspaceId: scope.workspaceId,
  });

export const discardDraft = (scope: ProductScope, eventName: string) =>
  request<unknown>(`/api/v1/schemas/${encodeURIComponent(eventName)}?${of(scope)}`, {
    method: 'DELETE',
    workspaceId: scope.workspaceId,
  });

export const installExamples = (scope: ProductScope) =>
  request<{ schemas: Planned[] }>(`/api/v1/schemas/examples?${of(scope)}`, {
    method: 'POST',
    workspaceId: scope.workspaceId,
  });

export const unplannedQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['unplanned', scope],
    queryFn: ({ signal }) =>
      request<{ events: UnplannedEvent[] }>(`/api/v1/schema-proposals?environment_id=${scope.environmentId}`, {
        workspaceId: scope.workspaceId,
        signal,
      }),
  });

export const proposalQuery = (scope: Scope, eventName: string) =>
  queryOptions({
    queryKey: ['proposal', scope, eventName],
    queryFn: ({ signal }) =>
      request<Proposal>(
        `/api/v1/schema-proposals/${encodeURIComponent(eventName)}?environment_id=${scope.environmentId}`,
        { workspaceId: scope.workspaceId, signal },
      ),
    staleTime: 60_000,
  });

export const acceptProposal = (scope: Scope, eventName: string, schema: EventSchema) =>
  request<Planned>(
    `/api/v1/schema-proposals/${encodeURIComponent(eventName)}/accept?environment_id=${scope.environmentId}`,
    { method: 'POST', body: { schema }, workspaceId: scope.workspaceId },
  );

export const environmentQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['environment', scope],
    queryFn: ({ signal }) =>
      request<EnvironmentSettings>(`/api/v1/environments/${scope.environmentId}`, {
        workspaceId: scope.workspaceId,
        signal,
      }),
  });

export const changeEnvironment = (
  scope: Scope,
  change: Partial<Pick<EnvironmentSettings, 'mode' | 'policy' | 'excluded_events' | 'excluded_feature_areas'>>,
) =>
  request<EnvironmentSettings>(`/api/v1/environments/${scope.environmentId}`, {
    method: 'PATCH',
    body: change,
    workspaceId: scope.workspaceId,
  });
