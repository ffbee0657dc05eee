/** A plan's life on the real control store: assigned, filled by workbook, judged, taken back, kept apart from others. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption, TEMPLATE } from './adoption.fixture.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openAdoption();
}, 60_000);
afterAll(() => opened.remove());

const IMPORT = { isPreview: false };
const DAY_MS = 86_400_000;

async function importFile(planId: string, bytes: Buffer, name = 'filled.xlsx') {
  return opened.service.importCustomerTelemetry(opened.admin, planId, { name, bytes }, IMPORT);
}

async function startTask(planId: string, name: string): Promise<string> {
  const task = (await opened.tasksOf(planId)).find((each) => each.name === name)!;
  await opened.service.updateTaskStatus(opened.admin, task.id, 'IN_PROGRESS', undefined);
  return task.id;
}

describe('a plan', () => {
  test('is a snapshot of the template, with the originals remembered and everything still to do', async () => {
    const { plan } = await opened.assigned('Contoso München', 'contoso');
    const [sso] = await opened.tasksOf(plan.id);
    expect(plan).toMatchObject({
      customer: { name: 'Contoso München', tenantId: 'contoso' },
      templateVersion: 1,
      telemetryEnabled: false,
      autoStatus: { enabled: true, thresholdPercent: 80 },
      telemetryProgress: { totalAttributes: 4, metAttributes: 0, percentage: 0 },
      progress: { combined: { completed: 0, total: 3, percentage: 0 }, measurableTasks: 2 },
      health: { health: 'NOT_STARTED', nextStep: { code: 'start_task' } },
    });
    expect(sso).toMatchObject({ name: 'Enable SSO', status: 'NOT_STARTED', licenceLevel: 'Enterprise' });
    expect(sso?.originalTaskId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sso?.telemetryAttributes[0]).toMatchObject({
      name: 'sso_enabled',
      verdict: 'missing',
      explanation: 'there is no value yet',
      latestValue: undefined,
    });
  });

  test('goes its way from workbook to finished task: export, fill in, import, judged', async () => {
    const { plan } = await opened.assigned('Fabrikam');
    const sso = await startTask(plan.id, 'Enable SSO');
    const file = await opened.filled(plan.id, { sso_enabled: 'yes', provider_configured: true, users_trained: 45 });

    const summary = await importFile(plan.id, file);

    expect(summary).toMatchObject({
      success: true,
      isRepeat: false,
      refusal: undefined,
      summary: { tasksProcessed: 2, attributesUpdated: 3, criteriaEvaluated: 3, taskStatusChanged: 1, errors: 0 },
    });
    expect(summary.taskResults).toContainEqual({
      taskId: sso,
      taskName: 'Enable SSO',
      attributesUpdated: 2,
      telemetryCompletion: 100,
      statusChanged: true,
      newStatus: 'DONE',
      before: 0,
    });
    const task = (await opened.tasksOf(plan.id)).find(({ id }) => id === sso);
    expect(task).toMatchObject({
      status: 'DONE',
      statusUpdateSource: 'TELEMETRY',
      statusNotes: '[AUTO] Task completed via telemetry (100% criteria met)',
      telemetryStatus: 'MET',
    });
    expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({
      isMet: false,
      verdict: 'not_met',
      explanation: '45 is not at least 100',
      lastCheckedAt: expect.any(String),
      latestValue: { value: 45, source: 'excel', day: '2026-11-21', batchId: summary.batchId },
    });
    const after = await opened.service.adoptionPlan(opened.admin, plan.id);
    expect(after).toMatchObject({
      telemetrySource: 'excel',
      telemetryLastImportAt: expect.any(String),
      progress: { manual: { completed: 1 }, telemetry: { completed: 1 }, combined: { completed: 1, total: 3 } },
    });
    expect(opened.news).toContainEqual(expect.objectContaining({ planId: plan.id, customer: 'Fabrikam' }));
  });

  test('never starts a task by itself, and never opens a finished one', async () => {
    const { plan } = await opened.assigned('Northwind');
    const first = await importFile(
      plan.id,
      await opened.filled(plan.id, { sso_enabled: true, provider_configured: true }),
    );
    expect(first.summary.taskStatusChanged).toBe(0);
    const [sso] = await opened.tasksOf(plan.id);
    expect(sso).toMatchObject({ status: 'NOT_STARTED', telemetryCompletion: { recommendation: 'DONE' } });

    await opened.service.applyRecommendation(opened.admin, sso!.id);
    await importFile(plan.id, await opened.filled(plan.id, { sso_enabled: false }));
    const [lost] = await opened.tasksOf(plan.id);
    expect(lost).toMatchObject({
      status: 'DONE',
      statusUpdateSource: 'MANUAL',
      telemetryCompletion: { percentage: 50 },
    });
    const { health } = (await opened.service.adoptionPlan(opened.admin, plan.id))!;
    expect(health.reasons).toContainEqual({
      code: 'criteria_lost',
      text: 'Done, but its criteria are not met any more: Enable SSO',
    });
  });

  test('finishes by its own threshold where a task says so, and not at all where it says off', async () => {
    const { plan } = await opened.assigned('Adventure Works');
    const sso = await startTask(plan.id, 'Enable SSO');
    await opened.service.setTaskOverride(opened.admin, sso, { kind: 'OFF' });
    const file = await opened.filled(plan.id, { sso_enabled: true });
    expect((await importFile(plan.id, file)).summary.taskStatusChanged).toBe(0);
    await opened.service.setTaskOverride(opened.admin, sso, { kind: 'ON', thresholdPercent: 50 });
    await opened.service.evaluatePlan(opened.admin, plan.id);
    expect((await opened.tasksOf(plan.id)).find(({ id }) => id === sso)).toMatchObject({
      status: 'DONE',
      statusNotes: '[AUTO] Task completed via telemetry (50% criteria met)',
    });
  });
});

describe('an import', () => {
  test('that is only looked at says what it would do and does nothing', async () => {
    const { plan } = await opened.assigned('Preview Ltd');
    const bytes = await opened.filled(plan.id, { users_trained: 120, completion_rate: '80 %' });
    const file = { name: 'filled.xlsx', bytes };
    const looked = await opened.service.importCustomerTelemetry(opened.admin, plan.id, file, { isPreview: true });
    expect(looked).toMatchObject({ success: true, batchId: undefined, summary: { attributesUpdated: 2 } });
    expect(looked.taskResults[0]).toMatchObject({ taskName: 'User Training', telemetryCompletion: 100, before: 0 });
    expect((await opened.attribute(plan.id, 'users_trained')).latestValue).toBeUndefined();
    expect((await opened.service.importsOf(opened.admin, [plan.id], 10)).size).toBe(0);
  });

  test('of the same file again is answered as the first time, and nothing is doubled', async () => {
    const { plan } = await opened.assigned('Twice AG');
    const file = await opened.filled(plan.id, { users_trained: 12 });
    const first = await importFile(plan.id, file);
    const second = await importFile(plan.id, file);
    expect(second).toEqual({ ...first, isRepeat: true });
    const { id } = await opened.attribute(plan.id, 'users_trained');
    const values = await opened.service.valuesOf(opened.admin, [id], { first: 10, from: undefined, to: undefined });
    expect(values.get(id)).toHaveLength(1);
  });

  test('takes what can be read and gives the rest back marked, cell by cell', async () => {
    const { plan } = await opened.assigned('Mixed SA');
    const file = await opened.filled(plan.id, { users_trained: '1,5', completion_rate: 75, sso_enabled: 'ja' });
    const summary = await importFile(plan.id, file);
    expect(summary).toMatchObject({ success: true, summary: { attributesUpdated: 1, errors: 2 } });
    expect(summary.errors.map(({ cell, code }) => [cell, code])).toEqual([
      ['F2', 'not_a_boolean'],
      ['F4', 'ambiguous_number'],
    ]);
    const marked = await opened.app.inject({ method: 'GET', url: new URL(summary.markedFileUrl!).pathname });
    expect(marked.statusCode).toBe(200);
    expect(marked.headers['content-disposition']).toContain('filled-marked.xlsx');
    opened.clock.nowMs += 60 * 60 * 1_000 + 1;
    const later = await opened.app.inject({ method: 'GET', url: new URL(summary.markedFileUrl!).pathname });
    expect(later.statusCode).toBe(404);
    opened.clock.nowMs = NOW_MS;
  });

  test('of another plan’s file is refused as a whole, with what to do', async () => {
    const { plan } = await opened.assigned('Own GmbH');
    const other = await opened.assigned('Other GmbH');
    const file = await opened.filled(other.plan.id, { users_trained: 500 });
    const summary = await importFile(plan.id, file);
    expect(summary).toMatchObject({
      success: false,
      refusal: { code: 'other_plan' },
      summary: { attributesUpdated: 0 },
    });
    expect((await opened.attribute(plan.id, 'users_trained')).latestValue).toBeUndefined();
  });

  test('while another of the same plan runs is told so, and the other goes on', async () => {
    const { plan } = await opened.assigned('Busy Inc');
    const [one, two] = [
      await opened.filled(plan.id, { users_trained: 1 }),
      await opened.filled(plan.id, { users_trained: 2 }),
    ];
    const results = await Promise.allSettled([importFile(plan.id, one), importFile(plan.id, two)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 'conflict' } });
    expect((await opened.attribute(plan.id, 'users_trained')).latestValue?.value).toBe(1);
  });

  test('taken back leaves the values from before, and opens what it had finished', async () => {
    const { plan } = await opened.assigned('Undo KG');
    const sso = await startTask(plan.id, 'Enable SSO');
    await importFile(plan.id, await opened.filled(plan.id, { sso_enabled: true, users_trained: 40 }));
    const second = await importFile(
      plan.id,
      await opened.filled(plan.id, { provider_configured: true, users_trained: 140 }),
    );
    expect(second.summary.taskStatusChanged).toBe(1);

    const undone = await opened.service.undoTelemetryImport(opened.admin, second.batchId!);

    expect(undone).toMatchObject({
      valuesRemoved: 2,
      tasksReopened: 1,
      plan: { progress: { manual: { completed: 0 } } },
    });
    expect((await opened.tasksOf(plan.id)).find(({ id }) => id === sso)).toMatchObject({
      status: 'IN_PROGRESS',
      statusUpdateSource: 'SYSTEM',
    });
    expect((await opened.attribute(plan.id, 'users_trained')).latestValue?.value).toBe(40);
    expect((await opened.attribute(plan.id, 'provider_configured')).verdict).toBe('missing');
    await expect(opened.service.undoTelemetryImport(opened.admin, second.batchId!)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('taken back leaves a task alone that somebody set since', async () => {
    const { plan } = await opened.assigned('Touched BV');
    const sso = await startTask(plan.id, 'Enable SSO');
    const file = await opened.filled(plan.id, { sso_enabled: true, provider_configured: true });
    const { batchId } = await importFile(plan.id, file);
    opened.clock.nowMs += 1;
    await opened.service.updateTaskStatus(opened.admin, sso, 'DONE', 'Checked with the customer');
    expect(await opened.service.undoTelemetryImport(opened.admin, batchId!)).toMatchObject({ tasksReopened: 0 });
    expect((await opened.tasksOf(plan.id)).find(({ id }) => id === sso)?.status).toBe('DONE');
  });
});

describe('windows of days', () => {
  test('count the series, with one value a day, and move on every night without a new value', async () => {
    const { plan } = await opened.assigned('Window Oy');
    const { id } = await opened.attribute(plan.id, 'sessions_month');
    for (const [day, value] of [
      ['2026-11-01', 20],
      ['2026-11-20', 9],
      ['2026-11-20', 11],
    ] as const)
      await opened.service.recordValue(opened.admin, id, value, { day, notes: undefined });
    expect(await opened.attribute(plan.id, 'sessions_month')).toMatchObject({
      isMet: true,
      explanation: expect.stringContaining('31'),
    });
    opened.clock.nowMs = NOW_MS + 12 * DAY_MS;
    await opened.adoption.evaluateAll();
    expect(await opened.attribute(plan.id, 'sessions_month')).toMatchObject({ isMet: false, verdict: 'not_met' });
    const history = await opened.service.historyOf(opened.admin, plan.id, { first: 5, after: undefined });
    expect(history.nodes[0]).toMatchObject({ kind: 'criterion_lost', actor: 'Uptake' });
    opened.clock.nowMs = NOW_MS;
  });
});

describe('a template', () => {
  test('that changed is offered as changes, and only what is accepted comes into the plan', async () => {
    const { plan } = await opened.assigned('Sync plc');
    await opened.service.recordValue(opened.admin, (await opened.attribute(plan.id, 'users_trained')).id, 50, {
      day: undefined,
      notes: undefined,
    });
    const template = (await opened.service.templatesOf(opened.admin, [opened.productId])).get(opened.productId)!;
    const tasks = template.tasks.map((task) => ({
      ...task,
      attributes: task.attributes.map((each) =>
        each.name === 'users_trained' ? { ...each, successCriteria: { operator: '>=', value: 50 } } : each,
      ),
    }));
    const changed = { tasks: [...tasks, { name: 'Go live', attributes: [] }] };
    const options = { basedOnVersion: template.version, changeNote: 'Fewer people first' };
    await opened.service.saveTemplate(opened.admin, opened.productId, changed, options);
    await expect(opened.service.saveTemplate(opened.admin, opened.productId, changed, options)).rejects.toMatchObject({
      code: 'conflict',
    });

    const sync = (await opened.service.pendingSyncsOf(opened.admin, [plan.id])).get(plan.id)!;
    expect(sync.changes.map(({ kind }) => kind)).toEqual(['attribute_changed', 'task_added']);
    expect((await opened.attribute(plan.id, 'users_trained')).isMet).toBe(false);
    await opened.service.applyTemplateSync(opened.admin, plan.id, {
      templateVersion: sync.templateVersion,
      accepted: [sync.changes[0]!.id],
    });

    expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({ isMet: true, latestValue: { value: 50 } });
    expect(await opened.tasksOf(plan.id)).toHaveLength(TEMPLATE.tasks.length);
    await opened.service.saveTemplate(opened.admin, opened.productId, TEMPLATE, {
      basedOnVersion: sync.templateVersion,
      changeNote: undefined,
    });
  });

  test('with a criterion that does not fit its type is refused with its place', async () => {
    const tasks = [
      {
        name: 'T',
        attributes: [{ name: 'a', dataType: 'BOOLEAN' as const, successCriteria: { operator: '>=', value: 1 } }],
      },
    ];
    const newest = (await opened.service.templatesOf(opened.admin, [opened.productId])).get(opened.productId);
    const saved = opened.service.saveTemplate(
      opened.admin,
      opened.productId,
      { tasks },
      {
        basedOnVersion: newest?.version,
        changeNote: undefined,
      },
    );
    await expect(saved).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [
        expect.objectContaining({ path: expect.stringContaining('/template/tasks/0/attributes/0/successCriteria') }),
      ],
    });
  });
});

describe('who may do what', () => {
  test('two customers’ admins see, export and import their own plans and nothing of each other', async () => {
    const [mine, theirs] = [await opened.assigned('Mine'), await opened.assigned('Theirs')];
    const ada = await opened.member('customer_admin');
    await opened.service.setCustomerAdmins(opened.admin, mine.customerId, [ada.userId]);
    await opened.service.setCustomerAdmins(opened.admin, theirs.customerId, [
      (await opened.member('customer_admin')).userId,
    ]);
    const file = { name: 'filled.xlsx', bytes: await opened.filled(theirs.plan.id, { users_trained: 9 }) };
    const { service } = opened;

    expect(await service.adoptionPlan(ada, theirs.plan.id)).toBeUndefined();
    expect(await service.customer(ada, theirs.customerId)).toBeUndefined();
    expect((await service.tasksOf(ada, [mine.plan.id, theirs.plan.id])).has(theirs.plan.id)).toBe(false);
    const page = { first: 100, after: undefined };
    expect((await service.adoptionPlans(ada, {}, { by: 'RISK' }, page)).nodes.map(({ id }) => id)).toEqual([
      mine.plan.id,
    ]);
    expect((await service.customers(ada, undefined, page)).totalCount).toBe(1);
    expect(await service.portfolio(ada, {})).toMatchObject({ plans: 1, customers: 1 });
    await expect(service.exportAdoptionPlanTelemetry(ada, theirs.plan.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.importCustomerTelemetry(ada, theirs.plan.id, file, IMPORT)).rejects.toMatchObject({
      code: 'not_found',
    });
    const foreign = await opened.attribute(theirs.plan.id, 'users_trained');
    await expect(service.recordValue(ada, foreign.id, 1, { day: undefined, notes: undefined })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await service.valuesOf(ada, [foreign.id], { first: 1, from: undefined, to: undefined })).size).toBe(0);

    const own = { name: 'filled.xlsx', bytes: await opened.filled(mine.plan.id, { users_trained: 9 }) };
    expect((await service.importCustomerTelemetry(ada, mine.plan.id, own, IMPORT)).success).toBe(true);
    expect((await service.templatesOf(ada, [opened.productId])).size).toBe(0);
    await expect(service.createCustomer(ada, { name: 'New' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('analysts set statuses and import nothing, viewers only look', async () => {
    const { plan } = await opened.assigned('Roles');
    const [task] = await opened.tasksOf(plan.id);
    const [analyst, viewer] = [await opened.member('analyst'), await opened.member('viewer')];
    const file = { name: 'x.xlsx', bytes: Buffer.alloc(0) };
    expect((await opened.service.updateTaskStatus(analyst, task!.id, 'IN_PROGRESS', 'Begun')).status).toBe(
      'IN_PROGRESS',
    );
    await expect(opened.service.updateTaskStatus(viewer, task!.id, 'DONE', undefined)).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const person of [analyst, viewer]) {
      await expect(opened.service.importCustomerTelemetry(person, plan.id, file, IMPORT)).rejects.toMatchObject({
        code: 'forbidden',
      });
      expect(await opened.service.adoptionPlan(person, plan.id)).toMatchObject({ id: plan.id });
    }
  });

  test('every import, export and change of settings is in the audit log, with who and what', async () => {
    const { plan } = await opened.assigned('Audited');
    await importFile(plan.id, await opened.filled(plan.id, { users_trained: 9 }));
    await opened.service.configureAdoptionPlanTelemetry(opened.admin, {
      adoptionPlanId: plan.id,
      telemetryEnabled: true,
      telemetrySchedule: '0 2 * * *',
    });
    const { auditEntries } = await import('@uptake/io/control-store/schema');
    const rows = await opened.controlStore.withWorkspace(opened.workspaceId, (tx) => tx.select().from(auditEntries));
    const own = rows
      .filter(({ subjectId }) => subjectId === plan.id)
      .map(({ action, actorKind }) => [action, actorKind]);
    expect(own).toEqual([
      ['adoption_plan.assigned', 'member'],
      ['adoption_workbook.exported', 'member'],
      ['adoption_values.imported', 'member'],
      ['adoption_plan.configured', 'member'],
    ]);
  });
});
