/** The tables of the control store as Drizzle sees them. `migrations/` makes them; a test compares the two column by column. */
import type { Budget, SavedController } from '@uptake/domain/sampling';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
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
import { ADOPTION_TABLES } from './schema-of-adoption.ts';
import { PRIVACY_TABLES } from './schema-of-privacy.ts';
import { PSEUDONYM_TABLES } from './schema-of-pseudonyms.ts';
import { QUALITY_TABLES } from './schema-of-quality.ts';
import { REPLAY_TABLES } from './schema-of-replays.ts';

const createdAt = () => instant('created_at').notNull().defaultNow();
/** For columns that a trigger fills: no insert may name them. */
const BY_THE_DATABASE = sql`NULL`;

export const workspaces = pgTable('workspaces', {
  id: uuid('id').primaryKey().defaultRandom(),
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  createdAt: createdAt(),
});

export const products = pgTable(
  'products',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('products_slug').on(table.workspaceId, table.slug)],
);

export const environments = pgTable(
  'environments',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    productId: uuid('product_id').notNull(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    mode: text('mode', { enum: ['observe', 'enforce'] })
      .notNull()
      .default('observe'),
    policy: text('policy', { enum: ['full', 'ledger'] })
      .notNull()
      .default('full'),
    createdAt: createdAt(),
    /** What this environment does not collect, by event name and by feature area. */
    excludedEvents: text('excluded_events').array().notNull().default(sql`'{}'`),
    excludedFeatureAreas: text('excluded_feature_areas').array().notNull().default(sql`'{}'`),
  },
  (table) => [uniqueIndex('environments_slug').on(table.productId, table.slug)],
);

export const memberships = pgTable('memberships', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  userId: uuid('user_id').notNull(),
  role: text('role', { enum: ['owner', 'admin', 'analyst', 'viewer', 'customer_admin'] }).notNull(),
  createdAt: createdAt(),
});

export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey().defaultRandom(),
  workspaceId: uuid('workspace_id').notNull(),
  kind: text('kind', { enum: ['write', 'secret'] }).notNull(),
  name: text('name').notNull(),
  /** The first characters, for people to tell keys apart. */
  prefix: text('prefix').notNull(),
  /** SHA-256 of the key, hex. Keys carry 190 random bits, so a slow hash would protect nothing. */
  keyHash: text('key_hash').notNull().unique(),
  /** Null for a secret key of the whole workspace. */
  productId: uuid('product_id'),
  environmentId: uuid('environment_id'),
  scopes: text('scopes').array().notNull().default(sql`'{}'`),
  /** Addresses and CIDR ranges; empty allows every address. */
  allowedAddresses: text('allowed_addresses').array().notNull().default(sql`'{}'`),
  eventsPerSecondLimit: integer('events_per_second_limit'),
  createdAt: createdAt(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  lastUsedAt: instant('last_used_at'),
});

export const auditEntries = pgTable(
  'audit_entries',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** Null for what concerns no single workspace, as a sign-in. */
    workspaceId: uuid('workspace_id'),
    occurredAt: instant('occurred_at').notNull(),
    actorKind: text('actor_kind', { enum: ['member', 'secret_key', 'system'] }).notNull(),
    actorId: text('actor_id'),
    /** What was done, as `api_key.created`. */
    action: text('action').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    details: jsonb('details').$type<Record<string, unknown>>().notNull().default({}),
    /** The workspace, or the nil UUID for the chain of the installation. */
    chainId: uuid('chain_id').notNull().generatedAlwaysAs(BY_THE_DATABASE),
    sequence: bigint('sequence', { mode: 'number' }).notNull().generatedAlwaysAs(BY_THE_DATABASE),
    /** SHA-256, hex; zeros before the first entry. */
    previousHash: text('previous_hash').notNull().generatedAlwaysAs(BY_THE_DATABASE),
    hash: text('hash').notNull().generatedAlwaysAs(BY_THE_DATABASE),
  },
  (table) => [
    index('audit_entries_by_time').on(table.workspaceId, table.occurredAt),
    uniqueIndex('audit_entries_by_sequence').on(table.chainId, table.sequence),
  ],
);

/** Where each chain of audit entries ends. Moves only with an entry. */
export const auditChains = pgTable('audit_chains', {
  chainId: uuid('chain_id').primaryKey(),
  sequence: bigint('sequence', { mode: 'number' }).notNull().default(0),
  hash: text('hash').notNull().default(sql`repeat('0', 64)`),
});

/** People and their sessions: the tables better-auth works on. Reached `asSystem` only. */
export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: createdAt(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

export const sessions = pgTable('sessions', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  token: text('token').notNull().unique(),
  expiresAt: instant('expires_at').notNull(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  createdAt: createdAt(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id').notNull(),
  accountId: text('account_id').notNull(),
  providerId: text('provider_id').notNull(),
  accessToken: text('access_token'),
  refreshToken: text('refresh_token'),
  idToken: text('id_token'),
  accessTokenExpiresAt: instant('access_token_expires_at'),
  refreshTokenExpiresAt: instant('refresh_token_expires_at'),
  scope: text('scope'),
  password: text('password'),
  createdAt: createdAt(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

export const verifications = pgTable('verifications', {
  id: uuid('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: createdAt(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

export const rateLimits = pgTable('rate_limits', {
  id: uuid('id').primaryKey(),
  key: text('key').notNull().unique(),
  count: integer('count').notNull(),
  /** Unix milliseconds. */
  lastRequest: bigint('last_request', { mode: 'number' }).notNull(),
});

/** Background work (`io/jobs`). */
export const jobs = pgTable('jobs', {
  id: uuid('id').primaryKey().defaultRandom(),
  name: text('name').notNull(),
  payload: jsonb('payload').$type<unknown>(),
  /** At most one waiting job per name and key. */
  key: text('key'),
  state: text('state', { enum: ['waiting', 'running', 'succeeded', 'failed'] })
    .notNull()
    .default('waiting'),
  attempts: integer('attempts').notNull().default(0),
  runAt: instant('run_at').notNull(),
  /** Who works on it, and until when it must have said so again before others may take it over. */
  workerId: text('worker_id'),
  leasedUntil: instant('leased_until'),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
  error: text('error'),
});

export const jobSchedules = pgTable('job_schedules', {
  name: text('name').primaryKey(),
  cron: text('cron').notNull(),
  nextRunAt: instant('next_run_at').notNull(),
});

/** Who operates the installation. Reached `asSystem` only. */
export const operators = pgTable('operators', {
  userId: uuid('user_id').primaryKey(),
  addedAt: instant('added_at').notNull().defaultNow(),
  /** Null where the installation itself did. */
  addedBy: uuid('added_by'),
});

export const onboardingCheckpoints = pgTable(
  'onboarding_checkpoints',
  {
    workspaceId: uuid('workspace_id').notNull(),
    checkpoint: text('checkpoint').notNull(),
    completedAt: instant('completed_at').notNull(),
    completedBy: uuid('completed_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.checkpoint] })],
);

/** Questions with the answer they had: a row is made and deleted, never changed. */
export const storedReports = pgTable(
  'stored_reports',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    title: text('title').notNull(),
    kind: text('kind').notNull(),
    definition: jsonb('definition').$type<unknown>().notNull(),
    answer: jsonb('answer').$type<unknown>().notNull(),
    createdAt: instant('created_at').notNull(),
    /** Id of the person, or of the key. */
    createdBy: text('created_by').notNull(),
  },
  (table) => [index('stored_reports_by_time').on(table.workspaceId, table.createdAt)],
);

/** One tenant's usage of a period, made by a job. */
export const reviewPacks = pgTable(
  'review_packs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    /** Null for all environments of the workspace. */
    environmentId: uuid('environment_id'),
    tenantId: text('tenant_id').notNull(),
    title: text('title').notNull(),
    periodFrom: instant('period_from').notNull(),
    periodTo: instant('period_to').notNull(),
    state: text('state', { enum: ['requested', 'ready', 'failed'] })
      .notNull()
      .default('requested'),
    requestedAt: instant('requested_at').notNull(),
    requestedBy: text('requested_by').notNull(),
    finishedAt: instant('finished_at'),
    contents: jsonb('contents').$type<unknown>(),
    error: text('error'),
  },
  (table) => [index('review_packs_by_time').on(table.workspaceId, table.requestedAt)],
);

/** The tracking plan of a product, an event a row; what each version says lies in `event_schema_versions`. */
export const plannedEvents = pgTable(
  'planned_events',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    workspaceId: uuid('workspace_id').notNull(),
    productId: uuid('product_id').notNull(),
    eventName: text('event_name').notNull(),
    state: text('state', { enum: ['draft', 'active', 'deprecated', 'blocked'] }).notNull(),
    currentVersion: integer('current_version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [index('planned_events_by_workspace').on(table.workspaceId)],
);

/** Rows are added, never changed. */
export const eventSchemaVersions = pgTable(
  'event_schema_versions',
  {
    plannedEventId: uuid('planned_event_id').notNull(),
    workspaceId: uuid('workspace_id').notNull(),
    version: integer('version').notNull(),
    document: json('document').$type<unknown>().notNull(),
    isBreaking: boolean('is_breaking').notNull(),
    migrationNote: text('migration_note'),
    reviewerId: uuid('reviewer_id'),
    /** Set on a breaking version: until then what the ones before it allow is accepted too. */
    previousAcceptedUntil: instant('previous_accepted_until'),
    createdByKind: text('created_by_kind', { enum: ['member', 'secret_key', 'system'] }).notNull(),
    createdBy: text('created_by'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.plannedEventId, table.version] })],
);

/** Moves when somebody changes what processes remember; `asSystem` only. Triggers move it. */
export const configurationRevisions = pgTable('configuration_revisions', {
  topic: text('topic', { enum: ['access', 'plans'] }).primaryKey(),
  revision: bigint('revision', { mode: 'number' }).notNull().default(0),
});

/** What an environment may keep; `seed` is what its draws are made with. */
export const budgets = pgTable('budgets', {
  environmentId: uuid('environment_id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  productId: uuid('product_id').notNull(),
  budget: jsonb('budget').$type<Budget>().notNull(),
  seed: integer('seed').notNull(),
  revision: integer('revision').notNull(),
  updatedAt: instant('updated_at').notNull(),
});

/** What the controller of a budget knew when it was last asked. */
export const budgetStates = pgTable('budget_states', {
  environmentId: uuid('environment_id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  state: jsonb('state').$type<SavedController>().notNull(),
  savedAt: instant('saved_at').notNull(),
});

export * from './schema-of-adoption.ts';
export * from './schema-of-privacy.ts';
export * from './schema-of-pseudonyms.ts';
export * from './schema-of-quality.ts';
export * from './schema-of-replays.ts';

export const TABLES = {
  workspaces,
  products,
  environments,
  memberships,
  apiKeys,
  auditEntries,
  auditChains,
  users,
  sessions,
  accounts,
  verifications,
  rateLimits,
  jobs,
  jobSchedules,
  operators,
  onboardingCheckpoints,
  storedReports,
  reviewPacks,
  plannedEvents,
  eventSchemaVersions,
  configurationRevisions,
  budgets,
  budgetStates,
  ...PRIVACY_TABLES,
  ...PSEUDONYM_TABLES,
  ...REPLAY_TABLES,
  ...QUALITY_TABLES,
  ...ADOPTION_TABLES,
} as const;
