/** Imports that meet something else: files of which nothing can be taken, a sync meanwhile, two who take one back. */
import { telemetryBatches, telemetryValues } from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Opened, openAdoption, TEMPLATE } from './adoption.fixture.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openAdoption();
});
afterAll(() => opened.remove());

const importFile = (planId: string, bytes: Buffer, isPreview = false) =>
  opened.service.importCustomerTelemetry(opened.admin, planId, { name: 'filled.xlsx', bytes }, { isPreview });

const keptOf = (planId: string) =>
  opened.controlStore.withWorkspace(opened.workspaceId, async (tx) => ({
    batches: (await tx.select().from(telemetryBatches).where(eq(telemetryBatches.planId, planId))).length,
    values: (await tx.select().from(telemetryValues).where(eq(telemetryValues.planId, planId))).length,
  }));

test('a file of which nothing can be taken is no import: it is given back marked, and the plan is no newer for it', async () => {
  const { plan } = await opened.assigned('Unreadable Ltd');
  const summary = await importFile(plan.id, await opened.filled(plan.id, { users_trained: '1,5', sso_enabled: 'ja' }));
  expect(summary).toMatchObject({ success: false, batchId: undefined, summary: { errors: 2, attributesUpdated: 0 } });
  expect(summary.markedFileUrl).toBeDefined();
  expect(await keptOf(plan.id)).toEqual({ batches: 0, values: 0 });
  expect((await opened.service.adoptionPlan(opened.admin, plan.id))?.telemetryLastImportAt).toBeUndefined();
});

describe('a sync while a file is read', () => {
  test.each([
    ['an import', false],
    ['a preview', true],
  ])('ends %s with what to do, and nothing of it is kept', async (name, isPreview) => {
    const { plan } = await opened.assigned(`Synchronised during ${name}`);
    const file = await opened.filled(plan.id, { users_trained: 140 });
    const before = (await opened.service.templatesOf(opened.admin, [opened.productId])).get(opened.productId)!;
    const tasks = TEMPLATE.tasks.map((task) => ({ ...task, name: `${task.name} ${before.version}` }));
    await opened.service.saveTemplate(
      opened.admin,
      opened.productId,
      { tasks },
      { basedOnVersion: before.version, changeNote: undefined },
    );
    const { templateVersion, changes } = (await opened.service.pendingSyncsOf(opened.admin, [plan.id])).get(plan.id)!;
    const accepted = changes.map(({ id }) => id);
    // The plan is read first, then the file in its thread, and meanwhile what was asked next has its turn.
    const importing = importFile(plan.id, file, isPreview);
    const syncing = opened.service.applyTemplateSync(opened.admin, plan.id, { templateVersion, accepted });
    const [imported, synced] = await Promise.allSettled([importing, syncing]);
    expect(synced.status).toBe('fulfilled');
    expect(imported).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
    expect(await keptOf(plan.id)).toEqual({ batches: 0, values: 0 });
  });
});

test('an import that two take back at once is taken back once', async () => {
  const { plan } = await opened.assigned('Twice undone');
  const { batchId } = await importFile(plan.id, await opened.filled(plan.id, { users_trained: 40 }));
  const undone = await Promise.allSettled([1, 2].map(() => opened.service.undoTelemetryImport(opened.admin, batchId!)));
  expect(undone.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(undone).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'conflict' }) });
  expect(await keptOf(plan.id)).toEqual({ batches: 1, values: 0 });
});
