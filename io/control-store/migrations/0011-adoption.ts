/** Adoption: customers and their admins, templates, plans with tasks, attributes and values, sources and what they did. */
import type { Migration } from './migration.ts';

const TABLES = [
  'adoption_customers',
  'adoption_customer_admins',
  'adoption_templates',
  'adoption_plans',
  'adoption_tasks',
  'adoption_attributes',
  'telemetry_values',
  'telemetry_batches',
  'telemetry_sources',
  'source_runs',
  'adoption_plan_days',
  'adoption_history',
  'adoption_files',
] as const;

const OWN_ROWS_ONLY = TABLES.map(
  (table) => `
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO uptake_workspace;
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON ${table} TO uptake_workspace USING (workspace_id = uptake_workspace_id());`,
).join('');

const DATA_TYPE = `CHECK (data_type IN ('BOOLEAN', 'NUMBER', 'STRING', 'PERCENTAGE', 'DATE'))`;
const VALUE_SOURCE = `('excel', 'api', 'database', 'webhook', 'events', 'manual')`;
const ACTOR = `('member', 'secret_key', 'system')`;

export const adoption: Migration = {
  version: 11,
  name: 'adoption',
  isBreaking: false,
  up: `
ALTER TABLE memberships DROP CONSTRAINT memberships_role_check;
ALTER TABLE memberships ADD CONSTRAINT memberships_role_check
  CHECK (role IN ('owner', 'admin', 'analyst', 'viewer', 'customer_admin'));

CREATE TABLE adoption_customers (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  tenant_id text CHECK (length(tenant_id) BETWEEN 1 AND 200),
  created_at timestamptz(3) NOT NULL,
  UNIQUE (workspace_id, id)
);
CREATE UNIQUE INDEX adoption_customers_tenant ON adoption_customers (workspace_id, tenant_id);

-- Who leaves the workspace is admin of none of its customers any more.
CREATE TABLE adoption_customer_admins (
  workspace_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  user_id uuid NOT NULL,
  PRIMARY KEY (customer_id, user_id),
  FOREIGN KEY (workspace_id, customer_id) REFERENCES adoption_customers (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
);
CREATE INDEX adoption_customer_admins_by_user ON adoption_customer_admins (workspace_id, user_id);

CREATE TABLE adoption_templates (
  workspace_id uuid NOT NULL,
  product_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  document json NOT NULL,
  task_count integer NOT NULL,
  attribute_count integer NOT NULL,
  change_note text,
  published_at timestamptz(3) NOT NULL,
  published_by_kind text NOT NULL CHECK (published_by_kind IN ${ACTOR}),
  published_by text,
  PRIMARY KEY (product_id, version),
  FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
);

CREATE TABLE adoption_plans (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  product_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  owner_id uuid,
  start_date date NOT NULL,
  due_date date,
  created_at timestamptz(3) NOT NULL,
  template_version integer NOT NULL,
  snapshot_version integer NOT NULL,
  telemetry_enabled boolean NOT NULL,
  telemetry_source text,
  telemetry_schedule text,
  telemetry_config jsonb,
  telemetry_last_import_at timestamptz(3),
  is_auto_status_enabled boolean NOT NULL,
  threshold_percent integer NOT NULL CHECK (threshold_percent BETWEEN 1 AND 100),
  notify_emails text[] NOT NULL,
  notify_webhook_url text,
  notify_on_auto_status boolean NOT NULL,
  notify_digest boolean NOT NULL,
  value_retention_days integer CHECK (value_retention_days > 0),
  tasks_total integer NOT NULL,
  tasks_done integer NOT NULL,
  tasks_recommended integer NOT NULL,
  tasks_measurable integer NOT NULL,
  attributes_total integer NOT NULL,
  attributes_met integer NOT NULL,
  last_value_day date,
  last_progress_day date,
  health text NOT NULL CHECK (health IN ('completed', 'stalled', 'at_risk', 'on_track', 'not_started')),
  health_reasons jsonb NOT NULL,
  next_step jsonb NOT NULL,
  evaluated_day date NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, customer_id) REFERENCES adoption_customers (workspace_id, id),
  FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
);
CREATE INDEX adoption_plans_by_workspace ON adoption_plans (workspace_id);
CREATE INDEX adoption_plans_by_customer ON adoption_plans (customer_id);
CREATE INDEX adoption_plans_by_product ON adoption_plans (product_id);

CREATE TABLE adoption_tasks (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  original_task_id uuid,
  name text NOT NULL,
  description text NOT NULL,
  position integer NOT NULL,
  weight double precision NOT NULL,
  licence_level text NOT NULL,
  outcomes jsonb NOT NULL,
  how_to jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('NOT_STARTED', 'IN_PROGRESS', 'DONE', 'NOT_APPLICABLE')),
  status_source text CHECK (status_source IN ('MANUAL', 'TELEMETRY', 'IMPORT', 'SYSTEM')),
  status_notes text,
  status_updated_at timestamptz(3),
  status_updated_by text,
  override_kind text NOT NULL CHECK (override_kind IN ('inherit', 'off', 'on')),
  override_threshold integer CHECK (override_threshold BETWEEN 1 AND 100),
  CHECK ((override_kind = 'on') = (override_threshold IS NOT NULL)),
  UNIQUE (workspace_id, plan_id, id),
  FOREIGN KEY (workspace_id, plan_id) REFERENCES adoption_plans (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX adoption_tasks_by_plan ON adoption_tasks (plan_id);

CREATE TABLE adoption_attributes (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  task_id uuid NOT NULL,
  original_attribute_id uuid,
  name text NOT NULL,
  data_type text NOT NULL ${DATA_TYPE},
  is_required boolean NOT NULL,
  criterion json NOT NULL,
  position integer NOT NULL,
  is_met boolean NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('met', 'not_met', 'missing', 'invalid')),
  last_checked_at timestamptz(3),
  latest_value_id uuid,
  latest_value jsonb,
  latest_day date,
  latest_source text CHECK (latest_source IN ${VALUE_SOURCE}),
  latest_batch_id uuid,
  latest_notes text,
  latest_at timestamptz(3),
  CHECK (is_met = (verdict = 'met')),
  UNIQUE (workspace_id, plan_id, id),
  FOREIGN KEY (workspace_id, plan_id, task_id) REFERENCES adoption_tasks (workspace_id, plan_id, id) ON DELETE CASCADE
);
CREATE INDEX adoption_attributes_by_plan ON adoption_attributes (plan_id);
CREATE INDEX adoption_attributes_by_task ON adoption_attributes (task_id);

-- The foreign key leads to the attribute alone: it is checked for every value of an import.
CREATE TABLE telemetry_values (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  attribute_id uuid NOT NULL,
  day date NOT NULL,
  value jsonb NOT NULL,
  source text NOT NULL CHECK (source IN ${VALUE_SOURCE}),
  batch_id uuid,
  notes text,
  created_at timestamptz(3) NOT NULL,
  sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  FOREIGN KEY (workspace_id, plan_id, attribute_id)
    REFERENCES adoption_attributes (workspace_id, plan_id, id) ON DELETE CASCADE
);
CREATE INDEX telemetry_values_by_attribute ON telemetry_values (attribute_id, day, sequence);
CREATE INDEX telemetry_values_by_batch ON telemetry_values (batch_id);
CREATE INDEX telemetry_values_by_age ON telemetry_values (plan_id, day);

CREATE TABLE telemetry_batches (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  source_id uuid,
  kind text NOT NULL CHECK (kind IN ${VALUE_SOURCE}),
  file_name text,
  content_hash text,
  idempotency_key text,
  imported_at timestamptz(3) NOT NULL,
  imported_by_kind text NOT NULL CHECK (imported_by_kind IN ${ACTOR}),
  imported_by text,
  summary json NOT NULL,
  undone_at timestamptz(3),
  undone_by text,
  FOREIGN KEY (workspace_id, plan_id) REFERENCES adoption_plans (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX telemetry_batches_by_time ON telemetry_batches (plan_id, imported_at);
CREATE UNIQUE INDEX telemetry_batches_idempotency ON telemetry_batches (plan_id, idempotency_key);

CREATE TABLE telemetry_sources (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('api_push', 'api_polling', 'database', 'webhook', 'binding')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  config jsonb NOT NULL,
  sealed_credentials text,
  schedule text,
  is_enabled boolean NOT NULL,
  attribute_id uuid,
  next_run_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  CHECK ((kind = 'binding') = (attribute_id IS NOT NULL)),
  FOREIGN KEY (workspace_id, plan_id) REFERENCES adoption_plans (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, plan_id, attribute_id)
    REFERENCES adoption_attributes (workspace_id, plan_id, id) ON DELETE CASCADE
);
CREATE INDEX telemetry_sources_by_plan ON telemetry_sources (plan_id);

CREATE TABLE source_runs (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  source_id uuid,
  source_name text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'skipped')),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  attempts integer NOT NULL,
  batch_id uuid,
  values_stored integer NOT NULL,
  values_refused integer NOT NULL,
  reason text,
  created_at timestamptz(3) NOT NULL,
  FOREIGN KEY (workspace_id, plan_id) REFERENCES adoption_plans (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX source_runs_by_time ON source_runs (plan_id, created_at);
CREATE INDEX source_runs_by_source ON source_runs (source_id, created_at);

CREATE TABLE adoption_plan_days (
  plan_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  day date NOT NULL,
  manual_percent double precision NOT NULL,
  telemetry_percent double precision NOT NULL,
  combined_percent double precision NOT NULL,
  PRIMARY KEY (plan_id, day),
  FOREIGN KEY (workspace_id, plan_id) REFERENCES adoption_plans (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE adoption_history (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL,
  text text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ${ACTOR}),
  actor_id text,
  task_id uuid,
  attribute_id uuid,
  from_text text,
  to_text text,
  source text,
  batch_id uuid,
  FOREIGN KEY (workspace_id, plan_id) REFERENCES adoption_plans (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX adoption_history_by_plan ON adoption_history (plan_id, sequence);

CREATE TABLE adoption_files (
  token_hash text PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  file_name text NOT NULL,
  sealed_content text NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX adoption_files_by_expiry ON adoption_files (expires_at);
${OWN_ROWS_ONLY}
`,
  down: `
DROP TABLE ${[...TABLES].reverse().join(', ')};
DELETE FROM memberships WHERE role = 'customer_admin';
ALTER TABLE memberships DROP CONSTRAINT memberships_role_check;
ALTER TABLE memberships ADD CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'admin', 'analyst', 'viewer'));
`,
};
