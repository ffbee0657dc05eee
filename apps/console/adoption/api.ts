/** What the console asks and does about adoption, with the key each answer is kept under. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { askGraph, type OnProgress, type Operation, uploadToGraph } from '../api/graph.ts';
import * as operations from './operations.ts';
import type { PlanFilter, PlanSort } from './types.ts';

/** Everything about adoption hangs together: what changes a plan changes its customer, its history and the portfolio. */
export const ADOPTION_KEY = 'adoption';
export const refreshAdoption = (queryClient: QueryClient) =>
  queryClient.invalidateQueries({ queryKey: [ADOPTION_KEY] });

const REFRESH_MS = 5_000;
export const PORTFOLIO_PAGE = 100;

export const portfolioQuery = (workspaceId: string, filter: PlanFilter, sort: PlanSort) =>
  infiniteQueryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'portfolio', filter, sort],
    queryFn: ({ signal, pageParam }) =>
      askGraph(
        operations.PORTFOLIO,
        { filter, sort, first: PORTFOLIO_PAGE, after: pageParam },
        { workspaceId, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ adoptionPlans: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    placeholderData: (before) => before,
  });

export const customersQuery = (workspaceId: string, search: string) =>
  infiniteQueryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'customers', search],
    queryFn: ({ signal, pageParam }) =>
      askGraph(operations.CUSTOMERS, { search, first: 100, after: pageParam }, { workspaceId, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ customers: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    placeholderData: (before) => before,
  });

export const customerQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'customer', id],
    queryFn: ({ signal }) => askGraph(operations.CUSTOMER, { id }, { workspaceId, signal }),
  });

/** Asked again every five seconds: values that come by themselves are to be seen within five. */
export const planQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'plan', id],
    queryFn: ({ signal }) => askGraph(operations.PLAN, { id }, { workspaceId, signal }),
    refetchInterval: REFRESH_MS,
  });

const SHOWN_VALUES = 90;

export const planValuesQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'values', id],
    queryFn: ({ signal }) => askGraph(operations.PLAN_VALUES, { id, first: SHOWN_VALUES }, { workspaceId, signal }),
    staleTime: 15_000,
    select: ({ adoptionPlan }) =>
      new Map(
        (adoptionPlan?.tasks ?? []).flatMap(({ telemetryAttributes }) =>
          // Newest first as asked; a chart goes the other way.
          telemetryAttributes.map((attribute) => [attribute.id, [...attribute.values].reverse()] as const),
        ),
      ),
  });

export const planHistoryQuery = (workspaceId: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'history', id],
    queryFn: ({ signal, pageParam }) =>
      askGraph(operations.PLAN_HISTORY, { id, first: 50, after: pageParam }, { workspaceId, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ adoptionPlan }) =>
      adoptionPlan?.history.pageInfo.hasNextPage ? adoptionPlan.history.pageInfo.endCursor : undefined,
  });

export const planImportsQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'imports', id],
    queryFn: ({ signal }) => askGraph(operations.PLAN_IMPORTS, { id }, { workspaceId, signal }),
  });

export const planSourcesQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'sources', id],
    queryFn: ({ signal }) => askGraph(operations.PLAN_SOURCES, { id }, { workspaceId, signal }),
    refetchInterval: REFRESH_MS,
  });

export const noticeSigningQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'notice-signing'],
    queryFn: ({ signal }) => askGraph(operations.NOTICE_SIGNING, {}, { workspaceId, signal }),
  });

export const productsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'products'],
    queryFn: ({ signal }) => askGraph(operations.PRODUCTS, {}, { workspaceId, signal }),
  });

export const templateQuery = (workspaceId: string, id: string) =>
  queryOptions({
    queryKey: [ADOPTION_KEY, workspaceId, 'template', id],
    queryFn: ({ signal }) => askGraph(operations.TEMPLATE, { id }, { workspaceId, signal }),
    // An editor stands on it: it is asked again only where somebody says so.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Does one of `operations`. */
export const act = <Answer, Variables>(
  workspaceId: string,
  operation: Operation<Answer, Variables>,
  variables: Variables,
): Promise<Answer> => askGraph(operation, variables, { workspaceId });

export const sendFile = <Answer, Variables>(
  workspaceId: string,
  operation: Operation<Answer, Variables & { file: null }>,
  variables: Variables,
  file: File,
  onProgress?: OnProgress,
): Promise<Answer> => uploadToGraph(operation, variables, file, { workspaceId, ...(onProgress ? { onProgress } : {}) });

/**
 * The address of a file as this page reaches the server: by the origin it was opened at, which may be another than the
 * one the server is known by, and a page may download under a name from its own origin only.
 */
export function hereOf(url: string): string {
  const { pathname, search } = new URL(url, 'http://any.invalid');
  return pathname + search;
}

/** Starts the download of a file that was made for it; its address needs no session and expires. */
export function download({ url, filename }: { url: string; filename: string }): void {
  const link = document.createElement('a');
  link.href = hereOf(url);
  link.download = filename;
  link.click();
}
