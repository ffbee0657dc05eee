/** Opens the embedded event store: chDB in this process, one directory, one process. */
import type { Logger, Metrics } from '@uptake/io/observability';
import { openChdbEngine } from './chdb-engine.ts';
import { SINGLE_NODE } from './dialect.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { EventStore } from './port.ts';
import { applyRetention } from './retention.ts';
import { openStore } from './store.ts';

export type ChdbEventStoreOptions = {
  /** Directory of its own; created where absent. */
  readonly directory: string;
  /** Longest time a question may take that names no limit of its own. */
  readonly timeoutMs: number;
  /** What the engine may allocate in all. The process needs about 300 MB besides. */
  readonly memoryLimitBytes: number;
  /** Raw events. */
  readonly retentionDays?: number;
  /** Raw events marked `restricted`. */
  readonly restrictedRetentionDays?: number;
  readonly nowMs?: () => number;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
};

/** What each version of the schema is called, the first of them first. */
export const EVENT_STORE_MIGRATIONS: readonly string[] = MIGRATIONS.map(({ name }) => name);

/** Undoes what is above `toVersion`, for a release that knows no more. What only the newer tables kept is lost. */
export async function rollBackChdbEventStore(
  options: Pick<ChdbEventStoreOptions, 'directory' | 'memoryLimitBytes'>,
  toVersion: number,
): Promise<void> {
  const engine = openChdbEngine(options);
  try {
    await migrate(engine, SINGLE_NODE, MIGRATIONS, toVersion);
  } finally {
    await engine.close();
  }
}

/** Rejects with `StoreUnavailable` where the directory is in use, unusable, or of a newer release. */
export async function openChdbEventStore(options: ChdbEventStoreOptions): Promise<EventStore> {
  const engine = openChdbEngine(options);
  try {
    const schemaVersion = await migrate(engine, SINGLE_NODE, MIGRATIONS);
    const retention = {
      retentionDays: options.retentionDays ?? 90,
      restrictedRetentionDays: options.restrictedRetentionDays ?? 30,
    };
    if (await applyRetention(engine, retention)) options.logger?.info({ ...retention }, 'expiry of events set');
    return await openStore({
      engine,
      schemaVersion,
      timeoutMs: options.timeoutMs,
      memoryLimitBytes: options.memoryLimitBytes,
      nowMs: options.nowMs ?? Date.now,
      logger: options.logger,
      metrics: options.metrics,
    });
  } catch (error) {
    await engine.close();
    throw error;
  }
}
