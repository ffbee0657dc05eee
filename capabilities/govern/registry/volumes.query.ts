/** How many events of each name came in the last thirty days, and how many of them broke their schema. */
import type { Question, QuestionScope } from '@uptake/io/event-store';

export const VOLUME_DAYS = 30;
const MAX_EVENTS = 5_000;

export type EventVolume = {
  readonly events: number;
  /** Kept although they fit no version in force. */
  readonly violations: number;
  readonly lastSeen: Date | undefined;
};

export type VolumeRow = {
  readonly event_name: string;
  readonly events: number;
  readonly violations: number;
  readonly unplanned: number;
  readonly last_seen_ms: string;
};

/**
 * An event that was judged by a schema has its version; one that was judged and is not planned broke it. `product_id` keeps
 * products apart, whose plans differ.
 */
export function volumesQuestion(productId: string, sinceMs: number, scope: QuestionScope): Question {
  return {
    name: 'govern.volumes',
    scope,
    parameters: { product: productId, since: sinceMs },
    sql: `SELECT
  event_name,
  sum(weight) AS events,
  sumIf(weight, NOT is_planned AND schema_version > 0) AS violations,
  sumIf(weight, NOT is_planned AND schema_version = 0) AS unplanned,
  toString(toUnixTimestamp64Milli(max(timestamp))) AS last_seen_ms
FROM events
WHERE product_id = {product:UUID}
  AND timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
GROUP BY event_name
ORDER BY events DESC, event_name
LIMIT ${MAX_EVENTS}`,
  };
}

export function toVolume({ events, violations, last_seen_ms }: VolumeRow): EventVolume {
  return { events: Number(events), violations: Number(violations), lastSeen: new Date(Number(last_seen_ms)) };
}
