/** What is told about adoption plans: which marks were reached, what signs the messages, and secrets of webhooks that rotate. */
import type { Migration } from './migration.ts';

export const notices: Migration = {
  version: 13,
  name: 'notices',
  isBreaking: false,
  up: `
ALTER TABLE telemetry_sources ADD COLUMN previous_secret_expires_at timestamptz(3);
ALTER TABLE adoption_plans
  ADD COLUMN notify_on_milestone boolean NOT NULL DEFAULT true,
  ADD COLUMN reached_percent integer NOT NULL DEFAULT 0 CHECK (reached_percent IN (0, 25, 50, 75, 100)),
  ADD COLUMN told_standstill_since date;
-- What was passed before anybody was told of it is not news.
UPDATE adoption_plans SET
  reached_percent = CASE WHEN tasks_total = 0 THEN 0
    ELSE 25 * floor(4.0 * greatest(tasks_done, tasks_recommended) / tasks_total)::integer END,
  told_standstill_since = CASE WHEN health = 'stalled' THEN coalesce(last_progress_day, start_date) END;
-- One for each workspace: a digest is of many plans.
CREATE TABLE adoption_notice_secrets (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
  sealed_secrets text NOT NULL,
  since timestamptz(3) NOT NULL,
  previous_secret_expires_at timestamptz(3)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON adoption_notice_secrets TO uptake_workspace;
ALTER TABLE adoption_notice_secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON adoption_notice_secrets TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: `
DROP TABLE adoption_notice_secrets;
ALTER TABLE adoption_plans DROP COLUMN notify_on_milestone, DROP COLUMN reached_percent, DROP COLUMN told_standstill_since;
ALTER TABLE telemetry_sources DROP COLUMN previous_secret_expires_at;
`,
};
