/** Every operation the console sends about adoption. A test checks each against the schema of the graph. */
import { operation } from '../api/graph.ts';
import type * as types from './types.ts';

type Id = { id: string };

const PROGRESS = 'completed total percentage';
const HEALTH = 'health { health reasons { code text } nextStep { code text taskId } }';
const PLAN_ROW = `
  id name dueDate telemetryLastImportAt
  customer { id name } product { id name } owner { id name }
  progress { combined { ${PROGRESS} } } ${HEALTH} trend { combined }`;
const VALUE = 'value source day createdAt';
const ATTRIBUTE = `
  id name dataType isRequired successCriteria criterionText isMet verdict explanation lastCheckedAt
  latestValue { ${VALUE} } binding { id text lastError }`;
const TASK = `
  id name description order weight licenceLevel outcomes howTo { title url }
  status statusUpdateSource statusNotes statusUpdatedAt statusUpdatedBy
  autoStatusOverride { kind thresholdPercent } telemetryStatus
  telemetryCompletion { percentage recommendation totalAttributes metAttributes text }
  telemetryAttributes { ${ATTRIBUTE} }`;
const SYNC_CHANGE = 'id kind task attribute text fields { field from to }';
const COUNTS = 'tasksProcessed attributesUpdated criteriaEvaluated taskStatusChanged errors rows unfilled unchanged';
const IMPORT_ERROR = 'sheet row column cell reason code';
const IMPORT_SUMMARY = `
  success batchId isRepeat notices markedFileUrl refusal { code reason } summary { ${COUNTS} }
  taskResults { taskId taskName attributesUpdated telemetryCompletion before statusChanged newStatus }
  errors { ${IMPORT_ERROR} }`;
const RUN = 'id sourceId sourceName state startedAt finishedAt attempts batchId valuesStored valuesRefused reason';
const SOURCE = `id kind name config hasCredentials attributeId schedule isEnabled nextRunAt webhookUrl previousSecretExpiresAt lastRun { ${RUN} }`;
const VERSION = 'version publishedAt publishedBy changeNote taskCount attributeCount';

type ListVariables = { filter: types.PlanFilter; sort: types.PlanSort; first: number; after: string | null };
export const PORTFOLIO = operation<
  { portfolio: types.Portfolio; adoptionPlans: types.Page<types.PlanSummary> },
  ListVariables
>(`query Portfolio($filter: PlanFilter, $sort: PlanSort, $first: Int!, $after: String) {
  portfolio(filter: $filter) { plans customers averageCombined overdue byHealth { health plans } }
  adoptionPlans(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ${PLAN_ROW} }
  }
}`);

export const CUSTOMERS = operation<
  { customers: types.Page<types.CustomerSummary> },
  { search: string; first: number; after: string | null }
>(`query Customers($search: String, $first: Int!, $after: String) {
  customers(search: $search, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id name tenantId admins { id name email } plans { id } }
  }
}`);

export const CUSTOMER = operation<{ customer: types.Customer | null }, Id>(`query Customer($id: ID!) {
  customer(id: $id) { id name tenantId createdAt admins { id name email } plans { ${PLAN_ROW} } }
}`);

export const PLAN = operation<{ adoptionPlan: types.Plan | null }, Id>(`query Plan($id: ID!) {
  adoptionPlan(id: $id) {
    id name createdAt startDate dueDate templateVersion valueRetentionDays
    customer { id name tenantId } product { id name slug } owner { id name }
    telemetryEnabled telemetryLastImportAt telemetryNextUpdateAt telemetrySource telemetrySchedule
    telemetryProgress { totalAttributes metAttributes percentage }
    autoStatus { enabled thresholdPercent } notify { emails webhookUrl onAutoStatus onMilestone digest }
    progress { manual { ${PROGRESS} } telemetry { ${PROGRESS} } combined { ${PROGRESS} } measurableTasks }
    ${HEALTH} trend { day manual telemetry combined }
    pendingSync { templateVersion changes { ${SYNC_CHANGE} } }
    tasks { ${TASK} }
  }
}`);

export const PLAN_VALUES = operation<
  {
    adoptionPlan: {
      tasks: {
        id: string;
        telemetryAttributes: { id: string; values: Omit<types.TelemetryValue, 'notes' | 'batchId'>[] }[];
      }[];
    } | null;
  },
  Id & { first: number }
>(`query PlanValues($id: ID!, $first: Int!) {
  adoptionPlan(id: $id) { tasks { id telemetryAttributes { id values(first: $first) { id ${VALUE} } } } }
}`);

export const PLAN_HISTORY = operation<
  {
    adoptionPlan: {
      history: { nodes: types.HistoryEntry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    } | null;
  },
  Id & { first: number; after: string | null }
>(`query PlanHistory($id: ID!, $first: Int!, $after: String) {
  adoptionPlan(id: $id) {
    history(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor } nodes { id at kind text actor taskId from to source batchId }
    }
  }
}`);

export const PLAN_IMPORTS = operation<
  { adoptionPlan: { imports: types.Import[] } | null },
  Id
>(`query PlanImports($id: ID!) {
  adoptionPlan(id: $id) {
    imports(first: 50) { batchId kind fileName importedAt importedBy undoneAt undoneBy summary { ${COUNTS} } }
  }
}`);

export const PLAN_SOURCES = operation<
  { adoptionPlan: { sources: types.Source[]; runs: types.SourceRun[] } | null },
  Id
>(`query PlanSources($id: ID!) {
  adoptionPlan(id: $id) { sources { ${SOURCE} } runs(first: 50) { ${RUN} } }
}`);

export const PRODUCTS = operation<{ products: types.ProductSummary[] }>(`query Products {
  products { id name slug planCount template { version publishedAt versions { ${VERSION} } } }
}`);

export const TEMPLATE = operation<{ product: types.TemplateProduct | null }, Id>(`query Template($id: ID!) {
  product(id: $id) {
    id name slug planCount
    template {
      version versions { ${VERSION} }
      tasks {
        id name description order weight licenceLevel outcomes howTo { title url }
        attributes { id name dataType isRequired successCriteria order }
      }
    }
  }
}`);

export const EXPORT_TEMPLATE = operation<
  { exportTelemetryTemplate: types.ExportedFile },
  { productId: string }
>(`mutation ExportTelemetryTemplate($productId: ID!) {
  exportTelemetryTemplate(productId: $productId) { url filename }
}`);

export const EXPORT_PLAN = operation<
  { exportAdoptionPlanTelemetry: types.ExportedFile },
  { adoptionPlanId: string }
>(`mutation ExportAdoptionPlanTelemetry($adoptionPlanId: ID!) {
  exportAdoptionPlanTelemetry(adoptionPlanId: $adoptionPlanId) { url filename }
}`);

type OfFile<Variables> = Variables & { file: null };
export const PREVIEW_IMPORT = operation<
  { previewCustomerTelemetry: types.ImportSummary },
  OfFile<{ adoptionPlanId: string }>
>(`mutation PreviewCustomerTelemetry($adoptionPlanId: ID!, $file: Upload!) {
  previewCustomerTelemetry(adoptionPlanId: $adoptionPlanId, file: $file) { ${IMPORT_SUMMARY} }
}`);

export const IMPORT = operation<
  { importCustomerTelemetry: types.ImportSummary },
  OfFile<{ adoptionPlanId: string }>
>(`mutation ImportCustomerTelemetry($adoptionPlanId: ID!, $file: Upload!) {
  importCustomerTelemetry(adoptionPlanId: $adoptionPlanId, file: $file) { ${IMPORT_SUMMARY} }
}`);

export const UNDO_IMPORT = operation<
  { undoTelemetryImport: { batchId: string; valuesRemoved: number; tasksReopened: number } },
  { batchId: string }
>(`mutation UndoTelemetryImport($batchId: ID!) {
  undoTelemetryImport(batchId: $batchId) { batchId valuesRemoved tasksReopened }
}`);

export type ConfigInput = {
  adoptionPlanId: string;
  telemetryEnabled?: boolean;
  telemetrySchedule?: string | null;
  autoStatusEnabled?: boolean;
  thresholdPercent?: number;
  valueRetentionDays?: number | null;
  notify?: types.Notify;
};
export const CONFIGURE = operation<{ configureAdoptionPlanTelemetry: Id }, { input: ConfigInput }>(
  `mutation ConfigureAdoptionPlanTelemetry($input: TelemetryConfigInput!) {
  configureAdoptionPlanTelemetry(input: $input) { id }
}`,
);

export const UPDATE_STATUS = operation<
  { updateTaskStatus: Id },
  { taskId: string; status: types.TaskStatus; notes: string | null }
>(`mutation UpdateTaskStatus($taskId: ID!, $status: TaskStatus!, $notes: String) {
  updateTaskStatus(taskId: $taskId, status: $status, notes: $notes) { id }
}`);

export const APPLY_RECOMMENDATION = operation<{ applyRecommendation: Id }, { taskId: string }>(
  'mutation ApplyRecommendation($taskId: ID!) { applyRecommendation(taskId: $taskId) { id } }',
);

export const SET_OVERRIDE = operation<
  { setTaskOverride: Id },
  { taskId: string; override: { kind: types.OverrideKind; thresholdPercent: number | null } }
>(`mutation SetTaskOverride($taskId: ID!, $override: TaskOverrideInput!) {
  setTaskOverride(taskId: $taskId, override: $override) { id }
}`);

export const RECORD_VALUE = operation<
  { recordValue: Id },
  { attributeId: string; value: types.Json; day: string | null; notes: string | null }
>(`mutation RecordValue($attributeId: ID!, $value: JSON!, $day: Date, $notes: String) {
  recordValue(attributeId: $attributeId, value: $value, day: $day, notes: $notes) { id }
}`);

export const APPLY_SYNC = operation<
  { applyTemplateSync: Id },
  { adoptionPlanId: string; templateVersion: number; accepted: string[] }
>(`mutation ApplyTemplateSync($adoptionPlanId: ID!, $templateVersion: Int!, $accepted: [ID!]!) {
  applyTemplateSync(adoptionPlanId: $adoptionPlanId, templateVersion: $templateVersion, accepted: $accepted) { id }
}`);

export const EVALUATE_PLAN = operation<{ evaluatePlan: Id }, Id>(
  'mutation EvaluatePlan($id: ID!) { evaluatePlan(id: $id) { id } }',
);

export type PlanChange = { name?: string; ownerId?: string | null; startDate?: string; dueDate?: string | null };
export const UPDATE_PLAN = operation<{ updatePlan: Id }, Id & { input: PlanChange }>(
  'mutation UpdatePlan($id: ID!, $input: UpdatePlanInput!) { updatePlan(id: $id, input: $input) { id } }',
);

export const DELETE_PLAN = operation<{ deletePlan: boolean }, Id>(
  'mutation DeletePlan($id: ID!) { deletePlan(id: $id) }',
);

export const DELETE_CUSTOMER = operation<{ deleteCustomer: boolean }, Id>(
  'mutation DeleteCustomer($id: ID!) { deleteCustomer(id: $id) }',
);

export type NewPlan = {
  customerId: string;
  productId: string;
  name?: string;
  ownerId?: string;
  startDate?: string;
  dueDate?: string;
};
export const ASSIGN_PRODUCT = operation<{ assignProduct: Id }, { input: NewPlan }>(
  'mutation AssignProduct($input: AssignProductInput!) { assignProduct(input: $input) { id } }',
);

type CustomerInput = { name: string; tenantId: string | null };
export const CREATE_CUSTOMER = operation<{ createCustomer: Id }, { input: CustomerInput }>(
  'mutation CreateCustomer($input: CustomerInput!) { createCustomer(input: $input) { id } }',
);
export const UPDATE_CUSTOMER = operation<{ updateCustomer: Id }, Id & { input: CustomerInput }>(
  'mutation UpdateCustomer($id: ID!, $input: CustomerInput!) { updateCustomer(id: $id, input: $input) { id } }',
);
export const SET_ADMINS = operation<{ setCustomerAdmins: Id }, { customerId: string; userIds: string[] }>(
  `mutation SetCustomerAdmins($customerId: ID!, $userIds: [ID!]!) {
  setCustomerAdmins(customerId: $customerId, userIds: $userIds) { id }
}`,
);

export type BulkAction = {
  setOwnerId?: string;
  setDueDate?: string;
  applyRecommendations?: boolean;
  syncTemplates?: boolean;
  enableTelemetry?: boolean;
  evaluate?: boolean;
};
export type BulkResult = { changed: number; problems: { planId: string; problem: string }[] };
export const BULK_UPDATE = operation<{ bulkUpdatePlans: BulkResult }, { planIds: string[]; action: BulkAction }>(
  `mutation BulkUpdatePlans($planIds: [ID!]!, $action: BulkAction!) {
  bulkUpdatePlans(planIds: $planIds, action: $action) { changed problems { planId problem } }
}`,
);

export const SAVE_SOURCE = operation<
  { saveSource: { source: types.Source; secret: string | null } },
  { input: types.SourceInput }
>(`mutation SaveSource($input: SourceInput!) {
  saveSource(input: $input) { source { ${SOURCE} } secret }
}`);
export const TEST_SOURCE = operation<
  { testSource: types.SourceTest },
  { input: types.SourceInput; sample: string | null }
>(
  `mutation TestSource($input: SourceInput!, $sample: String) {
  testSource(input: $input, sample: $sample) {
    ok message tookMs sample rows { row task attribute attributeId raw value day problem }
  }
}`,
);
export const ROTATE_WEBHOOK_SECRET = operation<
  { rotateWebhookSecret: { source: types.Source; secret: string | null } },
  Id & { overlapSeconds: number }
>(`mutation RotateWebhookSecret($id: ID!, $overlapSeconds: Int!) {
  rotateWebhookSecret(id: $id, overlapSeconds: $overlapSeconds) { source { ${SOURCE} } secret }
}`);
export const NOTICE_SIGNING = operation<{ noticeSigning: types.NoticeSigning | null }>(
  'query NoticeSigning { noticeSigning { since previousSecretExpiresAt } }',
);
export const ROTATE_NOTICE_SECRET = operation<
  { rotateNoticeSecret: { secret: string; signing: types.NoticeSigning } },
  { overlapSeconds: number }
>(`mutation RotateNoticeSecret($overlapSeconds: Int!) {
  rotateNoticeSecret(overlapSeconds: $overlapSeconds) { secret signing { since previousSecretExpiresAt } }
}`);
export const RUN_SOURCE = operation<{ runSource: Id }, Id>(
  'mutation RunSource($id: ID!) { runSource(id: $id) { id } }',
);
export const DELETE_SOURCE = operation<{ deleteSource: boolean }, Id>(
  'mutation DeleteSource($id: ID!) { deleteSource(id: $id) }',
);

export const SAVE_TEMPLATE = operation<
  { saveTemplate: { version: number } },
  {
    productId: string;
    basedOnVersion: number | null;
    template: { tasks: types.TaskInput[] };
    changeNote: string | null;
  }
>(`mutation SaveTemplate($productId: ID!, $basedOnVersion: Int, $template: TemplateInput!, $changeNote: String) {
  saveTemplate(productId: $productId, basedOnVersion: $basedOnVersion, template: $template, changeNote: $changeNote) {
    version
  }
}`);

export const IMPORT_TEMPLATE = operation<
  { importTemplate: types.TemplateImport },
  OfFile<{ productId: string; basedOnVersion: number | null; apply: boolean }>
>(`mutation ImportTemplate($productId: ID!, $file: Upload!, $basedOnVersion: Int, $apply: Boolean) {
  importTemplate(productId: $productId, file: $file, basedOnVersion: $basedOnVersion, apply: $apply) {
    applied changes { ${SYNC_CHANGE} } errors { ${IMPORT_ERROR} }
  }
}`);
