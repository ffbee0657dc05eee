/** What the graph answers about adoption, as far as the console asks. Instants are ISO-8601, days `YYYY-MM-DD`. */
import type { Recommendation, TaskStatus } from '@uptake/domain/adoption';
import type { DataType } from '@uptake/domain/criteria';

export type { DataType, Recommendation, TaskStatus };
export type TelemetryStatus = 'MET' | 'PARTIAL' | 'NOT_MET' | 'NOT_MEASURED';
export type Health = 'COMPLETED' | 'STALLED' | 'AT_RISK' | 'ON_TRACK' | 'NOT_STARTED';
export type SourceKind = 'API_PUSH' | 'API_POLLING' | 'DATABASE' | 'WEBHOOK' | 'BINDING';
export type RunState = 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'SKIPPED';
export type OverrideKind = 'INHERIT' | 'OFF' | 'ON';
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type Person = { id: string; name: string; email: string };
export type Named = { id: string; name: string };
export type Progress = { completed: number; total: number; percentage: number };
export type PlanProgress = { manual: Progress; telemetry: Progress; combined: Progress; measurableTasks: number };
export type PlanHealth = {
  health: Health;
  reasons: { code: string; text: string }[];
  nextStep: { code: string; text: string; taskId: string | null } | null;
};

/** A plan as a row of a list. */
export type PlanSummary = {
  id: string;
  name: string;
  dueDate: string | null;
  customer: Named;
  product: Named;
  owner: Named | null;
  telemetryLastImportAt: string | null;
  progress: { combined: Progress };
  health: PlanHealth;
  trend: { combined: number }[];
};
export type Page<Row> = {
  nodes: Row[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};
export type Portfolio = {
  plans: number;
  customers: number;
  averageCombined: number;
  overdue: number;
  byHealth: { health: Health; plans: number }[];
};
export type PlanFilter = {
  customerId?: string;
  productId?: string;
  ownerId?: string;
  health?: Health[];
  search?: string;
};
export type PlanSortKey = 'RISK' | 'CUSTOMER' | 'PRODUCT' | 'PROGRESS' | 'DUE' | 'LAST_PROGRESS';
export type PlanSort = { by: PlanSortKey; descending: boolean };

export type CustomerSummary = Named & { tenantId: string | null; admins: Person[]; plans: { id: string }[] };
export type Customer = Named & { tenantId: string | null; createdAt: string; admins: Person[]; plans: PlanSummary[] };

export type TelemetryValue = {
  id: string;
  value: Json;
  source: string;
  day: string;
  createdAt: string;
  notes: string | null;
  batchId: string | null;
};
export type Attribute = {
  id: string;
  name: string;
  dataType: DataType;
  isRequired: boolean;
  successCriteria: Json;
  criterionText: string;
  isMet: boolean;
  verdict: string;
  explanation: string;
  lastCheckedAt: string | null;
  latestValue: Pick<TelemetryValue, 'value' | 'source' | 'day' | 'createdAt'> | null;
  binding: { id: string; text: string; lastError: string | null } | null;
};
export type Task = {
  id: string;
  name: string;
  description: string;
  order: number;
  weight: number;
  licenceLevel: string;
  outcomes: string[];
  howTo: HowTo[];
  status: TaskStatus;
  statusUpdateSource: string | null;
  statusNotes: string | null;
  statusUpdatedAt: string | null;
  statusUpdatedBy: string | null;
  autoStatusOverride: { kind: OverrideKind; thresholdPercent: number | null };
  telemetryStatus: TelemetryStatus;
  telemetryCompletion: {
    percentage: number | null;
    recommendation: Recommendation;
    totalAttributes: number;
    metAttributes: number;
    text: string;
  };
  telemetryAttributes: Attribute[];
};
export type HowTo = { title: string; url: string };

export type Plan = {
  id: string;
  name: string;
  createdAt: string;
  startDate: string;
  dueDate: string | null;
  customer: Named & { tenantId: string | null };
  product: Named & { slug: string };
  owner: Named | null;
  telemetryEnabled: boolean;
  telemetryLastImportAt: string | null;
  telemetryNextUpdateAt: string | null;
  telemetrySource: string | null;
  telemetrySchedule: string | null;
  telemetryProgress: { totalAttributes: number; metAttributes: number; percentage: number };
  autoStatus: { enabled: boolean; thresholdPercent: number };
  notify: Notify;
  valueRetentionDays: number | null;
  progress: PlanProgress;
  health: PlanHealth;
  trend: TrendPoint[];
  templateVersion: number;
  pendingSync: { templateVersion: number; changes: SyncChange[] } | null;
  tasks: Task[];
};
export type Notify = {
  emails: string[];
  webhookUrl: string | null;
  onAutoStatus: boolean;
  onMilestone: boolean;
  digest: boolean;
};
export type NoticeSigning = { since: string; previousSecretExpiresAt: string | null };
export type TrendPoint = { day: string; manual: number; telemetry: number; combined: number };
export type SyncChange = {
  id: string;
  kind: string;
  task: string;
  attribute: string | null;
  text: string;
  fields: { field: string; from: Json; to: Json }[];
};

export type SourceRun = {
  id: string;
  sourceId: string | null;
  sourceName: string;
  state: RunState;
  startedAt: string | null;
  finishedAt: string | null;
  attempts: number;
  batchId: string | null;
  valuesStored: number;
  valuesRefused: number;
  reason: string | null;
};
export type Source = {
  id: string;
  kind: SourceKind;
  name: string;
  config: Json;
  hasCredentials: boolean;
  attributeId: string | null;
  schedule: string | null;
  isEnabled: boolean;
  nextRunAt: string | null;
  webhookUrl: string | null;
  /** Of a webhook whose secret was changed: until when the one before it holds. */
  previousSecretExpiresAt: string | null;
  lastRun: SourceRun | null;
};
export type SourceInput = {
  id?: string;
  adoptionPlanId: string;
  kind: SourceKind;
  name: string;
  config: Json;
  credentials?: Json;
  schedule?: string;
  isEnabled?: boolean;
  attributeId?: string;
};
export type MappedRow = {
  row: number;
  task: string | null;
  attribute: string | null;
  attributeId: string | null;
  raw: Json;
  value: Json;
  day: string | null;
  problem: string | null;
};
export type SourceTest = { ok: boolean; message: string; tookMs: number; sample: Json; rows: MappedRow[] };

export type HistoryEntry = {
  id: string;
  at: string;
  kind: string;
  text: string;
  actor: string | null;
  taskId: string | null;
  from: string | null;
  to: string | null;
  source: string | null;
  batchId: string | null;
};
export type ImportCounts = {
  tasksProcessed: number;
  attributesUpdated: number;
  criteriaEvaluated: number;
  taskStatusChanged: number;
  errors: number;
  rows: number;
  unfilled: number;
  unchanged: number;
};
export type Import = {
  batchId: string;
  kind: string;
  fileName: string | null;
  importedAt: string;
  importedBy: string | null;
  undoneAt: string | null;
  undoneBy: string | null;
  summary: ImportCounts;
};
export type ImportError = {
  sheet: string;
  row: number;
  column: string | null;
  cell: string | null;
  reason: string;
  code: string;
};
export type ImportSummary = {
  success: boolean;
  batchId: string | null;
  summary: ImportCounts;
  taskResults: {
    taskId: string;
    taskName: string;
    attributesUpdated: number;
    telemetryCompletion: number | null;
    before: number | null;
    statusChanged: boolean;
    newStatus: TaskStatus | null;
  }[];
  errors: ImportError[];
  notices: string[];
  refusal: { code: string; reason: string } | null;
  markedFileUrl: string | null;
  isRepeat: boolean;
};
export type ExportedFile = { url: string; filename: string };

export type TemplateAttribute = {
  id: string;
  name: string;
  dataType: DataType;
  isRequired: boolean;
  successCriteria: Json;
  order: number;
};
export type TemplateTask = {
  id: string;
  name: string;
  description: string;
  order: number;
  weight: number;
  licenceLevel: string;
  outcomes: string[];
  howTo: HowTo[];
  attributes: TemplateAttribute[];
};
export type TemplateVersion = {
  version: number;
  publishedAt: string;
  publishedBy: string | null;
  changeNote: string | null;
  taskCount: number;
  attributeCount: number;
};
export type Template = { version: number; tasks: TemplateTask[]; versions: TemplateVersion[] };
export type TemplateProduct = Named & { slug: string; planCount: number; template: Template | null };
export type ProductSummary = Named & {
  slug: string;
  planCount: number;
  template: { version: number; publishedAt: string; versions: TemplateVersion[] } | null;
};
export type TaskInput = Omit<TemplateTask, 'id' | 'attributes'> & {
  id?: string;
  attributes: (Omit<TemplateAttribute, 'id'> & { id?: string })[];
};
export type TemplateImport = { applied: boolean; changes: SyncChange[]; errors: ImportError[] };
