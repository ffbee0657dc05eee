/** Where the person is: workspace, product and environment, and what their role lets them do there. */
import { createContext, useContext } from 'react';
import type { Scope } from '../api/queries.ts';
import type { Environment, Me, Product, Workspace, WorkspaceSummary } from '../api/types.ts';

export type Place = {
  me: Me;
  summary: WorkspaceSummary;
  workspace: Workspace;
  /** Undefined only while the workspace has no environment at all. */
  product: Product | undefined;
  environment: Environment | undefined;
};

export const PlaceContext = createContext<Place | undefined>(undefined);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === undefined) throw new Error('usePlace is for screens inside a workspace');
  return place;
}

/** For screens below an environment's address, where there always is one. */
export function useEnvironment(): { scope: Scope; product: Product; environment: Environment } {
  const { workspace, product, environment } = usePlace();
  if (product === undefined || environment === undefined) throw new Error('This screen needs an environment');
  return { scope: { workspaceId: workspace.id, environmentId: environment.id }, product, environment };
}

export function canManage(summary: WorkspaceSummary): boolean {
  return summary.role === 'owner' || summary.role === 'admin';
}

/** Sees the adoption plans of their customers and nothing else: no product, no environment, no settings. */
export function isCustomerAdmin(summary: WorkspaceSummary): boolean {
  return summary.role === 'customer_admin';
}

export type Slugs = { workspace?: string | undefined; product?: string | undefined; environment?: string | undefined };

/** The environment the slugs name, else the remembered one, else the first. */
export function findEnvironment(
  workspace: Workspace,
  wanted: Slugs,
  remembered: Slugs,
): { product: Product; environment: Environment } | undefined {
  for (const slugs of [wanted, remembered]) {
    const product = workspace.products.find(({ slug }) => slug === slugs.product);
    const environment = product?.environments.find(({ slug }) => slug === slugs.environment);
    if (product && environment) return { product, environment };
  }
  const product = workspace.products.find(({ environments }) => environments.length > 0);
  const environment = product?.environments[0];
  return product && environment ? { product, environment } : undefined;
}

const STORAGE_KEY = 'uptake.place';

export function rememberPlace(slugs: Slugs): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(slugs));
  } catch {
    // Only a convenience: without it the first workspace opens.
  }
}

export function rememberedPlace(): Slugs {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Slugs) : {};
  } catch {
    return {};
  }
}
