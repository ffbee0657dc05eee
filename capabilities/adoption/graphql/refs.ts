/** Enums and types of the adoption graph by name, so that types may name one another before they have fields. */
import { STATUS_SOURCES, TASK_STATUSES } from '@uptake/domain/adoption';
import { DATA_TYPES } from '@uptake/domain/criteria';
import type { GraphBuilder } from '@uptake/io/graphql';
import type * as port from '../port.ts';

export function createGraph(builder: GraphBuilder) {
  return { builder, enums: createEnums(builder), refs: createRefs(builder) };
}
export type Graph = ReturnType<typeof createGraph>;

function createEnums(builder: GraphBuilder) {
  return {
    TelemetryDataType: builder.enumType('TelemetryDataType', { values: DATA_TYPES }),
    TaskStatus: builder.enumType('TaskStatus', { values: TASK_STATUSES }),
    StatusUpdateSource: builder.enumType('StatusUpdateSource', {
      description: 'Who or what set a status.',
      values: STATUS_SOURCES,
    }),
    Recommendation: builder.enumType('Recommendation', {
      description: 'What telemetry recommends for a task; nothing required is met: BLOCKED.',
      values: ['DONE', 'STAY', 'BLOCKED'] as const,
    }),
    TelemetryStatus: builder.enumType('TelemetryStatus', {
      values: ['MET', 'PARTIAL', 'NOT_MET', 'NOT_MEASURED'] as const,
    }),
    Health: builder.enumType('Health', {
      values: ['COMPLETED', 'STALLED', 'AT_RISK', 'ON_TRACK', 'NOT_STARTED'] as const,
    }),
    TaskOverrideKind: builder.enumType('TaskOverrideKind', { values: ['INHERIT', 'OFF', 'ON'] as const }),
    SourceKind: builder.enumType('SourceKind', {
      values: ['API_PUSH', 'API_POLLING', 'DATABASE', 'WEBHOOK', 'BINDING'] as const,
    }),
    RunState: builder.enumType('RunState', {
      values: ['WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED'] as const,
    }),
    PlanSortKey: builder.enumType('PlanSortKey', {
      values: ['RISK', 'CUSTOMER', 'PRODUCT', 'PROGRESS', 'DUE', 'LAST_PROGRESS'] as const,
    }),
  };
}

function createRefs(builder: GraphBuilder) {
  return {
    Product: builder.objectRef<port.Product>('Product'),
    Template: builder.objectRef<port.Template>('Template'),
    TemplateVersion: builder.objectRef<port.TemplateVersion>('TemplateVersion'),
    TemplateTask: builder.objectRef<port.TemplateTask>('TemplateTask'),
    HowTo: builder.objectRef<port.HowTo>('HowTo'),
    TemplateAttribute: builder.objectRef<port.TemplateAttribute>('TemplateAttribute'),
    TemplateSync: builder.objectRef<port.TemplateSync>('TemplateSync'),
    SyncChange: builder.objectRef<port.SyncChange>('SyncChange'),
    FieldChange: builder.objectRef<port.FieldChange>('FieldChange'),
    Customer: builder.objectRef<port.Customer>('Customer'),
    CustomerConnection: builder.objectRef<port.CustomerConnection>('CustomerConnection'),
    Person: builder.objectRef<port.Person>('Person'),
    PageInfo: builder.objectRef<port.PageInfo>('PageInfo'),
    AdoptionPlan: builder.objectRef<port.AdoptionPlan>('AdoptionPlan'),
    AdoptionPlanConnection: builder.objectRef<port.AdoptionPlanConnection>('AdoptionPlanConnection'),
    AutoStatusSettings: builder.objectRef<port.AutoStatusSettings>('AutoStatusSettings'),
    NotifySettings: builder.objectRef<port.NotifySettings>('NotifySettings'),
    HistoryConnection: builder.objectRef<port.HistoryConnection>('HistoryConnection'),
    HistoryEntry: builder.objectRef<port.HistoryEntry>('HistoryEntry'),
    AttributeProgress: builder.objectRef<port.AttributeProgress>('AttributeProgress'),
    Progress: builder.objectRef<port.Progress>('Progress'),
    PlanProgress: builder.objectRef<port.PlanProgress>('PlanProgress'),
    ProgressPoint: builder.objectRef<port.ProgressPoint>('ProgressPoint'),
    PlanHealth: builder.objectRef<port.PlanHealth>('PlanHealth'),
    HealthReason: builder.objectRef<port.HealthReason>('HealthReason'),
    NextStep: builder.objectRef<port.NextStep>('NextStep'),
    Portfolio: builder.objectRef<port.Portfolio>('Portfolio'),
    HealthCount: builder.objectRef<port.HealthCount>('HealthCount'),
    BulkResult: builder.objectRef<port.BulkResult>('BulkResult'),
    BulkProblem: builder.objectRef<port.BulkProblem>('BulkProblem'),
    CustomerTask: builder.objectRef<port.CustomerTask>('CustomerTask'),
    TaskOverride: builder.objectRef<port.TaskOverride>('TaskOverride'),
    TaskCompletion: builder.objectRef<port.TaskCompletion>('TaskCompletion'),
    CustomerTelemetryAttribute: builder.objectRef<port.CustomerTelemetryAttribute>('CustomerTelemetryAttribute'),
    TelemetryValue: builder.objectRef<port.TelemetryValue>('TelemetryValue'),
    Binding: builder.objectRef<port.Binding>('Binding'),
    CriterionDescription: builder.objectRef<port.CriterionDescription>('CriterionDescription'),
    TelemetrySource: builder.objectRef<port.TelemetrySource>('TelemetrySource'),
    SourceRun: builder.objectRef<port.SourceRun>('SourceRun'),
    SourceSaved: builder.objectRef<port.SourceSaved>('SourceSaved'),
    SourceTest: builder.objectRef<port.SourceTest>('SourceTest'),
    NoticeSigning: builder.objectRef<port.NoticeSigning>('NoticeSigning'),
    NoticeSecretRotated: builder.objectRef<port.NoticeSecretRotated>('NoticeSecretRotated'),
    MappedRow: builder.objectRef<port.MappedRow>('MappedRow'),
    TelemetryTemplateFile: builder.objectRef<port.TelemetryTemplateFile>('TelemetryTemplateFile'),
    AdoptionPlanTelemetryFile: builder.objectRef<port.AdoptionPlanTelemetryFile>('AdoptionPlanTelemetryFile'),
    TelemetryImport: builder.objectRef<port.TelemetryImport>('TelemetryImport'),
    ImportSummary: builder.objectRef<port.ImportSummary>('ImportSummary'),
    ImportCounts: builder.objectRef<port.ImportCounts>('ImportCounts'),
    ImportTaskResult: builder.objectRef<port.ImportTaskResult>('ImportTaskResult'),
    ImportError: builder.objectRef<port.ImportError>('ImportError'),
    ImportRefusal: builder.objectRef<port.ImportRefusal>('ImportRefusal'),
    ImportUndone: builder.objectRef<port.ImportUndone>('ImportUndone'),
    TemplateImport: builder.objectRef<port.TemplateImport>('TemplateImport'),
  };
}
