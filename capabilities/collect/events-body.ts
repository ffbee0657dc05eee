/** Reads events out of the bytes of a body: one event, an array, `{"events": […]}`, or a line of JSON each. */
import { isAscii, isUtf8 } from 'node:buffer';
import { LIMITS, Problem, parseConsent, parseTimestamp } from '@uptake/domain/contract';
import type { TextTraits } from './batch.ts';

const BACKSLASH = 0x5c;

export type EventsBody = {
  readonly events: readonly unknown[];
  readonly sentAtMs: number | undefined;
  /** For clients that can set no header, such as `navigator.sendBeacon`. */
  readonly writeKey: string | undefined;
  /** For events that say nothing of it themselves, in its stored form. */
  readonly consent?: string | undefined;
  readonly text: TextTraits;
};

export function readEvents(bytes: Buffer, format: 'json' | 'ndjson'): EventsBody {
  const text = decodeText(bytes);
  const body = format === 'ndjson' ? linesOf(text) : bodyOf(parseJson(text));
  if (body.events.length > LIMITS.eventsPerBatch) {
    throw new Problem(
      'batch_too_large',
      `The batch holds ${body.events.length} events; send at most ${LIMITS.eventsPerBatch} at a time.`,
    );
  }
  return { ...body, text: traitsOf(bytes) };
}

/** JSON in UTF-8 can hold those characters as escapes only, so a search over the bytes spares a look at every text. */
function traitsOf(bytes: Buffer): TextTraits {
  const needsNoEscapes = !bytes.includes(BACKSLASH);
  return { needsNoEscapes, isStorable: needsNoEscapes || !bytes.includes('\\u') };
}

function decodeText(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new Problem('invalid_utf8', 'JSON is exchanged as UTF-8 (RFC 8259).');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function parseJson(text: string): unknown {
  if (text.length === 0) throw new Problem('invalid_json', 'The body is empty; send an event or {"events": […]}.');
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body, which has no business in an answer or a log; its position does no harm.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new Problem('invalid_json', `Reading stopped${position === undefined ? '' : ` at character ${position}`}.`);
  }
}

type Body = Omit<EventsBody, 'text'>;

function bodyOf(json: unknown): Body {
  if (Array.isArray(json)) return { events: json, sentAtMs: undefined, writeKey: undefined };
  if (typeof json !== 'object' || json === null) {
    throw new Problem('invalid_batch', 'Send an event as a JSON object, an array of them, or {"events": […]}.');
  }
  return 'events' in json ? batchOf(json as Record<string, unknown>) : singleOf(json as Record<string, unknown>);
}

function batchOf({ events, sent_at, consent, writeKey, ...unknown }: Record<string, unknown>): Body {
  if (!Array.isArray(events)) throw new Problem('invalid_batch', 'At /events: send an array of events.');
  const [name] = Object.keys(unknown);
  if (name !== undefined) {
    throw new Problem(
      'invalid_batch',
      'Beside events a batch may hold sent_at, consent and writeKey, and nothing else.',
    );
  }
  const sentAtMs = typeof sent_at === 'string' ? parseTimestamp(sent_at) : undefined;
  if (sent_at !== undefined && sent_at !== null && sentAtMs === undefined) {
    throw new Problem('invalid_batch', 'At /sent_at: send RFC 3339 with a zone, such as "2026-11-21T09:30:00.250Z".');
  }
  const consentText = consent == null ? undefined : parseConsent(consent);
  if (consent != null && consentText === undefined) {
    throw new Problem(
      'invalid_batch',
      'At /consent: send {"analytics": …, "location": …}, each "granted", "denied" or "unknown".',
    );
  }
  return { events, sentAtMs, consent: consentText, writeKey: textOrNothing(writeKey) };
}

function singleOf(json: Record<string, unknown>): Body {
  if (json.writeKey === undefined) return { events: [json], sentAtMs: undefined, writeKey: undefined };
  const { writeKey, ...event } = json;
  return { events: [event], sentAtMs: undefined, writeKey: textOrNothing(writeKey) };
}

/** A line that cannot be read stands as `undefined`, for which the decoder has an answer; the others go on. */
function linesOf(text: string): Body {
  const events: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() !== '') events.push(parsedLine(line));
  }
  return { events, sentAtMs: undefined, writeKey: undefined };
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
