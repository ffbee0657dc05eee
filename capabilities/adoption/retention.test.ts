/** How long values are kept: old ones go at night, and nothing that is shown or judged changes by it. */
import { auditEntries, telemetryValues } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';

const DAY_MS = 86_400_000;
let opened: Opened;
beforeAll(async () => {
  opened = await openAdoption();
});
afterAll(() => opened.remove());

const dayBefore = (days: number) => new Date(NOW_MS - days * DAY_MS).toISOString().slice(0, 10);

/** `[attribute, value, days ago]`, written one after the other. */
async function written(planId: string, values: readonly (readonly [string, boolean | number, number])[]) {
  const rows = values.map(([attribute, value, days]) => ({ attribute, value, day: dayBefore(days) }));
  for (const row of rows) {
    const { workspaceId } = opened;
    await opened.adoption.supply({ workspaceId, planId, rows: [row], source: 'api', by: { kind: 'system' } });
  }
}

const keepFor = (adoptionPlanId: string, valueRetentionDays: number | null) =>
  opened.service.configureAdoptionPlanTelemetry(opened.admin, { adoptionPlanId, valueRetentionDays });

async function kept(planId: string, name: string): Promise<readonly (readonly [string, unknown])[]> {
  const { id } = await opened.attribute(planId, name);
  const rows = await opened.controlStore.withWorkspace(opened.workspaceId, (tx) =>
    tx.select().from(telemetryValues).where(eq(telemetryValues.attributeId, id)).orderBy(telemetryValues.day),
  );
  return rows.map(({ day, value }) => [day, value]);
}

test('values older than a plan keeps them go at night, and what is shown and judged stays as it was', async () => {
  const { plan } = await opened.assigned('Short memory');
  const other = await opened.assigned('Long memory');
  const values = [
    ['users_trained', 10, 40],
    ['users_trained', 60, 31],
    ['users_trained', 90, 30],
    ['users_trained', 120, 2],
    // Old, and all there is.
    ['completion_rate', 70, 300],
    ['completion_rate', 95, 200],
    // Together they meet the criterion: 30 within 30 days.
    ['sessions_month', 9, 31],
    ['sessions_month', 16, 29],
    ['sessions_month', 15, 1],
  ] as const;
  await written(plan.id, values);
  await written(other.plan.id, values);
  const shown = async () => ({
    tasks: (await opened.tasksOf(plan.id)).map(({ telemetryAttributes, telemetryCompletion }) => [
      telemetryAttributes.map(({ name, isMet, verdict, latestValue }) => [name, isMet, verdict, latestValue]),
      telemetryCompletion,
    ]),
    progress: (await opened.service.adoptionPlan(opened.admin, plan.id))?.progress,
  });
  await keepFor(plan.id, 30);
  const before = await shown();

  expect(await opened.adoption.removeOldValues()).toBe(4);
  await opened.adoption.evaluateAll();

  expect(await kept(plan.id, 'users_trained')).toEqual([
    [dayBefore(30), 90],
    [dayBefore(2), 120],
  ]);
  expect(await kept(plan.id, 'completion_rate')).toEqual([[dayBefore(200), 95]]);
  expect(await kept(other.plan.id, 'users_trained')).toHaveLength(4);
  expect(await shown()).toEqual(before);
  expect(await opened.adoption.removeOldValues()).toBe(0);
  const audited = await opened.controlStore.withWorkspace(opened.workspaceId, (tx) =>
    tx
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.subjectId, plan.id), eq(auditEntries.action, 'adoption_values.expired'))),
  );
  expect(audited).toMatchObject([{ actorKind: 'system', details: { values: 4, older_than_days: 30 } }]);
});

test('what a criterion counts together stays as long as it is counted, however short the retention', async () => {
  const { plan } = await opened.assigned('Counted');
  await written(plan.id, [
    ['sessions_month', 5, 31],
    ['sessions_month', 16, 29],
    ['sessions_month', 15, 6],
    ['users_trained', 1, 6],
    ['users_trained', 2, 0],
  ]);
  await keepFor(plan.id, 3);
  expect((await opened.attribute(plan.id, 'sessions_month')).isMet).toBe(true);
  expect(await opened.adoption.removeOldValues()).toBe(2);
  await opened.adoption.evaluateAll();
  expect(await kept(plan.id, 'sessions_month')).toHaveLength(2);
  expect(await kept(plan.id, 'users_trained')).toEqual([[dayBefore(0), 2]]);
  expect(await opened.attribute(plan.id, 'sessions_month')).toMatchObject({ isMet: true });
});

test('a value for tomorrow does not take away the one that holds today', async () => {
  const { plan } = await opened.assigned('Ahead');
  await written(plan.id, [
    ['users_trained', 150, 50],
    ['users_trained', 3, -1],
  ]);
  await keepFor(plan.id, 7);
  await opened.adoption.removeOldValues();
  await opened.adoption.evaluateAll();
  expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({ isMet: true });
  opened.clock.nowMs = NOW_MS + DAY_MS;
  await opened.adoption.evaluateAll();
  expect(await opened.attribute(plan.id, 'users_trained')).toMatchObject({ isMet: false });
  opened.clock.nowMs = NOW_MS;
});

test('a clock that was put back removes nothing more', async () => {
  const { plan } = await opened.assigned('Backwards');
  await written(plan.id, [
    ['users_trained', 1, 5],
    ['users_trained', 2, 0],
  ]);
  await keepFor(plan.id, 7);
  opened.clock.nowMs = NOW_MS - 400 * DAY_MS;
  expect(await opened.adoption.removeOldValues()).toBe(0);
  opened.clock.nowMs = NOW_MS;
  expect(await kept(plan.id, 'users_trained')).toHaveLength(2);
});

test.each([0, -1, 1.5, 3_661])('a retention of %s days is refused with its place', async (days) => {
  const { plan } = await opened.assigned(`Bounds ${days}`);
  await expect(keepFor(plan.id, days)).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [{ path: '/input/valueRetentionDays', message: 'must be 1 to 3660 days' }],
  });
  expect((await keepFor(plan.id, 3_660)).valueRetentionDays).toBe(3_660);
  expect((await keepFor(plan.id, null)).valueRetentionDays).toBeUndefined();
});
