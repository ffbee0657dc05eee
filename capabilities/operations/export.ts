/** Writes stored events as lines of JSON that the events door would read again. */
import type { EventStore, QuestionScope } from '@uptake/io/event-store';
import {
  EXPORTED_TEXTS,
  type ExportDayRow,
  type ExportPeriod,
  type ExportRow,
  exportDaysQuestion,
  exportEventsQuestion,
} from './export.query.ts';

const DAY_MS = 86_400_000;
/** A slow reader holds a day's question open; this is the longest it may. */
const DAY_TIMEOUT_MS = 15 * 60_000;
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
  const days = await eventStore.ask<ExportDayRow>(exportDaysQuestion(scope, period));
  return {
    eventCount: days.reduce((sum, { events }) => sum + events, 0),
    chunks: chunksOf(eventStore, scope, period, days, signal),
  };
}

async function* chunksOf(
  eventStore: EventStore,
  scope: QuestionScope,
  period: ExportPeriod,
  days: readonly ExportDayRow[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  let chunk = '';
  for (const { day } of days) {
    const dayMs = Date.parse(day);
    const part = { fromMs: Math.max(period.fromMs, dayMs), toMs: Math.min(period.toMs, dayMs + DAY_MS) };
    const question = exportEventsQuestion(scope, part, { timeoutMs: DAY_TIMEOUT_MS, signal });
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
