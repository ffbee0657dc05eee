/** The rows of dead letters and tallies: one JSON array each, written where an event is refused and inserted as it is. */
import type { EventResult, EventScope, Reason } from '@uptake/domain/contract';

export const LETTER_COLUMNS = [
  'workspace_id',
  'product_id',
  'environment_id',
  'letter_id',
  'cause',
  'received_at',
  'event_id',
  'event_name',
  'event_type',
  'reason',
  'path',
  'detail',
  'schema_version',
  'source',
  'key_id',
  'app_version',
  'tenant_id',
  'user_id',
  'session_id',
  'sent_timestamp',
  'context',
  'payload',
  'is_complete',
] as const;

export type DeadLetter = {
  readonly letterId: string;
  /** 16 hexadecimal digits: one for every environment, event name, reason, path and schema version. */
  readonly cause: string;
  readonly receivedAtMs: number;
  /** '' where there was none, or it was no UUID. */
  readonly eventId: string;
  readonly eventName: string;
  readonly eventType: string;
  readonly reason: Reason;
  /** JSON pointer into the event, places in lists as `*`. */
  readonly path: string;
  readonly detail: string;
  /** Of the schema the event was held against; 0 where there was none. */
  readonly schemaVersion: number;
  /** What an event is of that names no source: by the kind of its key. */
  readonly source: 'client' | 'server' | '';
  readonly keyId: string;
  readonly appVersion: string;
  readonly tenantId: string;
  /** Pseudonyms, or ''. */
  readonly userId: string;
  readonly sessionId: string;
  /** The event's `timestamp` as sent. */
  readonly sentTimestamp: string;
  /** What the request said beside the event: a replay needs it again. */
  readonly context: LetterContext;
  /** JSON of `keepPayload`; '' where nothing was kept. */
  readonly payload: string;
  readonly isComplete: boolean;
};

/** As it stands in the `context` of a row. What the request did not say is absent. */
export type LetterContext = {
  readonly sent_at_ms?: number;
  /** In its stored form. */
  readonly consent?: string;
  readonly trace_id?: string;
  readonly browser_family?: string;
  readonly os_family?: string;
  readonly device_type?: string;
  readonly country?: string;
  readonly region?: string;
};

/** Without a line end. */
export function encodeLetter(scope: EventScope, letter: DeadLetter): string {
  return JSON.stringify([
    scope.workspaceId,
    scope.productId,
    scope.environmentId,
    letter.letterId,
    letter.cause,
    seconds(letter.receivedAtMs),
    letter.eventId,
    letter.eventName,
    letter.eventType,
    letter.reason,
    letter.path,
    letter.detail,
    letter.schemaVersion,
    letter.source,
    letter.keyId,
    letter.appVersion,
    letter.tenantId,
    letter.userId,
    letter.sessionId,
    letter.sentTimestamp,
    JSON.stringify(letter.context),
    letter.payload,
    letter.isComplete,
  ]);
}

export const TALLY_COLUMNS = [
  'workspace_id',
  'environment_id',
  'minute',
  'key_id',
  'source',
  'app_version',
  'event_name',
  'result',
  'reason',
  'cause',
  'events',
] as const;

/** How many events of one minute and kind met one fate. */
export type Tally = {
  readonly workspaceId: string;
  readonly environmentId: string;
  /** Any moment of the minute. */
  readonly atMs: number;
  readonly keyId: string;
  readonly source: string;
  readonly appVersion: string;
  /** '' for what was accepted. */
  readonly eventName: string;
  readonly result: EventResult;
  /** '' for what was accepted. */
  readonly reason: Reason | '';
  /** '' for all but what was rejected. */
  readonly cause: string;
  readonly events: number;
};

/** Without a line end. */
export function encodeTally(tally: Tally): string {
  return JSON.stringify([
    tally.workspaceId,
    tally.environmentId,
    Math.floor(tally.atMs / 60_000) * 60,
    tally.keyId,
    tally.source,
    tally.appVersion,
    tally.eventName,
    tally.result,
    tally.reason,
    tally.cause,
    tally.events,
  ]);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
