/** What the console asks and says about budgets. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '../api/client.ts';
import type { Scope } from '../api/queries.ts';

export type Favour = 'new_tenant' | 'new_release' | 'experiment' | 'rising_errors';
export type Bound = 'protected' | 'fits' | 'area_budget' | 'environment_budget' | 'floor';

export type KeepRate = {
  event_name: string;
  feature_area: string;
  favours: Favour[];
  bound: Bound;
  keep_probability: number;
  weight: number;
  offered_24h: number;
  kept_24h: number;
  expected_24h: number;
};

export type BudgetDocument = {
  events_per_day: number | null;
  areas: { feature_area: string; events_per_day: number }[];
  samples_outcomes: boolean;
  shaping: { max_text_length: number; keep_properties: string[] } | null;
};

export type BudgetAnswer = {
  environment_id: string;
  budget: (BudgetDocument & { revision: number }) | null;
  is_exceeded: boolean;
  offered_24h: number;
  kept_24h: number;
  areas: { feature_area: string; offered_24h: number; kept_24h: number }[];
  rates: KeepRate[];
};

const PATH = '/api/v1/budgets';
const REFRESH_MS = 30_000;

export const budgetQuery = ({ workspaceId, environmentId }: Scope) =>
  queryOptions({
    queryKey: ['budget', workspaceId, environmentId],
    queryFn: ({ signal }) => request<BudgetAnswer>(`${PATH}?environment_id=${environmentId}`, { workspaceId, signal }),
    refetchInterval: REFRESH_MS,
  });

/** `revision`: what was shown when the person began; somebody else's change meanwhile is not overwritten. */
export const setBudget = ({ workspaceId, environmentId }: Scope, budget: BudgetDocument, revision: number) =>
  request<BudgetAnswer>(PATH, {
    method: 'PUT',
    body: { environment_id: environmentId, ...budget, revision },
    workspaceId,
  });

export const removeBudget = ({ workspaceId, environmentId }: Scope) =>
  request<BudgetAnswer>(`${PATH}?environment_id=${environmentId}`, { method: 'DELETE', workspaceId });
