/** The demo's adoption as the product itself tells it. */

import type { EnsuredWorkspace } from '@uptake/capabilities/access';
import { NOW_MS, type Opened, openAdoption } from '@uptake/capabilities/adoption/testing';
import { DEMO_PRODUCTS } from '@uptake/domain/demo';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDemoAdoption } from './demo-adoption.ts';

let opened: Opened;
let workspace: EnsuredWorkspace;
beforeAll(async () => {
  opened = await openAdoption();
  if (opened.admin.kind !== 'member') throw new Error('the admin is a person');
  workspace = await opened.access.ensureWorkspace({
    name: 'Demo',
    slug: 'demo',
    products: DEMO_PRODUCTS,
    ownerUserId: opened.admin.userId,
    keyName: 'Demo',
  });
  const { userId: ownerUserId } = opened.admin;
  const load = {
    adoption: opened.adoption,
    workspace,
    ownerUserId,
    endMs: NOW_MS,
    signal: new AbortController().signal,
  };
  await loadDemoAdoption(load);
  // A second start finds everything there.
  await loadDemoAdoption(load);
}, 120_000);
afterAll(() => opened.remove());

test('shows three products with templates and twelve customers in every state, each with a history', async () => {
  const owner = { ...opened.admin, workspaceId: workspace.workspaceId };
  const page = { first: 100, after: undefined };
  const { nodes } = await opened.service.adoptionPlans(owner, {}, { by: 'RISK' }, page);
  const templates = await opened.service.templatesOf(
    owner,
    workspace.products.map(({ productId }) => productId),
  );
  const customers = await opened.service.customers(owner, undefined, page);
  const trends = await opened.service.trendsOf(
    owner,
    nodes.map(({ id }) => id),
  );

  expect(templates.size).toBe(3);
  expect(customers.totalCount).toBe(12);
  expect(nodes).toHaveLength(14);
  expect([...new Set(nodes.map(({ health }) => health.health))].sort()).toEqual([
    'AT_RISK',
    'COMPLETED',
    'NOT_STARTED',
    'ON_TRACK',
    'STALLED',
  ]);
  const brightwell = nodes.find(
    ({ customer, product }) => customer.tenantId === 'brightwell-logistics' && product.slug === 'projects',
  )!;
  expect(brightwell.progress.combined.percentage).toBe(100);
  expect(trends.get(brightwell.id)!.length).toBeGreaterThan(25);
});
