/** Sources run by themselves, with the real queue and a clock that tests move: lost, missed, paused, and never two at once. */
import { sourceRuns, telemetrySources } from '@uptake/io/control-store/schema';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NOW_MS, type Opened, openAdoption } from './adoption.fixture.ts';
import type { SourceDriver } from './source-driver.ts';

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
let opened: Opened;
/** How often the other system was asked, by the name of who asked. */
const fetches = new Map<string, number>();
/** What the other system waits for before it answers "Slow". */
let answered: Promise<void> = Promise.resolve();

/** Another system that always has the same answer. */
const always: SourceDriver = {
  readConfig: () => [],
  readCredentials: () => [],
  fetchValues: async ({ config }) => {
    const { name } = config as { name: string };
    fetches.set(name, (fetches.get(name) ?? 0) + 1);
    if (name === 'Slow') await answered;
    return { rows: [{ attribute: 'users_trained', value: 7 }], notices: [] };
  },
};

beforeAll(async () => {
  opened = await openAdoption({ api_polling: always });
  await opened.adoption.schedule();
  await opened.jobs.start();
}, 60_000);
afterAll(() => opened.remove());

async function polled(name: string): Promise<{ readonly planId: string; readonly sourceId: string }> {
  const { plan } = await opened.assigned(name);
  await enable(plan.id, true);
  const { source } = await opened.service.saveSource(opened.admin, {
    adoptionPlanId: plan.id,
    kind: 'API_POLLING',
    name: 'CRM',
    config: { name },
    schedule: '0 2 * * *',
  });
  return { planId: plan.id, sourceId: source.id };
}

const enable = (adoptionPlanId: string, telemetryEnabled: boolean) =>
  opened.service.configureAdoptionPlanTelemetry(opened.admin, { adoptionPlanId, telemetryEnabled });
/** State and reason of each run, the first one first. */
const runsOf = (sourceId: string) =>
  opened.controlStore.withWorkspace(opened.workspaceId, async (tx) => {
    const runs = await tx
      .select()
      .from(sourceRuns)
      .where(eq(sourceRuns.sourceId, sourceId))
      .orderBy(asc(sourceRuns.createdAt));
    return runs.map(({ state, reason }) => [state, reason]);
  });
const nextRunOf = (sourceId: string) =>
  opened.controlStore.withWorkspace(opened.workspaceId, async (tx) => {
    const [row] = await tx.select().from(telemetrySources).where(eq(telemetrySources.id, sourceId));
    return row!.nextRunAt!.getTime();
  });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Sources that are due are looked for every minute; long enough for the queue to have done it more than once. */
async function minutesPass(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    opened.clock.nowMs += 60_000;
    await wait(150);
  }
}

test('a run whose process died is called lost, and its source runs again when it is due', async () => {
  const { controlStore, workspaceId } = opened;
  const { planId, sourceId } = await polled('Acme');
  await controlStore.withWorkspace(workspaceId, async (tx) => {
    await tx.insert(sourceRuns).values({
      id: crypto.randomUUID(),
      workspaceId,
      planId,
      sourceId,
      sourceName: 'CRM',
      state: 'running',
      attempts: 1,
      valuesStored: 0,
      valuesRefused: 0,
      createdAt: new Date(NOW_MS - HOUR_MS),
    });
    await tx
      .update(telemetrySources)
      .set({ nextRunAt: new Date(NOW_MS) })
      .where(eq(telemetrySources.id, sourceId));
  });
  opened.clock.nowMs += 120_000;
  await expect
    .poll(() => runsOf(sourceId), { timeout: 15_000 })
    .toEqual([
      ['failed', 'The run was lost: its process ended before it did.'],
      ['succeeded', null],
    ]);
  expect(fetches.get('Acme')).toBe(1);
  expect((await opened.attribute(planId, 'users_trained')).latestValue?.value).toBe(7);
}, 60_000);

describe('a source that is due every night', () => {
  // Far from any night, so that none of the few minutes that pass is one in which it is due.
  beforeEach(() => {
    opened.clock.nowMs = Math.ceil(opened.clock.nowMs / DAY_MS) * DAY_MS + 12 * HOUR_MS;
  });

  test('runs once after a fortnight in which nothing ran, and then every night again', async () => {
    const { sourceId } = await polled('Asleep');
    opened.clock.nowMs += 14 * DAY_MS;
    await expect.poll(() => runsOf(sourceId), { timeout: 15_000 }).toEqual([['succeeded', null]]);
    await minutesPass(3);
    expect(await runsOf(sourceId)).toHaveLength(1);
    const next = await nextRunOf(sourceId);
    expect(next).toBeGreaterThan(opened.clock.nowMs);
    expect(next - opened.clock.nowMs).toBeLessThanOrEqual(DAY_MS + 10 * 60_000);
    opened.clock.nowMs = next;
    await minutesPass(1);
    await expect.poll(() => runsOf(sourceId), { timeout: 15_000 }).toHaveLength(2);
  });

  test('does not run again where the clock is put back, nor more often once it is right', async () => {
    const { sourceId } = await polled('Backwards');
    const right = opened.clock.nowMs;
    const next = await nextRunOf(sourceId);
    opened.clock.nowMs = right - 3 * DAY_MS;
    await minutesPass(3);
    expect(await runsOf(sourceId)).toEqual([]);
    opened.clock.nowMs = right;
    await minutesPass(2);
    expect(await runsOf(sourceId)).toEqual([]);
    expect(await nextRunOf(sourceId)).toBe(next);
    opened.clock.nowMs = next;
    await minutesPass(2);
    await expect.poll(() => runsOf(sourceId), { timeout: 15_000 }).toEqual([['succeeded', null]]);
  });

  test('waits while the telemetry of its plan is switched off', async () => {
    const { planId, sourceId } = await polled('Paused');
    await enable(planId, false);
    opened.clock.nowMs = (await nextRunOf(sourceId)) + 2 * DAY_MS;
    await minutesPass(2);
    expect(await runsOf(sourceId)).toEqual([]);
    await enable(planId, true);
    await minutesPass(1);
    await expect.poll(() => runsOf(sourceId), { timeout: 15_000 }).toEqual([['succeeded', null]]);
  });

  test('never runs twice at once: by hand it is refused, by its schedule left out with why', async () => {
    const { sourceId } = await polled('Slow');
    let answer = () => {};
    answered = new Promise((resolve) => {
      answer = resolve;
    });
    await opened.service.runSource(opened.admin, sourceId);
    await expect.poll(() => fetches.get('Slow'), { timeout: 15_000 }).toBe(1);
    await expect(opened.service.runSource(opened.admin, sourceId)).rejects.toMatchObject({ code: 'conflict' });
    await opened.controlStore.withWorkspace(opened.workspaceId, (tx) =>
      tx
        .update(telemetrySources)
        .set({ nextRunAt: new Date(opened.clock.nowMs) })
        .where(eq(telemetrySources.id, sourceId)),
    );
    await minutesPass(1);
    await expect
      .poll(() => runsOf(sourceId), { timeout: 15_000 })
      .toEqual([
        ['running', null],
        ['skipped', 'The run before it was still at work.'],
      ]);
    answer();
    await expect.poll(async () => (await runsOf(sourceId))[0], { timeout: 15_000 }).toEqual(['succeeded', null]);
    expect(fetches.get('Slow')).toBe(1);
    const again = await opened.service.runSource(opened.admin, sourceId);
    await expect
      .poll(async () => (await runsOf(sourceId)).map(([state]) => state), { timeout: 15_000 })
      .toEqual(['succeeded', 'skipped', 'succeeded']);
    expect(again.state).toBe('WAITING');
  });
});
