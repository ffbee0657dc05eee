/** The demo's adoption: lived through day by day with the product's own rules, so that its history is one. */
import { setImmediate } from 'node:timers/promises';
import type { EnsuredWorkspace } from '@uptake/capabilities/access';
import type { Adoption, AdoptionService } from '@uptake/capabilities/adoption';
import type { Principal } from '@uptake/domain/contract';
import {
  DEMO_CUSTOMERS,
  DEMO_TEMPLATES,
  type DemoPlan,
  demoReached,
  demoTaskReached,
  demoValue,
} from '@uptake/domain/demo';

const DAY_MS = 86_400_000;
/** Values every third day, and at the end. */
const STEP_DAYS = 3;
/** At this hour of each day: values come in the morning. */
const HOUR_MS = 6 * 3_600_000;

export type DemoAdoptionDependencies = {
  readonly adoption: Pick<Adoption, 'at'>;
  readonly workspace: EnsuredWorkspace;
  readonly ownerUserId: string;
  readonly endMs: number;
  readonly signal: AbortSignal;
};

/** Goes on where an earlier load broke off: a customer is whole or begun anew. */
export async function loadDemoAdoption(dependencies: DemoAdoptionDependencies): Promise<void> {
  const { adoption, workspace, ownerUserId, endMs, signal } = dependencies;
  const clock = { nowMs: endMs - 120 * DAY_MS };
  const demo = adoption.at(() => clock.nowMs);
  const owner: Principal = { kind: 'member', userId: ownerUserId, workspaceId: workspace.workspaceId, role: 'owner' };
  const productIds = new Map(workspace.products.map(({ slug, productId }) => [slug, productId]));
  await ensureTemplates(demo.service, owner, productIds);
  const page = { first: DEMO_CUSTOMERS.length, after: undefined };
  const known = await demo.service.customers(owner, undefined, page);
  for (const customer of DEMO_CUSTOMERS) {
    if (signal.aborted) return;
    const { name, tenantId } = customer;
    const found = known.nodes.find((each) => each.tenantId === tenantId);
    const customerId = found?.id ?? (await demo.service.createCustomer(owner, { name, tenantId })).id;
    const present = (await demo.service.plansOf(owner, [customerId])).get(customerId) ?? [];
    for (const plan of customer.plans) {
      const productId = productIds.get(plan.product);
      if (productId === undefined) continue;
      const begun = present.find(({ product }) => product.id === productId);
      if (begun?.telemetryEnabled === true) continue;
      if (begun !== undefined) await demo.service.deletePlan(owner, begun.id);
      await livePlan({ demo, owner, clock, endMs, signal }, { customerId, productId, plan });
    }
  }
}

async function ensureTemplates(
  service: AdoptionService,
  owner: Principal,
  productIds: ReadonlyMap<string, string>,
): Promise<void> {
  const known = await service.templatesOf(owner, [...productIds.values()]);
  for (const [slug, tasks] of Object.entries(DEMO_TEMPLATES)) {
    const productId = productIds.get(slug);
    if (productId === undefined || known.has(productId)) continue;
    const template = { tasks: tasks.map((task) => ({ ...task, attributes: [...task.attributes] })) };
    await service.saveTemplate(owner, productId, template, { basedOnVersion: undefined, changeNote: 'First version' });
  }
}

type Living = {
  readonly demo: Pick<Adoption, 'service' | 'supply'>;
  readonly owner: Principal;
  readonly clock: { nowMs: number };
  readonly endMs: number;
  readonly signal: AbortSignal;
};

type Lived = { readonly customerId: string; readonly productId: string; readonly plan: DemoPlan };

async function livePlan(living: Living, { customerId, productId, plan }: Lived): Promise<void> {
  const { demo, owner, clock, endMs, signal } = living;
  const startMs = endMs - plan.startedDaysAgo * DAY_MS;
  clock.nowMs = startMs;
  const { id } = await demo.service.assignProduct(owner, {
    customerId,
    productId,
    ownerId: owner.kind === 'member' ? owner.userId : null,
    startDate: dayOf(startMs),
    dueDate: plan.dueInDays === undefined ? null : dayOf(endMs + plan.dueInDays * DAY_MS),
  });
  const tasks = (await demo.service.tasksOf(owner, [id])).get(id) ?? [];
  const statuses = new Map(tasks.map((task) => [task.id, task.status]));
  for (let day = 0; day <= plan.startedDaysAgo; day = nextDay(day, plan.startedDaysAgo)) {
    if (signal.aborted) return;
    clock.nowMs = Math.min(endMs, startMs + day * DAY_MS + HOUR_MS);
    const reached = demoReached(plan, day);
    if (reached === undefined) {
      await demo.service.evaluatePlan(owner, id);
      continue;
    }
    for (const [index, task] of tasks.entries()) {
      const own = demoTaskReached(reached, index, tasks.length);
      if (own > 0 && statuses.get(task.id) === 'NOT_STARTED') {
        await demo.service.updateTaskStatus(owner, task.id, 'IN_PROGRESS', undefined);
        statuses.set(task.id, 'IN_PROGRESS');
      }
      if (own >= 1 && task.telemetryAttributes.length === 0 && statuses.get(task.id) !== 'DONE') {
        await demo.service.updateTaskStatus(owner, task.id, 'DONE', 'Done together with the customer');
        statuses.set(task.id, 'DONE');
      }
    }
    const rows = valuesOf(plan, reached, dayOf(clock.nowMs));
    const supply = { workspaceId: owner.workspaceId, planId: id, rows, source: 'api', by: { kind: 'system' } } as const;
    if (rows.length > 0) await demo.supply(supply);
    await setImmediate();
  }
  clock.nowMs = endMs;
  // Last of all: what is not enabled was not finished, and is begun anew.
  await demo.service.configureAdoptionPlanTelemetry(owner, {
    adoptionPlanId: id,
    telemetryEnabled: true,
    telemetrySchedule: '0 2 * * *',
  });
}

const nextDay = (day: number, last: number) => (day === last ? last + 1 : Math.min(last, day + STEP_DAYS));

function valuesOf({ product }: DemoPlan, reached: number, day: string) {
  const tasks = DEMO_TEMPLATES[product];
  return tasks.flatMap((task, index) => {
    const own = demoTaskReached(reached, index, tasks.length);
    if (own === 0) return [];
    return task.attributes.flatMap((attribute) => {
      const value = demoValue(attribute, own, day);
      return value === undefined ? [] : [{ task: task.name, attribute: attribute.name, value, day }];
    });
  });
}

const dayOf = (instantMs: number) => new Date(instantMs).toISOString().slice(0, 10);
