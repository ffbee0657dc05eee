/** Judges every plan anew once a day: time windows move and plans fall behind without any value coming. */
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionCustomers, adoptionPlans, products, telemetryValues } from '@uptake/io/control-store/schema';
import { and, asc, eq, gt, isNotNull, lt, sql } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import { evaluatePlanState } from './evaluate.ts';
import { type News, newsOf } from './news.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { statesOf } from './store/plan-state.ts';
import { refreshLatest } from './store/recordset.ts';
import { SYSTEM } from './who.ts';

export type Nightly = {
  /** Resolves with the number of plans. Stops between two transactions where the signal says so. */
  evaluateAll(signal: AbortSignal): Promise<number>;
  /** Removes values that are older than their plan keeps them, the newest of each attribute excepted. Returns how many. */
  removeOldValues(signal: AbortSignal): Promise<number>;
};

/** One transaction holds the embedded store for so long that others notice, at most. */
const PLANS_AT_ONCE = 20;
const DAY_MS = 86_400_000;

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
          const done = await controlStore.withWorkspace(workspaceId, (tx) => evaluateSome(tx, from, nowMs()));
          for (const news of done.news) tell(news);
          count += done.count;
          after = done.last;
        } while (after !== undefined);
      }
      return count;
    },

    async removeOldValues(signal) {
      let count = 0;
      for (const workspaceId of await workspaces()) {
        signal.throwIfAborted();
        count += await controlStore.withWorkspace(workspaceId, (tx) => removeOld(tx, nowMs()));
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
    .for('update', { of: adoptionPlans });
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

/** What an attribute's value is does not end with the series it came from. */
async function removeOld(tx: ControlTransaction, nowMs: number): Promise<number> {
  const plans = await tx
    .select({ id: adoptionPlans.id, days: adoptionPlans.valueRetentionDays })
    .from(adoptionPlans)
    .where(isNotNull(adoptionPlans.valueRetentionDays));
  let count = 0;
  for (const { id, days } of plans) {
    const oldest = new Date(nowMs - (days ?? 0) * DAY_MS).toISOString().slice(0, 10);
    const removed = await tx
      .delete(telemetryValues)
      .where(
        and(
          eq(telemetryValues.planId, id),
          lt(telemetryValues.day, oldest),
          sql`${telemetryValues.id} NOT IN (SELECT latest_value_id FROM adoption_attributes WHERE plan_id = ${id} AND latest_value_id IS NOT NULL)`,
        ),
      )
      .returning({ attributeId: telemetryValues.attributeId });
    count += removed.length;
    await refreshLatest(tx, [...new Set(removed.map(({ attributeId }) => attributeId))]);
  }
  return count;
}
