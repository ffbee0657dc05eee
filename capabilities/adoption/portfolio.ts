/** The portfolio: plans of all customers, filtered, sorted and paged by the store, with their totals. */
import type { Principal } from '@uptake/domain/contract';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionCustomers, adoptionPlans, products } from '@uptake/io/control-store/schema';
import { and, asc, count, countDistinct, desc, eq, ilike, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import { instantOf, NEXT_UPDATE } from './lists.ts';
import type * as model from './model.ts';
import { pageInfo, readCursor } from './page.ts';
import { peopleOf } from './people.ts';
import { healthWord, planToModel, storedHealth } from './plan-rows.ts';
import type { AdoptionService, PlanFilter, PlanSort, PlanSortKey } from './port.ts';
import { uuidOr } from './store/plan-state.ts';
import { requireAct, visibleCustomers } from './who.ts';

export type PortfolioQuestions = Pick<AdoptionService, 'adoptionPlan' | 'adoptionPlans' | 'portfolio'>;

const COMPLETED = sql`greatest(${adoptionPlans.tasksDone}, ${adoptionPlans.tasksRecommended})`;
const COMBINED = sql<number>`CASE WHEN ${adoptionPlans.tasksTotal} = 0 THEN 0 ELSE ${COMPLETED} * 100.0 / ${adoptionPlans.tasksTotal} END`;
/** Who needs somebody first stands first. */
const RISK = sql`array_position(ARRAY['stalled', 'at_risk', 'not_started', 'on_track', 'completed'], ${adoptionPlans.health})`;

const SORT_BY: Readonly<Record<PlanSortKey, SQL>> = {
  RISK,
  CUSTOMER: sql`lower(${adoptionCustomers.name})`,
  PRODUCT: sql`lower(${products.name})`,
  PROGRESS: COMBINED,
  DUE: sql`${adoptionPlans.dueDate}`,
  LAST_PROGRESS: sql`${adoptionPlans.lastProgressDay}`,
};

export function createPortfolio({ controlStore, access, nowMs }: AdoptionDependencies): PortfolioQuestions {
  const plansWhere = (tx: ControlTransaction, where: SQL | undefined) =>
    tx
      .select({ plan: adoptionPlans, customer: adoptionCustomers, product: products, nextUpdateAt: NEXT_UPDATE })
      .from(adoptionPlans)
      .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
      .innerJoin(products, eq(products.id, adoptionPlans.productId))
      .where(where);

  return {
    async adoptionPlan(principal, id) {
      requireAct(principal, 'read');
      const people = await peopleOf(access, principal.workspaceId);
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const [row] = await plansWhere(
          tx,
          and(eq(adoptionPlans.id, uuidOr(id)), visibleCustomers(principal, adoptionPlans.customerId)),
        );
        return row && planToModel(row, people, instantOf(row.nextUpdateAt));
      });
    },

    async adoptionPlans(principal, filter, sort, { first, after }) {
      requireAct(principal, 'read');
      const from = readCursor(after) ?? 0;
      const people = await peopleOf(access, principal.workspaceId);
      return controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const where = matching(principal, filter);
        const rows = await plansWhere(tx, where)
          .orderBy(...orderOf(sort))
          .limit(first + 1)
          .offset(from);
        const shown = rows.slice(0, first);
        return {
          nodes: shown.map((row) => planToModel(row, people, instantOf(row.nextUpdateAt))),
          totalCount: await countOf(tx, where),
          pageInfo: pageInfo(rows.length > first, shown.length === 0 ? undefined : from + shown.length),
        };
      });
    },

    async portfolio(principal, filter) {
      requireAct(principal, 'read');
      const today = new Date(nowMs()).toISOString().slice(0, 10);
      return controlStore.withWorkspace(principal.workspaceId, (tx) => totals(tx, matching(principal, filter), today));
    },
  };
}

function matching(principal: Principal, filter: PlanFilter): SQL | undefined {
  const { customerId, productId, ownerId, health, search } = filter;
  const pattern = search?.trim() ? `%${search.trim().replace(/[\\%_]/g, '\\$&')}%` : undefined;
  return and(
    visibleCustomers(principal, adoptionPlans.customerId),
    customerId ? eq(adoptionPlans.customerId, uuidOr(customerId)) : undefined,
    productId ? eq(adoptionPlans.productId, uuidOr(productId)) : undefined,
    ownerId ? eq(adoptionPlans.ownerId, uuidOr(ownerId)) : undefined,
    health && health.length > 0 ? inArray(adoptionPlans.health, health.map(storedHealth)) : undefined,
    pattern === undefined
      ? undefined
      : or(
          ilike(adoptionPlans.name, pattern),
          ilike(adoptionCustomers.name, pattern),
          ilike(products.name, pattern),
          ilike(adoptionCustomers.tenantId, pattern),
        ),
  );
}

/** What is equal keeps one order over all pages: the furthest behind first, then by id. */
function orderOf({ by, descending }: PlanSort): SQL[] {
  const direction = descending === true ? sql`DESC NULLS LAST` : sql`ASC NULLS LAST`;
  return [sql`${SORT_BY[by]} ${direction}`, asc(COMBINED), desc(adoptionPlans.createdAt), asc(adoptionPlans.id)];
}

async function countOf(tx: ControlTransaction, where: SQL | undefined): Promise<number> {
  const [row] = await tx
    .select({ plans: count() })
    .from(adoptionPlans)
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .innerJoin(products, eq(products.id, adoptionPlans.productId))
    .where(where);
  return row?.plans ?? 0;
}

async function totals(tx: ControlTransaction, where: SQL | undefined, today: string): Promise<model.Portfolio> {
  const [all] = await tx
    .select({
      average: sql<number | null>`avg(${COMBINED})::double precision`,
      overdue: sql<number>`count(*) FILTER (WHERE ${adoptionPlans.dueDate} < ${today}::date AND ${adoptionPlans.health} <> 'completed')::integer`,
      plans: count(),
      customers: countDistinct(adoptionPlans.customerId),
    })
    .from(adoptionPlans)
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .innerJoin(products, eq(products.id, adoptionPlans.productId))
    .where(where);
  const byHealth = await tx
    .select({ health: adoptionPlans.health, plans: count() })
    .from(adoptionPlans)
    .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
    .innerJoin(products, eq(products.id, adoptionPlans.productId))
    .where(where)
    .groupBy(adoptionPlans.health);
  return {
    plans: all?.plans ?? 0,
    customers: all?.customers ?? 0,
    averageCombined: all?.average ?? 0,
    overdue: all?.overdue ?? 0,
    byHealth: byHealth.map(({ health, plans }) => ({ health: healthWord(health), plans })),
  };
}
