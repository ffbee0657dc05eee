/** Plans: assigned from a template, kept in step with it by review, configured, judged, taken away. */
import { applySync, diffTemplate, snapshotTemplate, type Template } from '@uptake/domain/adoption';
import { type Principal, Problem } from '@uptake/domain/contract';
import { dayOf, formatDay, parseDay } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionCustomers, adoptionPlans } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import { evaluatePlanState } from './evaluate.ts';
import { storedCompletion } from './judge.ts';
import { newsOf } from './news.ts';
import { readPlanSettings } from './plan-settings.ts';
import { planOfState, removeAttributes, removeTasks, writeTasks } from './plan-store.ts';
import type { AdoptionPlan, AdoptionService, BulkAction } from './port.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { loadPlan, type NamedPlan, type PlanRow, uuidOr } from './store/plan-state.ts';
import { type HistoryRow, updateStatuses } from './store/recordset.ts';
import { templateOfJson } from './template-document.ts';
import { newestTemplate, productOf, templateToExport } from './templates.ts';
import { actor, actorId, requireAct } from './who.ts';

export type PlanActs = Pick<
  AdoptionService,
  | 'assignProduct'
  | 'updatePlan'
  | 'deletePlan'
  | 'configureAdoptionPlanTelemetry'
  | 'applyTemplateSync'
  | 'evaluatePlan'
  | 'bulkUpdatePlans'
>;

/** Two transactions' worth of plans at most; more are sent in further requests. */
const MAX_BULK_PLANS = 1_000;

export function createPlanActs(
  dependencies: AdoptionDependencies,
  readPlan: AdoptionService['adoptionPlan'],
): PlanActs {
  const { controlStore, access, newId, nowMs, tell } = dependencies;
  const plansOf = async (principal: Principal, planId: string): Promise<AdoptionPlan> => {
    const plan = await readPlan(principal, planId);
    if (plan === undefined) throw new Problem('not_found', 'There is no such adoption plan.');
    return plan;
  };

  /** A change of a plan: done, judged, written down, and answered as the plan is then. */
  async function change(
    principal: Principal,
    planId: string,
    work: (tx: ControlTransaction, state: NamedPlan) => Promise<readonly HistoryRow[]>,
    mayFinishTasks = false,
  ): Promise<AdoptionPlan> {
    await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
      const because = await work(tx, await loadPlan(tx, planId, principal));
      await judgeAnew(tx, principal, planId, because, mayFinishTasks);
    });
    return plansOf(principal, planId);
  }

  async function judgeAnew(
    tx: ControlTransaction,
    principal: Principal,
    planId: string,
    because: readonly HistoryRow[],
    mayFinishTasks: boolean,
  ): Promise<void> {
    const state = await loadPlan(tx, planId, principal);
    const judgement = await evaluatePlanState(tx, state, {
      nowMs: nowMs(),
      by: actor(principal),
      mayFinishTasks,
      hasProgressed: because.some(({ kind }) => kind === 'status'),
      expectedEveryDays: expectedEveryDays(state.plan.telemetrySchedule),
      because,
    });
    await tell(tx, newsOf(state, judgement));
  }

  async function requireMember(principal: Principal, userId: string | null | undefined): Promise<void> {
    if (userId === null || userId === undefined) return;
    const members = await access.membersOf(principal.workspaceId);
    if (!members.some((member) => member.userId === userId))
      throw new Problem('invalid_request', 'The owner of a plan is a member of the workspace; add them first.');
  }

  const update = async (principal: Principal, id: string, input: Parameters<PlanActs['updatePlan']>[2]) => {
    await requireMember(principal, input.ownerId);
    return change(principal, id, async (tx, { plan }) => {
      const changes = readUpdate(plan, input);
      if (Object.keys(changes).length === 0) return [];
      await tx.update(adoptionPlans).set(changes).where(eq(adoptionPlans.id, plan.id));
      const details = { fields: Object.keys(changes) };
      const subject = { kind: 'adoption_plan', id: plan.id };
      await auditAct(tx, dependencies, principal, { action: 'adoption_plan.changed', subject, details });
      return [
        {
          kind: 'plan',
          text: `Changed: ${Object.keys(changes)
            .map((key) => WORDS[key] ?? key)
            .join(', ')}`,
        },
      ];
    });
  };

  const sync = (
    principal: Principal,
    planId: string,
    review: (state: NamedPlan, template: Template) => { templateVersion: number; accepted: readonly string[] },
  ) =>
    change(principal, planId, async (tx, state) => {
      const { template } = await templateToExport(tx, state.plan.productId);
      const present = planOfState(state);
      const { templateVersion, accepted } = review(state, template);
      const result = applySync(template, present, { templateVersion, accepted }, newId);
      if (result.refused !== undefined) throw syncRefused(result.refused, template.version);
      const { id, workspaceId, snapshotVersion } = state.plan;
      await removeTasks(
        tx,
        result.removedTasks.map((task) => task.id),
      );
      await removeAttributes(
        tx,
        result.removedAttributes.map((attribute) => attribute.id),
      );
      await writeTasks(tx, result.plan.tasks, { workspaceId, planId: id });
      await tx
        .update(adoptionPlans)
        .set({ templateVersion: template.version, snapshotVersion: snapshotVersion + 1 })
        .where(eq(adoptionPlans.id, id));
      const details = { template_version: template.version, accepted: accepted.length };
      const subject = { kind: 'adoption_plan', id };
      await auditAct(tx, dependencies, principal, { action: 'adoption_plan.synchronised', subject, details });
      return [
        { kind: 'sync', text: `Synchronised with version ${template.version}: ${accepted.length} changes accepted` },
      ];
    });

  const evaluate = (principal: Principal, planId: string) => change(principal, planId, async () => [], true);

  return {
    async assignProduct(principal, input) {
      requireAct(principal, 'manage');
      await requireMember(principal, input.ownerId);
      const planId = newId();
      await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const [customer] = await tx
          .select()
          .from(adoptionCustomers)
          .where(eq(adoptionCustomers.id, uuidOr(input.customerId)));
        if (customer === undefined) throw new Problem('not_found', 'There is no such customer.');
        const product = await productOf(tx, input.productId);
        const row = await newestTemplate(tx, product.id);
        if (row === undefined)
          throw new Problem('conflict', `${product.name} has no template yet; add tasks to it, then assign it.`);
        const plan = snapshotTemplate(templateOfJson(row.version, row.document), newId);
        const values = newPlan(input, product.name, nowMs());
        const ids = { id: planId, workspaceId: principal.workspaceId, customerId: customer.id, productId: product.id };
        await tx.insert(adoptionPlans).values({ ...values, ...ids, templateVersion: row.version });
        await writeTasks(tx, plan.tasks, { workspaceId: principal.workspaceId, planId });
        const subject = { kind: 'adoption_plan', id: planId };
        const details = { customer_id: customer.id, product_id: product.id, template_version: row.version };
        await auditAct(tx, dependencies, principal, { action: 'adoption_plan.assigned', subject, details });
        const because = { kind: 'assigned', text: `${product.name} assigned to ${customer.name}` };
        await judgeAnew(tx, principal, planId, [because], false);
      });
      return plansOf(principal, planId);
    },

    async updatePlan(principal, id, input) {
      requireAct(principal, 'manage');
      return update(principal, id, input);
    },

    async deletePlan(principal, id) {
      requireAct(principal, 'manage');
      await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const { plan } = await loadPlan(tx, id, principal);
        await tx.delete(adoptionPlans).where(and(eq(adoptionPlans.id, plan.id)));
        const details = { customer_id: plan.customerId, product_id: plan.productId };
        const subject = { kind: 'adoption_plan', id: plan.id };
        await auditAct(tx, dependencies, principal, { action: 'adoption_plan.deleted', subject, details });
      });
    },

    async configureAdoptionPlanTelemetry(principal, input) {
      requireAct(principal, 'configure');
      return change(principal, input.adoptionPlanId, async (tx, { plan }) => {
        const settings = readPlanSettings(input, nowMs());
        if (Object.keys(settings).length === 0) return [];
        await tx.update(adoptionPlans).set(settings).where(eq(adoptionPlans.id, plan.id));
        const details = { fields: Object.keys(settings) };
        const subject = { kind: 'adoption_plan', id: plan.id };
        await auditAct(tx, dependencies, principal, { action: 'adoption_plan.configured', subject, details });
        return [
          {
            kind: 'configured',
            text: `Telemetry configured: ${Object.keys(settings)
              .map((key) => WORDS[key] ?? key)
              .join(', ')}`,
          },
        ];
      });
    },

    async applyTemplateSync(principal, planId, review) {
      requireAct(principal, 'manage');
      return sync(principal, planId, () => review);
    },

    async evaluatePlan(principal, id) {
      requireAct(principal, 'track');
      return evaluate(principal, id);
    },

    async bulkUpdatePlans(principal, planIds, action) {
      requireAct(principal, action.applyRecommendations || action.evaluate ? 'track' : 'manage');
      if (needsManaging(action)) requireAct(principal, 'manage');
      const wanted = [...new Set(planIds)];
      if (wanted.length > MAX_BULK_PLANS)
        throw new Problem('invalid_request', `At most ${MAX_BULK_PLANS} plans are changed at once.`);
      const problems: { planId: string; problem: string }[] = [];
      for (const planId of wanted) {
        try {
          await bulkOne(principal, planId, action);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          problems.push({ planId, problem: error.detail });
        }
      }
      return { changed: wanted.length - problems.length, problems };
    },
  };

  async function bulkOne(principal: Principal, planId: string, action: BulkAction): Promise<void> {
    const { setOwnerId, setDueDate, enableTelemetry } = action;
    if (setOwnerId != null || setDueDate != null)
      await update(principal, planId, {
        ...(setOwnerId != null && { ownerId: setOwnerId }),
        ...(setDueDate != null && { dueDate: setDueDate }),
      });
    if (enableTelemetry != null)
      await change(principal, planId, async (tx, { plan }) => {
        await tx.update(adoptionPlans).set({ telemetryEnabled: enableTelemetry }).where(eq(adoptionPlans.id, plan.id));
        const subject = { kind: 'adoption_plan', id: plan.id };
        await auditAct(tx, dependencies, principal, { action: 'adoption_plan.configured', subject });
        return [{ kind: 'configured', text: `Telemetry ${enableTelemetry ? 'enabled' : 'disabled'}` }];
      });
    if (action.syncTemplates)
      await sync(principal, planId, (state, template) => ({
        templateVersion: template.version,
        accepted: diffTemplate(template, planOfState(state)).map(({ id }) => id),
      }));
    if (action.applyRecommendations) await change(principal, planId, (tx, state) => applyAll(tx, state, principal));
    if (action.evaluate) await evaluate(principal, planId);
  }

  /** Every task that telemetry recommends to be done and that is not yet. */
  async function applyAll(
    tx: ControlTransaction,
    state: NamedPlan,
    principal: Principal,
  ): Promise<readonly HistoryRow[]> {
    const ready = state.tasks.filter((task) => {
      if (task.status !== 'NOT_STARTED' && task.status !== 'IN_PROGRESS') return false;
      const completion = storedCompletion(state.plan, task, state.attributesOf.get(task.id) ?? []);
      return completion.recommendation === 'DONE';
    });
    const notes = 'Recommended by telemetry, applied by hand';
    await updateStatuses(
      tx,
      ready.map(({ id }) => ({ id, status: 'DONE', source: 'MANUAL', notes })),
      { at: new Date(nowMs()), name: actorId(actor(principal)) },
    );
    return ready.map((task) => ({
      kind: 'status',
      text: `${task.name}: ${notes}`,
      task_id: task.id,
      from_text: task.status,
      to_text: 'DONE',
      source: 'MANUAL',
    }));
  }
}

const needsManaging = ({ setOwnerId, setDueDate, syncTemplates, enableTelemetry }: BulkAction) =>
  setOwnerId != null || setDueDate != null || syncTemplates === true || enableTelemetry != null;

const WORDS: Readonly<Record<string, string>> = {
  name: 'name',
  ownerId: 'owner',
  startDate: 'start',
  dueDate: 'due date',
  telemetryEnabled: 'enabled or not',
  telemetrySource: 'source',
  telemetrySchedule: 'schedule',
  telemetryConfig: 'source settings',
  isAutoStatusEnabled: 'automatic status',
  thresholdPercent: 'threshold',
  valueRetentionDays: 'retention of values',
  notifyEmails: 'mail addresses',
  notifyWebhookUrl: 'webhook',
  notifyOnAutoStatus: 'notification of automatic statuses',
  notifyOnMilestone: 'notification of milestones',
  notifyDigest: 'digest',
};

type NewPlanInput = Parameters<AdoptionService['assignProduct']>[1];
type NewPlan = Omit<
  typeof adoptionPlans.$inferInsert,
  'id' | 'workspaceId' | 'customerId' | 'productId' | 'templateVersion'
>;

/** Its figures come with the first judgement, in the same transaction. */
function newPlan(input: NewPlanInput, productName: string, nowMs: number): NewPlan {
  const today = formatDay(dayOf(nowMs));
  const startDate = input.startDate ?? today;
  refuseBackwards(startDate, input.dueDate ?? null);
  return {
    name: readName(input.name ?? productName),
    ownerId: input.ownerId ?? null,
    startDate,
    dueDate: input.dueDate ?? null,
    createdAt: new Date(nowMs),
    snapshotVersion: 1,
    telemetryEnabled: false,
    isAutoStatusEnabled: true,
    thresholdPercent: 80,
    notifyEmails: [],
    notifyOnAutoStatus: true,
    notifyOnMilestone: true,
    notifyDigest: false,
    reachedPercent: 0,
    tasksTotal: 0,
    tasksDone: 0,
    tasksRecommended: 0,
    tasksMeasurable: 0,
    attributesTotal: 0,
    attributesMet: 0,
    health: 'not_started',
    healthReasons: [],
    nextStep: { code: 'none' },
    evaluatedDay: today,
  };
}

function readUpdate(plan: PlanRow, input: Parameters<PlanActs['updatePlan']>[2]): Partial<PlanRow> {
  const startDate = input.startDate ?? plan.startDate;
  const dueDate = input.dueDate === undefined ? plan.dueDate : input.dueDate;
  refuseBackwards(startDate, dueDate);
  return {
    ...(input.name != null && { name: readName(input.name) }),
    ...(input.ownerId !== undefined && { ownerId: input.ownerId }),
    ...(input.startDate != null && { startDate }),
    ...(input.dueDate !== undefined && { dueDate }),
  };
}

function syncRefused(reason: 'template_changed' | 'unknown_change', version: number): Problem {
  if (reason === 'template_changed')
    return new Problem('conflict', `The template is at version ${version} now; review its changes again.`);
  return new Problem('invalid_request', 'A change was accepted that is none of those offered; review them again.');
}

function readName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 200 || !name.isWellFormed())
    throw new Problem('invalid_request', 'The name of a plan is a text of 1 to 200 characters.');
  return name;
}

function refuseBackwards(startDate: string, dueDate: string | null): void {
  for (const day of [startDate, dueDate]) {
    if (day !== null && Number.isNaN(parseDay(day))) throw new Problem('invalid_request', `${day} is no day.`);
  }
  if (dueDate !== null && dueDate < startDate)
    throw new Problem('invalid_request', `The plan would be due (${dueDate}) before it starts (${startDate}).`);
}
