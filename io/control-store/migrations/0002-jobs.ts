/** Background work and its schedules. */
import type { Migration } from './migration.ts';

export const jobs: Migration = {
  version: 2,
  name: 'jobs',
  isBreaking: false,
  up: `
CREATE TABLE jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  payload jsonb,
  key text,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'succeeded', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  run_at timestamptz(3) NOT NULL,
  worker_id text,
  leased_until timestamptz(3),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  error text
);
-- Only what is still to be done is in these two, so that a long history costs the queue nothing.
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (leased_until) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_waiting_key ON jobs (name, key) WHERE state = 'waiting' AND key IS NOT NULL;
-- The last word on "never twice at once", for two processes that claim at the same moment.
CREATE UNIQUE INDEX jobs_running_key ON jobs (name, key) WHERE state = 'running' AND key IS NOT NULL;
CREATE INDEX jobs_finished ON jobs (name, finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE job_schedules (
  name text PRIMARY KEY,
  cron text NOT NULL,
  next_run_at timestamptz(3) NOT NULL
);
`,
  down: `DROP TABLE job_schedules, jobs;`,
};
