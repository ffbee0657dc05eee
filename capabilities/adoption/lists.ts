/** What lists hold, for many rows at once: one or two questions to the store each, however many ids. */
import { diffTemplate } from '@uptake/domain/adoption';
import type { Principal } from '@uptake/domain/contract';
import { dayOf } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import {
  adoptionAttributes,
  adoptionCustomerAdmins,
  adoptionCustomers,
  adoptionHistory,
  adoptionPlanDays,
  adoptionPlans,
  adoptionTemplates,
  products,
  telemetryBatches,
  telemetrySources,
  telemetryValues,
} from '@uptake/io/control-store/schema';
import { and, asc, count, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import type { AdoptionDependencies } from './dependencies.ts';
import { needsSeries } from './judge.ts';
import type * as model from './model.ts';
import { pageInfo, readCursor } from './page.ts';
import { type People, peopleOf } from './people.ts';
import { planToModel, type TaskContext, tasksToModel } from './plan-rows.ts';
import { planOfState } from './plan-store.ts';
import type { AdoptionService, ImportSummary, TelemetryImport } from './port.ts';
import { bindingsOf } from './source-rows.ts';
import { attributesOf, onlyIds, seriesOfAttributes, statesOf, uuidOr } from './store/plan-state.ts';
import { anyOf } from './store/recordset.ts';
import { syncChangesToModel } from './sync-words.ts';
import { templateOfJson } from './template-document.ts';
import { templateToModel } from './templates.ts';
import { requireAct, visibleCustomers } from './who.ts';

export type Lists = Pick<
  AdoptionService,
  | 'templatesOf'
  | 'templateVersionsOf'
  | 'planCountsOf'
  | 'plansOf'
  | 'adminsOf'
  | 'tasksOf'
  | 'trendsOf'
  | 'pendingSyncsOf'
  | 'importsOf'
  | 'historyOf'
  | 'valuesOf'
  | 'telemetryImport'
>;

const TREND_DAYS = 90;

/** The plans among these that the principal sees. */
function visiblePlans(tx: ControlTransaction, principal: Principal, planIds: readonly string[]) {
  return tx
    .select()
    .from(adoptionPlans)
    .where(
      and(sql`${adoptionPlans.id} = ${anyOf(onlyIds(planIds))}`, visibleCustomers(principal, adoptionPlans.customerId)),
    );
}

export function createLists({ controlStore, access, nowMs }: AdoptionDependencies): Lists {
  async function asking<Found>(
    principal: Principal,
    work: (tx: ControlTransaction, people: People) => Promise<Found>,
  ): Promise<Found> {
    requireAct(principal, 'read');
    const people = await peopleOf(access, principal.workspaceId);
    return controlStore.withWorkspace(principal.workspaceId, (tx) => work(tx, people));
  }
  const ofPlans = <Found>(
    principal: Principal,
    planIds: readonly string[],
    work: (tx: ControlTransaction, ids: readonly string[], people: People) => Promise<ReadonlyMap<string, Found>>,
  ) =>
    asking(principal, async (tx, people) => {
      const ids = (await visiblePlans(tx, principal, planIds)).map(({ id }) => id);
      return ids.length === 0 ? new Map<string, Found>() : work(tx, ids, people);
    });
  /** Of templates a customer's admin sees what their plans have taken from them. */
  const seesTemplates = (principal: Principal) => principal.kind !== 'member' || principal.role !== 'customer_admin';

  return {
    templatesOf: (principal, productIds) =>
      asking(principal, async (tx, people) => {
        if (!seesTemplates(principal)) return new Map();
        const rows = await tx
          .selectDistinctOn([adoptionTemplates.productId])
          .from(adoptionTemplates)
          .where(sql`${adoptionTemplates.productId} = ${anyOf(onlyIds(productIds))}`)
          .orderBy(asc(adoptionTemplates.productId), desc(adoptionTemplates.version));
        return new Map(
          rows.map((row) => [row.productId, templateToModel(row, people.nameOf(row.publishedByKind, row.publishedBy))]),
        );
      }),

    templateVersionsOf: (principal, productIds) =>
      asking(principal, async (tx, people) => {
        if (!seesTemplates(principal)) return new Map();
        const { document: _, ...columns } = adoptionTemplateColumns;
        const rows = await tx
          .select(columns)
          .from(adoptionTemplates)
          .where(sql`${adoptionTemplates.productId} = ${anyOf(onlyIds(productIds))}`)
          .orderBy(desc(adoptionTemplates.version));
        const versions = rows.map((row) => ({
          productId: row.productId,
          version: row.version,
          publishedAt: row.publishedAt.toISOString(),
          publishedBy: people.nameOf(row.publishedByKind, row.publishedBy),
          changeNote: row.changeNote ?? undefined,
          taskCount: row.taskCount,
          attributeCount: row.attributeCount,
        }));
        return Map.groupBy(versions, ({ productId }) => productId);
      }),

    planCountsOf: (principal, productIds) =>
      asking(principal, async (tx) => {
        const rows = await tx
          .select({ productId: adoptionPlans.productId, plans: count() })
          .from(adoptionPlans)
          .where(
            and(
              sql`${adoptionPlans.productId} = ${anyOf(onlyIds(productIds))}`,
              visibleCustomers(principal, adoptionPlans.customerId),
            ),
          )
          .groupBy(adoptionPlans.productId);
        return new Map(rows.map(({ productId, plans }) => [productId, plans]));
      }),

    plansOf: (principal, customerIds) =>
      asking(principal, async (tx, people) => {
        const rows = await tx
          .select({ plan: adoptionPlans, customer: adoptionCustomers, product: products, nextUpdateAt: NEXT_UPDATE })
          .from(adoptionPlans)
          .innerJoin(adoptionCustomers, eq(adoptionCustomers.id, adoptionPlans.customerId))
          .innerJoin(products, eq(products.id, adoptionPlans.productId))
          .where(
            and(
              sql`${adoptionPlans.customerId} = ${anyOf(onlyIds(customerIds))}`,
              visibleCustomers(principal, adoptionPlans.customerId),
            ),
          )
          .orderBy(asc(adoptionPlans.createdAt), asc(adoptionPlans.id));
        const plans = rows.map((row) => planToModel(row, people, instantOf(row.nextUpdateAt)));
        return Map.groupBy(plans, ({ customer }) => customer.id);
      }),

    adminsOf: (principal, customerIds) =>
      asking(principal, async (tx, people) => {
        const rows = await tx
          .select()
          .from(adoptionCustomerAdmins)
          .where(
            and(
              sql`${adoptionCustomerAdmins.customerId} = ${anyOf(onlyIds(customerIds))}`,
              visibleCustomers(principal, adoptionCustomerAdmins.customerId),
            ),
          );
        const admins = new Map<string, model.Person[]>();
        for (const { customerId, userId } of rows) {
          const person = people.person(userId);
          if (person !== undefined) admins.set(customerId, [...(admins.get(customerId) ?? []), person]);
        }
        return admins;
      }),

    tasksOf: (principal, planIds) =>
      asking(principal, async (tx, people) => {
        const plans = await visiblePlans(tx, principal, planIds);
        if (plans.length === 0) return new Map();
        const today = dayOf(nowMs());
        const states = await statesOf(tx, plans);
        const counted = states.flatMap(attributesOf).filter((attribute) => needsSeries(attribute, today));
        const context: TaskContext = {
          today,
          people,
          seriesOf: await seriesOfAttributes(
            tx,
            counted.map(({ id }) => id),
          ),
          bindingOf: await bindingsOf(
            tx,
            plans.map(({ id }) => id),
          ),
        };
        return new Map(states.map((state) => [state.plan.id, tasksToModel(state, context)]));
      }),

    trendsOf: (principal, planIds) =>
      ofPlans(principal, planIds, async (tx, ids) => {
        const rows = await tx
          .select()
          .from(adoptionPlanDays)
          .where(
            and(
              sql`${adoptionPlanDays.planId} = ${anyOf(ids)}`,
              gte(adoptionPlanDays.day, new Date(nowMs() - TREND_DAYS * 86_400_000).toISOString().slice(0, 10)),
            ),
          )
          .orderBy(asc(adoptionPlanDays.day));
        const points = rows.map((row) => ({
          planId: row.planId,
          day: row.day,
          manual: row.manualPercent,
          telemetry: row.telemetryPercent,
          combined: row.combinedPercent,
        }));
        return Map.groupBy(points, ({ planId }) => planId);
      }),

    pendingSyncsOf: (principal, planIds) =>
      asking(principal, async (tx) => {
        const plans = await visiblePlans(tx, principal, planIds);
        const productIds = [...new Set(plans.map(({ productId }) => productId))];
        const newest = await tx
          .selectDistinctOn([adoptionTemplates.productId])
          .from(adoptionTemplates)
          .where(sql`${adoptionTemplates.productId} = ${anyOf(productIds)}`)
          .orderBy(asc(adoptionTemplates.productId), desc(adoptionTemplates.version));
        const templates = new Map(newest.map((row) => [row.productId, row]));
        const behind = plans.filter((plan) => (templates.get(plan.productId)?.version ?? 0) > plan.templateVersion);
        const syncs = new Map<string, model.TemplateSync>();
        for (const state of behind.length === 0 ? [] : await statesOf(tx, behind)) {
          const row = templates.get(state.plan.productId)!;
          const changes = diffTemplate(templateOfJson(row.version, row.document), planOfState(state));
          if (changes.length > 0)
            syncs.set(state.plan.id, { templateVersion: row.version, changes: syncChangesToModel(changes) });
        }
        return syncs;
      }),

    importsOf: (principal, planIds, first) =>
      ofPlans(principal, planIds, async (tx, ids, people) => {
        const rank = sql<number>`row_number() OVER (PARTITION BY ${telemetryBatches.planId} ORDER BY ${telemetryBatches.importedAt} DESC, ${telemetryBatches.id})`;
        const ranked = tx
          .select({ id: telemetryBatches.id, rank: rank.as('rank') })
          .from(telemetryBatches)
          .where(sql`${telemetryBatches.planId} = ${anyOf(ids)}`)
          .as('ranked');
        const rows = await tx
          .select({ batch: telemetryBatches })
          .from(telemetryBatches)
          .innerJoin(ranked, eq(ranked.id, telemetryBatches.id))
          .where(lte(ranked.rank, first))
          .orderBy(desc(telemetryBatches.importedAt), asc(telemetryBatches.id));
        const imports = rows.map(({ batch }) => ({ planId: batch.planId, ...importToModel(batch, people) }));
        return Map.groupBy(imports, ({ planId }) => planId);
      }),

    telemetryImport: (principal, batchId) =>
      asking(principal, async (tx, people) => {
        const [found] = await tx
          .select({ batch: telemetryBatches })
          .from(telemetryBatches)
          .innerJoin(adoptionPlans, eq(adoptionPlans.id, telemetryBatches.planId))
          .where(and(eq(telemetryBatches.id, uuidOr(batchId)), visibleCustomers(principal, adoptionPlans.customerId)));
        return found && importToModel(found.batch, people);
      }),

    historyOf: (principal, planId, page) =>
      asking(principal, async (tx, people) => {
        const [plan] = await visiblePlans(tx, principal, [planId]);
        if (plan === undefined) return { nodes: [], pageInfo: { hasNextPage: false, endCursor: undefined } };
        const before = readCursor(page.after);
        const rows = await tx
          .select()
          .from(adoptionHistory)
          .where(
            and(
              eq(adoptionHistory.planId, plan.id),
              before === undefined ? undefined : lt(adoptionHistory.sequence, before),
            ),
          )
          .orderBy(desc(adoptionHistory.sequence))
          .limit(page.first + 1);
        const shown = rows.slice(0, page.first);
        return {
          nodes: shown.map((row) => historyToModel(row, people)),
          pageInfo: pageInfo(rows.length > page.first, shown.at(-1)?.sequence),
        };
      }),

    valuesOf: (principal, attributeIds, { first, from, to }) =>
      asking(principal, async (tx) => {
        const mine = await tx
          .select({ id: adoptionAttributes.id })
          .from(adoptionAttributes)
          .innerJoin(adoptionPlans, eq(adoptionPlans.id, adoptionAttributes.planId))
          .where(
            and(
              sql`${adoptionAttributes.id} = ${anyOf(onlyIds(attributeIds))}`,
              visibleCustomers(principal, adoptionPlans.customerId),
            ),
          );
        const held = tx
          .selectDistinctOn([telemetryValues.attributeId, telemetryValues.day])
          .from(telemetryValues)
          .where(
            and(
              sql`${telemetryValues.attributeId} = ${anyOf(mine.map(({ id }) => id))}`,
              from === undefined ? undefined : gte(telemetryValues.day, from),
              to === undefined ? undefined : lte(telemetryValues.day, to),
            ),
          )
          .orderBy(asc(telemetryValues.attributeId), desc(telemetryValues.day), desc(telemetryValues.sequence));
        const found = new Map<string, model.TelemetryValue[]>();
        for (const row of await held) {
          const values = found.get(row.attributeId) ?? [];
          found.set(row.attributeId, values);
          if (values.length < first) values.push(valueToModel(row));
        }
        return found;
      }),
  };
}

const adoptionTemplateColumns = {
  productId: adoptionTemplates.productId,
  version: adoptionTemplates.version,
  document: adoptionTemplates.document,
  publishedAt: adoptionTemplates.publishedAt,
  publishedByKind: adoptionTemplates.publishedByKind,
  publishedBy: adoptionTemplates.publishedBy,
  changeNote: adoptionTemplates.changeNote,
  taskCount: adoptionTemplates.taskCount,
  attributeCount: adoptionTemplates.attributeCount,
};

/** When the next of a plan's sources runs. */
export const NEXT_UPDATE = sql<string | null>`(SELECT min(${telemetrySources.nextRunAt}) FROM ${telemetrySources}
  WHERE ${telemetrySources.planId} = ${adoptionPlans.id} AND ${telemetrySources.isEnabled})`;

export const instantOf = (text: string | Date | null) => (text === null ? undefined : new Date(text));

function importToModel(row: typeof telemetryBatches.$inferSelect, people: People): TelemetryImport {
  return {
    batchId: row.id,
    kind: row.kind,
    fileName: row.fileName ?? undefined,
    importedAt: row.importedAt.toISOString(),
    importedBy: people.nameOf(row.importedByKind, row.importedBy),
    undoneAt: row.undoneAt?.toISOString(),
    undoneBy:
      row.undoneBy === null ? undefined : (people.person(row.undoneBy)?.name ?? 'an API key or a former member'),
    summary: (row.summary as ImportSummary).summary,
  };
}

function historyToModel(row: typeof adoptionHistory.$inferSelect, people: People): model.HistoryEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    text: row.text,
    actor: people.nameOf(row.actorKind, row.actorId) ?? 'Uptake',
    taskId: row.taskId ?? undefined,
    attributeId: row.attributeId ?? undefined,
    from: row.fromText ?? undefined,
    to: row.toText ?? undefined,
    source: row.source ?? undefined,
    batchId: row.batchId ?? undefined,
  };
}

function valueToModel(row: typeof telemetryValues.$inferSelect): model.TelemetryValue {
  return {
    id: row.id,
    value: row.value,
    source: row.source,
    batchId: row.batchId ?? undefined,
    notes: row.notes ?? undefined,
    day: row.day,
    createdAt: row.createdAt.toISOString(),
  };
}
