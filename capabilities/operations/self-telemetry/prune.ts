/** Forgets the ledger's rows after their time (requirement L9): every night, and when `uptake prune` asks. */
import { SYSTEM_LEDGER } from '@uptake/domain/ledger';
import type { EventStore, Expired } from '@uptake/io/event-store';
import type { Jobs } from '@uptake/io/jobs';

export type LedgerPruning = {
  readonly eventStore: Pick<EventStore, 'upkeep'>;
  /** UPTAKE_LEDGER_RETENTION_DAYS. */
  readonly ledgerRetentionDays: number;
  readonly nowMs: () => number;
};

export type PrunedLedger = { readonly events: Expired; readonly aggregates: Expired };

export const PRUNE_LEDGER = 'operations.prune-ledger';
const DAILY_AT_NIGHT = '43 2 * * *';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Rows older than that many days, and the aggregates made of them. */
export async function pruneLedger(
  { eventStore, ledgerRetentionDays, nowMs }: LedgerPruning,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<PrunedLedger> {
  const { workspaceId, environmentId } = SYSTEM_LEDGER;
  const beforeMs = nowMs() - ledgerRetentionDays * DAY_MS;
  const shared = { workspaceId, environmentId, isDryRun };
  const { upkeep } = eventStore;
  const events = await upkeep.expire({ ...shared, table: 'events', timeColumn: 'timestamp', beforeMs });
  const aggregates = await upkeep.expire({
    ...shared,
    table: 'events_hourly',
    timeColumn: 'hour',
    // An hour is gone when all of it is too old.
    beforeMs: Math.floor(beforeMs / HOUR_MS) * HOUR_MS,
  });
  if (!isDryRun && events.rows + aggregates.rows > 0) await upkeep.writeOutRemoved();
  return { events, aggregates };
}

export async function schedulePruning(jobs: Jobs, pruning: LedgerPruning): Promise<void> {
  jobs.define({
    name: PRUNE_LEDGER,
    run: async () => void (await pruneLedger(pruning, { isDryRun: false })),
    maxAttempts: 5,
    backoffMs: 60_000,
    timeoutMs: 30 * 60_000,
  });
  await jobs.schedule(PRUNE_LEDGER, DAILY_AT_NIGHT);
}
