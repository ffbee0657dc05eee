/** Replays of dead letters: how far each has come, so that one that was killed goes on where it stood. */
import type { Migration } from './migration.ts';

export const replayRuns: Migration = {
  version: 10,
  name: 'replay_runs',
  isBreaking: false,
  up: `
CREATE TABLE replay_runs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id uuid NOT NULL REFERENCES workspaces (id),
  environment_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled')),
  filter jsonb NOT NULL,
  mapping jsonb,
  requested_by_kind text NOT NULL CHECK (requested_by_kind IN ('member', 'secret_key', 'system')),
  requested_by text,
  requested_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  total integer NOT NULL DEFAULT 0,
  accepted integer NOT NULL DEFAULT 0,
  duplicates integer NOT NULL DEFAULT 0,
  rejected integer NOT NULL DEFAULT 0,
  dropped integer NOT NULL DEFAULT 0,
  sampled integer NOT NULL DEFAULT 0,
  pages integer NOT NULL DEFAULT 0,
  cursor jsonb,
  -- The page that was begun and is not known to be done.
  pending jsonb,
  is_cancel_requested boolean NOT NULL DEFAULT false,
  error text,
  CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled')))
);
CREATE INDEX replay_runs_by_time ON replay_runs (workspace_id, environment_id, requested_at);

GRANT SELECT, INSERT, UPDATE ON replay_runs TO uptake_workspace;
ALTER TABLE replay_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON replay_runs TO uptake_workspace USING (workspace_id = uptake_workspace_id());
`,
  down: `DROP TABLE replay_runs;`,
};
