/** Takes a plan from a template: its own tasks and attributes, which remember where they come from. */
import type { Plan, PlanAttribute, PlanTask, Template, TemplateAttribute, TemplateTask } from './plan.ts';

export function snapshotTemplate(template: Template, newId: () => string): Plan {
  return { templateVersion: template.version, tasks: template.tasks.map((task) => snapshotTask(task, newId)) };
}

export function snapshotTask({ id, ...task }: TemplateTask, newId: () => string): PlanTask {
  return {
    ...task,
    id: newId(),
    originalTaskId: id,
    status: 'NOT_STARTED',
    attributes: task.attributes.map((attribute) => snapshotAttribute(attribute, newId)),
  };
}

export function snapshotAttribute({ id, ...attribute }: TemplateAttribute, newId: () => string): PlanAttribute {
  return { ...attribute, id: newId(), originalAttributeId: id };
}
