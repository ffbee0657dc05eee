/** What adoption answers, as plain data: products, customers, plans, tasks, values. What lists hold is asked for in batches. */
import type { StatusSource, TaskStatus } from '@uptake/domain/adoption';
import type { DataType } from '@uptake/domain/criteria';

export type Recommendation = 'DONE' | 'STAY' | 'BLOCKED';
export type TelemetryStatus = 'MET' | 'PARTIAL' | 'NOT_MET' | 'NOT_MEASURED';
export type Health = 'COMPLETED' | 'STALLED' | 'AT_RISK' | 'ON_TRACK' | 'NOT_STARTED';
export type TaskOverrideKind = 'INHERIT' | 'OFF' | 'ON';

/** ISO-8601 in UTC. */
export type Instant = string;
/** YYYY-MM-DD. */
export type Day = string;

export type PageInfo = {
  readonly hasNextPage: boolean;
  readonly endCursor: string | undefined;
};
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
};
export type Template = {
  readonly productId: string;
  readonly version: number;
  readonly publishedAt: Instant;
  readonly publishedBy: string | undefined;
  readonly changeNote: string | undefined;
  readonly tasks: readonly TemplateTask[];
};
export type TemplateVersion = {
  readonly version: number;
  readonly publishedAt: Instant;
  readonly publishedBy: string | undefined;
  readonly changeNote: string | undefined;
  readonly taskCount: number;
  readonly attributeCount: number;
};
export type TemplateTask = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly order: number;
  readonly weight: number;
  readonly licenceLevel: string;
  readonly outcomes: readonly string[];
  readonly howTo: readonly HowTo[];
  readonly attributes: readonly TemplateAttribute[];
};
export type HowTo = {
  readonly title: string;
  readonly url: string;
};
export type TemplateAttribute = {
  readonly id: string;
  readonly name: string;
  readonly dataType: DataType;
  readonly isRequired: boolean;
  readonly successCriteria: unknown;
  readonly criterionText: string;
  readonly order: number;
};
export type TemplateSync = {
  readonly templateVersion: number;
  readonly changes: readonly SyncChange[];
};
export type SyncChange = {
  readonly id: string;
  readonly kind: string;
  readonly task: string;
  readonly attribute: string | undefined;
  readonly text: string;
  readonly fields: readonly FieldChange[];
};
export type FieldChange = {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
};
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
};
export type Customer = {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string | undefined;
  readonly createdAt: Instant;
};
export type CustomerConnection = {
  readonly nodes: readonly Customer[];
  readonly totalCount: number;
  readonly pageInfo: PageInfo;
};
export type AdoptionPlan = {
  readonly id: string;
  readonly name: string;
  readonly customer: Customer;
  readonly product: Product;
  readonly owner: Person | undefined;
  readonly createdAt: Instant;
  readonly startDate: Day;
  readonly dueDate: Day | undefined;
  readonly telemetryEnabled: boolean;
  readonly telemetryLastImportAt: Instant | undefined;
  readonly telemetrySource: string | undefined;
  readonly telemetrySchedule: string | undefined;
  readonly telemetryConfig: unknown;
  readonly telemetryProgress: AttributeProgress;
  readonly telemetryNextUpdateAt: Instant | undefined;
  readonly autoStatus: AutoStatusSettings;
  readonly notify: NotifySettings;
  readonly valueRetentionDays: number | undefined;
  readonly progress: PlanProgress;
  readonly health: PlanHealth;
  readonly templateVersion: number;
};
export type AdoptionPlanConnection = {
  readonly nodes: readonly AdoptionPlan[];
  readonly totalCount: number;
  readonly pageInfo: PageInfo;
};
export type AutoStatusSettings = {
  readonly enabled: boolean;
  readonly thresholdPercent: number;
};
export type NotifySettings = {
  readonly emails: readonly string[];
  readonly webhookUrl: string | undefined;
  readonly onAutoStatus: boolean;
  readonly onMilestone: boolean;
  readonly digest: boolean;
};
export type AttributeProgress = {
  readonly totalAttributes: number;
  readonly metAttributes: number;
  readonly percentage: number;
};
export type Progress = {
  readonly completed: number;
  readonly total: number;
  readonly percentage: number;
};
export type PlanProgress = {
  readonly manual: Progress;
  readonly telemetry: Progress;
  readonly combined: Progress;
  readonly measurableTasks: number;
};
export type ProgressPoint = {
  readonly day: Day;
  readonly manual: number;
  readonly telemetry: number;
  readonly combined: number;
};
export type PlanHealth = {
  readonly health: Health;
  readonly reasons: readonly HealthReason[];
  readonly nextStep: NextStep | undefined;
};
export type HealthReason = {
  readonly code: string;
  readonly text: string;
};
export type NextStep = {
  readonly code: string;
  readonly text: string;
  readonly taskId: string | undefined;
};
export type HealthCount = {
  readonly health: Health;
  readonly plans: number;
};
export type Portfolio = {
  readonly plans: number;
  readonly customers: number;
  readonly averageCombined: number;
  readonly byHealth: readonly HealthCount[];
  readonly overdue: number;
};
export type CustomerTask = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly order: number;
  readonly weight: number;
  readonly licenceLevel: string;
  readonly outcomes: readonly string[];
  readonly howTo: readonly HowTo[];
  readonly status: TaskStatus;
  readonly statusUpdateSource: StatusSource | undefined;
  readonly statusNotes: string | undefined;
  readonly statusUpdatedAt: Instant | undefined;
  readonly statusUpdatedBy: string | undefined;
  readonly originalTaskId: string | undefined;
  readonly autoStatusOverride: TaskOverride;
  readonly telemetryAttributes: readonly CustomerTelemetryAttribute[];
  readonly telemetryCompletion: TaskCompletion;
  readonly telemetryStatus: TelemetryStatus;
};
export type TaskOverride = {
  readonly kind: TaskOverrideKind;
  readonly thresholdPercent: number | undefined;
};
export type TaskCompletion = {
  readonly percentage: number | undefined;
  readonly recommendation: Recommendation;
  readonly totalAttributes: number;
  readonly metAttributes: number;
  readonly allRequired: boolean;
  readonly text: string;
};
export type CustomerTelemetryAttribute = {
  readonly id: string;
  readonly name: string;
  readonly dataType: DataType;
  readonly isRequired: boolean;
  readonly order: number;
  readonly successCriteria: unknown;
  readonly criterionText: string;
  readonly originalAttributeId: string | undefined;
  readonly isMet: boolean;
  readonly lastCheckedAt: Instant | undefined;
  readonly verdict: string;
  readonly explanation: string;
  readonly latestValue: TelemetryValue | undefined;
  readonly binding: Binding | undefined;
};
export type TelemetryValue = {
  readonly id: string;
  readonly value: unknown;
  readonly source: string;
  readonly batchId: string | undefined;
  readonly notes: string | undefined;
  readonly day: Day;
  readonly createdAt: Instant;
};
export type Binding = {
  readonly id: string;
  readonly definition: unknown;
  readonly text: string;
  readonly lastRunAt: Instant | undefined;
  readonly lastError: string | undefined;
};
export type HistoryEntry = {
  readonly id: string;
  readonly at: Instant;
  readonly kind: string;
  readonly text: string;
  readonly actor: string | undefined;
  readonly taskId: string | undefined;
  readonly attributeId: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly source: string | undefined;
  readonly batchId: string | undefined;
};
export type HistoryConnection = {
  readonly nodes: readonly HistoryEntry[];
  readonly pageInfo: PageInfo;
};
export type CriterionDescription = {
  readonly isValid: boolean;
  readonly text: string | undefined;
  readonly path: string | undefined;
  readonly problem: string | undefined;
};
