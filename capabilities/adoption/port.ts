/**
 * What adoption can be asked and told: one method for each operation of the graph, and one for each list within its rows.
 * `principal` comes first; every method refuses (`Problem`) what it may not see or do, and finds nothing of other workspaces.
 */
import type { TaskStatus } from '@uptake/domain/adoption';
import type { Principal } from '@uptake/domain/contract';
import type { DataType } from '@uptake/domain/criteria';
import type * as model from './model.ts';
import type {
  AdoptionPlan,
  Customer,
  CustomerTask,
  CustomerTelemetryAttribute,
  Day,
  Health,
  Instant,
  SyncChange,
  TaskOverrideKind,
  Template,
} from './model.ts';
import type {
  NoticeSecretRotated,
  NoticeSigning,
  SourceInput,
  SourceRun,
  SourceSaved,
  SourceTest,
  TelemetrySource,
} from './source-model.ts';

export type * from './model.ts';
export type * from './source-model.ts';

export type PlanSortKey = 'RISK' | 'CUSTOMER' | 'PRODUCT' | 'PROGRESS' | 'DUE' | 'LAST_PROGRESS';

/** A file somebody sent: its name without folders, and what is in it. */
export type SentFile = { readonly name: string; readonly bytes: Buffer };
export type Page = { readonly first: number; readonly after: string | undefined };
export type ValuesAsked = { readonly first: number; readonly from: Day | undefined; readonly to: Day | undefined };
/** By id; what the principal may not see is not in it. */
export type ById<Found> = Promise<ReadonlyMap<string, Found>>;

export type PlanFilter = {
  readonly customerId?: string | null | undefined;
  readonly productId?: string | null | undefined;
  readonly ownerId?: string | null | undefined;
  readonly health?: readonly Health[] | null | undefined;
  readonly search?: string | null | undefined;
};

export type PlanSort = {
  readonly by: PlanSortKey;
  readonly descending?: boolean | null | undefined;
};

export type TelemetryImport = {
  readonly batchId: string;
  readonly kind: string;
  readonly fileName: string | undefined;
  readonly importedAt: Instant;
  readonly importedBy: string | undefined;
  readonly undoneAt: Instant | undefined;
  readonly undoneBy: string | undefined;
  readonly summary: ImportCounts;
};

export type TelemetryTemplateFile = {
  readonly url: string;
  readonly filename: string;
  readonly expiresAt: Instant;
  readonly taskCount: number;
  readonly attributeCount: number;
};

export type AdoptionPlanTelemetryFile = {
  readonly url: string;
  readonly filename: string;
  readonly expiresAt: Instant;
  readonly taskCount: number;
  readonly attributeCount: number;
  readonly lastUpdated: Instant | undefined;
};

export type ImportSummary = {
  readonly success: boolean;
  readonly batchId: string | undefined;
  readonly summary: ImportCounts;
  readonly taskResults: readonly ImportTaskResult[];
  readonly errors: readonly ImportError[];
  readonly notices: readonly string[];
  readonly refusal: ImportRefusal | undefined;
  readonly markedFileUrl: string | undefined;
  readonly isRepeat: boolean;
};

export type ImportCounts = {
  readonly tasksProcessed: number;
  readonly attributesUpdated: number;
  readonly criteriaEvaluated: number;
  readonly taskStatusChanged: number;
  readonly errors: number;
  readonly rows: number;
  readonly unfilled: number;
  readonly unchanged: number;
};

export type ImportTaskResult = {
  readonly taskId: string;
  readonly taskName: string;
  readonly attributesUpdated: number;
  readonly telemetryCompletion: number | undefined;
  readonly statusChanged: boolean;
  readonly newStatus: TaskStatus | undefined;
  readonly before: number | undefined;
};

export type ImportError = {
  readonly sheet: string;
  readonly row: number;
  readonly column: string | undefined;
  readonly cell: string | undefined;
  readonly reason: string;
  readonly code: string;
};

export type ImportRefusal = {
  readonly code: string;
  readonly reason: string;
};

export type ImportUndone = {
  readonly batchId: string;
  readonly valuesRemoved: number;
  readonly tasksReopened: number;
  readonly plan: AdoptionPlan;
};

export type TemplateImport = {
  readonly applied: boolean;
  readonly template: Template | undefined;
  readonly changes: readonly SyncChange[];
  readonly errors: readonly ImportError[];
};

export type BulkResult = {
  readonly changed: number;
  readonly problems: readonly BulkProblem[];
};

export type BulkProblem = {
  readonly planId: string;
  readonly problem: string;
};

export type TelemetryConfigInput = {
  readonly adoptionPlanId: string;
  readonly telemetryEnabled?: boolean | null | undefined;
  readonly telemetrySource?: string | null | undefined;
  readonly telemetrySchedule?: string | null | undefined;
  readonly telemetryConfig?: unknown | null | undefined;
  readonly autoStatusEnabled?: boolean | null | undefined;
  readonly thresholdPercent?: number | null | undefined;
  readonly notify?: NotifyInput | null | undefined;
  readonly valueRetentionDays?: number | null | undefined;
};

export type NotifyInput = {
  readonly emails?: readonly string[] | null | undefined;
  readonly webhookUrl?: string | null | undefined;
  readonly onAutoStatus?: boolean | null | undefined;
  readonly onMilestone?: boolean | null | undefined;
  readonly digest?: boolean | null | undefined;
};

export type TemplateInput = {
  readonly tasks: readonly TemplateTaskInput[];
};

export type TemplateTaskInput = {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly order?: number | null | undefined;
  readonly weight?: number | null | undefined;
  readonly licenceLevel?: string | null | undefined;
  readonly outcomes?: readonly string[] | null | undefined;
  readonly howTo?: readonly HowToInput[] | null | undefined;
  readonly attributes: readonly TemplateAttributeInput[];
};

export type HowToInput = {
  readonly title: string;
  readonly url: string;
};

export type TemplateAttributeInput = {
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly dataType: DataType;
  readonly isRequired?: boolean | null | undefined;
  readonly successCriteria: unknown;
  readonly order?: number | null | undefined;
};

export type CustomerInput = {
  readonly name: string;
  readonly tenantId?: string | null | undefined;
};

export type AssignProductInput = {
  readonly customerId: string;
  readonly productId: string;
  readonly name?: string | null | undefined;
  readonly ownerId?: string | null | undefined;
  readonly startDate?: Day | null | undefined;
  readonly dueDate?: Day | null | undefined;
};

export type UpdatePlanInput = {
  readonly name?: string | null | undefined;
  readonly ownerId?: string | null | undefined;
  readonly startDate?: Day | null | undefined;
  readonly dueDate?: Day | null | undefined;
};

export type TaskOverrideInput = {
  readonly kind: TaskOverrideKind;
  readonly thresholdPercent?: number | null | undefined;
};

export type BulkAction = {
  readonly setOwnerId?: string | null | undefined;
  readonly setDueDate?: Day | null | undefined;
  readonly applyRecommendations?: boolean | null | undefined;
  readonly syncTemplates?: boolean | null | undefined;
  readonly enableTelemetry?: boolean | null | undefined;
  readonly evaluate?: boolean | null | undefined;
};

export interface AdoptionService {
  products(principal: Principal): Promise<readonly model.Product[]>;
  product(principal: Principal, id: string): Promise<model.Product | undefined>;
  customers(principal: Principal, search: string | undefined, page: Page): Promise<model.CustomerConnection>;
  customer(principal: Principal, id: string): Promise<Customer | undefined>;
  adoptionPlan(principal: Principal, id: string): Promise<AdoptionPlan | undefined>;
  adoptionPlans(
    principal: Principal,
    filter: PlanFilter,
    sort: PlanSort,
    page: Page,
  ): Promise<model.AdoptionPlanConnection>;
  portfolio(principal: Principal, filter: PlanFilter): Promise<model.Portfolio>;
  telemetryImport(principal: Principal, batchId: string): Promise<TelemetryImport | undefined>;
  describeCriterion(dataType: DataType, successCriteria: unknown): model.CriterionDescription;

  // Lists within rows, for many rows at once: one or two questions to the store each, however many ids.
  templatesOf(principal: Principal, productIds: readonly string[]): ById<Template>;
  templateVersionsOf(principal: Principal, productIds: readonly string[]): ById<readonly model.TemplateVersion[]>;
  planCountsOf(principal: Principal, productIds: readonly string[]): ById<number>;
  plansOf(principal: Principal, customerIds: readonly string[]): ById<readonly AdoptionPlan[]>;
  adminsOf(principal: Principal, customerIds: readonly string[]): ById<readonly model.Person[]>;
  tasksOf(principal: Principal, planIds: readonly string[]): ById<readonly CustomerTask[]>;
  trendsOf(principal: Principal, planIds: readonly string[]): ById<readonly model.ProgressPoint[]>;
  /** Only of plans whose template changed. */
  pendingSyncsOf(principal: Principal, planIds: readonly string[]): ById<model.TemplateSync>;
  sourcesOf(principal: Principal, planIds: readonly string[]): ById<readonly TelemetrySource[]>;
  /** Newest first, `first` of each plan. */
  importsOf(principal: Principal, planIds: readonly string[], first: number): ById<readonly TelemetryImport[]>;
  runsOf(principal: Principal, planIds: readonly string[], first: number): ById<readonly SourceRun[]>;
  historyOf(principal: Principal, planId: string, page: Page): Promise<model.HistoryConnection>;
  /** Newest day first. */
  valuesOf(
    principal: Principal,
    attributeIds: readonly string[],
    asked: ValuesAsked,
  ): ById<readonly model.TelemetryValue[]>;

  exportTelemetryTemplate(principal: Principal, productId: string): Promise<TelemetryTemplateFile>;
  exportAdoptionPlanTelemetry(principal: Principal, planId: string): Promise<AdoptionPlanTelemetryFile>;
  /** With `isPreview` nothing is applied and there is no batch. */
  importCustomerTelemetry(
    principal: Principal,
    planId: string,
    file: SentFile,
    options: { readonly isPreview: boolean },
  ): Promise<ImportSummary>;
  undoTelemetryImport(principal: Principal, batchId: string): Promise<ImportUndone>;
  configureAdoptionPlanTelemetry(principal: Principal, input: TelemetryConfigInput): Promise<AdoptionPlan>;
  /** A new version; `conflict` where `basedOnVersion` is not the newest. */
  saveTemplate(
    principal: Principal,
    productId: string,
    template: TemplateInput,
    options: { readonly basedOnVersion: number | undefined; readonly changeNote: string | undefined },
  ): Promise<Template>;
  /** `apply: false` says what would change. */
  importTemplate(
    principal: Principal,
    productId: string,
    file: SentFile,
    options: { readonly basedOnVersion: number | undefined; readonly apply: boolean },
  ): Promise<TemplateImport>;
  createCustomer(principal: Principal, input: CustomerInput): Promise<Customer>;
  updateCustomer(principal: Principal, id: string, input: CustomerInput): Promise<Customer>;
  /** With all plans, values and history; the tenant's events stay. */
  deleteCustomer(principal: Principal, id: string): Promise<void>;
  setCustomerAdmins(principal: Principal, customerId: string, userIds: readonly string[]): Promise<Customer>;
  assignProduct(principal: Principal, input: AssignProductInput): Promise<AdoptionPlan>;
  updatePlan(principal: Principal, id: string, input: UpdatePlanInput): Promise<AdoptionPlan>;
  deletePlan(principal: Principal, id: string): Promise<void>;
  applyTemplateSync(
    principal: Principal,
    planId: string,
    review: { readonly templateVersion: number; readonly accepted: readonly string[] },
  ): Promise<AdoptionPlan>;
  updateTaskStatus(
    principal: Principal,
    taskId: string,
    status: TaskStatus,
    notes: string | undefined,
  ): Promise<CustomerTask>;
  applyRecommendation(principal: Principal, taskId: string): Promise<CustomerTask>;
  setTaskOverride(principal: Principal, taskId: string, override: TaskOverrideInput): Promise<CustomerTask>;
  recordValue(
    principal: Principal,
    attributeId: string,
    value: unknown,
    options: { readonly day: Day | undefined; readonly notes: string | undefined },
  ): Promise<CustomerTelemetryAttribute>;
  saveSource(principal: Principal, input: SourceInput): Promise<SourceSaved>;
  deleteSource(principal: Principal, id: string): Promise<void>;
  runSource(principal: Principal, id: string): Promise<SourceRun>;
  /** Stores nothing. Where values are sent to us, `message` is the text of one, looked at as if it had been sent. */
  testSource(principal: Principal, input: SourceInput, message?: string): Promise<SourceTest>;
  /** The one before holds for `overlapSeconds` more. */
  rotateWebhookSecret(principal: Principal, id: string, overlapSeconds: number): Promise<SourceSaved>;
  /** Undefined before the first message. */
  noticeSigning(principal: Principal): Promise<NoticeSigning | undefined>;
  rotateNoticeSecret(principal: Principal, overlapSeconds: number): Promise<NoticeSecretRotated>;
  bulkUpdatePlans(principal: Principal, planIds: readonly string[], action: BulkAction): Promise<BulkResult>;
  evaluatePlan(principal: Principal, id: string): Promise<AdoptionPlan>;
}
