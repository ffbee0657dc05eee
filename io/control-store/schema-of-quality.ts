/** The tables of data quality; part of `schema.ts`. */
import { doublePrecision, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** What an environment allows; the defaults hold where it has no row. Rates from 0 to 1. */
export const qualityThresholds = pgTable('quality_thresholds', {
  environmentId: uuid('environment_id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  rejectionRate: doublePrecision('rejection_rate').notNull(),
  dropRate: doublePrecision('drop_rate').notNull(),
  piiRate: doublePrecision('pii_rate').notNull(),
  sustainedMinutes: integer('sustained_minutes').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

/** Alerts that are on. */
export const qualityAlerts = pgTable(
  'quality_alerts',
  {
    environmentId: uuid('environment_id').notNull(),
    workspaceId: uuid('workspace_id').notNull(),
    type: text('type', { enum: ['sustained_rejections', 'sustained_drops', 'personal_data_found'] }).notNull(),
    source: text('source').notNull(),
    appVersion: text('app_version').notNull(),
    since: instant('since').notNull(),
    /** When the alert was last judged. */
    rate: doublePrecision('rate').notNull(),
    threshold: doublePrecision('threshold').notNull(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.type, table.source, table.appVersion] })],
);

/** Which rule found something where, and in how many rows. */
export type RuleFindings = { readonly rule: string; readonly place: string; readonly events: number };

/** What was looked at again, by the hour in which that was done. */
export const qualityScans = pgTable(
  'quality_scans',
  {
    environmentId: uuid('environment_id').notNull(),
    workspaceId: uuid('workspace_id').notNull(),
    hour: instant('hour').notNull(),
    scannedUntil: instant('scanned_until').notNull(),
    scannedEvents: integer('scanned_events').notNull(),
    eventsWithFindings: integer('events_with_findings').notNull(),
    byRule: jsonb('by_rule').$type<readonly RuleFindings[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.hour] })],
);

export const QUALITY_TABLES = { qualityThresholds, qualityAlerts, qualityScans } as const;
