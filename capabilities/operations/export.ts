/** Writes stored events as lines of JSON that the events door would read again. */
import type { EventStore, QuestionScope } from '@uptake/io/event-store';
import {
  EXPORT_BUCKETS,
  EXPORTED_TEXTS,
  type ExportBucketRow,
  type ExportPeriod,
  type ExportRow,
  exportBucketsQuestion,
  exportEventsQuestion,
} from './export.query.ts';

const DAY_MS = 86_400_000;
/** A slow reader holds a part's question open; this is the longest it may. */
const PART_TIMEOUT_MS = 15 * 60_000;
/**
 * As many events as the store puts in order at a time, except where a single second holds more. Each part reads the
 * times of its whole day, so parts are large: a day of six million takes six such readings.
 */
const PART_EVENTS = 1_000_000;
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
  const hours = await eventStore.ask<ExportBucketRow>(exportBucketsQuestion(scope, period, EXPORT_BUCKETS.hour));
  return {
    eventCount: hours.reduce((sum, { events }) => sum + events, 0),
    chunks: chunksOf(eventStore, scope, period, hours, signal),
  };
}

async function* chunksOf(
  eventStore: EventStore,
  scope: QuestionScope,
  period: ExportPeriod,
  hours: readonly ExportBucketRow[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  let chunk = '';
  for await (const part of allParts(eventStore, scope, period, hours)) {
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

async function* allParts(
  eventStore: EventStore,
  scope: QuestionScope,
  period: ExportPeriod,
  hours: readonly ExportBucketRow[],
): AsyncGenerator<ExportPeriod> {
  for (const part of partsOf(hours, EXPORT_BUCKETS.hour, period)) {
    if (part.events <= PART_EVENTS) yield part;
    else {
      const seconds = exportBucketsQuestion(scope, part, EXPORT_BUCKETS.second);
      yield* partsOf(await eventStore.ask<ExportBucketRow>(seconds), EXPORT_BUCKETS.second, part);
    }
  }
}

/** Buckets taken together while they hold no more than `PART_EVENTS`, none over the end of a day, by which the table is sorted. */
export function partsOf(
  buckets: readonly ExportBucketRow[],
  bucketMs: number,
  period: ExportPeriod,
): (ExportPeriod & { readonly events: number })[] {
  const parts: { fromMs: number; toMs: number; events: number }[] = [];
  for (const { start_ms: startMs, events } of buckets) {
    const toMs = Math.min(period.toMs, startMs + bucketMs);
    const last = parts.at(-1);
    if (last !== undefined && last.events + events <= PART_EVENTS && isSameDay(last.fromMs, startMs)) {
      last.toMs = toMs;
      last.events += events;
    } else {
      parts.push({ fromMs: Math.max(period.fromMs, startMs), toMs, events });
    }
  }
  return parts;
}

const isSameDay = (a: number, b: number): boolean => Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS);

/** One event in the wire shape of the envelope: empty fields left out, ids as stored, that is pseudonyms. */
export function lineOf(row: ExportRow): string {
  const event: Record<string, unknown> = {
    event_id: row.event_id,
    event_name: row.event_name,
    event_type: row.event_type,
    timestamp: row.timestamp,
    // Always, so that whoever takes the line in again knows that it was drawn already.
    weight: row.weight,
    schema_version: row.schema_version,
  };
  for (const column of EXPORTED_TEXTS) if (row[column] !== '') event[column] = row[column];
  if (row.is_internal) event.is_internal = true;
  const line = JSON.stringify(event).slice(0, -1);
  // Both are stored as the JSON they came in; taking them over as text keeps every digit.
  const assignments = row.assignments_json === '{}' ? '' : `,"experiment_assignments":${row.assignments_json}`;
  const properties = row.properties_json === '{}' ? '' : `,"properties":${row.properties_json}`;
  return `${line}${assignments}${properties}}`;
}
