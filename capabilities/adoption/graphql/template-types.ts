/** Products and their templates: tasks, attributes, versions, and what an import changes. */
import { USUAL_ATTRIBUTES, USUAL_TASKS } from './cost.ts';
import type { LoadersOf } from './loaders.ts';
import type { Graph } from './refs.ts';

export function addTemplateTypes({ refs, enums }: Graph, loaders: LoadersOf): void {
  refs.Product.implement({
    description: 'What is adopted. Its tasks are kept as a template, in versions.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      slug: t.exposeString('slug'),
      template: t.field({
        type: refs.Template,
        nullable: true,
        description: 'The newest version; null where none was made.',
        resolve: async ({ id }, _args, context) => (await loaders(context).templates.load(id)) ?? null,
      }),
      planCount: t.int({
        resolve: async ({ id }, _args, context) => (await loaders(context).planCounts.load(id)) ?? 0,
      }),
    }),
  });
  refs.Template.implement({
    description: 'A version of a product’s tasks. Plans are snapshots of it and follow it only by a reviewed sync.',
    fields: (t) => ({
      version: t.exposeInt('version'),
      publishedAt: t.expose('publishedAt', { type: 'DateTime' }),
      publishedBy: t.exposeString('publishedBy', { nullable: true }),
      changeNote: t.exposeString('changeNote', { nullable: true }),
      tasks: t.expose('tasks', { type: [refs.TemplateTask], complexity: USUAL_TASKS }),
      versions: t.field({
        type: [refs.TemplateVersion],
        description: 'Newest first.',
        resolve: async ({ productId }, _args, context) => (await loaders(context).versions.load(productId)) ?? [],
      }),
    }),
  });
  refs.TemplateVersion.implement({
    fields: (t) => ({
      version: t.exposeInt('version'),
      publishedAt: t.expose('publishedAt', { type: 'DateTime' }),
      publishedBy: t.exposeString('publishedBy', { nullable: true }),
      changeNote: t.exposeString('changeNote', { nullable: true }),
      taskCount: t.exposeInt('taskCount'),
      attributeCount: t.exposeInt('attributeCount'),
    }),
  });
  refs.TemplateTask.implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      description: t.exposeString('description'),
      order: t.exposeInt('order'),
      weight: t.exposeFloat('weight'),
      licenceLevel: t.exposeString('licenceLevel'),
      outcomes: t.exposeStringList('outcomes'),
      howTo: t.expose('howTo', { type: [refs.HowTo] }),
      attributes: t.expose('attributes', { type: [refs.TemplateAttribute], complexity: USUAL_ATTRIBUTES }),
    }),
  });
  refs.HowTo.implement({
    fields: (t) => ({
      title: t.exposeString('title'),
      url: t.exposeString('url'),
    }),
  });
  refs.TemplateAttribute.implement({
    description: 'What telemetry measures of a task, and when it counts as met.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      dataType: t.expose('dataType', { type: enums.TelemetryDataType }),
      isRequired: t.exposeBoolean('isRequired'),
      successCriteria: t.expose('successCriteria', { type: 'JSON' }),
      criterionText: t.exposeString('criterionText'),
      order: t.exposeInt('order'),
    }),
  });
  refs.TemplateSync.implement({
    description: 'How a plan differs from the newest template of its product.',
    fields: (t) => ({
      templateVersion: t.exposeInt('templateVersion'),
      changes: t.expose('changes', { type: [refs.SyncChange] }),
    }),
  });
  refs.SyncChange.implement({
    description: 'One difference, to be accepted or not by its `id`.',
    fields: (t) => ({
      id: t.exposeID('id'),
      kind: t.exposeString('kind'),
      task: t.exposeString('task'),
      attribute: t.exposeString('attribute', { nullable: true }),
      text: t.exposeString('text'),
      fields: t.expose('fields', { type: [refs.FieldChange] }),
    }),
  });
  refs.FieldChange.implement({
    fields: (t) => ({
      field: t.exposeString('field'),
      from: t.expose('from', { type: 'JSON', nullable: true }),
      to: t.expose('to', { type: 'JSON', nullable: true }),
    }),
  });
}
