/** Tables of what environments do for persons, and of the keys of pseudonyms; part of `schema.ts`. */
import { sql } from 'drizzle-orm';
import { boolean, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One row per environment that has settings of its own. */
export const environmentPrivacy = pgTable('environment_privacy', {
  environmentId: uuid('environment_id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  respectsOptOutSignals: boolean('respects_opt_out_signals').notNull().default(true),
  locationByDefault: boolean('location_by_default').notNull().default(false),
  scrubNames: text('scrub_names').array().notNull().default(sql`'{}'`),
  scrubForms: text('scrub_forms').array().notNull().default(sql`'{}'`),
  /** All three or none: the bridge over rotations. The key is encrypted, and destroyed when the bridge is switched off. */
  bridgeDays: integer('bridge_days'),
  bridgeKey: text('bridge_key'),
  bridgeSince: instant('bridge_since'),
  updatedAt: instant('updated_at').notNull(),
});

/** One key per rotation, encrypted; what its events became cannot be computed again once the row is gone. `asSystem` only. */
export const pseudonymKeys = pgTable('pseudonym_keys', {
  rotation: integer('rotation').primaryKey(),
  sealedKey: text('sealed_key').notNull(),
  createdAt: instant('created_at').notNull(),
});

export const PSEUDONYM_TABLES = { environmentPrivacy, pseudonymKeys } as const;
