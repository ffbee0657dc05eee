/**
 * Admits a bounded number of callers at once, the rest in order of arrival. Each running question holds one thread of
 * Node's pool, which file and log writes share: unbounded questions would stop the collecting half of the process.
 */
export class Gate {
  #free: number;
  readonly #capacity: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];

  constructor(capacity: number, maxWaiting: number) {
    this.#free = capacity;
    this.#capacity = capacity;
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get running(): number {
    return this.#capacity - this.#free;
  }

  /** Resolves with the function that gives the place back; `undefined` when too many wait already. */
  async enter(signal?: AbortSignal): Promise<(() => void) | undefined> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#releaseOnce();
    }
    if (this.#waiting.length >= this.#maxWaiting) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      const place = this.#waiting.indexOf(resolve);
      if (place >= 0) this.#waiting.splice(place, 1);
      reject(signal?.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
    return this.#releaseOnce();
  }

  /** A place passes straight to the next in line, so that a newcomer cannot overtake it. */
  #releaseOnce(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
