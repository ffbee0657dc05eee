/**
 * Group commit: appends that arrive while a commit is being synced to disk share the next one. Record, running totals and
 * fingerprints of an append are in one transaction, so a crash keeps all of them or none.
 */
import { FINGERPRINT_BYTES } from '../duplicates/fingerprint.ts';
import type { LogRecord } from '../port.ts';
import { decodeRecord, sealRecord, type Totals } from './record.ts';
import { type Storage, transact } from './storage.ts';

/** The end of the log: the position the next record gets, and what is before it. */
export type Head = Totals & { readonly position: number };

export type PendingRecord = {
  readonly record: Buffer;
  readonly eventCount: number;
  /** Fingerprints of the record's ids, and the table generation they are filed under; none where rows have no ids. */
  readonly fingerprints: Buffer;
  readonly generation: number | undefined;
};

type Waiting = PendingRecord & { resolve(appendedAtMs: number): void; reject(error: unknown): void };

/** What one transaction may hold: bounds its memory and the time a single sync takes. */
const GROUP_BYTES = 16 * 1024 * 1024;
const SECOND_BYTES = 4;

export class GroupCommit {
  readonly #storage: Storage;
  readonly #nowMs: () => number;
  readonly #onDurable: (records: readonly LogRecord[]) => void;
  readonly #wantsRecords: () => boolean;
  #head: Head;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #group = 0;
  #running: Promise<void> | undefined;

  constructor(options: {
    storage: Storage;
    nowMs: () => number;
    head: Head;
    /** Called after every commit; with the records where `wantsRecords` said so. */
    onDurable: (records: readonly LogRecord[]) => void;
    wantsRecords: () => boolean;
    /** First number free for a group of fingerprints. */
    firstGroup: number;
  }) {
    this.#storage = options.storage;
    this.#nowMs = options.nowMs;
    this.#onDurable = options.onDurable;
    this.#wantsRecords = options.wantsRecords;
    this.#head = options.head;
    this.#group = options.firstGroup;
  }

  /** Behind the last durable record. */
  get head(): Head {
    return this.#head;
  }

  /** Bytes accepted for writing but not durable yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Resolves with the time of the append once it is durable; rejects with `LogUnavailable` when nothing was kept. */
  append(pending: PendingRecord): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...pending, resolve, reject });
      this.#queuedBytes += pending.record.length;
      this.#running ??= this.#run();
    });
  }

  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      // One turn of the event loop gathers what readable sockets bring, and what those do next whose commit just ended.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#queue.length === 0) break;
      await this.#commit(this.#takeGroup());
    }
    this.#running = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || bytes + this.#queue[count]!.record.length <= GROUP_BYTES)) {
      bytes += this.#queue[count]!.record.length;
      count += 1;
    }
    const group = count === this.#queue.length ? this.#queue : this.#queue.slice(0, count);
    this.#queue = count === this.#queue.length ? [] : this.#queue.slice(count);
    return group;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const appendedAtMs = this.#nowMs();
    const head = this.#head;
    let failure: unknown;
    try {
      const after = await this.#write(group, appendedAtMs);
      this.#head = after;
    } catch (error) {
      failure = error;
    }
    for (const waiting of group) this.#queuedBytes -= waiting.record.length;
    if (failure) {
      for (const waiting of group) waiting.reject(failure);
      return;
    }
    for (const waiting of group) waiting.resolve(appendedAtMs);
    const records = this.#wantsRecords()
      ? group.map((waiting, index) => decodeRecord(head.position + index, waiting.record))
      : [];
    this.#onDurable(records);
  }

  async #write(group: readonly Waiting[], appendedAtMs: number): Promise<Head> {
    const { records, fingerprints, state } = this.#storage;
    let { position, events, bytes } = this.#head;
    await transact(this.#storage, () => {
      const writes: Promise<boolean>[] = [];
      for (const waiting of group) {
        sealRecord(waiting.record, appendedAtMs, { events, bytes });
        writes.push(records.put(position, waiting.record, { append: true }));
        position += 1;
        events += waiting.eventCount;
        bytes += waiting.record.length;
      }
      for (const [generation, value] of fingerprintsByGeneration(group, appendedAtMs)) {
        writes.push(fingerprints.put([generation, this.#group], value));
        this.#group += 1;
      }
      writes.push(state.put('head', { position, events, bytes }));
      return writes;
    });
    return { position, events, bytes };
  }
}

/** `[second u32][fingerprint…]` per table generation; a group rarely spans more than one. */
function fingerprintsByGeneration(group: readonly Waiting[], appendedAtMs: number): Map<number, Buffer> {
  const second = Buffer.alloc(SECOND_BYTES);
  second.writeUInt32LE(Math.floor(appendedAtMs / 1000));
  const parts = new Map<number, Buffer[]>();
  for (const { generation, fingerprints } of group) {
    if (generation === undefined) continue;
    const list = parts.get(generation);
    if (list) list.push(fingerprints);
    else parts.set(generation, [second, fingerprints]);
  }
  return new Map([...parts].map(([generation, list]) => [generation, Buffer.concat(list)]));
}

/** Reads what `fingerprintsByGeneration` wrote. */
export function decodeFingerprints(value: Buffer): { second: number; fingerprints: Uint32Array } {
  const fingerprints = new Uint32Array((value.length - SECOND_BYTES) / 4);
  for (let word = 0; word < fingerprints.length; word++)
    fingerprints[word] = value.readUInt32LE(SECOND_BYTES + word * 4);
  return { second: value.readUInt32LE(0), fingerprints };
}

/** Ids in a value, from its length. */
export function fingerprintCount(valueBytes: number): number {
  return (valueBytes - SECOND_BYTES) / FINGERPRINT_BYTES;
}
