/** Tables of adoption: customers, templates, plans with their tasks and attributes, values; part of `schema.ts`. */
import type { HealthReason, Milestone, NextStep } from '@uptake/domain/adoption';
import type { Value } from '@uptake/domain/criteria';
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

const ACTORS = ['member', 'secret_key', 'system'] as const;
const TASK_STATUSES = ['NOT_STARTED', 'IN_PROGRESS', 'DONE', 'NOT_APPLICABLE'] as const;
const DATA_TYPES = ['BOOLEAN', 'NUMBER', 'STRING', 'PERCENTAGE', 'DATE'] as const;
const VALUE_SOURCES = ['excel', 'api', 'database', 'webhook', 'events', 'manual'] as const;
const SOURCE_KINDS = ['api_push', 'api_polling', 'database', 'webhook', 'binding'] as const;

const day = (name: string) => date(name, { mode: 'string' });

export const adoptionCustomers = pgTable(
  'adoption_customers',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    name: text('name').notNull(),
    /** The same as the `tenant_id` of events. */
    tenantId: text('tenant_id'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('adoption_customers_tenant').on(table.workspaceId, table.tenantId)],
);

export const adoptionCustomerAdmins = pgTable(
  'adoption_customer_admins',
  {
    workspaceId: uuid('workspace_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    userId: uuid('user_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.userId] })],
);

/** Rows are added, never changed. */
export const adoptionTemplates = pgTable(
  'adoption_templates',
  {
    workspaceId: uuid('workspace_id').notNull(),
    productId: uuid('product_id').notNull(),
    version: integer('version').notNull(),
    /** Tasks with attributes, criteria as their JSON. */
    document: json('document').$type<unknown>().notNull(),
    taskCount: integer('task_count').notNull(),
    attributeCount: integer('attribute_count').notNull(),
    changeNote: text('change_note'),
    publishedAt: instant('published_at').notNull(),
    publishedByKind: text('published_by_kind', { enum: ACTORS }).notNull(),
    publishedBy: text('published_by'),
  },
  (table) => [primaryKey({ columns: [table.productId, table.version] })],
);

/** With its figures, which every change of a task or a value renews in the same transaction. */
export const adoptionPlans = pgTable(
  'adoption_plans',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    productId: uuid('product_id').notNull(),
    name: text('name').notNull(),
    ownerId: uuid('owner_id'),
    startDate: day('start_date').notNull(),
    dueDate: day('due_date'),
    createdAt: instant('created_at').notNull(),
    templateVersion: integer('template_version').notNull(),
    /** Grows with every sync; workbooks remember it. */
    snapshotVersion: integer('snapshot_version').notNull(),
    telemetryEnabled: boolean('telemetry_enabled').notNull(),
    telemetrySource: text('telemetry_source'),
    telemetrySchedule: text('telemetry_schedule'),
    telemetryConfig: jsonb('telemetry_config').$type<unknown>(),
    telemetryLastImportAt: instant('telemetry_last_import_at'),
    isAutoStatusEnabled: boolean('is_auto_status_enabled').notNull(),
    thresholdPercent: integer('threshold_percent').notNull(),
    notifyEmails: text('notify_emails').array().notNull(),
    notifyWebhookUrl: text('notify_webhook_url'),
    notifyOnAutoStatus: boolean('notify_on_auto_status').notNull(),
    notifyDigest: boolean('notify_digest').notNull(),
    notifyOnMilestone: boolean('notify_on_milestone').notNull(),
    valueRetentionDays: integer('value_retention_days'),
    tasksTotal: integer('tasks_total').notNull(),
    tasksDone: integer('tasks_done').notNull(),
    tasksRecommended: integer('tasks_recommended').notNull(),
    tasksMeasurable: integer('tasks_measurable').notNull(),
    attributesTotal: integer('attributes_total').notNull(),
    attributesMet: integer('attributes_met').notNull(),
    lastValueDay: day('last_value_day'),
    lastProgressDay: day('last_progress_day'),
    health: text('health', { enum: ['completed', 'stalled', 'at_risk', 'on_track', 'not_started'] }).notNull(),
    healthReasons: jsonb('health_reasons').$type<readonly HealthReason[]>().notNull(),
    nextStep: jsonb('next_step').$type<NextStep>().notNull(),
    /** The highest milestone ever passed, 0 before the first. */
    reachedPercent: integer('reached_percent').$type<Milestone | 0>().notNull(),
    /** Where the standstill began that was told last. */
    toldStandstillSince: day('told_standstill_since'),
    /** The day health and time windows were last judged for. */
    evaluatedDay: day('evaluated_day').notNull(),
  },
  (table) => [
    index('adoption_plans_by_workspace').on(table.workspaceId),
    index('adoption_plans_by_customer').on(table.customerId),
    index('adoption_plans_by_product').on(table.productId),
  ],
);

export const adoptionTasks = pgTable(
  'adoption_tasks',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    originalTaskId: uuid('original_task_id'),
    name: text('name').notNull(),
    description: text('description').notNull(),
    position: integer('position').notNull(),
    weight: doublePrecision('weight').notNull(),
    licenceLevel: text('licence_level').notNull(),
    outcomes: jsonb('outcomes').$type<readonly string[]>().notNull(),
    howTo: jsonb('how_to').$type<readonly { readonly title: string; readonly url: string }[]>().notNull(),
    status: text('status', { enum: TASK_STATUSES }).notNull(),
    statusSource: text('status_source', { enum: ['MANUAL', 'TELEMETRY', 'IMPORT', 'SYSTEM'] }),
    statusNotes: text('status_notes'),
    statusUpdatedAt: instant('status_updated_at'),
    statusUpdatedBy: text('status_updated_by'),
    overrideKind: text('override_kind', { enum: ['inherit', 'off', 'on'] }).notNull(),
    overrideThreshold: integer('override_threshold'),
  },
  (table) => [index('adoption_tasks_by_plan').on(table.planId)],
);

/** With the newest value beside it, so that a plan is read without its time series. */
export const adoptionAttributes = pgTable(
  'adoption_attributes',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    taskId: uuid('task_id').notNull(),
    originalAttributeId: uuid('original_attribute_id'),
    name: text('name').notNull(),
    dataType: text('data_type', { enum: DATA_TYPES }).notNull(),
    isRequired: boolean('is_required').notNull(),
    criterion: json('criterion').$type<unknown>().notNull(),
    position: integer('position').notNull(),
    isMet: boolean('is_met').notNull(),
    verdict: text('verdict', { enum: ['met', 'not_met', 'missing', 'invalid'] }).notNull(),
    lastCheckedAt: instant('last_checked_at'),
    latestValueId: uuid('latest_value_id'),
    latestValue: jsonb('latest_value').$type<Value>(),
    latestDay: day('latest_day'),
    latestSource: text('latest_source', { enum: VALUE_SOURCES }),
    latestBatchId: uuid('latest_batch_id'),
    latestNotes: text('latest_notes'),
    latestAt: instant('latest_at'),
  },
  (table) => [index('adoption_attributes_by_plan').on(table.planId)],
);

/** The time series. Of several values for one day the one written last holds. */
export const telemetryValues = pgTable(
  'telemetry_values',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    attributeId: uuid('attribute_id').notNull(),
    day: day('day').notNull(),
    value: jsonb('value').$type<Value>().notNull(),
    source: text('source', { enum: VALUE_SOURCES }).notNull(),
    batchId: uuid('batch_id'),
    notes: text('notes'),
    createdAt: instant('created_at').notNull(),
    /** The order in which values were written. */
    sequence: bigint('sequence', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  },
  (table) => [
    index('telemetry_values_by_attribute').on(table.attributeId, table.day, table.sequence),
    index('telemetry_values_by_batch').on(table.batchId),
    index('telemetry_values_by_age').on(table.planId, table.day),
  ],
);

/** One import, push, webhook or poll each: what it did, and what takes it back. */
export const telemetryBatches = pgTable(
  'telemetry_batches',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    sourceId: uuid('source_id'),
    kind: text('kind', { enum: VALUE_SOURCES }).notNull(),
    fileName: text('file_name'),
    /** SHA-256 of what was sent, hex. */
    contentHash: text('content_hash'),
    idempotencyKey: text('idempotency_key'),
    importedAt: instant('imported_at').notNull(),
    importedByKind: text('imported_by_kind', { enum: ACTORS }).notNull(),
    importedBy: text('imported_by'),
    /** The whole answer, to be given again when the same comes again. */
    summary: json('summary').$type<unknown>().notNull(),
    undoneAt: instant('undone_at'),
    undoneBy: text('undone_by'),
  },
  (table) => [
    index('telemetry_batches_by_time').on(table.planId, table.importedAt),
    uniqueIndex('telemetry_batches_idempotency').on(table.planId, table.idempotencyKey),
  ],
);

export const telemetrySources = pgTable(
  'telemetry_sources',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    kind: text('kind', { enum: SOURCE_KINDS }).notNull(),
    name: text('name').notNull(),
    config: jsonb('config').$type<unknown>().notNull(),
    /** Encrypted for this row; never answered. */
    sealedCredentials: text('sealed_credentials'),
    schedule: text('schedule'),
    isEnabled: boolean('is_enabled').notNull(),
    /** Of a binding: the attribute it gives the value of. */
    attributeId: uuid('attribute_id'),
    nextRunAt: instant('next_run_at'),
    createdAt: instant('created_at').notNull(),
    /** Of a webhook: until then the secret before the present one holds too. */
    previousSecretExpiresAt: instant('previous_secret_expires_at'),
  },
  (table) => [index('telemetry_sources_by_plan').on(table.planId)],
);

export const sourceRuns = pgTable(
  'source_runs',
  {
    id: uuid('id').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    sourceId: uuid('source_id'),
    sourceName: text('source_name').notNull(),
    state: text('state', { enum: ['waiting', 'running', 'succeeded', 'failed', 'skipped'] }).notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    attempts: integer('attempts').notNull(),
    batchId: uuid('batch_id'),
    valuesStored: integer('values_stored').notNull(),
    valuesRefused: integer('values_refused').notNull(),
    reason: text('reason'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('source_runs_by_time').on(table.planId, table.createdAt),
    index('source_runs_by_source').on(table.sourceId, table.createdAt),
  ],
);

/** How far a plan was at the end of each day. */
export const adoptionPlanDays = pgTable(
  'adoption_plan_days',
  {
    planId: uuid('plan_id').notNull(),
    workspaceId: uuid('workspace_id').notNull(),
    day: day('day').notNull(),
    manualPercent: doublePrecision('manual_percent').notNull(),
    telemetryPercent: doublePrecision('telemetry_percent').notNull(),
    combinedPercent: doublePrecision('combined_percent').notNull(),
  },
  (table) => [primaryKey({ columns: [table.planId, table.day] })],
);

/** What happened to a plan, for people to read. Rows are added, never changed. */
export const adoptionHistory = pgTable(
  'adoption_history',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    planId: uuid('plan_id').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    at: instant('at').notNull(),
    kind: text('kind').notNull(),
    text: text('text').notNull(),
    actorKind: text('actor_kind', { enum: ACTORS }).notNull(),
    actorId: text('actor_id'),
    taskId: uuid('task_id'),
    attributeId: uuid('attribute_id'),
    fromText: text('from_text'),
    toText: text('to_text'),
    source: text('source'),
    batchId: uuid('batch_id'),
  },
  (table) => [index('adoption_history_by_plan').on(table.planId, table.sequence)],
);

/** Files to be fetched once made: sealed, and gone after an hour. */
export const adoptionFiles = pgTable(
  'adoption_files',
  {
    /** SHA-256 of the token in the address, hex. */
    tokenHash: text('token_hash').primaryKey(),
    workspaceId: uuid('workspace_id').notNull(),
    fileName: text('file_name').notNull(),
    sealedContent: text('sealed_content').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('adoption_files_by_expiry').on(table.expiresAt)],
);

/** What signs the messages about the plans of a workspace: the secret in use and the one before it, sealed together. */
export const adoptionNoticeSecrets = pgTable('adoption_notice_secrets', {
  workspaceId: uuid('workspace_id').primaryKey(),
  sealedSecrets: text('sealed_secrets').notNull(),
  since: instant('since').notNull(),
  previousSecretExpiresAt: instant('previous_secret_expires_at'),
});

export const ADOPTION_TABLES = {
  adoptionCustomers,
  adoptionCustomerAdmins,
  adoptionTemplates,
  adoptionPlans,
  adoptionTasks,
  adoptionAttributes,
  telemetryValues,
  telemetryBatches,
  telemetrySources,
  sourceRuns,
  adoptionPlanDays,
  adoptionHistory,
  adoptionFiles,
  adoptionNoticeSecrets,
} as const;
