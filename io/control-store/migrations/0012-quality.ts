/** How good the telemetry of an environment has to be, what is wrong with it now, and what was found when it was looked at again. */
import type { Migration } from './migration.ts';

export const quality: Migration = {
  version: 12,
  name: 'quality',
  isBreaking: false,
  up: `
CREATE TABLE quality_thresholds (
  environment_id uuid PRIMARY KEY REFERENCES environments (id) ON DELETE CASCADE,
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  rejection_rate double precision NOT NULL CHECK (rejection_rate BETWEEN 0 AND 1),
  drop_rate double precision NOT NULL CHECK (drop_rate BETWEEN 0 AND 1),
  pii_rate double precision NOT NULL CHECK (pii_rate BETWEEN 0 AND 1),
  sustained_minutes integer NOT NULL CHECK (sustained_minutes BETWEEN 3 AND 120),
  updated_at timestamptz(3) NOT NULL
);
-- Alerts that are on. One that ended is in the audit log alone.
CREATE TABLE quality_alerts (
  environment_id uuid NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  type text NOT NULL CHECK (type IN ('sustained_rejections', 'sustained_drops', 'personal_data_found')),
  source text NOT NULL,
  app_version text NOT NULL,
  since timestamptz(3) NOT NULL,
  rate double precision NOT NULL,
  threshold double precision NOT NULL,
  PRIMARY KEY (environment_id, type, source, app_version)
);
CREATE INDEX quality_alerts_by_workspace ON quality_alerts (workspace_id);
-- By hour: how many stored rows were looked at again, and which rules found something where. Never what they found.
CREATE TABLE quality_scans (
  environment_id uuid NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  hour timestamptz(3) NOT NULL,
  scanned_until timestamptz(3) NOT NULL,
  scanned_events integer NOT NULL,
  events_with_findings integer NOT NULL,
  by_rule jsonb NOT NULL,
  PRIMARY KEY (environment_id, hour)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON quality_thresholds, quality_alerts, quality_scans TO uptake_workspace;
ALTER TABLE quality_thresholds ENABLE ROW LEVEL SECURITY;
ALTER TABLE quality_alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE quality_scans ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON quality_thresholds TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON quality_alerts TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON quality_scans TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: 'DROP TABLE quality_thresholds, quality_alerts, quality_scans;',
};
