/** Who operates the installation, what a workspace has completed on its way in, and what is kept as a document. */
import type { Migration } from './migration.ts';

export const operations: Migration = {
  version: 3,
  name: 'operations',
  isBreaking: false,
  up: `
-- Of the installation, not of a workspace: reached as system only.
CREATE TABLE operators (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  added_at timestamptz(3) NOT NULL DEFAULT now(),
  added_by uuid
);
-- Whoever set the installation up operates it.
INSERT INTO operators (user_id)
  SELECT m.user_id FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
  WHERE m.role = 'owner' ORDER BY w.created_at, m.created_at LIMIT 1;

CREATE TABLE onboarding_checkpoints (
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  checkpoint text NOT NULL,
  completed_at timestamptz(3) NOT NULL,
  completed_by uuid NOT NULL,
  PRIMARY KEY (workspace_id, checkpoint)
);

CREATE TABLE stored_reports (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  kind text NOT NULL,
  -- The question, and the answer as it was: neither is ever changed.
  definition jsonb NOT NULL,
  answer jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL
);
CREATE INDEX stored_reports_by_time ON stored_reports (workspace_id, created_at);

CREATE TABLE review_packs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  environment_id uuid,
  tenant_id text NOT NULL,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  period_from timestamptz(3) NOT NULL,
  period_to timestamptz(3) NOT NULL CHECK (period_to > period_from),
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'ready', 'failed')),
  requested_at timestamptz(3) NOT NULL,
  requested_by text NOT NULL,
  finished_at timestamptz(3),
  contents jsonb,
  error text,
  CHECK ((state = 'ready') = (contents IS NOT NULL))
);
CREATE INDEX review_packs_by_time ON review_packs (workspace_id, requested_at);

GRANT SELECT, INSERT ON onboarding_checkpoints TO uptake_workspace;
GRANT SELECT, INSERT, DELETE ON stored_reports TO uptake_workspace;
GRANT SELECT, INSERT, UPDATE, DELETE ON review_packs TO uptake_workspace;
ALTER TABLE onboarding_checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_packs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON onboarding_checkpoints TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON stored_reports TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON review_packs TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: `DROP TABLE review_packs, stored_reports, onboarding_checkpoints, operators;`,
};
