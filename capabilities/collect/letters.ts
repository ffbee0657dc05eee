/** Makes dead letters of a batch's rejected events: scrubbed, bounded, and no more of them than somebody could read. */
import { createHash } from 'node:crypto';
import {
  consentOf,
  consentOver,
  DEFAULT_PRIVACY,
  EVENT_NAME_PATTERN,
  EVENT_TYPES,
  type Event,
  type EventScope,
  parseConsent,
  parseTimestamp,
  parseUuid,
  REASONS,
  type Refusal,
  SOURCES,
} from '@uptake/domain/contract';
import {
  type DeadLetter,
  encodeLetter,
  keepPayload,
  type LetterContext,
  type PayloadTools,
} from '@uptake/domain/dead-letters';
import type { Pseudonyms, Scrubber } from '@uptake/domain/privacy';
import { LRUCache } from 'lru-cache';
import type { Batch } from './batch.ts';

/** Per environment and minute; what is rejected beyond is counted and not kept. */
export type LetterLimits = {
  readonly letters: number;
  /** Of their rows, as JSON. */
  readonly bytes: number;
  /** Causes told apart; what comes beyond is counted under no cause. */
  readonly causes: number;
};

/**
 * A thousand a second: a whole release that sends the wrong thing can be brought back, and sending nonsense fills a disk no
 * faster than sending events does.
 */
export const LETTER_LIMITS: LetterLimits = { letters: 60_000, bytes: 64 * 1024 * 1024, causes: 500 };

const DAY_MS = 86_400_000;
const AHEAD_MS = 10 * 60_000;
const REMEMBERED_ENVIRONMENTS = 1_000;
const REMEMBERED_CAUSES = 10_000;
const NAME_LENGTH = 100;
const TEXT_LENGTH = 200;
const DETAIL_LENGTH = 500;
const LEFT_OUT = '[left out]';

/** What a rejected event is counted and kept under. */
export type Filing = {
  readonly eventName: string;
  readonly cause: string;
  /** As sent, since what could not be decoded has none. */
  readonly appVersion: string;
  readonly letter: string | undefined;
};

export type LetterDependencies = {
  readonly scrubberOf: (batch: Batch) => Scrubber;
  readonly pseudonyms: Pseudonyms;
  readonly randomUuid: () => string;
  readonly retentionDays: number;
  readonly limits: LetterLimits;
  /** Told how many were kept, and how many only counted. */
  readonly onFiled: (kept: number, countedOnly: number) => void;
};

type Minute = { readonly minute: number; letters: number; bytes: number; readonly causes: Set<string> };
type Raw = Readonly<Record<string, unknown>>;

export class LetterBox {
  readonly #dependencies: LetterDependencies;
  readonly #minutes = new LRUCache<string, Minute>({ max: REMEMBERED_ENVIRONMENTS });
  readonly #causes = new LRUCache<string, string>({ max: REMEMBERED_CAUSES });

  constructor(dependencies: LetterDependencies) {
    this.#dependencies = dependencies;
  }

  /** By index in the batch, for events that were rejected; `undefined` where none was. */
  file(batch: Batch): ReadonlyMap<number, Filing> | undefined {
    let filed: Map<number, Filing> | undefined;
    let writer: LetterWriter | undefined;
    for (let index = 0; index < batch.raw.length; index++) {
      const verdict = batch.verdicts[index];
      if (verdict === undefined || REASONS[verdict.reason].result !== 'rejected') continue;
      writer ??= new LetterWriter(batch, this.#dependencies);
      filed ??= new Map();
      filed.set(index, this.#fileOne(batch, index, verdict, writer));
    }
    if (filed !== undefined) {
      const kept = [...filed.values()].filter(({ letter }) => letter !== undefined).length;
      this.#dependencies.onFiled(kept, filed.size - kept);
    }
    return filed;
  }

  #fileOne(batch: Batch, index: number, verdict: Refusal, writer: LetterWriter): Filing {
    const { environmentId } = batch.scope;
    const eventName = writer.eventName(index);
    const path = writer.path(verdict.path);
    const version = batch.schemas[index]?.version ?? 0;
    const minute = this.#minuteOf(environmentId, batch.request.receivedAtMs);
    const cause = this.#causeOf(`${environmentId}\0${eventName}\0${verdict.reason}\0${path}\0${version}`);
    const { limits } = this.#dependencies;
    // Names that are made up by the thousand would each be a cause, and a word in every dictionary of the store.
    if (!minute.causes.has(cause) && minute.causes.size >= limits.causes) {
      return { eventName: '', cause: '', appVersion: '', letter: undefined };
    }
    minute.causes.add(cause);
    const isKept =
      batch.sender.environment.policy !== 'ledger' &&
      isWilling(batch, index) &&
      minute.letters < limits.letters &&
      minute.bytes < limits.bytes;
    const appVersion = writer.appVersion(index);
    if (!isKept) return { eventName, cause, appVersion, letter: undefined };
    const letter = writer.letter(index, { ...verdict, path }, { eventName, cause, version });
    minute.letters += 1;
    minute.bytes += letter.length;
    return { eventName, cause, appVersion, letter };
  }

  #minuteOf(environmentId: string, atMs: number): Minute {
    const minute = Math.floor(atMs / 60_000);
    const known = this.#minutes.get(environmentId);
    if (known?.minute === minute) return known;
    const made: Minute = { minute, letters: 0, bytes: 0, causes: new Set() };
    this.#minutes.set(environmentId, made);
    return made;
  }

  #causeOf(text: string): string {
    let cause = this.#causes.get(text);
    if (cause === undefined) {
      cause = createHash('sha256').update(text).digest('hex').slice(0, 16);
      this.#causes.set(text, cause);
    }
    return cause;
  }
}

/** What is the same for all letters of a batch is looked up once. */
class LetterWriter {
  readonly #batch: Batch;
  readonly #dependencies: LetterDependencies;
  readonly #scrubber: Scrubber;
  readonly #scope: EventScope;
  readonly #context: LetterContext;

  constructor(batch: Batch, dependencies: LetterDependencies) {
    this.#batch = batch;
    this.#dependencies = dependencies;
    this.#scrubber = dependencies.scrubberOf(batch);
    this.#scope = batch.scope;
    this.#context = contextOf(batch);
  }

  /** A name that could be one of the plan stands as it is; anything else is a text like others. */
  eventName(index: number): string {
    const name = this.#raw(index).event_name;
    if (typeof name !== 'string') return '';
    return EVENT_NAME_PATTERN.test(name) ? this.#scrubber.text(name) : this.#text(name, NAME_LENGTH);
  }

  /** Places in lists are one place; names in it may be personal. */
  path(pointer: string): string {
    return pointer
      .split('/')
      .map((segment) => (/^\d+$/.test(segment) ? '*' : this.#text(segment, NAME_LENGTH)))
      .join('/');
  }

  appVersion(index: number): string {
    const version = this.#raw(index).app_version;
    if (typeof version !== 'string') return '';
    return version.length > TEXT_LENGTH ? LEFT_OUT : this.#scrubber.version(storable(version));
  }

  letter(index: number, verdict: Refusal, known: { eventName: string; cause: string; version: number }): string {
    const raw = this.#raw(index);
    const event = this.#batch.events[index];
    const tools = this.#toolsAt(this.#timeOf(raw, event));
    const kept = keepPayload(this.#batch.raw[index], tools);
    const letter: DeadLetter = {
      letterId: this.#dependencies.randomUuid(),
      cause: known.cause,
      receivedAtMs: this.#batch.request.receivedAtMs,
      eventId: (typeof raw.event_id === 'string' && parseUuid(raw.event_id)) || '',
      eventName: known.eventName,
      eventType: EVENT_TYPES.find((type) => type === raw.event_type) ?? '',
      reason: verdict.reason,
      path: verdict.path,
      detail: this.#text(verdict.detail, DETAIL_LENGTH),
      schemaVersion: known.version,
      source: this.#batch.sender.kind === 'write_key' ? 'client' : 'server',
      keyId: this.#batch.sender.keyId,
      appVersion: this.appVersion(index),
      tenantId: this.#textOf(raw.tenant_id),
      userId: pseudonymOf(raw.user_id, tools.pseudonymOfUser),
      sessionId: pseudonymOf(raw.session_id, tools.pseudonymOfSession),
      sentTimestamp:
        typeof raw.timestamp === 'string' && parseTimestamp(raw.timestamp) !== undefined ? raw.timestamp : '',
      context: this.#context,
      payload: kept.json,
      isComplete: kept.isComplete,
    };
    return encodeLetter(this.#scope, letter);
  }

  #raw(index: number): Raw {
    const raw = this.#batch.raw[index];
    return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Raw) : {};
  }

  #textOf(value: unknown): string {
    return typeof value === 'string' ? this.#text(value, TEXT_LENGTH) : '';
  }

  /** Left out whole where it is too long: half an address is one that no rule recognises. */
  #text(text: string, maxLength: number): string {
    return text.length > maxLength ? LEFT_OUT : this.#scrubber.text(storable(text));
  }

  /** When the event happened, as far as it can be believed: pseudonyms go by it, and so would those of the event itself. */
  #timeOf(raw: Raw, event: Event | undefined): number {
    const { receivedAtMs } = this.#batch.request;
    const sent = event?.timestampMs ?? (typeof raw.timestamp === 'string' ? parseTimestamp(raw.timestamp) : undefined);
    const isBelievable =
      sent !== undefined &&
      sent <= receivedAtMs + AHEAD_MS &&
      sent >= receivedAtMs - this.#dependencies.retentionDays * DAY_MS;
    return isBelievable ? sent : receivedAtMs;
  }

  #toolsAt(atMs: number): PayloadTools {
    const { pseudonyms } = this.#dependencies;
    const { workspaceId } = this.#scope;
    const ofUser = pseudonyms.of(workspaceId, 'user');
    const ofSession = pseudonyms.of(workspaceId, 'session');
    return {
      scrubber: this.#scrubber,
      pseudonymOfUser: (id) => ofUser(id, atMs),
      pseudonymOfSession: (id) => ofSession(id, atMs),
    };
  }
}

/**
 * An event that cannot be decoded is rejected before anybody asks whether its person agreed to be counted. Of one who did not,
 * or of whom nobody can tell, no letter is kept: a replay would count them after all.
 */
function isWilling({ events, raw, request, sender }: Batch, index: number): boolean {
  if (events[index] !== undefined) return true;
  const event = raw[index];
  const said = (typeof event === 'object' && event !== null ? event : {}) as Raw;
  const isOfOtherSource = SOURCES.some((source) => source !== 'client' && source === said.source);
  const { respectsOptOutSignals } = sender.environment.privacy ?? DEFAULT_PRIVACY;
  if (respectsOptOutSignals && request.hasOptOutSignal === true && !isOfOtherSource) return false;
  const own = said.consent == null ? '' : parseConsent(said.consent);
  return own !== undefined && consentOf(consentOver(own, request.consent ?? '')).analytics !== 'denied';
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

function pseudonymOf(id: unknown, of: (id: string) => string): string {
  return typeof id === 'string' || typeof id === 'number' ? of(String(id)) : '';
}

function contextOf({ request }: Batch): LetterContext {
  const { client, sentAtMs, consent, traceId } = request;
  const said = {
    sent_at_ms: sentAtMs,
    consent,
    trace_id: traceId,
    browser_family: client.browserFamily,
    os_family: client.osFamily,
    device_type: client.deviceType,
    country: client.country,
    region: client.region,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== ''));
}
