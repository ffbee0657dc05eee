/** How long events are kept, by class: the table's own expiry, brought in line with the configuration at every start. */
import type { Engine } from './engine.ts';
import { quote } from './sql-text.ts';

export type Retention = {
  /** Raw events. */
  readonly retentionDays: number;
  /** Raw events marked `restricted`, where that is sooner. */
  readonly restrictedRetentionDays: number;
};

/** Changes the expiry of the table where it differs, and answers whether it did. Written as the engine prints it. */
export async function applyRetention(engine: Engine, retention: Retention): Promise<boolean> {
  const restrictedDays = Math.min(retention.retentionDays, retention.restrictedRetentionDays);
  const expiry = [
    `toDateTime(timestamp) + toIntervalDay(${days(retention.retentionDays)}) WHERE data_sensitivity != 'restricted'`,
    `toDateTime(timestamp) + toIntervalDay(${days(restrictedDays)}) WHERE data_sensitivity = 'restricted'`,
  ].join(', ');
  const inPlace = await engine.run({
    sql: `SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'events' AND position(create_table_query, ${quote(`TTL ${expiry}`)}) > 0 FORMAT TabSeparated`,
  });
  if (inPlace.trim() === '1') return false;
  await engine.run({ sql: `ALTER TABLE events MODIFY TTL ${expiry}` });
  return true;
}

function days(count: number): number {
  if (!Number.isInteger(count) || count < 1) throw new RangeError('a retention is a whole number of days, at least 1');
  return count;
}
