/** Chooses and opens the implementations of the ports: the embedded ones, below one data directory. */

import { LIMITS } from '@uptake/domain/contract';
import { scrubText } from '@uptake/domain/privacy';
import type { Config } from '@uptake/io/config';
import { type ControlStore, openPgliteControlStore } from '@uptake/io/control-store';
import { type DataDirectory, openDataDirectory } from '@uptake/io/data-directory';
import { type EventLog, openLmdbEventLog } from '@uptake/io/event-log';
import { type EventStore, openChdbEventStore } from '@uptake/io/event-store';
import { createLogger, createMetrics, keepRecentProblems, type Logger, type Metrics } from '@uptake/io/observability';
import { loadOrCreateSecretKey, openSecrets, type Secrets } from '@uptake/io/secrets';

export type Stores = {
  readonly directory: DataDirectory;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly secrets: Secrets;
  readonly eventLog: EventLog;
  readonly eventStore: EventStore;
  readonly controlStore: ControlStore;
  /** The last warnings and errors of the log. */
  readonly recentProblems: () => readonly string[];
  close(): Promise<void>;
};

/** Enough to see a pattern, little enough to read. */
const RECENT_PROBLEMS = 100;

/** Opens everything or nothing: what was opened before a refusal is closed again. */
export async function openStores(config: Config): Promise<Stores> {
  const directory = openDataDirectory(config.dataDirectory);
  const problems = keepRecentProblems(RECENT_PROBLEMS);
  const logger = createLogger({ level: config.logLevel, scrub: scrubText, destination: problems.destination });
  const metrics = createMetrics({ processMetrics: true });
  const secrets = openSecrets({ secretKey: config.secretKey ?? loadOrCreateSecretKey(directory.path) });
  const opened: { close(): Promise<void> }[] = [];
  const closeAll = async () => {
    for (const store of opened.reverse()) await store.close();
  };
  const keep = <Store extends { close(): Promise<void> }>(store: Store): Store => {
    opened.push(store);
    return store;
  };
  try {
    // The log first: its lock says at once, and by its holder, that the directory is taken.
    const eventLog = keep(
      await openLmdbEventLog({
        directory: directory.eventLog,
        maxBytes: config.eventLogMaxBytes,
        duplicateWindowMs: LIMITS.duplicateWindowMs,
        nowMs: Date.now,
      }),
    );
    const [controlStore, eventStore] = await Promise.all([
      openPgliteControlStore({ directory: directory.controlStore }).then(keep),
      openChdbEventStore({
        directory: directory.eventStore,
        timeoutMs: config.queryTimeoutMs,
        memoryLimitBytes: config.storeMemoryBytes,
        retentionDays: config.retentionDays,
        logger,
        metrics,
      }).then(keep),
    ]);
    return {
      directory,
      logger,
      metrics,
      secrets,
      eventLog,
      eventStore,
      controlStore,
      recentProblems: problems.lines,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
