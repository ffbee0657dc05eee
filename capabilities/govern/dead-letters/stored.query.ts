/**
 * Which events the store holds already. The log remembers an id for seven days and a letter lives for thirty, so what its
 * sender sent again in good time may be known here alone.
 */
import type { EventStore, Question, QuestionScope } from '@uptake/io/event-store';

/** An event that is about to be appended. */
export type Candidate = {
  readonly eventId: string;
  readonly source: string;
  readonly timestampMs: number;
  /** Whether it says itself when it happened; otherwise it may lie wherever it was received again. */
  readonly hasOwnTime: boolean;
};

/** As the store holds them: `source/event_id`. */
export type StoredAlready = (candidates: readonly Candidate[]) => Promise<ReadonlySet<string>>;

type StoredRow = { readonly source: string; readonly event_id: string };
/** Clocks are corrected anew with each sending, so times of one event differ a little. */
const MARGIN_MS = 86_400_000;

export function createStoredAlready(
  eventStore: Pick<EventStore, 'ask'>,
  scope: QuestionScope,
  nowMs: () => number,
): StoredAlready {
  return async (candidates) => {
    if (candidates.length === 0) return new Set();
    const rows = await eventStore.ask<StoredRow>(storedQuestion(candidates, nowMs(), scope));
    return new Set(rows.map(({ source, event_id }) => `${source}/${event_id}`));
  };
}

/**
 * The time is what keeps the engine from looking through all of the environment's events. As a list of their own the ids are
 * looked up by hash; as one array they would be gone through for each row (100,000 events: 1.4 s a page).
 */
function storedQuestion(candidates: readonly Candidate[], nowMs: number, scope: QuestionScope): Question {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = 0;
  for (const { timestampMs, hasOwnTime } of candidates) {
    fromMs = Math.min(fromMs, timestampMs);
    toMs = Math.max(toMs, hasOwnTime ? timestampMs : nowMs);
  }
  return {
    name: 'govern.stored_already',
    scope,
    parameters: { ids: candidates.map(({ eventId }) => eventId), from: fromMs - MARGIN_MS, to: toMs + MARGIN_MS },
    sql: `SELECT DISTINCT source, toString(events.event_id) AS event_id
FROM events
WHERE timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND events.event_id IN (SELECT toUUID(arrayJoin({ids:Array(String)})))`,
  };
}
