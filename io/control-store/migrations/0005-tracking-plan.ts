/**
 * The tracking plan: one row per planned event, its versions append-only beside it; what an environment leaves out; and
 * the revisions by which every process learns that something it remembers was changed by another.
 */
import type { Migration } from './migration.ts';

export const trackingPlan: Migration = {
  version: 5,
  name: 'tracking_plan',
  isBreaking: false,
  up: `
CREATE TABLE planned_events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL,
  product_id uuid NOT NULL,
  event_name text NOT NULL CHECK (event_name ~ '^[a-z][a-z0-9_]{0,99}$'),
  state text NOT NULL CHECK (state IN ('draft', 'active', 'deprecated', 'blocked')),
  current_version integer NOT NULL CHECK (current_version > 0),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  UNIQUE (product_id, event_name),
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, product_id) REFERENCES products (workspace_id, id)
);
CREATE INDEX planned_events_by_workspace ON planned_events (workspace_id);

CREATE TABLE event_schema_versions (
  planned_event_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  -- Not jsonb, which forgets the order in which people wrote the properties.
  document json NOT NULL,
  is_breaking boolean NOT NULL,
  migration_note text,
  -- The member who looked at a breaking change; never its author.
  reviewer_id uuid,
  -- Until then what the versions before this breaking one allow is accepted too.
  previous_accepted_until timestamptz(3),
  created_by_kind text NOT NULL CHECK (created_by_kind IN ('member', 'secret_key', 'system')),
  created_by text,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (planned_event_id, version),
  FOREIGN KEY (workspace_id, planned_event_id) REFERENCES planned_events (workspace_id, id) ON DELETE CASCADE,
  CHECK (NOT is_breaking OR (migration_note IS NOT NULL AND reviewer_id IS NOT NULL AND previous_accepted_until IS NOT NULL))
);

ALTER TABLE environments
  ADD COLUMN excluded_events text[] NOT NULL DEFAULT '{}',
  ADD COLUMN excluded_feature_areas text[] NOT NULL DEFAULT '{}';

-- One row per topic. The row is locked until the change commits, so whoever sees a revision sees the change it stands for.
CREATE TABLE configuration_revisions (
  topic text PRIMARY KEY,
  revision bigint NOT NULL DEFAULT 0
);
INSERT INTO configuration_revisions (topic) VALUES ('access'), ('plans');
-- With the rights of its owner: a workspace may make others look again, and do nothing else to the revisions.
CREATE FUNCTION uptake_configuration_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ BEGIN
  UPDATE configuration_revisions SET revision = revision + 1 WHERE topic = TG_ARGV[0];
  RETURN NULL;
END $$;
CREATE TRIGGER environments_changed AFTER UPDATE OR DELETE ON environments
  FOR EACH STATEMENT EXECUTE FUNCTION uptake_configuration_changed('access');
-- When a key was last used changes nothing about it.
CREATE TRIGGER api_keys_changed
  AFTER DELETE OR UPDATE OF scopes, allowed_addresses, events_per_second_limit, expires_at, revoked_at, environment_id ON api_keys
  FOR EACH STATEMENT EXECUTE FUNCTION uptake_configuration_changed('access');
CREATE TRIGGER planned_events_changed AFTER INSERT OR UPDATE OR DELETE ON planned_events
  FOR EACH STATEMENT EXECUTE FUNCTION uptake_configuration_changed('plans');

GRANT SELECT, INSERT, UPDATE, DELETE ON planned_events TO uptake_workspace;
GRANT SELECT, INSERT ON event_schema_versions TO uptake_workspace;
ALTER TABLE planned_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_schema_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON planned_events TO uptake_workspace USING (workspace_id = uptake_workspace_id());
CREATE POLICY own_workspace ON event_schema_versions TO uptake_workspace USING (workspace_id = uptake_workspace_id());
-- What was once in force stays on record.
CREATE POLICY drafts_only ON planned_events AS RESTRICTIVE FOR DELETE TO uptake_workspace USING (state = 'draft');
`,
  down: `
DROP TRIGGER environments_changed ON environments;
DROP TRIGGER api_keys_changed ON api_keys;
DROP TABLE event_schema_versions, planned_events, configuration_revisions;
DROP FUNCTION uptake_configuration_changed();
ALTER TABLE environments DROP COLUMN excluded_events, DROP COLUMN excluded_feature_areas;
`,
};
