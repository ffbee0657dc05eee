/** A plan as it is judged: its row, its tasks and its attributes with their newest values. */

import type { Principal } from '@uptake/domain/contract';
import { Problem } from '@uptake/domain/contract';
import { parseDay, type Series } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import {
  adoptionAttributes,
  adoptionCustomers,
  adoptionPlans,
  adoptionTasks,
  products,
  telemetryValues,
} from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { visibleCustomers } from '../who.ts';
import { anyOf } from './recordset.ts';

export type PlanRow = typeof adoptionPlans.$inferSelect;
export type TaskRow = typeof adoptionTasks.$inferSelect;
export type AttributeRow = typeof adoptionAttributes.$inferSelect;

export type PlanState = {
  readonly plan: PlanRow;
  /** In the order of the plan. */
  readonly tasks: readonly TaskRow[];
  readonly attributesOf: ReadonlyMap<string, readonly AttributeRow[]>;
};

export type NamedPlan = PlanState & { readonly customerName: string; readonly productName: string };

/**
 * With the row locked until the end of the transaction: one change of a plan at a time. Throws `not_found`. The weaker of the
 * locks, which a row that only refers to the plan does not wait for: whoever holds that one may be waited for here.
 */
export async function loadPlan(tx: ControlTransaction, planId: string, principal?: Principal): Promise<NamedPlan> {
  const [found] = await tx
    .select({ plan: adoptionPlans, customerName: adoptionCustomers.name, productName: products.name })
    .from(adoptionPlans)
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .innerJoin(products, eq(products.id, adoptionPlans.productId))
    .where(
      and(eq(adoptionPlans.id, uuidOr(planId)), principal && visibleCustomers(principal, adoptionPlans.customerId)),
    )
    .for('no key update', { of: adoptionPlans });
  if (found === undefined) throw new Problem('not_found', 'There is no such adoption plan.');
  const [state] = await statesOf(tx, [found.plan]);
  return { ...state!, customerName: found.customerName, productName: found.productName };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** What is no id is the id of nothing. */
export function uuidOr(id: string): string {
  return UUID.test(id) ? id : NO_ID;
}

export const onlyIds = (ids: readonly string[]): readonly string[] => ids.filter((id) => UUID.test(id));

export async function statesOf(tx: ControlTransaction, plans: readonly PlanRow[]): Promise<readonly PlanState[]> {
  const ids = plans.map(({ id }) => id);
  const tasks = await tx
    .select()
    .from(adoptionTasks)
    .where(sql`${adoptionTasks.planId} = ${anyOf(ids)}`)
    .orderBy(asc(adoptionTasks.position), asc(adoptionTasks.id));
  const attributes = await tx
    .select()
    .from(adoptionAttributes)
    .where(sql`${adoptionAttributes.planId} = ${anyOf(ids)}`)
    .orderBy(asc(adoptionAttributes.position), asc(adoptionAttributes.id));
  const tasksOf = Map.groupBy(tasks, ({ planId }) => planId);
  const attributesOf = Map.groupBy(attributes, ({ taskId }) => taskId);
  return plans.map((plan) => ({ plan, tasks: tasksOf.get(plan.id) ?? [], attributesOf }));
}

/** What holds for each day, oldest day first. */
export async function seriesOfAttributes(
  tx: ControlTransaction,
  attributeIds: readonly string[],
): Promise<ReadonlyMap<string, Series>> {
  if (attributeIds.length === 0) return new Map();
  const rows = await tx
    .selectDistinctOn([telemetryValues.attributeId, telemetryValues.day], {
      attributeId: telemetryValues.attributeId,
      day: telemetryValues.day,
      value: telemetryValues.value,
    })
    .from(telemetryValues)
    .where(sql`${telemetryValues.attributeId} = ${anyOf(attributeIds)}`)
    .orderBy(asc(telemetryValues.attributeId), asc(telemetryValues.day), desc(telemetryValues.sequence));
  const observations = rows.map(({ attributeId, day, value }) => ({ attributeId, day: parseDay(day), value }));
  return Map.groupBy(observations, ({ attributeId }) => attributeId);
}

export function attributesOf(state: PlanState): readonly AttributeRow[] {
  return state.tasks.flatMap(({ id }) => state.attributesOf.get(id) ?? []);
}
