/** Tasks of a plan with their telemetry attributes and values. */
import { pageSize } from '@uptake/io/graphql';
import { firstArgument, firstOf } from './arguments.ts';
import { USUAL_ATTRIBUTES } from './cost.ts';
import type { LoadersOf } from './loaders.ts';
import type { Graph } from './refs.ts';

export function addTaskTypes({ refs, enums }: Graph, loaders: LoadersOf): void {
  refs.CustomerTask.implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      description: t.exposeString('description'),
      order: t.exposeInt('order'),
      weight: t.exposeFloat('weight'),
      licenceLevel: t.exposeString('licenceLevel'),
      outcomes: t.exposeStringList('outcomes'),
      howTo: t.expose('howTo', { type: [refs.HowTo] }),
      status: t.expose('status', { type: enums.TaskStatus }),
      statusUpdateSource: t.expose('statusUpdateSource', { type: enums.StatusUpdateSource, nullable: true }),
      statusNotes: t.exposeString('statusNotes', { nullable: true }),
      statusUpdatedAt: t.expose('statusUpdatedAt', { type: 'DateTime', nullable: true }),
      statusUpdatedBy: t.exposeString('statusUpdatedBy', { nullable: true }),
      originalTaskId: t.exposeID('originalTaskId', { nullable: true }),
      autoStatusOverride: t.expose('autoStatusOverride', { type: refs.TaskOverride }),
      telemetryAttributes: t.expose('telemetryAttributes', {
        type: [refs.CustomerTelemetryAttribute],
        complexity: USUAL_ATTRIBUTES,
      }),
      telemetryCompletion: t.expose('telemetryCompletion', { type: refs.TaskCompletion }),
      telemetryStatus: t.expose('telemetryStatus', { type: enums.TelemetryStatus }),
    }),
  });
  refs.TaskOverride.implement({
    fields: (t) => ({
      kind: t.expose('kind', { type: enums.TaskOverrideKind }),
      thresholdPercent: t.exposeInt('thresholdPercent', { nullable: true }),
    }),
  });
  refs.TaskCompletion.implement({
    description:
      'How far telemetry says a task is; `percentage` is null where no attribute is required, which is not zero.',
    fields: (t) => ({
      percentage: t.exposeFloat('percentage', { nullable: true }),
      recommendation: t.expose('recommendation', { type: enums.Recommendation }),
      totalAttributes: t.exposeInt('totalAttributes'),
      metAttributes: t.exposeInt('metAttributes'),
      allRequired: t.exposeBoolean('allRequired'),
      text: t.exposeString('text'),
    }),
  });
  refs.CustomerTelemetryAttribute.implement({
    description: 'An attribute of a plan’s task with what telemetry last said of it.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      dataType: t.expose('dataType', { type: enums.TelemetryDataType }),
      isRequired: t.exposeBoolean('isRequired'),
      order: t.exposeInt('order'),
      successCriteria: t.expose('successCriteria', { type: 'JSON' }),
      criterionText: t.exposeString('criterionText'),
      originalAttributeId: t.exposeID('originalAttributeId', { nullable: true }),
      isMet: t.exposeBoolean('isMet'),
      lastCheckedAt: t.expose('lastCheckedAt', { type: 'DateTime', nullable: true }),
      verdict: t.exposeString('verdict'),
      explanation: t.exposeString('explanation'),
      latestValue: t.expose('latestValue', { type: refs.TelemetryValue, nullable: true }),
      values: t.field({
        type: [refs.TelemetryValue],
        args: { first: firstArgument(t.arg, 100), from: t.arg({ type: 'Date' }), to: t.arg({ type: 'Date' }) },
        complexity: pageSize,
        description: 'Newest day first.',
        resolve: async ({ id }, { first, from, to }, context) => {
          const asked = { first: firstOf(first), from: from ?? undefined, to: to ?? undefined };
          return (await loaders(context).values(asked).load(id)) ?? [];
        },
      }),
      binding: t.expose('binding', { type: refs.Binding, nullable: true }),
    }),
  });
  refs.TelemetryValue.implement({
    description: 'A value for a day. The newest of a day holds.',
    fields: (t) => ({
      id: t.exposeID('id'),
      value: t.expose('value', { type: 'JSON' }),
      source: t.exposeString('source'),
      batchId: t.exposeID('batchId', { nullable: true }),
      notes: t.exposeString('notes', { nullable: true }),
      day: t.expose('day', { type: 'Date' }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  });
  refs.Binding.implement({
    description: 'An insight over the customer’s own events that gives the value.',
    fields: (t) => ({
      id: t.exposeID('id'),
      definition: t.expose('definition', { type: 'JSON' }),
      text: t.exposeString('text'),
      lastRunAt: t.expose('lastRunAt', { type: 'DateTime', nullable: true }),
      lastError: t.exposeString('lastError', { nullable: true }),
    }),
  });
  refs.CriterionDescription.implement({
    fields: (t) => ({
      isValid: t.exposeBoolean('isValid'),
      text: t.exposeString('text', { nullable: true }),
      path: t.exposeString('path', { nullable: true }),
      problem: t.exposeString('problem', { nullable: true }),
    }),
  });
}
