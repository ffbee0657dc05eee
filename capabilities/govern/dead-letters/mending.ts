/** A kept letter as the pipeline takes it: marks taken off, mended where a mapping says how, with what was known beside it. */
import { type LetterContext, unmarkPayload } from '@uptake/domain/dead-letters';
import { applyMapping, type EventMapping } from '@uptake/domain/tracking-plan';
import type { LetterRow } from './letters.query.ts';
import type { ReplayedLetter } from './replaying.ts';

type Raw = Record<string, unknown>;
/** A mapping works on objects; anything else that was sent stays what it was, and is refused again. */
export function mend(payload: unknown, mapping: EventMapping | undefined): unknown {
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  return mapping === undefined || !isObject ? payload : applyMapping(payload as Raw, mapping);
}

export function toReplayed(row: LetterRow, mapping: EventMapping | undefined): ReplayedLetter {
  // The marks come off first: no constant that a mapping writes can pass for a pseudonym.
  const { event, pseudonyms } = unmarkPayload(JSON.parse(row.payload));
  const context = JSON.parse(row.context) as LetterContext;
  return {
    letterId: row.letter_id,
    event: mend(event, mapping),
    pseudonyms,
    receivedAtMs: row.received_ms,
    defaultSource: row.source === 'client' ? 'client' : 'server',
    sentAtMs: context.sent_at_ms,
    consent: context.consent,
    traceId: context.trace_id ?? '',
    client: {
      browserFamily: context.browser_family ?? '',
      osFamily: context.os_family ?? '',
      deviceType: context.device_type ?? '',
      country: context.country ?? '',
      region: context.region ?? '',
    },
  };
}
