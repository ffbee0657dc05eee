/**
 * The exact duplicate check: which event ids were accepted within the window.
 *
 * An append claims its ids here before it is written and settles the claim afterwards. Newest ids stand in an exact table
 * in memory; a full table becomes a sorted run on disk behind a filter in memory (`runs.ts`).
 */

import { asLogUnavailable } from '../unavailable.ts';
import { FINGERPRINT_WORDS } from './fingerprint.ts';
import { acceptedAt, claimState, isAccepted, isClaim, RELEASED, RecentIds } from './recent-ids.ts';
import type { Runs } from './runs.ts';

/** An append's hold on its ids, until `accept` or `release`. */
export type IdClaim = {
  readonly table: RecentIds;
  /** Per event the slot its id took, or -1 for a repeat. */
  readonly slots: Int32Array;
  /** Indexes of repeats, ascending once the claim is handed out. */
  duplicates: number[];
  readonly owner: number;
  readonly settled: Promise<void>;
  readonly resolveSettled: () => void;
};

export type DuplicateCheckOptions = {
  /** Named in errors. */
  readonly directory: string;
  readonly windowMs: number;
  readonly nowMs: () => number;
  /** Ids per table in memory, a power of two. */
  readonly tableIds: number;
  readonly runs: Runs;
};

/** Full tables that may wait for being written out before appends wait for them: bounds the memory under overload. */
const FULL_TABLES_KEPT = 2;

/**
 * So many look-ups of one append are read on the spot, 4 KB each and mostly from the page cache: handing one to another
 * thread costs the event loop 20 times that. A batch of old repeats has more and must not hold everybody up.
 */
const LOOK_UPS_ON_THE_SPOT = 2;

export class DuplicateCheck {
  readonly #options: DuplicateCheckOptions;
  readonly #windowSeconds: number;
  #active: RecentIds;
  /** Full tables not yet replaced by a run, newest first. */
  #full: RecentIds[] = [];
  /** Memory of the table written out last: a fresh 20 MB every few seconds would outrun the garbage collector. */
  #spare: Uint32Array<SharedArrayBuffer> | undefined;
  readonly #claims = new Map<number, IdClaim>();
  #owners = 0;
  #markBuffer = new Uint8Array(1024);
  #writing: Promise<void> | undefined;
  #writeFailure: unknown;

  /** `tables` are those rebuilt from the durable copies, oldest first. */
  constructor(options: DuplicateCheckOptions, tables: readonly RecentIds[], nextGeneration: number) {
    this.#options = options;
    this.#windowSeconds = Math.ceil(options.windowMs / 1000);
    const newest = tables.at(-1);
    const reusable = newest?.capacity === options.tableIds ? newest : undefined;
    this.#active = reusable ?? new RecentIds(nextGeneration, options.tableIds);
    this.#full = tables.filter((table) => table !== reusable).reverse();
    this.#writeFullTables();
  }

  get rememberedIds(): number {
    const inTables = this.#full.reduce((sum, table) => sum + table.used, this.#active.used);
    return inTables + this.#options.runs.ids;
  }

  get bytes(): number {
    const inTables = this.#full.reduce((sum, table) => sum + table.bytes, this.#active.bytes);
    return inTables + (this.#spare?.byteLength ?? 0) + this.#options.runs.bytes;
  }

  /**
   * Takes the ids that are new and finds the repeats. Where another append is still writing one of them this waits for its
   * outcome first, holding nothing meanwhile, so that appends cannot wait for each other in a circle.
   */
  async claim(fingerprints: Uint32Array): Promise<IdClaim> {
    const ids = fingerprints.length / FINGERPRINT_WORDS;
    if (ids > this.#options.tableIds) {
      throw new RangeError(`an append holds at most ${this.#options.tableIds} events, not ${ids}`);
    }
    for (;;) {
      const table = this.#tableFor(ids);
      if (!table) {
        await this.#roomMade();
        continue;
      }
      const claim = this.#newClaim(table, ids);
      const suspects: number[] = [];
      const blocker = this.#takeAll(claim, fingerprints, suspects);
      if (blocker) {
        this.release(claim);
        await blocker.settled;
        continue;
      }
      if (suspects.length > 0) await this.#checkRuns(claim, fingerprints, suspects);
      return claim;
    }
  }

  /** The claim's events are durable since `atMs`. */
  accept(claim: IdClaim, atMs: number): void {
    this.#settle(claim, acceptedAt(atMs));
  }

  /** The claim's events were not kept: their ids are free again. */
  release(claim: IdClaim): void {
    this.#settle(claim, RELEASED);
  }

  /** Indexes that would be repeats if appended now; claims nothing. */
  async probe(fingerprints: Uint32Array): Promise<number[]> {
    const seen = new Set<string>();
    const repeats: number[] = [];
    for (let index = 0, at = 0; at < fingerprints.length; index++, at += FINGERPRINT_WORDS) {
      const key = fingerprints.subarray(at, at + FINGERPRINT_WORDS).join();
      if (seen.has(key) || (await this.#isRemembered(fingerprints, at))) repeats.push(index);
      seen.add(key);
    }
    return repeats;
  }

  /** Waits for the work in the background. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#options.runs.idle();
  }

  /** To be called when no claim is open any more. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#options.runs.close();
  }

  async #isRemembered(fingerprints: Uint32Array, at: number): Promise<boolean> {
    const oldest = this.#oldestInWindow();
    for (const table of [this.#active, ...this.#full]) {
      const slot = table.find(fingerprints, at);
      if (slot < 0) continue;
      const state = table.state(slot);
      // One that is still being written counts: it will be a repeat by the time the asker could send it.
      if (isClaim(state) || (isAccepted(state) && state >= oldest)) return true;
    }
    const { runs } = this.#options;
    return runs.mayContain(fingerprints, at) && (await runs.contains(fingerprints, at, oldest));
  }

  /** First second that still is within the window: a whole second generous, since states are whole seconds. */
  #oldestInWindow(): number {
    return acceptedAt(this.#options.nowMs()) - this.#windowSeconds;
  }

  #newClaim(table: RecentIds, ids: number): IdClaim {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#owners += 1;
    const claim = {
      table,
      slots: new Int32Array(ids).fill(-1),
      duplicates: [],
      owner: claimState(this.#owners),
      settled: promise,
      resolveSettled: resolve,
    };
    this.#claims.set(claim.owner, claim);
    table.claims += 1;
    return claim;
  }

  /** Returns the claim in the way of this one, if any; then nothing more was looked at. */
  #takeAll(claim: IdClaim, fingerprints: Uint32Array, suspects: number[]): IdClaim | undefined {
    const { table, slots, duplicates, owner } = claim;
    const oldest = this.#oldestInWindow();
    const marks = this.#marks(fingerprints, slots.length);
    for (let index = 0, at = 0; index < slots.length; index++, at += FINGERPRINT_WORDS) {
      const slot = table.find(fingerprints, at);
      const state = slot < 0 ? RELEASED : table.state(slot);
      if (state === owner || (isAccepted(state) && state >= oldest)) {
        duplicates.push(index);
        continue;
      }
      if (isClaim(state)) return this.#claims.get(state);
      for (const full of this.#full) {
        const found = full.find(fingerprints, at);
        if (found < 0) continue;
        const foundState = full.state(found);
        if (isClaim(foundState)) return this.#claims.get(foundState);
        if (isAccepted(foundState) && foundState >= oldest) {
          duplicates.push(index);
          break;
        }
      }
      if (duplicates.at(-1) === index) continue;
      if (marks[index] === 1) suspects.push(index);
      if (slot < 0) table.occupy(~slot, fingerprints, at, owner);
      else table.setState(slot, owner);
      slots[index] = slot < 0 ? ~slot : slot;
    }
    return undefined;
  }

  /** Which of the ids some run may hold, one byte each; good until the next call. */
  #marks(fingerprints: Uint32Array, ids: number): Uint8Array {
    if (this.#markBuffer.length < ids) this.#markBuffer = new Uint8Array(ids);
    this.#markBuffer.fill(0, 0, ids);
    this.#options.runs.mark(fingerprints, this.#markBuffer);
    return this.#markBuffer;
  }

  /** Looks the suspects of the filters up in the files, and gives the slots of true repeats back. */
  async #checkRuns(claim: IdClaim, fingerprints: Uint32Array, suspects: readonly number[]): Promise<void> {
    const oldest = this.#oldestInWindow();
    try {
      const { runs } = this.#options;
      const found =
        suspects.length <= LOOK_UPS_ON_THE_SPOT
          ? suspects.map((index) => runs.containsNow(fingerprints, index * FINGERPRINT_WORDS, oldest))
          : await Promise.all(suspects.map((index) => runs.contains(fingerprints, index * FINGERPRINT_WORDS, oldest)));
      const repeats = suspects.filter((_, nth) => found[nth]);
      for (const index of repeats) {
        claim.table.setState(claim.slots[index]!, RELEASED);
        claim.slots[index] = -1;
      }
      if (repeats.length > 0) claim.duplicates = [...claim.duplicates, ...repeats].sort((one, two) => one - two);
    } catch (error) {
      // What cannot be looked up cannot be told from a repeat.
      this.release(claim);
      throw await asLogUnavailable(error, this.#options.directory);
    }
  }

  #settle(claim: IdClaim, state: number): void {
    for (const slot of claim.slots) {
      if (slot >= 0) claim.table.setState(slot, state);
    }
    this.#claims.delete(claim.owner);
    claim.table.claims -= 1;
    claim.resolveSettled();
    if (claim.table !== this.#active && claim.table.claims === 0) this.#writeFullTables();
  }

  #tableFor(ids: number): RecentIds | undefined {
    if (this.#active.hasRoomFor(ids)) return this.#active;
    if (this.#full.length >= FULL_TABLES_KEPT) return undefined;
    const filled = this.#active;
    this.#full = [filled, ...this.#full];
    this.#active = new RecentIds(filled.generation + 1, this.#options.tableIds, this.#spare);
    this.#spare = undefined;
    this.#writeFullTables();
    return this.#active;
  }

  /** Resolves when a full table went to disk, or a claim that held one up was settled; throws what keeps it from there. */
  async #roomMade(): Promise<void> {
    this.#writeFullTables();
    if (this.#writing) {
      await this.#writing;
      if (this.#writeFailure !== undefined) throw await asLogUnavailable(this.#writeFailure, this.#options.directory);
      return;
    }
    const oldest = this.#full.at(-1);
    for (const claim of this.#claims.values()) {
      if (claim.table === oldest) return claim.settled;
    }
  }

  /** Writes full tables out, oldest first, one at a time. A failure is kept for the append that needs the room. */
  #writeFullTables(): void {
    const table = this.#full.at(-1);
    if (this.#writing || !table || table.claims > 0) return;
    this.#writing = this.#options.runs.write(table).then(
      () => {
        this.#writing = undefined;
        this.#writeFailure = undefined;
        this.#full = this.#full.filter((other) => other !== table);
        if (table.capacity === this.#options.tableIds) this.#spare = table.words;
        this.#writeFullTables();
      },
      (error: unknown) => {
        this.#writing = undefined;
        this.#writeFailure = error;
      },
    );
  }
}
