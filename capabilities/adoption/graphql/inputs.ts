/** What operations of adoption are given. Where a change may leave a field out, null empties it. */
import type { Graph } from './refs.ts';

export function createInputs({ builder, enums }: Pick<Graph, 'builder' | 'enums'>) {
  const PlanFilter = builder.inputType('PlanFilter', {
    fields: (t) => ({
      customerId: t.id(),
      productId: t.id(),
      ownerId: t.id(),
      health: t.field({ type: [enums.Health] }),
      search: t.string(),
    }),
  });
  const PlanSort = builder.inputType('PlanSort', {
    fields: (t) => ({
      by: t.field({ type: enums.PlanSortKey, required: true }),
      descending: t.boolean({ defaultValue: false }),
    }),
  });
  const NotifyInput = builder.inputType('NotifyInput', {
    fields: (t) => ({
      emails: t.stringList(),
      webhookUrl: t.string(),
      onAutoStatus: t.boolean(),
      onMilestone: t.boolean({ description: 'At 25, 50, 75 and 100 percent, and when the plan stalls.' }),
      digest: t.boolean(),
    }),
  });
  const TelemetryConfigInput = builder.inputType('TelemetryConfigInput', {
    fields: (t) => ({
      adoptionPlanId: t.id({ required: true }),
      telemetryEnabled: t.boolean(),
      telemetrySource: t.string(),
      telemetrySchedule: t.string(),
      telemetryConfig: t.field({ type: 'JSON' }),
      autoStatusEnabled: t.boolean(),
      thresholdPercent: t.int(),
      notify: t.field({ type: NotifyInput }),
      valueRetentionDays: t.int(),
    }),
  });
  const HowToInput = builder.inputType('HowToInput', {
    fields: (t) => ({
      title: t.string({ required: true }),
      url: t.string({ required: true }),
    }),
  });
  const TemplateAttributeInput = builder.inputType('TemplateAttributeInput', {
    fields: (t) => ({
      id: t.id(),
      name: t.string({ required: true }),
      dataType: t.field({ type: enums.TelemetryDataType, required: true }),
      isRequired: t.boolean(),
      successCriteria: t.field({ type: 'JSON', required: true }),
      order: t.int(),
    }),
  });
  const TemplateTaskInput = builder.inputType('TemplateTaskInput', {
    fields: (t) => ({
      id: t.id(),
      name: t.string({ required: true }),
      description: t.string(),
      order: t.int(),
      weight: t.float(),
      licenceLevel: t.string(),
      outcomes: t.stringList(),
      howTo: t.field({ type: [HowToInput] }),
      attributes: t.field({ type: [TemplateAttributeInput], required: true }),
    }),
  });
  const TemplateInput = builder.inputType('TemplateInput', {
    fields: (t) => ({
      tasks: t.field({ type: [TemplateTaskInput], required: true }),
    }),
  });
  const CustomerInput = builder.inputType('CustomerInput', {
    fields: (t) => ({
      name: t.string({ required: true }),
      tenantId: t.string(),
    }),
  });
  const AssignProductInput = builder.inputType('AssignProductInput', {
    fields: (t) => ({
      customerId: t.id({ required: true }),
      productId: t.id({ required: true }),
      name: t.string(),
      ownerId: t.id(),
      startDate: t.field({ type: 'Date' }),
      dueDate: t.field({ type: 'Date' }),
    }),
  });
  const UpdatePlanInput = builder.inputType('UpdatePlanInput', {
    fields: (t) => ({
      name: t.string(),
      ownerId: t.id(),
      startDate: t.field({ type: 'Date' }),
      dueDate: t.field({ type: 'Date' }),
    }),
  });
  const TaskOverrideInput = builder.inputType('TaskOverrideInput', {
    fields: (t) => ({
      kind: t.field({ type: enums.TaskOverrideKind, required: true }),
      thresholdPercent: t.int(),
    }),
  });
  const SourceInput = builder.inputType('SourceInput', {
    fields: (t) => ({
      id: t.id(),
      adoptionPlanId: t.id({ required: true }),
      kind: t.field({ type: enums.SourceKind, required: true }),
      name: t.string({ required: true }),
      config: t.field({ type: 'JSON', required: true }),
      credentials: t.field({ type: 'JSON' }),
      schedule: t.string(),
      isEnabled: t.boolean(),
      attributeId: t.id(),
    }),
  });
  const BulkAction = builder.inputType('BulkAction', {
    fields: (t) => ({
      setOwnerId: t.id(),
      setDueDate: t.field({ type: 'Date' }),
      applyRecommendations: t.boolean(),
      syncTemplates: t.boolean(),
      enableTelemetry: t.boolean(),
      evaluate: t.boolean(),
    }),
  });
  return {
    PlanFilter,
    PlanSort,
    NotifyInput,
    TelemetryConfigInput,
    HowToInput,
    TemplateAttributeInput,
    TemplateTaskInput,
    TemplateInput,
    CustomerInput,
    AssignProductInput,
    UpdatePlanInput,
    TaskOverrideInput,
    SourceInput,
    BulkAction,
  };
}
export type Inputs = ReturnType<typeof createInputs>;
