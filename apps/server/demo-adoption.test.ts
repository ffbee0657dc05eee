/** The demo's adoption as the product itself tells it. */
import { readFileSync } from 'node:fs';

import type { EnsuredWorkspace } from '@uptake/capabilities/access';
import { NOW_MS, type Opened, openAdoption } from '@uptake/capabilities/adoption/testing';
import { DEMO_PRODUCTS } from '@uptake/domain/demo';
import { auditEntries } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDemoAdoption } from './demo-adoption.ts';

const EXAMPLES = [
  ['tamarind-health-harborlight-projects-telemetry.xlsx', 'Tamarind Health', 'projects'],
  ['hudson-larch-harborlight-documents-telemetry.xlsx', 'Hudson & Larch', 'documents'],
  ['pelican-robotics-harborlight-agents-telemetry.xlsx', 'Pelican Robotics', 'agents'],
] as const;

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

test('lives through months and is written into the audit log as of now, since a log goes forward only', async () => {
  const entries = await opened.controlStore.asSystem((tx) =>
    tx.select().from(auditEntries).where(eq(auditEntries.workspaceId, workspace.workspaceId)),
  );
  const adoption = entries.filter(({ action }) => action.startsWith('adoption_'));
  expect(adoption.length).toBeGreaterThan(100);
  expect(new Set(adoption.map(({ occurredAt }) => occurredAt.getTime()))).toEqual(new Set([NOW_MS]));
});

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

test('takes the filled workbooks in examples/ as they are', async () => {
  const owner = { ...opened.admin, workspaceId: workspace.workspaceId };
  const { nodes } = await opened.service.adoptionPlans(owner, {}, { by: 'CUSTOMER' }, { first: 100, after: undefined });
  const folder = new URL('../../examples/', import.meta.url);
  for (const [fileName, customer, slug] of EXAMPLES) {
    const plan = nodes.find((each) => each.customer.name === customer && each.product.slug === slug)!;
    const file = { name: fileName, bytes: readFileSync(new URL(fileName, folder)) };
    const summary = await opened.service.importCustomerTelemetry(owner, plan.id, file, { isPreview: false });
    expect(summary).toMatchObject({ success: true, errors: [], refusal: undefined });
    expect(summary.summary.attributesUpdated).toBeGreaterThan(3);
  }
});
