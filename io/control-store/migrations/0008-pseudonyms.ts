/** What environments do for persons beyond what always holds, and the keys of pseudonyms, one per rotation. */
import type { Migration } from './migration.ts';

export const pseudonyms: Migration = {
  version: 8,
  name: 'pseudonyms',
  isBreaking: false,
  up: `
CREATE TABLE environment_privacy (
  environment_id uuid PRIMARY KEY REFERENCES environments (id) ON DELETE CASCADE,
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  respects_opt_out_signals boolean NOT NULL DEFAULT true,
  location_by_default boolean NOT NULL DEFAULT false,
  scrub_names text[] NOT NULL DEFAULT '{}',
  scrub_forms text[] NOT NULL DEFAULT '{}',
  bridge_days integer CHECK (bridge_days BETWEEN 31 AND 3650),
  bridge_key text,
  bridge_since timestamptz(3),
  updated_at timestamptz(3) NOT NULL,
  CHECK ((bridge_days IS NULL) = (bridge_key IS NULL)),
  CHECK ((bridge_days IS NULL) = (bridge_since IS NULL))
);
CREATE INDEX environment_privacy_by_workspace ON environment_privacy (workspace_id);
-- Read with the key of whoever sends, so the memory of keys must learn of it.
CREATE TRIGGER environment_privacy_changed AFTER INSERT OR UPDATE OR DELETE ON environment_privacy
  FOR EACH STATEMENT EXECUTE FUNCTION uptake_configuration_changed('access');

-- No workspace may read it.
CREATE TABLE pseudonym_keys (
  rotation integer PRIMARY KEY,
  sealed_key text NOT NULL,
  created_at timestamptz(3) NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON environment_privacy TO uptake_workspace;
ALTER TABLE environment_privacy ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON environment_privacy TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: 'DROP TABLE environment_privacy, pseudonym_keys;',
};
