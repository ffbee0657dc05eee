/**
 * One consumer of the log: a durable cursor, and at most one open claim whose boundary is on disk before it is handed out.
 */
import type { Claim, Consumer, LogRecord } from '../port.ts';
import type { Head } from './group-commit.ts';
import { appendedAtMs, decodeRecord, type Totals, totalsBefore } from './record.ts';
import { type Storage, transact } from './storage.ts';

/** As kept in LMDB. `position` is the first record not yet confirmed; `claim.to` is inclusive. */
export type ConsumerState = Totals & {
  readonly position: number;
  readonly claim?: { readonly to: number; readonly events: number } | undefined;
};

export type ConsumerContext = {
  readonly storage: Storage;
  /** Makes tokens of this log differ from those of any other. */
  readonly logId: string;
  readonly head: () => Head;
  readonly onConfirmed: () => void;
};

export class LmdbConsumer implements Consumer {
  readonly name: string;
  readonly #context: ConsumerContext;
  #state: ConsumerState;
  #removed = false;
  /** Claims and confirmations of one consumer happen one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #waiting = new Set<() => void>();

  constructor(name: string, state: ConsumerState, context: ConsumerContext) {
    this.name = name;
    this.#state = state;
    this.#context = context;
  }

  /** The first record this consumer still needs. */
  get position(): number {
    return this.#state.position;
  }

  /** Bytes of the log before that record. */
  get bytesBefore(): number {
    return this.#state.bytes;
  }

  claim(limits: { maxEvents: number; maxBytes: number }): Promise<Claim | undefined> {
    return this.#inOrder(async () => {
      const open = this.#state.claim;
      if (open) return this.#readClaim(open.to, open.events);
      const records = this.#recordsWithin(limits);
      const last = records.at(-1);
      if (!last) return undefined;
      const eventCount = records.reduce((sum, record) => sum + record.eventCount, 0);
      await this.#save({ ...this.#state, claim: { to: Number(last.position), events: eventCount } });
      return this.#toClaim(records, eventCount);
    });
  }

  confirm(token: string): Promise<void> {
    return this.#inOrder(async () => {
      const range = this.#parseToken(token);
      if (!range) throw new Error(`token ${JSON.stringify(token)} is no claim of consumer ${this.name}`);
      const { position, claim } = this.#state;
      if (range.to < position) return;
      if (!claim || range.from !== position || range.to !== claim.to) {
        throw new Error(`token ${JSON.stringify(token)} is not the open claim of consumer ${this.name}`);
      }
      await this.#save({ position: claim.to + 1, ...this.#totalsAt(claim.to + 1) });
      this.#context.onConfirmed();
    });
  }

  async waitForRecords(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#hasRecords()) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** Called when records became durable. */
  wake(): void {
    if (!this.#hasRecords()) return;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Called when the log closes or forgets the consumer: nobody waits for ever. */
  remove(): void {
    this.#removed = true;
    for (const wake of [...this.#waiting]) wake();
  }

  lag(): { events: number; bytes: number; oldestAppendedAtMs: number | undefined } {
    const head = this.#context.head();
    const oldest = this.#hasRecords() ? this.#context.storage.records.get(this.#state.position) : undefined;
    return {
      events: head.events - this.#state.events,
      bytes: head.bytes - this.#state.bytes,
      oldestAppendedAtMs: oldest && appendedAtMs(oldest),
    };
  }

  /** Waits for a claim or confirmation under way. */
  async idle(): Promise<void> {
    await this.#last;
  }

  /** Keeps a new consumer's start durably; a failure shows when it claims. */
  async saveStart(): Promise<void> {
    await this.#inOrder(() => this.#save(this.#state)).catch(() => undefined);
  }

  #hasRecords(): boolean {
    return this.#state.position < this.#context.head().position;
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#removed) throw new Error(`consumer ${this.name} was removed, or its log closed`);
      return work();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #save(state: ConsumerState): Promise<void> {
    const { storage } = this.#context;
    await transact(storage, () => [storage.state.put(['consumer', this.name], state)]);
    this.#state = state;
  }

  #recordsWithin(limits: { maxEvents: number; maxBytes: number }): LogRecord[] {
    const records: LogRecord[] = [];
    let events = 0;
    let bytes = 0;
    const end = this.#context.head().position;
    for (const { key, value } of this.#context.storage.records.getRange({ start: this.#state.position, end })) {
      const record = decodeRecord(key, value);
      events += record.eventCount;
      bytes += record.rows.length;
      if (records.length > 0 && (events > limits.maxEvents || bytes > limits.maxBytes)) break;
      records.push(record);
    }
    return records;
  }

  #readClaim(to: number, eventCount: number): Claim {
    const range = this.#context.storage.records.getRange({ start: this.#state.position, end: to + 1 });
    return this.#toClaim(
      [...range].map(({ key, value }) => decodeRecord(key, value)),
      eventCount,
    );
  }

  #toClaim(records: readonly LogRecord[], eventCount: number): Claim {
    const from = records[0]!.position;
    const to = records.at(-1)!.position;
    return { token: `${this.#context.logId}/${this.name}/${from}-${to}`, from, to, eventCount, records };
  }

  #parseToken(token: string): { from: number; to: number } | undefined {
    const prefix = `${this.#context.logId}/${this.name}/`;
    if (!token.startsWith(prefix)) return undefined;
    const range = /^(\d+)-(\d+)$/.exec(token.slice(prefix.length));
    return range ? { from: Number(range[1]), to: Number(range[2]) } : undefined;
  }

  #totalsAt(position: number): Totals {
    const head = this.#context.head();
    if (position >= head.position) return { events: head.events, bytes: head.bytes };
    return totalsBefore(this.#context.storage.records.get(position)!);
  }
}
