/**
 * What the live view remembers: the newest events up to a limit, and how many came in each of the last 60 seconds. While
 * paused, what arrives waits aside and is counted. No clock of its own: the time is an argument.
 */
import type { LiveEvent } from '../api/types.ts';

export const RATE_SECONDS = 60;

export type LiveRow = LiveEvent & { order: number };
export type LiveSnapshot = {
  /** Newest first. */
  rows: readonly LiveRow[];
  isPaused: boolean;
  /** Events that came since the pause, also those no longer kept. */
  waiting: number;
  /** Events per second over the last 60 seconds, oldest first; the last second is not over. */
  perSecond: readonly number[];
  /** Events the server left out of the stream because more came than anyone reads. */
  skipped: number;
};

export type EventBuffer = {
  add(event: LiveEvent, nowMs: number): void;
  skip(events: number, nowMs: number): void;
  setPaused(isPaused: boolean): void;
  clear(): void;
  snapshot(nowMs: number): LiveSnapshot;
};

export function createEventBuffer(capacity: number): EventBuffer {
  let rows: LiveRow[] = [];
  let aside: LiveRow[] = [];
  let isPaused = false;
  let waiting = 0;
  let skipped = 0;
  let order = 0;
  const counts = new Map<number, number>();

  const count = (events: number, nowMs: number) => {
    const second = Math.floor(nowMs / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + events);
    for (const old of counts.keys()) if (old <= second - RATE_SECONDS) counts.delete(old);
  };

  return {
    add(event, nowMs) {
      count(1, nowMs);
      order += 1;
      const row = { ...event, order };
      if (isPaused) {
        waiting += 1;
        aside = [row, ...aside].slice(0, capacity);
      } else {
        rows = [row, ...rows].slice(0, capacity);
      }
    },
    skip(events, nowMs) {
      count(events, nowMs);
      skipped += events;
    },
    setPaused(value) {
      if (isPaused && !value) {
        rows = [...aside, ...rows].slice(0, capacity);
        aside = [];
        waiting = 0;
      }
      isPaused = value;
    },
    clear() {
      rows = [];
      aside = [];
      waiting = 0;
      skipped = 0;
    },
    snapshot(nowMs) {
      const second = Math.floor(nowMs / 1_000);
      const perSecond = Array.from(
        { length: RATE_SECONDS },
        (_, index) => counts.get(second - RATE_SECONDS + 1 + index) ?? 0,
      );
      return { rows, isPaused, waiting, perSecond, skipped };
    },
  };
}

export type LiveFilter = { text: string; eventType: string };

/** Whether the words of the filter all occur in what is shown of the event. */
export function matchesFilter(event: LiveEvent, { text, eventType }: LiveFilter): boolean {
  if (eventType !== '' && event.event_type !== eventType) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const shown = [
    event.event_name,
    event.tenant_id,
    event.feature_area,
    event.surface,
    event.platform,
    event.source,
    event.country,
    event.app_version,
    ...event.property_names,
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => shown.includes(word));
}
