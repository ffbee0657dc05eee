/** Gathers lines into batches the events door takes, and sets aside what cannot be sent at all. */
import { createHash } from 'node:crypto';
import { LIMITS } from '@uptake/domain/contract';
import type { Line } from './lines.ts';

export const MAX_BATCH_EVENTS = 500;
/** Leaves the door's limit some room for the frame around the events. */
const MAX_BATCH_BYTES = LIMITS.bodyBytes - 64 * 1024;
/** Longer lines are not kept in memory; the door refuses an event far shorter than that. */
export const MAX_LINE_BYTES = 1024 * 1024;

export type RejectedLine = {
  readonly line: number;
  readonly reason: string;
  readonly path: string;
  readonly detail: string;
  /** The line as it was read; `null` where it was too long to keep. */
  readonly event: string | null;
};

export type EventBatch = {
  /** JSON texts, in the order of the file. */
  readonly events: readonly string[];
  /** Line number of each event. */
  readonly lines: readonly number[];
  /** Whether any is of an export, which says how many events each of them stands for. */
  readonly isExported: boolean;
  /** Lines among these that never got as far as the door. */
  readonly unsendable: readonly RejectedLine[];
  /** Where reading goes on after this batch. */
  readonly endOffset: number;
  readonly endLine: number;
};

type OpenBatch = {
  events: string[];
  lines: number[];
  isExported: boolean;
  unsendable: RejectedLine[];
  bytes: number;
  last: Line | undefined;
};

export async function* eventBatches(lines: AsyncIterable<Line>): AsyncGenerator<EventBatch> {
  let open = emptyBatch();
  for await (const line of lines) {
    const event = readEvent(line);
    const bytes = event !== undefined && 'text' in event ? Buffer.byteLength(event.text) + 1 : 0;
    const isFull = open.events.length >= MAX_BATCH_EVENTS || open.bytes + bytes > MAX_BATCH_BYTES;
    if (isFull || open.unsendable.length >= MAX_BATCH_EVENTS) {
      yield closeBatch(open);
      open = emptyBatch();
    }
    open.last = line;
    if (event === undefined) continue;
    if (!('text' in event)) {
      open.unsendable.push(event);
      continue;
    }
    open.events.push(event.text);
    open.isExported ||= event.isExported;
    open.lines.push(line.number);
    open.bytes += bytes;
  }
  if (open.last !== undefined) yield closeBatch(open);
}

function emptyBatch(): OpenBatch {
  return { events: [], lines: [], isExported: false, unsendable: [], bytes: 0, last: undefined };
}

function closeBatch({ events, lines, isExported, unsendable, last }: OpenBatch): EventBatch {
  return { events, lines, isExported, unsendable, endOffset: last!.endOffset, endLine: last!.number };
}

const UNREADABLE = {
  too_long: {
    reason: 'event_too_large',
    detail: `The line is longer than ${MAX_LINE_BYTES / 1024} KiB; an event may have ${LIMITS.eventBytes / 1024} KiB.`,
  },
  not_utf8: { reason: 'invalid_utf8', detail: 'The line is not UTF-8.' },
} as const;

/** The event as JSON text to send, why it cannot be sent, or `undefined` for an empty line. */
function readEvent(line: Line): { text: string; isExported: boolean } | RejectedLine | undefined {
  if (line.unreadable !== undefined)
    return { line: line.number, path: '', event: null, ...UNREADABLE[line.unreadable] };
  const text = line.text.trim();
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = `The line is not JSON: ${(error as Error).message}`;
    return { line: line.number, reason: 'invalid_json', path: '', detail, event: text };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const detail = 'A line holds one event, which is a JSON object.';
    return { line: line.number, reason: 'not_an_object', path: '', detail, event: text };
  }
  const isExported = Object.hasOwn(value, 'weight');
  return { text: Object.hasOwn(value, 'event_id') ? text : withEventId(text, line.number), isExported };
}

/**
 * An event without an id could not be recognised when it is sent again, so it gets one that follows from what the line
 * says and where it stands: the same file always gives the same ids, and two equal lines are still two events.
 */
function withEventId(text: string, lineNumber: number): string {
  const hash = createHash('sha256').update(`${lineNumber}\n${text}`).digest();
  // RFC 9562 version 8: a UUID of one's own making.
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  const rest = text.slice(1).trimStart();
  return `{"event_id":"${id}"${rest.startsWith('}') ? '' : ','}${rest}`;
}
