/** What the rows of a workbook are matched with. Of a large plan, reading its attributes whole takes several times as long. */
import { type Principal, Problem } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionAttributes, adoptionPlans, adoptionTasks } from '@uptake/io/control-store/schema';
import { and, asc, eq } from 'drizzle-orm';
import { visibleCustomers } from '../who.ts';
import type { WorkbookOutline } from '../workbook/index.ts';
import { uuidOr } from './plan-state.ts';

/** Without a lock: the plan may be another when the file has been read. Throws `not_found`. */
export async function loadOutline(
  tx: ControlTransaction,
  planId: string,
  principal: Principal,
): Promise<WorkbookOutline> {
  const [plan] = await tx
    .select({
      planId: adoptionPlans.id,
      productId: adoptionPlans.productId,
      snapshotVersion: adoptionPlans.snapshotVersion,
    })
    .from(adoptionPlans)
    .where(and(eq(adoptionPlans.id, uuidOr(planId)), visibleCustomers(principal, adoptionPlans.customerId)));
  if (plan === undefined) throw new Problem('not_found', 'There is no such adoption plan.');
  const tasks = await tx
    .select({ id: adoptionTasks.id, name: adoptionTasks.name })
    .from(adoptionTasks)
    .where(eq(adoptionTasks.planId, plan.planId))
    .orderBy(asc(adoptionTasks.position), asc(adoptionTasks.id));
  const attributes = await tx
    .select({
      taskId: adoptionAttributes.taskId,
      id: adoptionAttributes.id,
      name: adoptionAttributes.name,
      dataType: adoptionAttributes.dataType,
    })
    .from(adoptionAttributes)
    .where(eq(adoptionAttributes.planId, plan.planId));
  const attributesOf = Map.groupBy(attributes, ({ taskId }) => taskId);
  return { ...plan, tasks: tasks.map((task) => ({ ...task, attributes: attributesOf.get(task.id) ?? [] })) };
}
