/** Acts on tasks of a plan and on the values of their attributes. */
import type { AdoptionService } from '../port.ts';
import type { Inputs } from './inputs.ts';
import type { Graph } from './refs.ts';

export function addTaskActs({ builder, refs, enums }: Graph, inputs: Inputs, service: AdoptionService): void {
  builder.mutationFields((t) => ({
    updateTaskStatus: t.field({
      type: refs.CustomerTask,
      args: {
        taskId: t.arg.id({ required: true }),
        status: t.arg({ type: enums.TaskStatus, required: true }),
        notes: t.arg.string(),
      },
      resolve: (_root, { taskId, status, notes }, { principal }) =>
        service.updateTaskStatus(principal, taskId, status, notes ?? undefined),
    }),
    applyRecommendation: t.field({
      type: refs.CustomerTask,
      args: { taskId: t.arg.id({ required: true }) },
      description: 'Sets the status telemetry recommends.',
      resolve: (_root, { taskId }, { principal }) => service.applyRecommendation(principal, taskId),
    }),
    setTaskOverride: t.field({
      type: refs.CustomerTask,
      args: {
        taskId: t.arg.id({ required: true }),
        override: t.arg({ type: inputs.TaskOverrideInput, required: true }),
      },
      description: 'What holds for this task against the plan’s auto-status.',
      resolve: (_root, { taskId, override }, { principal }) => service.setTaskOverride(principal, taskId, override),
    }),
    recordValue: t.field({
      type: refs.CustomerTelemetryAttribute,
      args: {
        attributeId: t.arg.id({ required: true }),
        value: t.arg({ type: 'JSON', required: true }),
        day: t.arg({ type: 'Date', description: 'Today where none is given.' }),
        notes: t.arg.string(),
      },
      description: 'Keeps a value by hand.',
      resolve: (_root, { attributeId, value, day, notes }, { principal }) =>
        service.recordValue(principal, attributeId, value, { day: day ?? undefined, notes: notes ?? undefined }),
    }),
  }));
}
