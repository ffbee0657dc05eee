/** How many events an environment may keep, and what its controller knew last, so that a restart goes on from there. */
import type { Migration } from './migration.ts';

export const budgets: Migration = {
  version: 6,
  name: 'budgets',
  isBreaking: false,
  up: `
CREATE TABLE budgets (
  environment_id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  product_id uuid NOT NULL,
  budget jsonb NOT NULL,
  seed integer NOT NULL,
  revision integer NOT NULL CHECK (revision > 0),
  updated_at timestamptz(3) NOT NULL,
  UNIQUE (workspace_id, environment_id),
  FOREIGN KEY (workspace_id, product_id, environment_id) REFERENCES environments (workspace_id, product_id, id) ON DELETE CASCADE
);
CREATE TABLE budget_states (
  environment_id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  state jsonb NOT NULL,
  saved_at timestamptz(3) NOT NULL,
  FOREIGN KEY (workspace_id, environment_id) REFERENCES budgets (workspace_id, environment_id) ON DELETE CASCADE
);
GRANT SELECT, INSERT, UPDATE, DELETE ON budgets, budget_states TO uptake_workspace;
ALTER TABLE budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE budget_states ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON budgets TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON budget_states TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: `
DROP TABLE budget_states, budgets;
`,
};
