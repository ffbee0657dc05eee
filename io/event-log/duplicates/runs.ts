/**
 * All runs of a log: look-ups over them, new ones from full tables, merging and expiry in the background.
 *
 * A look-up asks two filters, however many runs there are: that of the oldest run, which holds nearly all ids, and a gate
 * over all younger ones. A run's own filter is asked only behind them, to save reading its file. Ids join the gate when
 * their table becomes a run and cannot be taken out; when the younger runs are merged into the oldest, a new gate is begun
 * for those that come meanwhile, and the old one is dropped with the last run it stands for.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFilter, type Filter, markInFilter, mayBeInFilter } from './filter.ts';
import { type MergePolicy, planMerge } from './merge-plan.ts';
import { acceptedAt, type RecentIds } from './recent-ids.ts';
import { RunBuilder } from './run-builder.ts';
import { addRunToFilter, type MergeInput } from './run-building.ts';
import { loadRun, RunFile } from './run-file.ts';
import type { WrittenRun } from './run-writer.ts';

/** What the catalogue keeps of a run. `number` names its file; the generations say which tables went into it. */
export type RunEntry = { readonly number: number; readonly fromGeneration: number; readonly toGeneration: number };

/** Which runs belong to the log, kept durably beside it: a file the catalogue does not name is rubbish. */
export interface RunCatalogue {
  /** In any order. */
  list(): readonly RunEntry[];
  /** One transaction, durable when it resolves. */
  replace(removed: readonly RunEntry[], added: RunEntry | undefined): Promise<void>;
  /** Drops the durable copies of a table's ids, which a run now holds. */
  forgetTable(generation: number): Promise<void>;
}

export type RunsOptions = {
  readonly directory: string;
  readonly catalogue: RunCatalogue;
  readonly nowMs: () => number;
  readonly windowSeconds: number;
  readonly policy: MergePolicy;
  readonly damagedRuns: 'refuse' | 'forget';
  /** Told of a merge that failed; the runs stay as they are and the next full table tries again. */
  readonly onMergeFailure: (error: unknown) => void;
};

/** A run of the catalogue cannot be read. `path` names it. */
export class DamagedRun extends Error {
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'DamagedRun';
    this.path = path;
  }
}

/** `gates` have all ids of the run. */
type Run = RunEntry & { readonly file: RunFile; readonly gates: readonly Filter[] };

/** The oldest run's filter lets one unknown id in 800 through to the file. The others only have to be good in series. */
const OLDEST_BITS = 16;
const YOUNGER_BITS = 10;
const GATE_BITS = 12;
/** Tables a gate has room for at least: it goes on working beyond, letting more through. */
const GATE_TABLES = 8;

export class Runs {
  readonly #options: RunsOptions;
  /** Oldest first. */
  #runs: Run[];
  #nextNumber: number;
  /** Gets the ids of tables written from now on. */
  #gate: Filter;
  /** What a look-up asks: the oldest run's filter and the gates of the others. */
  #asked: readonly Filter[] = [];
  /** Two workers, because a table must not wait for a merge of many millions of ids. */
  readonly #tableBuilder = new RunBuilder();
  readonly #mergeBuilder = new RunBuilder();
  #maintaining: Promise<void> | undefined;
  #isClosing = false;

  private constructor(options: RunsOptions, runs: Run[], gate: Filter) {
    this.#options = options;
    this.#gate = gate;
    this.#runs = runs;
    this.#asked = filtersToAsk(runs);
    this.#nextNumber = Math.max(0, ...runs.map((run) => run.number)) + 1;
  }

  /** Loads the runs of the catalogue and removes files it does not name. Throws `DamagedRun` where it may not forget one. */
  static async open(options: RunsOptions): Promise<Runs> {
    mkdirSync(options.directory, { recursive: true });
    const entries = [...options.catalogue.list()].sort((one, two) => one.fromGeneration - two.fromGeneration);
    const named = new Set(entries.map((entry) => fileName(entry.number)));
    for (const name of readdirSync(options.directory)) {
      if (!named.has(name)) rmSync(join(options.directory, name), { force: true });
    }
    const read = async <T>(entry: RunEntry, reading: (path: string) => T): Promise<T | undefined> => {
      const path = join(options.directory, fileName(entry.number));
      try {
        return reading(path);
      } catch (cause) {
        if (options.damagedRuns === 'refuse') throw new DamagedRun(path, cause);
        await options.catalogue.replace([entry], undefined);
        return undefined;
      }
    };
    const loaded: (RunEntry & { readonly file: RunFile })[] = [];
    for (const entry of entries) {
      const file = await read(entry, (path) => new RunFile(path, loadRun(path)));
      if (file) loaded.push({ ...entry, file });
    }
    const gate = createGate(
      loaded.map((run) => run.file),
      options.policy,
    );
    const runs: Run[] = [];
    for (const run of loaded) {
      // The oldest is asked by its own filter. Filling the gate reads the younger ones whole, and so checks them too.
      const isReadable = runs.length === 0 || (await read(run, () => addRunToFilter(mergeInput(run.file), gate)));
      if (isReadable) runs.push({ ...run, gates: runs.length === 0 ? [] : [gate] });
    }
    const all = new Runs(options, runs, gate);
    all.#maintain();
    return all;
  }

  get ids(): number {
    return this.#runs.reduce((sum, run) => sum + run.file.summary.ids, 0);
  }

  get bytes(): number {
    const gates = new Set([this.#gate, ...this.#runs.flatMap((run) => run.gates)]);
    const ofGates = [...gates].reduce((sum, gate) => sum + gate.byteLength, 0);
    return this.#runs.reduce((sum, run) => sum + run.file.bytes, ofGates);
  }

  get count(): number {
    return this.#runs.length;
  }

  /** False where no run holds the fingerprint for certain. */
  mayContain(fingerprints: Uint32Array, at: number): boolean {
    return this.#asked.some((filter) => mayBeInFilter(filter, fingerprints, at));
  }

  /** Marks the fingerprints that some run may hold; `marks` is zero before. */
  mark(fingerprints: Uint32Array, marks: Uint8Array): void {
    for (const filter of this.#asked) markInFilter(filter, fingerprints, marks);
  }

  /** `contains` on the spot. */
  containsNow(fingerprints: Uint32Array, at: number, oldest: number): boolean {
    for (let index = this.#runs.length - 1; index >= 0; index--) {
      const { file } = this.#runs[index]!;
      if (file.mayContain(fingerprints, at) && file.findNow(fingerprints, at) >= oldest) return true;
    }
    return false;
  }

  /** Whether a run holds it, accepted in or after the second `oldest`. */
  async contains(fingerprints: Uint32Array, at: number, oldest: number): Promise<boolean> {
    const candidates = this.#runs
      .map((run) => run.file)
      .filter((file) => file.summary.newest >= oldest && file.mayContain(fingerprints, at));
    // All at once: while one page is being read a merge may replace the others.
    for (const file of candidates) file.acquire();
    try {
      for (const file of candidates.reverse()) {
        if ((await file.find(fingerprints, at)) >= oldest) return true;
      }
      return false;
    } finally {
      for (const file of candidates) file.release();
    }
  }

  /** Replaces a full table durably by a run. */
  async write(table: RecentIds): Promise<void> {
    const number = this.#nextNumber++;
    const path = join(this.#options.directory, fileName(number));
    const gate = this.#gate;
    const { words, generation } = table;
    const request = { kind: 'write_table', words, gate, path, bitsPerId: YOUNGER_BITS } as const;
    const written = await this.#tableBuilder.build(request);
    const entry = { number, fromGeneration: generation, toGeneration: generation };
    await this.#install([], { entry, written, gates: [gate] });
    await this.#options.catalogue.forgetTable(generation);
    this.#maintain();
  }

  /** Waits until nothing is left to merge. */
  async idle(): Promise<void> {
    while (this.#maintaining) await this.#maintaining;
  }

  /** Gives a merge under way up: its file is rubbish that the next `open` removes. No `write` may be under way. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([this.#tableBuilder.terminate(), this.#mergeBuilder.terminate()]);
    await this.idle();
    for (const run of this.#runs) run.file.retire();
    this.#runs = [];
  }

  #maintain(): void {
    if (this.#isClosing) return;
    this.#maintaining ??= this.#expireAndMerge()
      .catch((error: unknown) => {
        if (!this.#isClosing) this.#options.onMergeFailure(error);
      })
      .finally(() => {
        this.#maintaining = undefined;
      });
  }

  async #expireAndMerge(): Promise<void> {
    for (;;) {
      const oldest = acceptedAt(this.#options.nowMs()) - this.#options.windowSeconds;
      const expired = this.#runs.filter((run) => run.file.summary.newest < oldest);
      if (expired.length > 0) await this.#install(expired, undefined);
      const plan = planMerge(
        this.#runs.map((run) => run.file.summary),
        this.#options.policy,
      );
      if (!plan || this.#isClosing) return;
      await this.#merge(this.#runs.slice(plan.from, plan.to), oldest, plan.from === 0);
    }
  }

  async #merge(inputs: readonly Run[], oldest: number, isOldest: boolean): Promise<void> {
    const files = inputs.map((run) => run.file);
    if (isOldest) this.#gate = createGate(files, this.#options.policy);
    const number = this.#nextNumber++;
    const path = join(this.#options.directory, fileName(number));
    const written = await this.#mergeBuilder.build({
      kind: 'merge',
      inputs: files.map(mergeInput),
      oldest,
      path,
      bitsPerId: isOldest ? OLDEST_BITS : YOUNGER_BITS,
    });
    const fromGeneration = inputs[0]!.fromGeneration;
    const toGeneration = inputs.at(-1)!.toGeneration;
    const gates = isOldest ? [] : [...new Set(inputs.flatMap((run) => run.gates))];
    await this.#install(inputs, { entry: { number, fromGeneration, toGeneration }, written, gates });
  }

  /** The one place where runs come and go: catalogue first, then memory, then the files nobody needs. */
  async #install(removed: readonly Run[], added: NewRun | undefined): Promise<void> {
    await this.#options.catalogue.replace(removed, added?.entry);
    const kept = this.#runs.filter((run) => !removed.includes(run));
    if (added) {
      const { entry, written, gates } = added;
      kept.push({ ...entry, gates, file: new RunFile(join(this.#options.directory, fileName(entry.number)), written) });
    }
    this.#runs = kept.sort((one, two) => one.fromGeneration - two.fromGeneration);
    this.#asked = filtersToAsk(this.#runs);
    for (const { file } of removed) {
      file.retire();
      rmSync(file.path, { force: true });
    }
  }
}

type NewRun = { readonly entry: RunEntry; readonly written: WrittenRun; readonly gates: readonly Filter[] };

function filtersToAsk(runs: readonly Run[]): readonly Filter[] {
  const [oldest, ...younger] = runs;
  return oldest ? [...new Set([oldest.file.filter, ...younger.flatMap((run) => run.gates)])] : [];
}

/** A gate with room for what may come before the runs that are now there are one. */
function createGate(files: readonly RunFile[], policy: MergePolicy): Filter {
  const ids = files.reduce((sum, file) => sum + file.summary.ids, 0);
  return createFilter(ids * policy.absorbShare + GATE_TABLES * policy.baseIds, GATE_BITS);
}

function mergeInput(file: RunFile): MergeInput {
  return { path: file.path, pages: file.summary.pages, ids: file.summary.ids };
}

function fileName(number: number): string {
  return `run-${String(number).padStart(8, '0')}.ids`;
}
