/** Many plans at once, plans that are taken away, and plans whose template or clock changes while values come in. */
import { randomBytes } from 'node:crypto';
import type { Principal } from '@uptake/domain/contract';
import {
  adoptionAttributes,
  adoptionHistory,
  adoptionPlanDays,
  adoptionPlans,
  adoptionTasks,
  auditEntries,
  sourceRuns,
  telemetryBatches,
  telemetrySources,
  telemetryValues,
} from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption, TEMPLATE } from './adoption.fixture.ts';
import { createOwnDrivers } from './drivers.ts';
import type { BulkAction, TemplateInput } from './port.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openAdoption(createOwnDrivers({ ask: () => Promise.reject(new Error('unused')), randomBytes }));
});
afterEach(() => {
  opened.clock.nowMs = NOW_MS;
});
afterAll(() => opened.remove());

const bulk = (ids: readonly string[], action: BulkAction, who: Principal = opened.admin) =>
  opened.service.bulkUpdatePlans(who, ids, action);
const planOf = async (id: string) => (await opened.service.adoptionPlan(opened.admin, id))!;
const assigned = async (name: string) => (await opened.assigned(name)).plan.id;
const historyOf = async (id: string) =>
  (await opened.service.historyOf(opened.admin, id, { first: 50, after: undefined })).nodes;
const importFile = (planId: string, bytes: Buffer) =>
  opened.service.importCustomerTelemetry(opened.admin, planId, { name: 'filled.xlsx', bytes }, { isPreview: false });
const push = (planId: string, rows: readonly { attribute: string; value: unknown }[]) => {
  const { workspaceId } = opened;
  return opened.adoption.supply({ workspaceId, planId, rows, source: 'api', by: { kind: 'system' } });
};
async function publish(template: TemplateInput): Promise<void> {
  const { version } = (await opened.service.templatesOf(opened.admin, [opened.productId])).get(opened.productId)!;
  const options = { basedOnVersion: version, changeNote: undefined };
  await opened.service.saveTemplate(opened.admin, opened.productId, template, options);
}
/** Without "User Training", and with a task that is new. */
const CHANGED: TemplateInput = {
  tasks: [
    ...TEMPLATE.tasks.filter(({ name }) => name !== 'User Training'),
    {
      name: 'Go live',
      attributes: [{ name: 'is_live', dataType: 'BOOLEAN', successCriteria: { operator: 'equals', value: true } }],
    },
  ],
};

describe('many plans at once', () => {
  test('are given an owner and a due date; of those that cannot be, each is named with why', async () => {
    const [one, two, left] = [await assigned('One'), await assigned('Two'), await assigned('Left alone')];
    const { userId } = await opened.member('analyst');
    const missing = crypto.randomUUID();
    const due = '2027-03-01';
    const done = await bulk([one, missing, two, one], { setOwnerId: userId, setDueDate: due });
    expect(done).toEqual({
      changed: 2,
      problems: [{ planId: missing, problem: 'There is no such adoption plan.' }],
    });
    for (const id of [one, two]) expect(await planOf(id)).toMatchObject({ owner: { id: userId }, dueDate: due });
    expect(await planOf(left)).toMatchObject({ owner: undefined, dueDate: undefined });
    const before = await bulk([one, two], { setDueDate: '2020-01-01' });
    expect(before.changed).toBe(0);
    expect(before.problems[0]?.problem).toContain('before it starts');
    const stranger = await bulk([one], { setOwnerId: crypto.randomUUID() });
    expect(stranger.problems[0]?.problem).toContain('member of the workspace');
    expect(await planOf(one)).toMatchObject({ owner: { id: userId }, dueDate: due });
  });

  test('are paused and go on, which their history and the audit log tell', async () => {
    const id = await assigned('Paused');
    await bulk([id], { enableTelemetry: true });
    expect((await planOf(id)).telemetryEnabled).toBe(true);
    await bulk([id], { enableTelemetry: false });
    expect((await planOf(id)).telemetryEnabled).toBe(false);
    expect((await historyOf(id)).slice(0, 2).map(({ text }) => text)).toEqual([
      'Telemetry disabled',
      'Telemetry enabled',
    ]);
    expect(await audits(id)).toEqual([
      'adoption_plan.assigned',
      'adoption_plan.configured',
      'adoption_plan.configured',
    ]);
  });

  test('have their recommendations applied: tasks that are open and recommended, and no others', async () => {
    const id = await assigned('Recommended');
    const [sso, training, kickOff] = await opened.tasksOf(id);
    await opened.service.updateTaskStatus(opened.admin, training!.id, 'NOT_APPLICABLE', 'Trained elsewhere');
    await push(id, [
      { attribute: 'sso_enabled', value: true },
      { attribute: 'provider_configured', value: true },
      { attribute: 'users_trained', value: 150 },
      { attribute: 'completion_rate', value: 90 },
    ]);
    const analyst = await opened.member('analyst');
    expect(await bulk([id], { applyRecommendations: true }, analyst)).toEqual({ changed: 1, problems: [] });
    const statuses = (await opened.tasksOf(id)).map(({ name, status, statusUpdateSource }) => [
      name,
      status,
      statusUpdateSource,
    ]);
    expect(statuses).toEqual([
      [sso!.name, 'DONE', 'MANUAL'],
      [training!.name, 'NOT_APPLICABLE', 'MANUAL'],
      [kickOff!.name, 'NOT_STARTED', undefined],
    ]);
    expect((await planOf(id)).progress.manual).toMatchObject({ completed: 1, total: 2 });
    const told = (await historyOf(id)).filter(({ kind }) => kind === 'status').length;
    await bulk([id], { applyRecommendations: true });
    expect((await historyOf(id)).filter(({ kind }) => kind === 'status')).toHaveLength(told);
  });

  test('are brought to the newest template, and a second time nothing changes', async () => {
    const ids = [await assigned('Sync one'), await assigned('Sync two')];
    await publish(CHANGED);
    expect(await bulk(ids, { syncTemplates: true })).toEqual({ changed: 2, problems: [] });
    for (const id of ids)
      expect((await opened.tasksOf(id)).map(({ name }) => name)).toEqual(['Enable SSO', 'Kick-off', 'Go live']);
    const before = await opened.tasksOf(ids[0]!);
    await bulk(ids, { syncTemplates: true });
    expect(await opened.tasksOf(ids[0]!)).toEqual(before);
    expect((await opened.service.pendingSyncsOf(opened.admin, ids)).size).toBe(0);
    await publish(TEMPLATE);
  });

  test('are judged anew where they are told to', async () => {
    const id = await assigned('Judged');
    await push(id, [{ attribute: 'sessions_month', value: 40 }]);
    opened.clock.nowMs += 31 * 86_400_000;
    expect((await opened.attribute(id, 'sessions_month')).isMet).toBe(true);
    await bulk([id], { evaluate: true });
    expect((await opened.attribute(id, 'sessions_month')).isMet).toBe(false);
  });

  test('are changed by whoever may change each of them alone, and at most a thousand', async () => {
    const id = await assigned('Whose');
    const cora = await opened.member('customer_admin');
    const [analyst, viewer] = [await opened.member('analyst'), await opened.member('viewer')];
    await expect(bulk([id], { setDueDate: '2027-01-01' }, analyst)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(bulk([id], { evaluate: true, enableTelemetry: true }, analyst)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(bulk([id], { evaluate: true }, viewer)).rejects.toMatchObject({ code: 'forbidden' });
    const nothing = { changed: 0, problems: [{ planId: id, problem: 'There is no such adoption plan.' }] };
    expect(await bulk([id], { evaluate: true }, cora)).toEqual(nothing);
    const many = Array.from({ length: 1_001 }, () => crypto.randomUUID());
    await expect(bulk(many, { evaluate: true })).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await planOf(id)).dueDate).toBeUndefined();
  });
});

async function audits(planId: string): Promise<readonly string[]> {
  const rows = await opened.controlStore.withWorkspace(opened.workspaceId, (tx) =>
    tx.select().from(auditEntries).where(eq(auditEntries.subjectId, planId)).orderBy(auditEntries.sequence),
  );
  return rows.map(({ action }) => action);
}

/** How many rows of each kind there are of a plan. */
const rowsOf = (id: string) =>
  opened.controlStore.withWorkspace(opened.workspaceId, async (tx) => ({
    plans: await tx.$count(adoptionPlans, eq(adoptionPlans.id, id)),
    tasks: await tx.$count(adoptionTasks, eq(adoptionTasks.planId, id)),
    attributes: await tx.$count(adoptionAttributes, eq(adoptionAttributes.planId, id)),
    values: await tx.$count(telemetryValues, eq(telemetryValues.planId, id)),
    batches: await tx.$count(telemetryBatches, eq(telemetryBatches.planId, id)),
    sources: await tx.$count(telemetrySources, eq(telemetrySources.planId, id)),
    runs: await tx.$count(sourceRuns, eq(sourceRuns.planId, id)),
    days: await tx.$count(adoptionPlanDays, eq(adoptionPlanDays.planId, id)),
    history: await tx.$count(adoptionHistory, eq(adoptionHistory.planId, id)),
  }));

describe('a plan that is deleted', () => {
  test('goes with everything that was of it, and leaves its customer, other plans and the audit log', async () => {
    const { customerId, plan } = await opened.assigned('Ended');
    const other = await opened.service.assignProduct(opened.admin, { customerId, productId: opened.productId });
    for (const { id } of [plan, other]) {
      await opened.service.configureAdoptionPlanTelemetry(opened.admin, { adoptionPlanId: id, telemetryEnabled: true });
      const attributeId = (await opened.attribute(id, 'users_trained')).id;
      const series = [{ event: 'trained', measure: { kind: 'total' } }];
      const { source } = await opened.service.saveSource(opened.admin, {
        adoptionPlanId: id,
        kind: 'BINDING',
        name: 'Trained',
        config: { definition: { kind: 'trend', series }, take: 'total' },
        attributeId,
      });
      await opened.service.runSource(opened.admin, source.id);
      await importFile(id, await opened.filled(id, { users_trained: 12 }));
    }
    const full = await rowsOf(plan.id);
    expect(Object.values(full).every((count) => count > 0)).toBe(true);
    expect(await rowsOf(other.id)).toEqual(full);
    const past = await audits(plan.id);

    for (const role of ['analyst', 'viewer', 'customer_admin'] as const)
      await expect(opened.service.deletePlan(await opened.member(role), plan.id)).rejects.toMatchObject({
        code: 'forbidden',
      });
    await opened.service.deletePlan(opened.admin, plan.id);

    expect(Object.values(await rowsOf(plan.id)).every((count) => count === 0)).toBe(true);
    expect(await rowsOf(other.id)).toEqual(full);
    expect(await opened.service.adoptionPlan(opened.admin, plan.id)).toBeUndefined();
    expect(await opened.service.customer(opened.admin, customerId)).toMatchObject({ name: 'Ended' });
    expect(await audits(plan.id)).toEqual([...past, 'adoption_plan.deleted']);
    await expect(opened.service.deletePlan(opened.admin, plan.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(push(plan.id, [{ attribute: 'users_trained', value: 1 }])).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

test('a customer that is deleted goes with every plan, and leaves other customers and the audit log', async () => {
  const { customerId, plan } = await opened.assigned('Gone');
  const second = await opened.service.assignProduct(opened.admin, { customerId, productId: opened.productId });
  const other = await opened.assigned('Stays');
  await importFile(plan.id, await opened.filled(plan.id, { users_trained: 12 }));
  const stays = await rowsOf(other.plan.id);
  for (const role of ['analyst', 'viewer', 'customer_admin'] as const)
    await expect(opened.service.deleteCustomer(await opened.member(role), customerId)).rejects.toMatchObject({
      code: 'forbidden',
    });

  await opened.service.deleteCustomer(opened.admin, customerId);

  for (const { id } of [plan, second]) expect(Object.values(await rowsOf(id)).every((count) => count === 0)).toBe(true);
  expect(await rowsOf(other.plan.id)).toEqual(stays);
  expect(await opened.service.customer(opened.admin, customerId)).toBeUndefined();
  expect(await audits(customerId)).toEqual(['adoption_customer.created', 'adoption_customer.deleted']);
  await expect(opened.service.deleteCustomer(opened.admin, customerId)).rejects.toMatchObject({ code: 'not_found' });
});

describe('values that come while something else changes', () => {
  const accept = async (planId: string) => {
    const sync = (await opened.service.pendingSyncsOf(opened.admin, [planId])).get(planId)!;
    const accepted = sync.changes.map(({ id }) => id);
    return opened.service.applyTemplateSync(opened.admin, planId, { templateVersion: sync.templateVersion, accepted });
  };

  test('in a file from before a sync are taken where they still fit, and the others named', async () => {
    const id = await assigned('Older file');
    const file = await opened.filled(id, { sso_enabled: true, users_trained: 130 });
    await publish(CHANGED);
    await accept(id);
    const summary = await importFile(id, file);
    expect(summary).toMatchObject({ success: true, summary: { attributesUpdated: 1 } });
    expect(summary.notices.join(' ')).toContain('after this file was exported');
    expect(summary.errors.map(({ reason }) => reason).join(' ')).toContain('no task "User Training"');
    expect((await opened.attribute(id, 'sso_enabled')).latestValue?.value).toBe(true);
    await publish(TEMPLATE);
  });

  test('in a file while a sync is applied are taken as a whole before it, or not at all, and then once more', async () => {
    const id = await assigned('Meanwhile');
    const file = await opened.filled(id, { sso_enabled: true, users_trained: 130 });
    await publish(CHANGED);
    const [imported, synced] = await Promise.allSettled([importFile(id, file), accept(id)]);
    expect(synced.status).toBe('fulfilled');
    expect((await opened.tasksOf(id)).map(({ name }) => name)).toEqual(['Enable SSO', 'Kick-off', 'Go live']);
    const taken = await rowsOf(id);
    if (imported.status === 'rejected') {
      expect(imported.reason).toMatchObject({
        code: 'conflict',
        detail: expect.stringContaining('Import the file again'),
      });
      expect(taken).toMatchObject({ values: 0, batches: 0 });
    } else expect(taken).toMatchObject({ values: 1, batches: 1 });
    expect(await importFile(id, file)).toMatchObject({ success: true });
    expect((await opened.attribute(id, 'sso_enabled')).latestValue?.value).toBe(true);
    await publish(TEMPLATE);
  });

  test('for two plans at once are taken for both', async () => {
    const ids = [await assigned('Left'), await assigned('Right')];
    const files = [
      await opened.filled(ids[0]!, { users_trained: 1 }),
      await opened.filled(ids[1]!, { users_trained: 2 }),
    ];
    await Promise.all(ids.map((id, index) => importFile(id, files[index]!)));
    for (const [index, id] of ids.entries())
      expect((await opened.attribute(id, 'users_trained')).latestValue?.value).toBe(index + 1);
  });

  test('after the clock was put back hold in the order in which they came', async () => {
    const id = await assigned('Clock');
    const [first, second] = [
      await opened.filled(id, { users_trained: 40 }),
      await opened.filled(id, { users_trained: 50 }),
    ];
    await importFile(id, first);
    opened.clock.nowMs -= 3_600_000;
    const corrected = await importFile(id, second);
    expect(corrected.isRepeat).toBe(false);
    expect((await opened.attribute(id, 'users_trained')).latestValue?.value).toBe(50);
    expect((await importFile(id, second)).isRepeat).toBe(true);
    // The first file again corrects the second one; it is no repeat of what came last.
    const again = await importFile(id, first);
    expect(again).toMatchObject({ isRepeat: false, summary: { attributesUpdated: 1 } });
    expect((await opened.attribute(id, 'users_trained')).latestValue?.value).toBe(40);
    await opened.service.undoTelemetryImport(opened.admin, again.batchId!);
    expect((await opened.attribute(id, 'users_trained')).latestValue?.value).toBe(50);
  });

  test('by hand since make the same file no repeat: it is what holds again', async () => {
    const id = await assigned('By hand');
    const file = await opened.filled(id, { users_trained: 40 });
    await importFile(id, file);
    const attribute = await opened.attribute(id, 'users_trained');
    const options = { day: undefined, notes: undefined };
    await opened.service.recordValue(opened.admin, attribute.id, 99, options);
    expect(await importFile(id, file)).toMatchObject({ isRepeat: false, summary: { attributesUpdated: 1 } });
    expect((await opened.attribute(id, 'users_trained')).latestValue?.value).toBe(40);
  });
});
