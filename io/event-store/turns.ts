/** Lets inserts run side by side, and between them, alone, what must not meet one half-way. */
export class Turns {
  #inserting = new Set<Promise<unknown>>();
  /** Resolves, never rejects, when whoever is alone is done. */
  #alone: Promise<void> | undefined;

  async insert<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#alone !== undefined) await this.#alone;
    const running = work();
    this.#inserting.add(running);
    try {
      return await running;
    } finally {
      this.#inserting.delete(running);
    }
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#alone !== undefined) await this.#alone;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#alone = promise;
    try {
      await Promise.allSettled(this.#inserting);
      return await work();
    } finally {
      this.#alone = undefined;
      resolve();
    }
  }
}
