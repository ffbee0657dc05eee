/** What people do to the tasks of a plan: statuses, recommendations, exceptions from automatic statuses, values by hand. */
import { readFreeText, type TaskStatus } from '@uptake/domain/adoption';
import { type Principal, Problem } from '@uptake/domain/contract';
import { dayOf, parseDay, typeMismatch, type Value } from '@uptake/domain/criteria';
import type { ControlTransaction } from '@uptake/io/control-store';
import { adoptionAttributes, adoptionPlans, adoptionTasks } from '@uptake/io/control-store/schema';
import { and, eq } from 'drizzle-orm';
import { type AdoptionDependencies, auditAct } from './dependencies.ts';
import { evaluatePlanState } from './evaluate.ts';
import { storedCompletion } from './judge.ts';
import type * as model from './model.ts';
import { newsOf } from './news.ts';
import type { AdoptionService } from './port.ts';
import { expectedEveryDays } from './schedule-days.ts';
import { type AttributeRow, loadPlan, type NamedPlan, type TaskRow, uuidOr } from './store/plan-state.ts';
import { type HistoryRow, updateStatuses } from './store/recordset.ts';
import { recordValues } from './values.ts';
import { actor, actorId, requireAct, visibleCustomers } from './who.ts';

export type TaskActs = Pick<
  AdoptionService,
  'updateTaskStatus' | 'applyRecommendation' | 'setTaskOverride' | 'recordValue'
>;

/** Values for a later day than tomorrow are a slip of the hand. */
const FUTURE_DAYS = 1;

export function createTaskActs(dependencies: AdoptionDependencies, tasksOf: AdoptionService['tasksOf']): TaskActs {
  const { controlStore, nowMs, newId, tell } = dependencies;

  async function changed(principal: Principal, planId: string, taskId: string): Promise<model.CustomerTask> {
    const task = (await tasksOf(principal, [planId])).get(planId)?.find(({ id }) => id === taskId);
    if (task === undefined) throw noSuchTask();
    return task;
  }

  /** Locks the plan, does the work, judges the plan anew. */
  async function withTask(
    principal: Principal,
    taskId: string,
    work: (tx: ControlTransaction, state: NamedPlan, task: TaskRow) => Promise<HistoryRow | undefined>,
  ): Promise<model.CustomerTask> {
    const planId = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
      const found = await planIdOf(tx, principal, taskId);
      const state = await loadPlan(tx, found, principal);
      const task = state.tasks.find(({ id }) => id === taskId);
      if (task === undefined) throw noSuchTask();
      const because = await work(tx, state, task);
      if (because === undefined) return found;
      const changedState = await loadPlan(tx, found, principal);
      const judgement = await evaluatePlanState(tx, changedState, {
        nowMs: nowMs(),
        by: actor(principal),
        concerned: new Set(),
        mayFinishTasks: false,
        hasProgressed: because.kind === 'status',
        expectedEveryDays: expectedEveryDays(state.plan.telemetrySchedule),
        because: [because],
      });
      await tell(tx, newsOf(changedState, judgement));
      return found;
    });
    return changed(principal, planId, taskId);
  }

  async function setStatus(
    tx: ControlTransaction,
    task: TaskRow,
    to: TaskStatus,
    notes: string | undefined,
    principal: Principal,
  ): Promise<HistoryRow | undefined> {
    if (task.status === to && notes === undefined) return undefined;
    const written = notes === undefined ? null : readNotes(notes);
    await updateStatuses(tx, [{ id: task.id, status: to, source: 'MANUAL', notes: written }], {
      at: new Date(nowMs()),
      name: actorId(actor(principal)),
    });
    return {
      kind: task.status === to ? 'note' : 'status',
      text: `${task.name}: ${written ?? `${WORDS[task.status]} → ${WORDS[to]}`}`,
      task_id: task.id,
      from_text: task.status,
      to_text: to,
      source: 'MANUAL',
    };
  }

  return {
    updateTaskStatus: async (principal, taskId, status, notes) => {
      requireAct(principal, 'track');
      return withTask(principal, taskId, (tx, _, task) => setStatus(tx, task, status, notes, principal));
    },

    applyRecommendation: async (principal, taskId) => {
      requireAct(principal, 'track');
      return withTask(principal, taskId, async (tx, { plan, attributesOf }, task) => {
        const completion = storedCompletion(plan, task, attributesOf.get(task.id) ?? []);
        if (completion.recommendation !== 'DONE' || task.status === 'NOT_APPLICABLE')
          throw new Problem('conflict', `Telemetry does not recommend to set "${task.name}" to done.`);
        if (task.status === 'DONE') return undefined;
        return setStatus(tx, task, 'DONE', 'Recommended by telemetry, applied by hand', principal);
      });
    },

    setTaskOverride: async (principal, taskId, { kind, thresholdPercent }) => {
      requireAct(principal, 'configure');
      const isOn = kind === 'ON';
      const threshold = thresholdPercent ?? null;
      if (isOn && !(threshold !== null && Number.isInteger(threshold) && threshold >= 1 && threshold <= 100))
        throw new Problem('invalid_request', 'Switching it on for a task takes a threshold of 1 to 100 percent.');
      return withTask(principal, taskId, async (tx, _, task) => {
        const override = { kind: kind.toLowerCase() as TaskRow['overrideKind'], threshold: isOn ? threshold : null };
        await tx
          .update(adoptionTasks)
          .set({ overrideKind: override.kind, overrideThreshold: override.threshold })
          .where(eq(adoptionTasks.id, task.id));
        const subject = { kind: 'adoption_task', id: task.id };
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_task.override_set',
          subject,
          details: { kind, threshold: override.threshold },
        });
        const said = isOn ? `on at ${override.threshold}%` : kind === 'OFF' ? 'off' : 'as the plan has it';
        return { kind: 'override', text: `${task.name}: automatic status ${said}`, task_id: task.id };
      });
    },

    recordValue: async (principal, attributeId, value, { day, notes }) => {
      requireAct(principal, 'supply');
      const place = await controlStore.withWorkspace(principal.workspaceId, async (tx) => {
        const attribute = await attributeOf(tx, principal, attributeId);
        const state = await loadPlan(tx, attribute.planId, principal);
        const today = dayOf(nowMs());
        const recorded = await recordValues(
          tx,
          state,
          [
            {
              attributeId: attribute.id,
              value: readOwnValue(value, attribute),
              day: readDay(day, today),
              notes: notes === undefined ? '' : readNotes(notes),
            },
          ],
          {
            source: 'manual',
            batchId: null,
            by: actor(principal),
            nowMs: nowMs(),
            newId,
            expectedEveryDays: expectedEveryDays(state.plan.telemetrySchedule),
            because: () => [
              {
                kind: 'value',
                text: `${attribute.name} set to ${String(value)} by hand`,
                task_id: attribute.taskId,
                attribute_id: attribute.id,
                source: 'manual',
              },
            ],
          },
        );
        await tell(tx, newsOf(state, recorded.judgement));
        const subject = { kind: 'adoption_plan', id: state.plan.id };
        await auditAct(tx, dependencies, principal, {
          action: 'adoption_value.recorded',
          subject,
          details: { attribute_id: attribute.id },
        });
        return attribute;
      });
      const task = await changed(principal, place.planId, place.taskId);
      return task.telemetryAttributes.find(({ id }) => id === place.id)!;
    },
  };
}

const WORDS = {
  NOT_STARTED: 'not started',
  IN_PROGRESS: 'in progress',
  DONE: 'done',
  NOT_APPLICABLE: 'not applicable',
} as const satisfies Record<TaskStatus, string>;

const noSuchTask = () => new Problem('not_found', 'There is no such task.');

async function planIdOf(tx: ControlTransaction, principal: Principal, taskId: string): Promise<string> {
  const [found] = await tx
    .select({ planId: adoptionTasks.planId })
    .from(adoptionTasks)
    .innerJoin(adoptionPlans, eq(adoptionPlans.id, adoptionTasks.planId))
    .where(and(eq(adoptionTasks.id, uuidOr(taskId)), visibleCustomers(principal, adoptionPlans.customerId)));
  if (found === undefined) throw noSuchTask();
  return found.planId;
}

async function attributeOf(tx: ControlTransaction, principal: Principal, attributeId: string): Promise<AttributeRow> {
  const [found] = await tx
    .select({ attribute: adoptionAttributes })
    .from(adoptionAttributes)
    .innerJoin(adoptionPlans, eq(adoptionPlans.id, adoptionAttributes.planId))
    .where(and(eq(adoptionAttributes.id, uuidOr(attributeId)), visibleCustomers(principal, adoptionPlans.customerId)));
  if (found === undefined) throw new Problem('not_found', 'There is no such telemetry attribute.');
  return found.attribute;
}

function readNotes(notes: string): string {
  const read = readFreeText(notes.trim());
  if (read.kind === 'refused') throw new Problem('invalid_request', `${read.reason}. ${read.remedy}`);
  return notes.trim();
}

/** Of the attribute's own type, as JSON has it; nothing is guessed. */
export function readOwnValue(value: unknown, { name, dataType }: Pick<AttributeRow, 'name' | 'dataType'>): Value {
  const mismatch = typeMismatch(value, dataType);
  const text = mismatch === undefined && dataType === 'STRING' ? readFreeText(String(value)) : undefined;
  const problem = mismatch ?? (text?.kind === 'refused' ? `${text.reason}. ${text.remedy}` : undefined);
  if (problem !== undefined) {
    const errors = [{ path: '/value', message: problem }];
    throw new Problem('invalid_request', `The value of ${name} ${problem}`, { errors });
  }
  return value as Value;
}

function readDay(day: string | undefined, today: number): number {
  if (day === undefined) return today;
  const number = parseDay(day);
  if (Number.isNaN(number) || number > today + FUTURE_DAYS)
    throw new Problem('invalid_request', `${day} is no day that has come.`);
  return number;
}
