/** The embedded event log at work: appends, consumers, trimming and back-pressure over one LMDB environment. */
import { ROW_VERSION } from '@uptake/domain/contract';
import type { DirectoryLock } from '@uptake/io/data-directory';
import type { DuplicateCheck, IdClaim } from '../duplicates/duplicate-check.ts';
import {
  createFingerprinter,
  FINGERPRINT_BYTES,
  FINGERPRINT_WORDS,
  type Fingerprinter,
} from '../duplicates/fingerprint.ts';
import {
  type AppendBatch,
  type AppendResult,
  type AppendRows,
  type Consumer,
  type EventLog,
  type EventLogOptions,
  type LogRecord,
  type LogStats,
  LogUnavailable,
} from '../port.ts';
import { type ConsumerState, LmdbConsumer } from './consumer.ts';
import { GroupCommit, type Head } from './group-commit.ts';
import { encodeRecord, type Totals, totalsBefore } from './record.ts';
import { type Storage, transact } from './storage.ts';

/** Layout of rows that are no events; those of events have a version of their own. */
const ROWS_VERSION = 1;

/** Made once per log: the id that makes its claim tokens unique, and the secret of its fingerprints. */
export type Identity = { readonly id: string; readonly secret: string };

export class LmdbEventLog implements EventLog {
  readonly #options: EventLogOptions;
  readonly #lock: DirectoryLock;
  readonly #storage: Storage;
  readonly #logId: string;
  readonly #fingerprint: Fingerprinter;
  readonly #duplicateCheck: DuplicateCheck;
  readonly #commits: GroupCommit;
  readonly #consumers = new Map<string, LmdbConsumer>();
  readonly #listeners = new Set<(record: LogRecord) => void>();
  /** Appends under way, and who waits for there to be none. */
  #appending = 0;
  #onIdle: (() => void) | undefined;
  /** The oldest record kept. */
  #oldest: Head;
  #trimming: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    options: EventLogOptions,
    lock: DirectoryLock,
    storage: Storage,
    identity: Identity,
    duplicateCheck: DuplicateCheck,
    firstGroup: number,
  ) {
    this.#options = options;
    this.#lock = lock;
    this.#storage = storage;
    this.#logId = identity.id;
    this.#fingerprint = createFingerprinter(Buffer.from(identity.secret, 'hex'));
    this.#duplicateCheck = duplicateCheck;
    const head = (storage.state.get('head') as Head | undefined) ?? { position: 1, events: 0, bytes: 0 };
    this.#commits = new GroupCommit({
      storage,
      nowMs: options.nowMs,
      head,
      firstGroup,
      onDurable: (records) => this.#announce(records),
      wantsRecords: () => this.#listeners.size > 0,
    });
    this.#oldest = this.#findOldest();
    for (const { key, value } of storage.state.getRange({ start: ['consumer', ''], end: ['consumer', '\uffff'] })) {
      this.#addConsumer(String(key[1]), value as ConsumerState);
    }
    this.#trim();
  }

  async append(batch: AppendBatch): Promise<AppendResult> {
    this.#assertOpen();
    if (batch.events.length === 0) return { duplicates: [] };
    this.#appending += 1;
    try {
      return await this.#append(batch);
    } finally {
      this.#appending -= 1;
      if (this.#appending === 0) this.#onIdle?.();
    }
  }

  async appendRows({ workspaceId, kind, rows }: AppendRows): Promise<void> {
    this.#assertOpen();
    if (rows.length === 0) return;
    this.#appending += 1;
    try {
      const text = rows.map((row) => `${row}\n`).join('');
      const record = encodeRecord(workspaceId, { kind, rowVersion: ROWS_VERSION }, rows.length, text);
      this.#assertRoomFor(record.length);
      const none = { fingerprints: Buffer.alloc(0), generation: undefined };
      await this.#commits.append({ record, eventCount: rows.length, ...none });
    } finally {
      this.#appending -= 1;
      if (this.#appending === 0) this.#onIdle?.();
    }
  }

  async #append(batch: AppendBatch): Promise<AppendResult> {
    const ids = batch.events.map((event) => event.eventId);
    const fingerprints = this.#fingerprint(batch.workspaceId, batch.dedupeScope, ids);
    const claim = await this.#duplicateCheck.claim(fingerprints);
    const kept = batch.events.length - claim.duplicates.length;
    if (kept === 0) {
      this.#duplicateCheck.release(claim);
      return { duplicates: claim.duplicates };
    }
    try {
      const record = encodeRecord(
        batch.workspaceId,
        { kind: 'events', rowVersion: ROW_VERSION },
        kept,
        keptRows(batch, claim),
      );
      this.#assertRoomFor(record.length);
      const appendedAtMs = await this.#commits.append({
        record,
        eventCount: kept,
        fingerprints: keptFingerprints(fingerprints, claim, kept),
        generation: claim.table.generation,
      });
      this.#duplicateCheck.accept(claim, appendedAtMs);
      return { duplicates: claim.duplicates };
    } catch (error) {
      this.#duplicateCheck.release(claim);
      throw error;
    }
  }

  probeDuplicates(batch: {
    workspaceId: string;
    dedupeScope: string;
    eventIds: readonly string[];
  }): Promise<readonly number[]> {
    this.#assertOpen();
    return this.#duplicateCheck.probe(this.#fingerprint(batch.workspaceId, batch.dedupeScope, batch.eventIds));
  }

  consumer(name: string, start: 'oldest' | 'newest'): Consumer {
    this.#assertOpen();
    const known = this.#consumers.get(name);
    if (known) return known;
    const { position, events, bytes } = start === 'oldest' ? this.#oldest : this.#commits.head;
    const consumer = this.#addConsumer(name, { position, events, bytes });
    void consumer.saveStart();
    return consumer;
  }

  async removeConsumer(name: string): Promise<void> {
    this.#assertOpen();
    const consumer = this.#consumers.get(name);
    if (!consumer) return;
    await consumer.idle();
    consumer.remove();
    this.#consumers.delete(name);
    await transact(this.#storage, () => [this.#storage.state.remove(['consumer', name])]);
    this.#trim();
  }

  tail(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): LogStats {
    const head = this.#commits.head;
    return {
      records: head.position - this.#oldest.position,
      bytes: head.bytes - this.#oldest.bytes,
      maxBytes: this.#options.maxBytes,
      rememberedIds: this.#duplicateCheck.rememberedIds,
      duplicateCheckBytes: this.#duplicateCheck.bytes,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#appending > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#commits.idle();
    for (const consumer of this.#consumers.values()) {
      await consumer.idle();
      consumer.remove();
    }
    await this.#trimming;
    await this.#duplicateCheck.close();
    await this.#storage.root.close();
    this.#lock.release();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new LogUnavailable('closing', 'The event log is closing.', 5);
  }

  /** Back-pressure: what no consumer confirmed yet, and what is on its way to disk, stays within `maxBytes`. */
  #assertRoomFor(bytes: number): void {
    const unconfirmed = this.#commits.head.bytes - this.#slowest().bytes;
    if (unconfirmed + this.#commits.queuedBytes + bytes <= this.#options.maxBytes) return;
    throw new LogUnavailable(
      'log_full',
      `The event log holds ${unconfirmed} unconsumed bytes of at most ${this.#options.maxBytes}.`,
      5,
    );
  }

  /** The cursor furthest behind; without consumers everything kept counts. */
  #slowest(): { position: number; bytes: number } {
    let slowest: { position: number; bytes: number } | undefined;
    for (const consumer of this.#consumers.values()) {
      if (slowest && consumer.position >= slowest.position) continue;
      slowest = { position: consumer.position, bytes: consumer.bytesBefore };
    }
    return slowest ?? this.#oldest;
  }

  #addConsumer(name: string, state: ConsumerState): LmdbConsumer {
    const consumer = new LmdbConsumer(name, state, {
      storage: this.#storage,
      logId: this.#logId,
      head: () => this.#commits.head,
      onConfirmed: () => this.#trim(),
    });
    this.#consumers.set(name, consumer);
    return consumer;
  }

  #announce(records: readonly LogRecord[]): void {
    for (const consumer of this.#consumers.values()) consumer.wake();
    for (const record of records) {
      for (const listener of this.#listeners) {
        try {
          listener(record);
        } catch (error) {
          // The log outlives its viewers: a listener that throws is told about, not obeyed.
          process.emitWarning(error instanceof Error ? error : String(error), 'EventLogListenerWarning');
        }
      }
    }
  }

  #findOldest(): Head {
    const head = this.#commits.head;
    for (const { key, value } of this.#storage.records.getRange({ limit: 1 })) {
      const before: Totals = totalsBefore(value);
      return { position: key, ...before };
    }
    return head;
  }

  /** Deletes what is behind every cursor, in the background; the space is used again by later records. */
  #trim(): void {
    if (this.#consumers.size === 0) return;
    this.#trimming ??= this.#trimToSlowest().finally(() => {
      this.#trimming = undefined;
    });
  }

  async #trimToSlowest(): Promise<void> {
    for (;;) {
      const end = Math.min(this.#slowest().position, this.#oldest.position + TRIM_RECORDS);
      if (end <= this.#oldest.position || this.#consumers.size === 0) return;
      try {
        const count = end - this.#oldest.position;
        const positions = Array.from({ length: count }, (_, index) => this.#oldest.position + index);
        await transact(this.#storage, () => positions.map((position) => this.#storage.records.remove(position)));
      } catch {
        return; // A full disk: the records stay, and the next confirmation tries again.
      }
      this.#oldest = this.#findOldest();
    }
  }
}

/** Records deleted in one transaction: keeps the commits that appends wait for short. */
const TRIM_RECORDS = 500;

function keptRows(batch: AppendBatch, claim: IdClaim): string {
  let rows = '';
  for (let index = 0; index < batch.events.length; index++) {
    if (claim.slots[index]! >= 0) rows += `${batch.events[index]!.row}\n`;
  }
  return rows;
}

function keptFingerprints(fingerprints: Uint32Array, claim: IdClaim, kept: number): Buffer {
  const bytes = Buffer.allocUnsafe(kept * FINGERPRINT_BYTES);
  let at = 0;
  for (let index = 0; index < claim.slots.length; index++) {
    if (claim.slots[index]! < 0) continue;
    for (let word = index * FINGERPRINT_WORDS; word < (index + 1) * FINGERPRINT_WORDS; word++) {
      at = bytes.writeUInt32LE(fingerprints[word]!, at);
    }
  }
  return bytes;
}
