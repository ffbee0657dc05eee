/** Rows of plans, tasks and values as adoption answers them. */
import {
  describeNextStep,
  describeReason,
  type TaskCompletion,
  type TelemetryStatus,
  telemetryStatus,
} from '@uptake/domain/adoption';
import { describeCriterion, explainCriterion, parseDay, type Series } from '@uptake/domain/criteria';
import type { adoptionCustomers, adoptionPlans, products } from '@uptake/io/control-store/schema';
import { criterionOf } from './criteria-cache.ts';
import { storedCompletion } from './judge.ts';
import type * as model from './model.ts';
import type { People } from './people.ts';
import type { AttributeRow, PlanRow, PlanState, TaskRow } from './store/plan-state.ts';

export type CustomerRow = typeof adoptionCustomers.$inferSelect;
export type ProductRow = typeof products.$inferSelect;
export type PlanWithNames = {
  readonly plan: typeof adoptionPlans.$inferSelect;
  readonly customer: CustomerRow;
  readonly product: ProductRow;
};

export function customerToModel({ id, name, tenantId, createdAt }: CustomerRow): model.Customer {
  return { id, name, tenantId: tenantId ?? undefined, createdAt: createdAt.toISOString() };
}

export function productToModel({ id, name, slug }: ProductRow): model.Product {
  return { id, name, slug };
}

export function planToModel(
  { plan, customer, product }: PlanWithNames,
  people: People,
  nextUpdateAt: Date | undefined,
): model.AdoptionPlan {
  return {
    id: plan.id,
    name: plan.name,
    customer: customerToModel(customer),
    product: productToModel(product),
    owner: people.person(plan.ownerId),
    createdAt: plan.createdAt.toISOString(),
    startDate: plan.startDate,
    dueDate: plan.dueDate ?? undefined,
    telemetryEnabled: plan.telemetryEnabled,
    telemetryLastImportAt: plan.telemetryLastImportAt?.toISOString(),
    telemetrySource: plan.telemetrySource ?? undefined,
    telemetrySchedule: plan.telemetrySchedule ?? undefined,
    telemetryConfig: plan.telemetryConfig ?? undefined,
    telemetryProgress: {
      totalAttributes: plan.attributesTotal,
      metAttributes: plan.attributesMet,
      percentage: percent(plan.attributesMet, plan.attributesTotal),
    },
    telemetryNextUpdateAt: plan.telemetryEnabled ? nextUpdateAt?.toISOString() : undefined,
    autoStatus: { enabled: plan.isAutoStatusEnabled, thresholdPercent: plan.thresholdPercent },
    notify: {
      emails: plan.notifyEmails,
      webhookUrl: plan.notifyWebhookUrl ?? undefined,
      onAutoStatus: plan.notifyOnAutoStatus,
      onMilestone: plan.notifyOnMilestone,
      digest: plan.notifyDigest,
    },
    valueRetentionDays: plan.valueRetentionDays ?? undefined,
    progress: progressToModel(plan),
    health: healthToModel(plan),
    templateVersion: plan.templateVersion,
  };
}

function progressToModel(plan: PlanRow): model.PlanProgress {
  const of = (completed: number): model.Progress => ({
    completed,
    total: plan.tasksTotal,
    percentage: percent(completed, plan.tasksTotal),
  });
  return {
    manual: of(plan.tasksDone),
    telemetry: of(plan.tasksRecommended),
    combined: of(Math.max(plan.tasksDone, plan.tasksRecommended)),
    measurableTasks: plan.tasksMeasurable,
  };
}

const percent = (part: number, total: number) => (total === 0 ? 0 : (part * 100) / total);

const HEALTH_WORDS = {
  completed: 'COMPLETED',
  stalled: 'STALLED',
  at_risk: 'AT_RISK',
  on_track: 'ON_TRACK',
  not_started: 'NOT_STARTED',
} as const satisfies Record<PlanRow['health'], model.Health>;

export const healthWord = (health: PlanRow['health']): model.Health => HEALTH_WORDS[health];

export function storedHealth(health: model.Health): PlanRow['health'] {
  return health.toLowerCase() as PlanRow['health'];
}

function healthToModel({ health, healthReasons, nextStep }: PlanRow): model.PlanHealth {
  return {
    health: healthWord(health),
    reasons: healthReasons.map((reason) => ({ code: reason.code, text: describeReason(reason) })),
    nextStep:
      nextStep.code === 'none'
        ? undefined
        : {
            code: nextStep.code,
            text: describeNextStep(nextStep),
            taskId: 'taskId' in nextStep ? nextStep.taskId : undefined,
          },
  };
}

export type TaskContext = {
  readonly today: number;
  readonly people: People;
  /** Of attributes whose criterion asks for more than the newest value. */
  readonly seriesOf: ReadonlyMap<string, Series>;
  readonly bindingOf: ReadonlyMap<string, model.Binding>;
};

export function tasksToModel(state: PlanState, context: TaskContext): readonly model.CustomerTask[] {
  return state.tasks.map((task) => taskToModel(state.plan, task, state.attributesOf.get(task.id) ?? [], context));
}

function taskToModel(
  plan: PlanRow,
  task: TaskRow,
  attributes: readonly AttributeRow[],
  context: TaskContext,
): model.CustomerTask {
  const completion = storedCompletion(plan, task, attributes);
  return {
    id: task.id,
    name: task.name,
    description: task.description,
    order: task.position,
    weight: task.weight,
    licenceLevel: task.licenceLevel,
    outcomes: task.outcomes,
    howTo: task.howTo,
    status: task.status,
    statusUpdateSource: task.statusSource ?? undefined,
    statusNotes: task.statusNotes ?? undefined,
    statusUpdatedAt: task.statusUpdatedAt?.toISOString(),
    statusUpdatedBy: updatedBy(task, context.people),
    originalTaskId: task.originalTaskId ?? undefined,
    autoStatusOverride: {
      kind: OVERRIDE_WORDS[task.overrideKind],
      thresholdPercent: task.overrideThreshold ?? undefined,
    },
    telemetryAttributes: attributes.map((attribute) => attributeToModel(attribute, context)),
    telemetryCompletion: { ...completion, text: completionText(completion) },
    telemetryStatus: STATUS_WORDS[telemetryStatus(completion)],
  };
}

const OVERRIDE_WORDS = { inherit: 'INHERIT', off: 'OFF', on: 'ON' } as const;
const STATUS_WORDS = {
  met: 'MET',
  partial: 'PARTIAL',
  not_met: 'NOT_MET',
  not_measured: 'NOT_MEASURED',
} as const satisfies Record<TelemetryStatus, model.TelemetryStatus>;

function updatedBy({ statusUpdatedBy, statusSource }: TaskRow, people: People): string | undefined {
  if (statusUpdatedBy === null) return statusSource === null ? undefined : 'Uptake';
  return people.person(statusUpdatedBy)?.name ?? 'an API key or a former member';
}

/** Rounded down, as the note of an automatic status is. */
function completionText({ totalAttributes, metAttributes, percentage }: TaskCompletion): string {
  if (percentage === undefined) return 'No required attributes';
  return `${metAttributes}/${totalAttributes} Met (${Math.floor(percentage)}%)`;
}

export function attributeToModel(attribute: AttributeRow, context: TaskContext): model.CustomerTelemetryAttribute {
  const { criterion } = criterionOf(attribute.criterion, attribute.dataType);
  return {
    id: attribute.id,
    name: attribute.name,
    dataType: attribute.dataType,
    isRequired: attribute.isRequired,
    order: attribute.position,
    successCriteria: attribute.criterion,
    criterionText: describeCriterion(criterion, attribute.dataType),
    originalAttributeId: attribute.originalAttributeId ?? undefined,
    isMet: attribute.isMet,
    lastCheckedAt: attribute.lastCheckedAt?.toISOString(),
    verdict: attribute.verdict,
    explanation: explainCriterion(criterion, attribute.dataType, seriesOf(attribute, context), context.today),
    latestValue: latestToModel(attribute),
    binding: context.bindingOf.get(attribute.id),
  };
}

function seriesOf({ id, latestDay, latestValue }: AttributeRow, context: TaskContext): Series {
  const series = context.seriesOf.get(id);
  if (series !== undefined) return series;
  return latestDay === null || latestValue === null ? [] : [{ day: parseDay(latestDay), value: latestValue }];
}

function latestToModel(attribute: AttributeRow): model.TelemetryValue | undefined {
  const { latestValueId: id, latestValue: value, latestDay: day, latestSource: source, latestAt } = attribute;
  if (id === null || value === null || day === null || source === null || latestAt === null) return undefined;
  return {
    id,
    value,
    source,
    batchId: attribute.latestBatchId ?? undefined,
    notes: attribute.latestNotes ?? undefined,
    day,
    createdAt: latestAt.toISOString(),
  };
}
