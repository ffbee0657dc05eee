/** Approvals for looking at single people, how long each environment keeps what, what was removed, and erasures. */
import type { Migration } from './migration.ts';

export const approvalsErasures: Migration = {
  version: 7,
  name: 'approvals_erasures',
  isBreaking: false,
  up: `
CREATE TABLE access_approvals (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  requested_by uuid NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 1000),
  subject_kind text NOT NULL CHECK (subject_kind IN ('person', 'tenant', 'environment')),
  -- Pseudonyms of the person, or the id of the tenant: never an id as the customer's product knows it.
  subject_ids text[] NOT NULL DEFAULT '{}',
  -- Null for all environments of the workspace.
  environment_id uuid,
  minutes integer NOT NULL CHECK (minutes BETWEEN 1 AND 10080),
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'approved', 'denied', 'revoked')),
  decided_by uuid,
  decided_at timestamptz(3),
  decision_note text,
  expires_at timestamptz(3),
  uses integer NOT NULL DEFAULT 0,
  last_used_at timestamptz(3),
  CHECK (state <> 'approved' OR (decided_by IS NOT NULL AND expires_at IS NOT NULL))
);
CREATE INDEX access_approvals_by_time ON access_approvals (workspace_id, requested_at);

CREATE TABLE approval_settings (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces (id),
  -- Four eyes need two people; where there is only one admin, that one may be allowed to decide alone.
  is_sole_admin_allowed boolean NOT NULL DEFAULT false,
  longest_minutes integer NOT NULL DEFAULT 480 CHECK (longest_minutes BETWEEN 1 AND 10080)
);

-- No row: what the installation says.
CREATE TABLE retention_tiers (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  environment_id uuid PRIMARY KEY,
  raw_days integer NOT NULL CHECK (raw_days > 0),
  restricted_days integer NOT NULL CHECK (restricted_days > 0 AND restricted_days <= raw_days),
  aggregated_days integer NOT NULL CHECK (aggregated_days > 0)
);

CREATE TABLE retention_runs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Null for what belongs to no single workspace: jobs, sessions.
  workspace_id uuid REFERENCES workspaces (id),
  started_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  trigger text NOT NULL CHECK (trigger IN ('schedule', 'person', 'command')),
  removed jsonb NOT NULL DEFAULT '[]',
  bytes_before bigint,
  bytes_after bigint,
  error text
);
CREATE INDEX retention_runs_by_time ON retention_runs (workspace_id, started_at);

CREATE TABLE erasures (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  subject_kind text NOT NULL CHECK (subject_kind IN ('person', 'tenant')),
  -- Emptied when the erasure is done: what is left is the fingerprint.
  subject_ids text[] NOT NULL,
  subject_fingerprints text[] NOT NULL,
  requested_by_kind text NOT NULL CHECK (requested_by_kind IN ('member', 'secret_key', 'system')),
  requested_by text,
  requested_at timestamptz(3) NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  steps jsonb NOT NULL DEFAULT '[]',
  rounds integer NOT NULL DEFAULT 0,
  error text,
  finished_at timestamptz(3),
  certificate jsonb,
  CHECK ((state = 'done') = (certificate IS NOT NULL)),
  CHECK (state <> 'done' OR subject_ids = '{}')
);
CREATE INDEX erasures_by_time ON erasures (workspace_id, requested_at);

GRANT SELECT, INSERT, UPDATE ON access_approvals, approval_settings, erasures TO uptake_workspace;
GRANT SELECT, INSERT, UPDATE, DELETE ON retention_tiers TO uptake_workspace;
GRANT SELECT ON retention_runs TO uptake_workspace;
ALTER TABLE access_approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_tiers ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON access_approvals TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON approval_settings TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON retention_tiers TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON retention_runs TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON erasures TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: `DROP TABLE erasures, retention_runs, retention_tiers, approval_settings, access_approvals;`,
};
