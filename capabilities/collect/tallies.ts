/**
 * Counts what becomes of events, by minute, key, source, version and reason, and hands the counts to the log about once a
 * second. A process that is killed loses the counts of its last second, and no event.
 */
import { type EventResult, REASONS, type Reason } from '@uptake/domain/contract';
import { encodeTally } from '@uptake/domain/dead-letters';
import { SYSTEM_LEDGER } from '@uptake/domain/ledger';
import type { Scrubber } from '@uptake/domain/privacy';
import type { EventLog } from '@uptake/io/event-log';
import type { Batch } from './batch.ts';
import type { Filing } from './letters.ts';

const FLUSH_AFTER_MS = 1_000;
/** Kinds of counts at which a flush comes early. */
const MAX_KINDS = 5_000;
const SEPARATOR = '\0';

export type TalliesOptions = {
  readonly eventLog: Pick<EventLog, 'appendRows'>;
  /** What was decided before it was scrubbed is scrubbed here. */
  readonly scrubberOf: (batch: Batch) => Pick<Scrubber, 'version'>;
  /** Told of a flush that failed; its counts go with the next one. */
  readonly onFailure: (error: unknown) => void;
};

type Kind = {
  readonly workspaceId: string;
  readonly environmentId: string;
  readonly atMs: number;
  readonly keyId: string;
  readonly source: string;
  readonly appVersion: string;
  readonly eventName: string;
  readonly result: EventResult;
  readonly reason: Reason | '';
  readonly cause: string;
  events: number;
};

export class Tallies {
  readonly #options: TalliesOptions;
  #kinds = new Map<string, Kind>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: TalliesOptions) {
    this.#options = options;
  }

  /** Every event of a batch that was decided, and under what the rejected ones were filed. */
  add(batch: Batch, filed: ReadonlyMap<number, Filing> | undefined): void {
    if (batch.scope.environmentId === SYSTEM_LEDGER.environmentId) return;
    const defaultSource = batch.sender.kind === 'write_key' ? 'client' : 'server';
    // Events of one batch are mostly of one kind: what is the same as before is not looked up again.
    let last: { source: string; appVersion: string; reason: Reason | undefined; kind: Kind } | undefined;
    for (let index = 0; index < batch.raw.length; index++) {
      const event = batch.events[index];
      const reason = batch.verdicts[index]?.reason;
      const filing = filed?.get(index);
      const source = event?.source ?? defaultSource;
      const appVersion = event?.appVersion ?? filing?.appVersion ?? '';
      if (
        filing !== undefined ||
        last === undefined ||
        last.reason !== reason ||
        last.source !== source ||
        last.appVersion !== appVersion
      ) {
        const kind = this.#kindOf(batch, { source, appVersion, reason, filing });
        // A rejected event has a cause of its own; the next may have another.
        last = filing === undefined ? { source, appVersion, reason, kind } : undefined;
        kind.events += 1;
      } else {
        last.kind.events += 1;
      }
    }
    if (this.#kinds.size >= MAX_KINDS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Resolves when what was counted before is durable, or was put back because it could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    const kinds = this.#kinds;
    this.#kinds = new Map();
    const byWorkspace = Map.groupBy(kinds, ([, { workspaceId }]) => workspaceId);
    for (const [workspaceId, entries] of byWorkspace) {
      try {
        const rows = entries.map(([, kind]) => encodeTally(kind));
        await this.#options.eventLog.appendRows({ workspaceId, kind: 'tallies', rows });
      } catch (error) {
        for (const [key, kind] of entries) this.#putBack(key, kind);
        this.#options.onFailure(error);
      }
    }
  }

  #putBack(key: string, kind: Kind): void {
    const newer = this.#kinds.get(key);
    if (newer !== undefined) newer.events += kind.events;
    // Where the log takes nothing for long, the counts of many minutes must not fill the memory.
    else if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, kind);
  }

  #kindOf(
    batch: Batch,
    what: { source: string; appVersion: string; reason: Reason | undefined; filing: Filing | undefined },
  ): Kind {
    const { workspaceId, environmentId } = batch.scope;
    const { keyId } = batch.sender;
    const minute = Math.floor(batch.request.receivedAtMs / 60_000);
    const { source, reason = '', filing } = what;
    const appVersion = reason === '' ? what.appVersion : this.#options.scrubberOf(batch).version(what.appVersion);
    const { eventName = '', cause = '' } = filing ?? {};
    const key = [workspaceId, environmentId, minute, keyId, source, appVersion, reason, eventName, cause].join(
      SEPARATOR,
    );
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      const result = reason === '' ? 'accepted' : REASONS[reason].result;
      const atMs = minute * 60_000;
      kind = {
        workspaceId,
        environmentId,
        atMs,
        keyId,
        source,
        appVersion,
        eventName,
        result,
        reason,
        cause,
        events: 0,
      };
      this.#kinds.set(key, kind);
    }
    return kind;
  }
}
