/** Judges every plan anew once a day: time windows move and plans fall behind without any value coming. */
import { dayOf, formatDay } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import {
  adoptionAttributes,
  adoptionCustomers,
  adoptionPlans,
  products,
  telemetryValues,
} from '@uptake/io/control-store/schema';
import { and, asc, desc, eq, gt, isNotNull, lt, lte, notInArray, sql } from 'drizzle-orm';
import { recordAudit } from '../access/read-model.ts';
import { criterionOf } from './criteria-cache.ts';
import type { AdoptionDependencies } from './dependencies.ts';
import { evaluatePlanState } from './evaluate.ts';
import { type News, newsOf } from './news.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { statesOf } from './store/plan-state.ts';
import { anyOf } from './store/recordset.ts';
import { SYSTEM } from './who.ts';

export type Nightly = {
  /** Resolves with the number of plans. Stops between two transactions where the signal says so. */
  evaluateAll(signal: AbortSignal): Promise<number>;
  /** Removes values that are older than their plan keeps them and that nothing counts any more. Returns how many. */
  removeOldValues(signal: AbortSignal): Promise<number>;
};

/** One transaction holds the embedded store for so long that others notice, at most. */
const PLANS_AT_ONCE = 20;

export function createNightly(dependencies: AdoptionDependencies): Nightly {
  const { controlStore, nowMs, tell } = dependencies;

  const workspaces = async (): Promise<readonly string[]> => {
    const rows = await controlStore.asSystem((tx) =>
      tx.selectDistinct({ id: adoptionPlans.workspaceId }).from(adoptionPlans),
    );
    return rows.map(({ id }) => id);
  };

  return {
    async evaluateAll(signal) {
      let count = 0;
      for (const workspaceId of await workspaces()) {
        let after: string | undefined;
        do {
          signal.throwIfAborted();
          const from = after;
          const done = await controlStore.withWorkspace(workspaceId, async (tx) => {
            const some = await evaluateSome(tx, from, nowMs());
            await tell(tx, some.news);
            return some;
          });
          count += done.count;
          after = done.last;
        } while (after !== undefined);
      }
      return count;
    },

    async removeOldValues(signal) {
      const plans = await controlStore.asSystem((tx) =>
        tx
          .select({
            workspaceId: adoptionPlans.workspaceId,
            id: adoptionPlans.id,
            days: adoptionPlans.valueRetentionDays,
          })
          .from(adoptionPlans)
          .where(isNotNull(adoptionPlans.valueRetentionDays)),
      );
      let count = 0;
      for (const { workspaceId, id, days } of plans) {
        signal.throwIfAborted();
        const plan = { id, days: days! };
        count += await controlStore.withWorkspace(workspaceId, (tx) => removeOld(tx, workspaceId, plan, nowMs()));
      }
      return count;
    },
  };
}

async function evaluateSome(
  tx: ControlTransaction,
  after: string | undefined,
  nowMs: number,
): Promise<{ readonly count: number; readonly last: string | undefined; readonly news: readonly News[] }> {
  const rows = await tx
    .select({ plan: adoptionPlans, customerName: adoptionCustomers.name, productName: products.name })
    .from(adoptionPlans)
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .innerJoin(products, eq(products.id, adoptionPlans.productId))
    .where(after === undefined ? undefined : gt(adoptionPlans.id, after))
    .orderBy(asc(adoptionPlans.id))
    .limit(PLANS_AT_ONCE)
    .for('no key update', { of: adoptionPlans });
  const states = await statesOf(
    tx,
    rows.map(({ plan }) => plan),
  );
  const news: News[] = [];
  for (const [index, state] of states.entries()) {
    const judgement = await evaluatePlanState(tx, state, {
      nowMs,
      by: SYSTEM,
      mayFinishTasks: true,
      expectedEveryDays: expectedEveryDays(state.plan.telemetrySchedule),
    });
    const { customerName, productName } = rows[index]!;
    news.push(...newsOf({ ...state, customerName, productName }, judgement));
  }
  return { count: rows.length, last: rows.length < PLANS_AT_ONCE ? undefined : rows.at(-1)?.plan.id, news };
}

type Keeping = { readonly id: string; readonly days: number };

/**
 * What an attribute's value is does not end with the series it came from, nor does what its criterion counts: the newest value
 * stays however old it is, and a sum over ninety days keeps ninety.
 */
async function removeOld(tx: ControlTransaction, workspaceId: string, plan: Keeping, nowMs: number): Promise<number> {
  const today = dayOf(nowMs);
  const attributes = await tx
    .select({ id: adoptionAttributes.id, criterion: adoptionAttributes.criterion, type: adoptionAttributes.dataType })
    .from(adoptionAttributes)
    .where(eq(adoptionAttributes.planId, plan.id));
  const byDays = Map.groupBy(attributes, ({ criterion, type }) =>
    Math.max(plan.days, criterionOf(criterion, type).countedDays),
  );
  let count = 0;
  for (const [days, group] of byDays) {
    if (days === Number.POSITIVE_INFINITY) continue;
    const ids = anyOf(group.map(({ id }) => id));
    const newest = tx
      .selectDistinctOn([telemetryValues.attributeId], { id: telemetryValues.id })
      .from(telemetryValues)
      .where(and(sql`${telemetryValues.attributeId} = ${ids}`, lte(telemetryValues.day, formatDay(today))))
      .orderBy(asc(telemetryValues.attributeId), desc(telemetryValues.day), desc(telemetryValues.sequence));
    const removed = await tx
      .delete(telemetryValues)
      .where(
        and(
          sql`${telemetryValues.attributeId} = ${ids}`,
          lt(telemetryValues.day, formatDay(today - days)),
          notInArray(telemetryValues.id, newest),
        ),
      )
      .returning({ id: telemetryValues.id });
    count += removed.length;
  }
  if (count === 0) return 0;
  const subject = { kind: 'adoption_plan', id: plan.id };
  const details = { values: count, older_than_days: plan.days };
  const entry = { workspaceId, actor: SYSTEM, action: 'adoption_values.expired', subject, details };
  await recordAudit(tx, entry, nowMs);
  return count;
}
