/** Ids that no longer stand in the active table, looked up exactly. */
import { isAccepted, type RecentIds } from './recent-ids.ts';

export interface Runs {
  /** Ids in all runs. */
  readonly ids: number;
  /** Memory they cost. */
  readonly bytes: number;
  /** False where no run holds the fingerprint for certain. */
  mayContain(fingerprints: Uint32Array, at: number): boolean;
  /** Whether a run holds it, accepted in or after the second `oldest`. */
  contains(fingerprints: Uint32Array, at: number, oldest: number): Promise<boolean>;
  /** Replaces a full table durably by a run. */
  write(table: RecentIds): Promise<void>;
}

/** Keeps full tables in memory. */
export class TableRuns implements Runs {
  #tables: RecentIds[] = [];

  get ids(): number {
    return this.#tables.reduce((sum, table) => sum + table.used, 0);
  }

  get bytes(): number {
    return this.#tables.reduce((sum, table) => sum + table.bytes, 0);
  }

  mayContain(fingerprints: Uint32Array, at: number): boolean {
    return this.#tables.some((table) => table.find(fingerprints, at) >= 0);
  }

  async contains(fingerprints: Uint32Array, at: number, oldest: number): Promise<boolean> {
    return this.#tables.some((table) => {
      const slot = table.find(fingerprints, at);
      return slot >= 0 && isAccepted(table.state(slot)) && table.state(slot) >= oldest;
    });
  }

  async write(table: RecentIds): Promise<void> {
    this.#tables = [table, ...this.#tables];
  }
}
