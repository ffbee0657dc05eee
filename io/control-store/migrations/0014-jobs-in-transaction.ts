/** Work that follows from a change of a workspace is enqueued in the transaction of the change: both are kept, or neither. */
import type { Migration } from './migration.ts';

export const jobsInTransaction: Migration = {
  version: 14,
  name: 'jobs-in-transaction',
  isBreaking: false,
  // What it needs to be new work, and no more: whoever speaks for a workspace reads no job and finishes none.
  up: `GRANT INSERT (name, payload, run_at) ON jobs TO uptake_workspace;`,
  down: `REVOKE INSERT (name, payload, run_at) ON jobs FROM uptake_workspace;`,
};
