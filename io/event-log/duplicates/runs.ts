/** All runs of a log: look-ups over them, new ones from full tables, merging and expiry in the background. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { markInFilter } from './filter.ts';
import { type MergePolicy, planMerge } from './merge-plan.ts';
import { acceptedAt, type RecentIds } from './recent-ids.ts';
import { RunBuilder } from './run-builder.ts';
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

type Run = RunEntry & { readonly file: RunFile };

export class Runs {
  readonly #options: RunsOptions;
  /** Oldest first. */
  #runs: Run[];
  #nextNumber: number;
  /** Two workers, because a table must not wait for a merge of many millions of ids. */
  readonly #tableBuilder = new RunBuilder();
  readonly #mergeBuilder = new RunBuilder();
  #maintaining: Promise<void> | undefined;
  #isClosing = false;

  private constructor(options: RunsOptions, runs: Run[]) {
    this.#options = options;
    this.#runs = runs;
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
    const runs: Run[] = [];
    for (const entry of entries) {
      const path = join(options.directory, fileName(entry.number));
      try {
        runs.push({ ...entry, file: new RunFile(path, loadRun(path)) });
      } catch (cause) {
        if (options.damagedRuns === 'refuse') throw new DamagedRun(path, cause);
        await options.catalogue.replace([entry], undefined);
      }
    }
    const all = new Runs(options, runs);
    all.#maintain();
    return all;
  }

  get ids(): number {
    return this.#runs.reduce((sum, run) => sum + run.file.summary.ids, 0);
  }

  get bytes(): number {
    return this.#runs.reduce((sum, run) => sum + run.file.bytes, 0);
  }

  get count(): number {
    return this.#runs.length;
  }

  /** False where no run holds the fingerprint for certain. */
  mayContain(fingerprints: Uint32Array, at: number): boolean {
    const runs = this.#runs;
    for (let index = runs.length - 1; index >= 0; index--) {
      if (runs[index]!.file.mayContain(fingerprints, at)) return true;
    }
    return false;
  }

  /** Marks the fingerprints that some run may hold; `marks` is zero before. */
  mark(fingerprints: Uint32Array, marks: Uint8Array): void {
    for (const { file } of this.#runs) markInFilter(file.filter, fingerprints, marks);
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
    const written = await this.#tableBuilder.build({ kind: 'write_table', words: table.words, path });
    const { generation } = table;
    await this.#install([], { number, fromGeneration: generation, toGeneration: generation }, written);
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
      if (expired.length > 0) await this.#install(expired, undefined, undefined);
      const plan = planMerge(
        this.#runs.map((run) => run.file.summary),
        this.#options.policy,
      );
      if (!plan || this.#isClosing) return;
      await this.#merge(this.#runs.slice(plan.from, plan.to), oldest);
    }
  }

  async #merge(inputs: readonly Run[], oldest: number): Promise<void> {
    const number = this.#nextNumber++;
    const path = join(this.#options.directory, fileName(number));
    const written = await this.#mergeBuilder.build({
      kind: 'merge',
      inputs: inputs.map(({ file }) => ({ path: file.path, pages: file.summary.pages, ids: file.summary.ids })),
      oldest,
      path,
    });
    const fromGeneration = inputs[0]!.fromGeneration;
    const toGeneration = inputs.at(-1)!.toGeneration;
    await this.#install(inputs, { number, fromGeneration, toGeneration }, written);
  }

  /** The one place where runs come and go: catalogue first, then memory, then the files nobody needs. */
  async #install(removed: readonly Run[], added: RunEntry | undefined, written: WrittenRun | undefined): Promise<void> {
    await this.#options.catalogue.replace(removed, added);
    const kept = this.#runs.filter((run) => !removed.includes(run));
    if (added && written) {
      kept.push({ ...added, file: new RunFile(join(this.#options.directory, fileName(added.number)), written) });
    }
    this.#runs = kept.sort((one, two) => one.fromGeneration - two.fromGeneration);
    for (const { file } of removed) {
      file.retire();
      rmSync(file.path, { force: true });
    }
  }
}

function fileName(number: number): string {
  return `run-${String(number).padStart(8, '0')}.ids`;
}
