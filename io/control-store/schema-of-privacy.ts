/** Tables of approvals, retention and erasure; part of `schema.ts`. */
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** Who may look at single people, at whom, and until when. */
export const accessApprovals = pgTable(
  'access_approvals',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    requestedBy: uuid('requested_by').notNull(),
    requestedAt: instant('requested_at').notNull(),
    reason: text('reason').notNull(),
    subjectKind: text('subject_kind', { enum: ['person', 'tenant', 'environment'] }).notNull(),
    subjectIds: text('subject_ids').array().notNull().default(sql`'{}'`),
    environmentId: uuid('environment_id'),
    minutes: integer('minutes').notNull(),
    state: text('state', { enum: ['requested', 'approved', 'denied', 'revoked'] })
      .notNull()
      .default('requested'),
    decidedBy: uuid('decided_by'),
    decidedAt: instant('decided_at'),
    decisionNote: text('decision_note'),
    expiresAt: instant('expires_at'),
    uses: integer('uses').notNull().default(0),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('access_approvals_by_time').on(table.workspaceId, table.requestedAt)],
);

export const approvalSettings = pgTable('approval_settings', {
  workspaceId: uuid('workspace_id').primaryKey(),
  isSoleAdminAllowed: boolean('is_sole_admin_allowed').notNull().default(false),
  longestMinutes: integer('longest_minutes').notNull().default(480),
});

/** How long an environment keeps what, where it differs from the installation. */
export const retentionTiers = pgTable('retention_tiers', {
  workspaceId: uuid('workspace_id').notNull(),
  environmentId: uuid('environment_id').primaryKey(),
  rawDays: integer('raw_days').notNull(),
  restrictedDays: integer('restricted_days').notNull(),
  aggregatedDays: integer('aggregated_days').notNull(),
});

/** What pruning removed: the proof of it. */
export const retentionRuns = pgTable(
  'retention_runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id'),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
    trigger: text('trigger', { enum: ['schedule', 'person', 'command'] }).notNull(),
    removed: jsonb('removed').$type<unknown>().notNull().default([]),
    bytesBefore: bigint('bytes_before', { mode: 'number' }),
    bytesAfter: bigint('bytes_after', { mode: 'number' }),
    error: text('error'),
  },
  (table) => [index('retention_runs_by_time').on(table.workspaceId, table.startedAt)],
);

/** Erasures of persons and tenants, with how far each has come and the certificate of its end. */
export const erasures = pgTable(
  'erasures',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    subjectKind: text('subject_kind', { enum: ['person', 'tenant'] }).notNull(),
    subjectIds: text('subject_ids').array().notNull(),
    subjectFingerprints: text('subject_fingerprints').array().notNull(),
    requestedByKind: text('requested_by_kind', { enum: ['member', 'secret_key', 'system'] }).notNull(),
    requestedBy: text('requested_by'),
    requestedAt: instant('requested_at').notNull(),
    state: text('state', { enum: ['waiting', 'running', 'done', 'failed'] })
      .notNull()
      .default('waiting'),
    steps: jsonb('steps').$type<unknown>().notNull().default([]),
    rounds: integer('rounds').notNull().default(0),
    error: text('error'),
    finishedAt: instant('finished_at'),
    certificate: jsonb('certificate').$type<unknown>(),
  },
  (table) => [index('erasures_by_time').on(table.workspaceId, table.requestedAt)],
);

export const PRIVACY_TABLES = { accessApprovals, approvalSettings, retentionTiers, retentionRuns, erasures } as const;
