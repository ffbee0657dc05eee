/** All migrations in order. Add at the end; never edit one that was released. */
import { access } from './0001-access.ts';
import { jobs } from './0002-jobs.ts';
import { operations } from './0003-operations.ts';
import { auditChain } from './0004-audit-chain.ts';
import { trackingPlan } from './0005-tracking-plan.ts';
import { budgets } from './0006-budgets.ts';
import { approvalsErasures } from './0007-approvals-erasures.ts';
import { pseudonyms } from './0008-pseudonyms.ts';
import { exportScope } from './0009-export-scope.ts';
import { replayRuns } from './0010-replay-runs.ts';
import { adoption } from './0011-adoption.ts';
import { quality } from './0012-quality.ts';
import { notices } from './0013-notices.ts';
import { jobsInTransaction } from './0014-jobs-in-transaction.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';
export const MIGRATIONS: readonly Migration[] = [
  access,
  jobs,
  operations,
  auditChain,
  trackingPlan,
  budgets,
  approvalsErasures,
  pseudonyms,
  exportScope,
  replayRuns,
  adoption,
  quality,
  notices,
  jobsInTransaction,
];
