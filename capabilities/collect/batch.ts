/** One request's events on their way through the pipeline, each with its own verdict. */
import {
  type DecodeContext,
  type Event,
  type EventResult,
  type EventScope,
  type Principal,
  REASONS,
  type Reason,
  type Refusal,
  type Source,
} from '@uptake/domain/contract';
import type { EventSchema } from '@uptake/domain/tracking-plan';

/** Those who may send events. */
export type Sender = Extract<Principal, { kind: 'write_key' | 'secret_key' }>;

/** What the door learnt from the request besides the events. Nothing here identifies a person. */
export type RequestContext = {
  readonly receivedAtMs: number;
  /** The batch's `sent_at`, where it had one. */
  readonly sentAtMs?: number | undefined;
  /** From `traceparent`; '' where absent. */
  readonly traceId: string;
  readonly client: ClientHints;
  /** The batch's consent, in its stored form; an event's own goes before it. */
  readonly consent?: string | undefined;
  /** `DNT: 1` or `Sec-GPC: 1`. */
  readonly hasOptOutSignal?: boolean | undefined;
  readonly text: TextTraits;
  /** How many events each of the batch stands for, as an export says it; then no budget draws again. */
  readonly weights?: readonly unknown[] | undefined;
};

/** What was shown to hold for every text of a body, so that it need not be looked for in each. */
export type TextTraits = {
  /** Neither NUL nor half of a surrogate pair. */
  readonly isStorable: boolean;
  /** Nothing that JSON writes as an escape: quotation marks, backslashes, control characters. */
  readonly needsNoEscapes: boolean;
};

/** What remains of user agent and address after the edge. Empty string means unknown. */
export type ClientHints = {
  readonly browserFamily: string;
  readonly osFamily: string;
  readonly deviceType: string;
  readonly country: string;
  readonly region?: string | undefined;
};

/** What was known of an event when it first arrived, where it comes again out of a dead letter. */
export type Origin = {
  readonly decoding: Pick<DecodeContext, 'receivedAtMs' | 'sentAtMs' | 'defaultSource' | 'consent' | 'newEventId'>;
  /** Ids of the event that are pseudonyms already; any other is hashed as ever. */
  readonly pseudonyms: ReadonlySet<string>;
  readonly traceId: string;
  readonly client: ClientHints;
};

/** A step's answer for one event: `PASS`, or what becomes of it and why. */
export type Verdict = Refusal | undefined;
export const PASS: Verdict = undefined;

/** What became of one event, as the reply says it. */
export type EventReceipt = {
  readonly index: number;
  readonly event_id: string | null;
  readonly result: EventResult;
  readonly reason?: Reason;
  readonly path?: string;
  readonly detail?: string;
};

export type IngestReply = {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly sampled: number;
  readonly dropped: number;
  readonly results: readonly EventReceipt[];
};

const TOTAL_OF = {
  accepted: 'accepted',
  duplicate: 'duplicates',
  rejected: 'rejected',
  sampled: 'sampled',
  dropped: 'dropped',
} as const satisfies Record<EventResult, keyof IngestReply>;

export class Batch {
  readonly sender: Sender;
  readonly scope: EventScope;
  readonly request: RequestContext;
  /** `validate`: nothing of it is stored or counted. */
  readonly mode: 'store' | 'validate';
  readonly raw: readonly unknown[];
  /** By index in `raw`; a hole until decoded, and where decoding failed. */
  readonly events: (Event | undefined)[] = [];
  /** By index in `raw`; events still on their way have none. */
  readonly verdicts: Verdict[] = [];
  /** By index in `raw`: the schema an event was judged by, where one covers it. */
  readonly schemas: (EventSchema | undefined)[] = [];
  /** By index in `raw`, where the batch is a replay: then what the request says is of no event. */
  readonly origins: readonly Origin[] | undefined;

  constructor(
    sender: Sender,
    raw: readonly unknown[],
    request: RequestContext,
    mode: 'store' | 'validate',
    origins?: readonly Origin[],
  ) {
    this.origins = origins;
    this.sender = sender;
    this.scope = {
      workspaceId: sender.workspaceId,
      productId: sender.productId,
      environmentId: sender.environmentId,
    };
    this.raw = raw;
    this.request = request;
    this.mode = mode;
  }

  /** Asks `step` about every event that is still on its way. */
  judge(step: (event: Event, index: number) => Verdict): void {
    const { events, verdicts } = this;
    for (let index = 0; index < events.length; index++) {
      const event = events[index];
      if (event !== undefined && verdicts[index] === undefined) verdicts[index] = step(event, index);
    }
  }

  /** Repeats are recognised per environment and source, so events of one source are appended together. */
  bySource(): Map<Source, number[]> {
    const indexes = new Map<Source, number[]>();
    for (let index = 0; index < this.events.length; index++) {
      const event = this.events[index];
      if (event === undefined || this.verdicts[index] !== undefined) continue;
      const same = indexes.get(event.source);
      if (same === undefined) indexes.set(event.source, [index]);
      else same.push(index);
    }
    return indexes;
  }

  /** How many events had each verdict; those that passed under `undefined`. */
  countByReason(): Map<Reason | undefined, number> {
    const counts = new Map<Reason | undefined, number>();
    for (let index = 0; index < this.raw.length; index++) {
      const reason = this.verdicts[index]?.reason;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    return counts;
  }

  /** `full` lists every event, `exceptions` those that were not simply accepted. */
  reply(receipts: 'full' | 'exceptions'): IngestReply {
    const totals = { accepted: 0, duplicates: 0, rejected: 0, sampled: 0, dropped: 0 };
    const results: EventReceipt[] = [];
    for (let index = 0; index < this.raw.length; index++) {
      const verdict = this.verdicts[index];
      const result: EventResult = verdict === undefined ? 'accepted' : REASONS[verdict.reason].result;
      totals[TOTAL_OF[result]]++;
      if (verdict === undefined && receipts === 'exceptions') continue;
      const head = { index, event_id: this.#eventId(index), result };
      results.push(verdict === undefined ? head : { ...head, ...verdict });
    }
    return { ...totals, results };
  }

  /** The id as stored, or as sent where the event got no further; never something too long to be one. */
  #eventId(index: number): string | null {
    const stored = this.events[index]?.eventId;
    if (stored !== undefined) return stored;
    const sent = (this.raw[index] as { event_id?: unknown } | null | undefined)?.event_id;
    return typeof sent === 'string' && sent.length <= 100 ? sent.toWellFormed() : null;
  }
}
