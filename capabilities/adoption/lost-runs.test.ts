import { sourceRuns, telemetrySources } from '@uptake/io/control-store/schema';
import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import type { SourceDriver } from './source-driver.ts';

let opened: Opened;
let fetches = 0;

/** Another system that always has the same answer. */
const always: SourceDriver = {
  readConfig: () => [],
  readCredentials: () => [],
  fetchValues: async () => {
    fetches += 1;
    return { rows: [{ attribute: 'users_trained', value: 7 }], notices: [] };
  },
};

beforeAll(async () => {
  opened = await openAdoption({ api_polling: always });
}, 60_000);
afterAll(() => opened.remove());

test('a run whose process died is called lost, and its source runs again when it is due', async () => {
  const { service, admin, controlStore, workspaceId } = opened;
  const { plan } = await opened.assigned('Acme');
  await service.configureAdoptionPlanTelemetry(admin, { adoptionPlanId: plan.id, telemetryEnabled: true });
  const saved = await service.saveSource(admin, {
    adoptionPlanId: plan.id,
    kind: 'API_POLLING',
    name: 'CRM',
    config: {},
    schedule: '0 2 * * *',
  });
  const sourceId = saved.source.id;
  await controlStore.withWorkspace(workspaceId, async (tx) => {
    await tx.insert(sourceRuns).values({
      id: crypto.randomUUID(),
      workspaceId,
      planId: plan.id,
      sourceId,
      sourceName: 'CRM',
      state: 'running',
      attempts: 1,
      valuesStored: 0,
      valuesRefused: 0,
      createdAt: new Date(NOW_MS - 3_600_000),
    });
    await tx
      .update(telemetrySources)
      .set({ nextRunAt: new Date(NOW_MS) })
      .where(eq(telemetrySources.id, sourceId));
  });
  await opened.adoption.schedule();
  opened.clock.nowMs = NOW_MS + 120_000;
  await opened.jobs.start();
  const states = () =>
    controlStore.withWorkspace(workspaceId, async (tx) => {
      const runs = await tx.select().from(sourceRuns).orderBy(desc(sourceRuns.createdAt));
      return runs.map(({ state, reason }) => [state, reason]);
    });
  await expect.poll(states, { timeout: 15_000 }).toEqual([
    ['succeeded', null],
    ['failed', 'The run was lost: its process ended before it did.'],
  ]);
  expect(fetches).toBe(1);
  expect((await opened.attribute(plan.id, 'users_trained')).latestValue?.value).toBe(7);
}, 60_000);
