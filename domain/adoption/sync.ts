/**
 * What a changed template would change in a plan, change by change, for a person to accept or leave.
 *
 * A status and the values of an attribute are never touched. Where an attribute's type changed, its values mean nothing any
 * more: it is replaced, and the old one goes with its values as a removed one does.
 */
import { criterionToJson } from '../criteria/index.ts';
import type {
  AttributeDefinition,
  Plan,
  PlanAttribute,
  PlanTask,
  TaskDefinition,
  Template,
  TemplateAttribute,
  TemplateTask,
} from './plan.ts';
import { snapshotAttribute, snapshotTask } from './snapshot.ts';

export type FieldChange = { readonly field: string; readonly from: unknown; readonly to: unknown };

/** `id` names the change within one diff; `task` and `attribute` are names for people. */
export type SyncChange = { readonly id: string; readonly task: string } & (
  | { readonly kind: 'task_added' | 'task_removed' }
  | { readonly kind: 'task_changed'; readonly fields: readonly FieldChange[] }
  | { readonly kind: 'attribute_added' | 'attribute_removed'; readonly attribute: string }
  | {
      readonly kind: 'attribute_changed' | 'attribute_replaced';
      readonly attribute: string;
      readonly fields: readonly FieldChange[];
    }
);

/** In the order of the template, removals last. */
export function diffTemplate(template: Template, plan: Plan): readonly SyncChange[] {
  const taskOf = new Map(plan.tasks.map((task) => [task.originalTaskId, task]));
  const kept = new Set(template.tasks.map(({ id }) => id));
  const changes: SyncChange[] = template.tasks.flatMap((task): readonly SyncChange[] => {
    const own = taskOf.get(task.id);
    if (own === undefined) return [{ id: `task:${task.id}:add`, kind: 'task_added', task: task.name }];
    const fields = differences(taskFields(own), taskFields(task));
    const changed: readonly SyncChange[] =
      fields.length === 0 ? [] : [{ id: `task:${task.id}:change`, kind: 'task_changed', task: own.name, fields }];
    return [...changed, ...diffAttributes(task, own)];
  });
  for (const { originalTaskId, name } of plan.tasks) {
    if (originalTaskId === undefined || kept.has(originalTaskId)) continue;
    changes.push({ id: `task:${originalTaskId}:remove`, kind: 'task_removed', task: name });
  }
  return changes;
}

function diffAttributes(task: TemplateTask, own: PlanTask): readonly SyncChange[] {
  const attributeOf = new Map(own.attributes.map((attribute) => [attribute.originalAttributeId, attribute]));
  const kept = new Set(task.attributes.map(({ id }) => id));
  const changes: SyncChange[] = task.attributes.flatMap((attribute): readonly SyncChange[] => {
    const ownAttribute = attributeOf.get(attribute.id);
    const names = { task: own.name, attribute: ownAttribute?.name ?? attribute.name };
    if (ownAttribute === undefined) return [{ id: `attribute:${attribute.id}:add`, kind: 'attribute_added', ...names }];
    const fields = differences(attributeFields(ownAttribute), attributeFields(attribute));
    if (fields.length === 0) return [];
    const isReplaced = ownAttribute.dataType !== attribute.dataType;
    const kind = isReplaced ? 'attribute_replaced' : 'attribute_changed';
    return [{ id: `attribute:${attribute.id}:change`, kind, ...names, fields }];
  });
  for (const { originalAttributeId, name } of own.attributes) {
    if (originalAttributeId === undefined || kept.has(originalAttributeId)) continue;
    const id = `attribute:${originalAttributeId}:remove`;
    changes.push({ id, kind: 'attribute_removed', task: own.name, attribute: name });
  }
  return changes;
}

export type SyncResult =
  /** The template changed again since it was reviewed, or a change was named that is none: nothing was done. */
  | { readonly refused: 'template_changed' | 'unknown_change' }
  | {
      readonly refused?: undefined;
      readonly plan: Plan;
      /** What left the plan, to be kept with its history. */
      readonly removedTasks: readonly PlanTask[];
      readonly removedAttributes: readonly PlanAttribute[];
    };

/** What is not accepted stays as the plan has it, and is offered again with the next version. */
export function applySync(
  template: Template,
  plan: Plan,
  review: { readonly templateVersion: number; readonly accepted: readonly string[] },
  newId: () => string,
): SyncResult {
  if (review.templateVersion !== template.version) return { refused: 'template_changed' };
  const offered = new Set(diffTemplate(template, plan).map(({ id }) => id));
  if (review.accepted.some((id) => !offered.has(id))) return { refused: 'unknown_change' };
  const accepted = new Set(review.accepted);
  const templateTasks = new Map(template.tasks.map((task) => [task.id, task]));
  const removedAttributes: PlanAttribute[] = [];
  const isRemoved = (task: PlanTask) => accepted.has(`task:${task.originalTaskId}:remove`);
  const tasks = plan.tasks
    .filter((task) => !isRemoved(task))
    .map((task) => {
      const original = templateTasks.get(task.originalTaskId ?? '');
      return original === undefined ? task : syncTask(original, task, accepted, newId, removedAttributes);
    });
  const added = template.tasks
    .filter(({ id }) => accepted.has(`task:${id}:add`))
    .map((task) => snapshotTask(task, newId));
  return {
    plan: { templateVersion: template.version, tasks: inOrder([...tasks, ...added]) },
    removedTasks: plan.tasks.filter(isRemoved),
    removedAttributes,
  };
}

function syncTask(
  original: TemplateTask,
  task: PlanTask,
  accepted: ReadonlySet<string>,
  newId: () => string,
  removed: PlanAttribute[],
): PlanTask {
  const definitions = accepted.has(`task:${original.id}:change`) ? taskFields(original) : {};
  const originals = new Map(original.attributes.map((attribute) => [attribute.id, attribute]));
  const attributes = task.attributes.flatMap((attribute): readonly PlanAttribute[] => {
    const { originalAttributeId: id = '' } = attribute;
    if (accepted.has(`attribute:${id}:remove`)) {
      removed.push(attribute);
      return [];
    }
    const template = originals.get(id);
    if (template === undefined || !accepted.has(`attribute:${id}:change`)) return [attribute];
    return [syncAttribute(template, attribute, newId, removed)];
  });
  const added = original.attributes
    .filter(({ id }) => accepted.has(`attribute:${id}:add`))
    .map((attribute) => snapshotAttribute(attribute, newId));
  return { ...task, ...definitions, attributes: inOrder([...attributes, ...added]) };
}

function syncAttribute(
  template: TemplateAttribute,
  own: PlanAttribute,
  newId: () => string,
  removed: PlanAttribute[],
): PlanAttribute {
  if (template.dataType === own.dataType) return { ...own, ...attributeFields(template) };
  removed.push(own);
  return snapshotAttribute(template, newId);
}

function taskFields(task: TaskDefinition): TaskDefinition {
  const { name, description, order, weight, licenceLevel, outcomes, howTo } = task;
  return { name, description, order, weight, licenceLevel, outcomes, howTo };
}

function attributeFields(attribute: AttributeDefinition): AttributeDefinition {
  const { name, dataType, isRequired, criterion, order } = attribute;
  return { name, dataType, isRequired, criterion, order };
}

/** Compared as the JSON they are written as, so that a criterion differs only where it reads differently. */
function differences<Fields extends TaskDefinition | AttributeDefinition>(
  from: Fields,
  to: Fields,
): readonly FieldChange[] {
  return (Object.keys(from) as (keyof Fields & string)[]).flatMap((field) => {
    const [before, after] = [written(field, from[field]), written(field, to[field])];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, from: before, to: after }];
  });
}

function written(field: string, value: unknown): unknown {
  return field === 'criterion' ? criterionToJson(value as AttributeDefinition['criterion']) : value;
}

function inOrder<Entry extends { readonly order: number }>(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((left, right) => left.order - right.order);
}
