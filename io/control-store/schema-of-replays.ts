/** The table of dead-letter replays; part of `schema.ts`. */
import { boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One replay each: what was asked for, how far it has come, and what became of the letters. */
export const replayRuns = pgTable(
  'replay_runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    environmentId: uuid('environment_id').notNull(),
    state: text('state', { enum: ['waiting', 'running', 'succeeded', 'failed', 'cancelled'] })
      .notNull()
      .default('waiting'),
    filter: jsonb('filter').$type<unknown>().notNull(),
    mapping: jsonb('mapping').$type<unknown>(),
    requestedByKind: text('requested_by_kind', { enum: ['member', 'secret_key', 'system'] }).notNull(),
    requestedBy: text('requested_by'),
    requestedAt: instant('requested_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    total: integer('total').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    duplicates: integer('duplicates').notNull().default(0),
    rejected: integer('rejected').notNull().default(0),
    dropped: integer('dropped').notNull().default(0),
    sampled: integer('sampled').notNull().default(0),
    /** Pages that are wholly done, and the letter the last of them ended with. */
    pages: integer('pages').notNull().default(0),
    cursor: jsonb('cursor').$type<unknown>(),
    /** The page that was begun: where it ends, and which of its letters repeat events that were there before it. */
    pending: jsonb('pending').$type<unknown>(),
    isCancelRequested: boolean('is_cancel_requested').notNull().default(false),
    error: text('error'),
  },
  (table) => [index('replay_runs_by_time').on(table.workspaceId, table.environmentId, table.requestedAt)],
);

export const REPLAY_TABLES = { replayRuns } as const;
