/** An import is killed at any moment, in a process of its own: afterwards everything of it is there, news of it included, or nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openPgliteControlStore } from '@uptake/io/control-store';
import {
  adoptionAttributes,
  adoptionPlans,
  jobs,
  telemetryBatches,
  telemetryValues,
} from '@uptake/io/control-store/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Opened, openAdoption } from './adoption.fixture.ts';

const ATTRIBUTES = 1_500;
const SECRET_KEY = 'a secret key for tests, 32 characters or more';
const folder = mkdtempSync(join(tmpdir(), 'uptake-adoption-crash-'));
let opened: Opened;
let planId: string;
const file = join(folder, 'filled.xlsx');
const before = join(folder, 'before');

beforeAll(async () => {
  opened = await openAdoption();
  const attributes = Array.from({ length: ATTRIBUTES }, (_, index) => ({
    name: `attribute_${index}`,
    dataType: 'NUMBER' as const,
    successCriteria: { operator: '>=', value: 1 },
  }));
  const template = { tasks: [{ name: 'All of it', attributes }] };
  await opened.service.saveTemplate(opened.admin, opened.productId, template, {
    basedOnVersion: undefined,
    changeNote: undefined,
  });
  planId = (await opened.assigned('Killed')).plan.id;
  const [task] = await opened.tasksOf(planId);
  await opened.service.updateTaskStatus(opened.admin, task!.id, 'IN_PROGRESS', undefined);
  writeFileSync(file, await opened.filledBy(planId, new Map(attributes.map(({ name }, index) => [name, index + 1]))));
  await opened.controlStore.close();
  cpSync(opened.directory, before, { recursive: true });
}, 120_000);
afterAll(async () => {
  await opened.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Milliseconds from its beginning to the end of the import; `undefined` where it was killed before. */
async function importIn(directory: string, killAfterMs: number | undefined): Promise<number | undefined> {
  const args = [directory, planId, file, JSON.stringify(opened.admin), SECRET_KEY];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-importer.fixture.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let tookMs: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'importing' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    if (line.startsWith('imported')) tookMs = Number(line.split(' ')[1]);
  }
  await closed;
  return tookMs;
}

async function look(directory: string) {
  const store = await openPgliteControlStore({ directory });
  try {
    const told = await store.asSystem((tx) => tx.$count(jobs));
    const kept = await store.withWorkspace(opened.workspaceId, async (tx) => {
      const met = await tx.select().from(adoptionAttributes).where(eq(adoptionAttributes.isMet, true));
      const [plan] = await tx.select().from(adoptionPlans).where(eq(adoptionPlans.id, planId));
      return {
        values: await tx.$count(telemetryValues),
        batches: await tx.$count(telemetryBatches),
        met: met.length,
        done: plan?.tasksDone,
        metOfPlan: plan?.attributesMet,
      };
    });
    return { ...kept, told };
  } finally {
    await store.close();
  }
}

const NOTHING = { values: 0, batches: 0, met: 0, done: 0, metOfPlan: 0, told: 0 };
/** Told are the finished task and the milestone. */
const ALL = { values: ATTRIBUTES, batches: 1, met: ATTRIBUTES, done: 1, metOfPlan: ATTRIBUTES, told: 2 };

test('killed at any moment an import is whole or was never begun', async () => {
  const whole = join(folder, 'whole');
  cpSync(before, whole, { recursive: true });
  const tookMs = (await importIn(whole, undefined))!;
  expect(await look(whole)).toEqual(ALL);
  for (const share of [0.6, 0.85, 1]) {
    const directory = join(folder, `killed-${share}`);
    cpSync(before, directory, { recursive: true });
    await importIn(directory, tookMs * share);
    const found = await look(directory);
    expect([NOTHING, ALL], `killed after ${share} of its time`).toContainEqual(found);
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);
