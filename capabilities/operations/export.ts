/** Writes stored events as lines of JSON that the events door would read again. */
import type { EventStore, QuestionScope } from '@uptake/io/event-store';
import {
  EXPORTED_TEXTS,
  type ExportHourRow,
  type ExportPeriod,
  type ExportRow,
  exportEventsQuestion,
  exportHoursQuestion,
} from './export.query.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A slow reader holds a part's question open; this is the longest it may. */
const PART_TIMEOUT_MS = 15 * 60_000;
/** About as many events as the store puts in order in memory at a time. */
const PART_EVENTS = 100_000;
/** Lines are handed on in pieces of about this size: one write per event would cost more than the event. */
const CHUNK_LENGTH = 64 * 1024;

export type EventExport = {
  readonly eventCount: number;
  /** NDJSON in the order of event time, in pieces of whole lines. */
  readonly chunks: AsyncIterable<string>;
};

/** Counts first, so that whoever reads knows how much is coming. Events stored meanwhile may or may not be among them. */
export async function exportEvents(
  eventStore: EventStore,
  scope: QuestionScope,
  period: ExportPeriod,
  signal: AbortSignal,
): Promise<EventExport> {
  const hours = await eventStore.ask<ExportHourRow>(exportHoursQuestion(scope, period));
  return {
    eventCount: hours.reduce((sum, { events }) => sum + events, 0),
    chunks: chunksOf(eventStore, scope, partsOf(hours, period), signal),
  };
}

async function* chunksOf(
  eventStore: EventStore,
  scope: QuestionScope,
  parts: readonly ExportPeriod[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  let chunk = '';
  for (const part of parts) {
    const question = exportEventsQuestion(scope, part, { timeoutMs: PART_TIMEOUT_MS, signal });
    for await (const row of eventStore.stream<ExportRow>(question)) {
      chunk += `${lineOf(row)}\n`;
      if (chunk.length >= CHUNK_LENGTH) {
        yield chunk;
        chunk = '';
      }
    }
  }
  if (chunk !== '') yield chunk;
}

/**
 * The period in parts of about `PART_EVENTS`, none over the end of a day, by which the table is sorted: quiet hours are
 * taken together, and a busy one is cut into equal stretches.
 */
export function partsOf(hours: readonly ExportHourRow[], period: ExportPeriod): ExportPeriod[] {
  const parts: { fromMs: number; toMs: number }[] = [];
  let held = 0;
  for (const { hour_ms: hourMs, events } of hours) {
    const fromMs = Math.max(period.fromMs, hourMs);
    const toMs = Math.min(period.toMs, hourMs + HOUR_MS);
    const last = parts.at(-1);
    if (last !== undefined && held + events <= PART_EVENTS && sameDay(last.fromMs, hourMs)) {
      last.toMs = toMs;
      held += events;
      continue;
    }
    const cuts = Math.ceil(events / PART_EVENTS);
    const edge = (cut: number) => (cut === cuts ? toMs : fromMs + Math.floor(((toMs - fromMs) * cut) / cuts));
    for (let cut = 0; cut < cuts; cut++) parts.push({ fromMs: edge(cut), toMs: edge(cut + 1) });
    // A stretch of a cut hour is full enough by itself.
    held = cuts === 1 ? events : PART_EVENTS;
  }
  return parts;
}

const sameDay = (a: number, b: number): boolean => Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS);

/** One event in the wire shape of the envelope: empty fields left out, ids as stored, that is pseudonyms. */
export function lineOf(row: ExportRow): string {
  const event: Record<string, unknown> = {
    event_id: row.event_id,
    event_name: row.event_name,
    event_type: row.event_type,
    timestamp: row.timestamp,
  };
  for (const column of EXPORTED_TEXTS) if (row[column] !== '') event[column] = row[column];
  if (row.is_internal) event.is_internal = true;
  const line = JSON.stringify(event).slice(0, -1);
  // Both are stored as the JSON they came in; taking them over as text keeps every digit.
  const assignments = row.assignments_json === '{}' ? '' : `,"experiment_assignments":${row.assignments_json}`;
  const properties = row.properties_json === '{}' ? '' : `,"properties":${row.properties_json}`;
  return `${line}${assignments}${properties}}`;
}
