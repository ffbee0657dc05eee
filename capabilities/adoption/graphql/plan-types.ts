/** Customers and their plans, with progress, health and history. */
import { pageSize } from '@uptake/io/graphql';
import type { AdoptionService } from '../port.ts';
import { firstArgument, firstOf, pageArguments, pageOf } from './arguments.ts';
import { A_FEW, ROWS_OF_PAGE, TREND_DAYS, USUAL_TASKS } from './cost.ts';
import type { LoadersOf } from './loaders.ts';
import type { Graph } from './refs.ts';

export function addPlanTypes({ refs }: Graph, loaders: LoadersOf, service: AdoptionService): void {
  refs.Customer.implement({
    description: 'Whose adoption is tracked; `tenantId` is the tenant of its events.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      tenantId: t.exposeString('tenantId', { nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      plans: t.field({
        type: [refs.AdoptionPlan],
        resolve: async ({ id }, _args, context) => (await loaders(context).plans.load(id)) ?? [],
      }),
      admins: t.field({
        type: [refs.Person],
        description: 'Who may import for this customer, besides admins of the workspace.',
        resolve: async ({ id }, _args, context) => (await loaders(context).admins.load(id)) ?? [],
      }),
    }),
  });
  refs.CustomerConnection.implement({
    fields: (t) => ({
      nodes: t.expose('nodes', { type: [refs.Customer], complexity: ROWS_OF_PAGE }),
      totalCount: t.exposeInt('totalCount'),
      pageInfo: t.expose('pageInfo', { type: refs.PageInfo }),
    }),
  });
  refs.Person.implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      email: t.exposeString('email'),
    }),
  });
  refs.PageInfo.implement({
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage'),
      endCursor: t.exposeString('endCursor', { nullable: true }),
    }),
  });
  refs.AdoptionPlan.implement({
    description: 'A customer’s way to adopt a product: a snapshot of its tasks, with statuses and values.',
    fields: (t) => ({
      id: t.exposeID('id'),
      name: t.exposeString('name'),
      customer: t.expose('customer', { type: refs.Customer }),
      product: t.expose('product', { type: refs.Product }),
      owner: t.expose('owner', { type: refs.Person, nullable: true }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      startDate: t.expose('startDate', { type: 'Date' }),
      dueDate: t.expose('dueDate', { type: 'Date', nullable: true }),
      telemetryEnabled: t.exposeBoolean('telemetryEnabled'),
      telemetryLastImportAt: t.expose('telemetryLastImportAt', { type: 'DateTime', nullable: true }),
      telemetrySource: t.exposeString('telemetrySource', { nullable: true }),
      telemetrySchedule: t.exposeString('telemetrySchedule', { nullable: true }),
      telemetryConfig: t.expose('telemetryConfig', { type: 'JSON', nullable: true }),
      telemetryProgress: t.expose('telemetryProgress', { type: refs.AttributeProgress }),
      tasks: t.field({
        type: [refs.CustomerTask],
        complexity: USUAL_TASKS,
        resolve: async ({ id }, _args, context) => (await loaders(context).tasks.load(id)) ?? [],
      }),
      telemetryNextUpdateAt: t.expose('telemetryNextUpdateAt', { type: 'DateTime', nullable: true }),
      autoStatus: t.expose('autoStatus', { type: refs.AutoStatusSettings }),
      notify: t.expose('notify', { type: refs.NotifySettings }),
      valueRetentionDays: t.exposeInt('valueRetentionDays', { nullable: true }),
      progress: t.expose('progress', { type: refs.PlanProgress }),
      health: t.expose('health', { type: refs.PlanHealth }),
      trend: t.field({
        type: [refs.ProgressPoint],
        description: 'Progress day by day, the last 90 at most, oldest first.',
        complexity: { multiplier: TREND_DAYS },
        resolve: async ({ id }, _args, context) => (await loaders(context).trends.load(id)) ?? [],
      }),
      templateVersion: t.exposeInt('templateVersion'),
      pendingSync: t.field({
        type: refs.TemplateSync,
        nullable: true,
        description: 'What the template has that the plan has not; null when nothing changed.',
        resolve: async ({ id }, _args, context) => (await loaders(context).syncs.load(id)) ?? null,
      }),
      sources: t.field({
        type: [refs.TelemetrySource],
        complexity: A_FEW,
        resolve: async ({ id }, _args, context) => (await loaders(context).sources.load(id)) ?? [],
      }),
      imports: t.field({
        type: [refs.TelemetryImport],
        args: { first: firstArgument(t.arg, 20) },
        complexity: pageSize,
        description: 'Newest first.',
        resolve: async ({ id }, { first }, context) => (await loaders(context).imports(firstOf(first)).load(id)) ?? [],
      }),
      runs: t.field({
        type: [refs.SourceRun],
        args: { first: firstArgument(t.arg, 50) },
        complexity: pageSize,
        description: 'Newest first.',
        resolve: async ({ id }, { first }, context) => (await loaders(context).runs(firstOf(first)).load(id)) ?? [],
      }),
      history: t.field({
        type: refs.HistoryConnection,
        args: pageArguments(t.arg, 50),
        complexity: pageSize,
        description: 'What happened to the plan, newest first.',
        resolve: ({ id }, args, { principal }) => service.historyOf(principal, id, pageOf(args)),
      }),
    }),
  });
  refs.AdoptionPlanConnection.implement({
    fields: (t) => ({
      nodes: t.expose('nodes', { type: [refs.AdoptionPlan], complexity: ROWS_OF_PAGE }),
      totalCount: t.exposeInt('totalCount'),
      pageInfo: t.expose('pageInfo', { type: refs.PageInfo }),
    }),
  });
  refs.AutoStatusSettings.implement({
    description:
      'Whether telemetry may set a task from IN_PROGRESS to DONE, and from which share of required attributes on.',
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled'),
      thresholdPercent: t.exposeInt('thresholdPercent'),
    }),
  });
  refs.NotifySettings.implement({
    fields: (t) => ({
      emails: t.exposeStringList('emails'),
      webhookUrl: t.exposeString('webhookUrl', { nullable: true }),
      onAutoStatus: t.exposeBoolean('onAutoStatus'),
      onMilestone: t.exposeBoolean('onMilestone'),
      digest: t.exposeBoolean('digest'),
    }),
  });
  refs.HistoryConnection.implement({
    fields: (t) => ({
      nodes: t.expose('nodes', { type: [refs.HistoryEntry], complexity: ROWS_OF_PAGE }),
      pageInfo: t.expose('pageInfo', { type: refs.PageInfo }),
    }),
  });
  refs.HistoryEntry.implement({
    description: 'Something that happened to a plan, in words and with what changed.',
    fields: (t) => ({
      id: t.exposeID('id'),
      at: t.expose('at', { type: 'DateTime' }),
      kind: t.exposeString('kind'),
      text: t.exposeString('text'),
      actor: t.exposeString('actor', { nullable: true }),
      taskId: t.exposeID('taskId', { nullable: true }),
      attributeId: t.exposeID('attributeId', { nullable: true }),
      from: t.exposeString('from', { nullable: true }),
      to: t.exposeString('to', { nullable: true }),
      source: t.exposeString('source', { nullable: true }),
      batchId: t.exposeID('batchId', { nullable: true }),
    }),
  });
}
