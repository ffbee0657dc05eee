/** What was left out while rows were read: the first few in words, the rest as a number. */

const SHOWN = 5;

export class Notices {
  readonly #first: string[] = [];
  #count = 0;

  add(notice: string): void {
    this.#count += 1;
    if (this.#first.length < SHOWN) this.#first.push(notice);
  }

  /** Before all others, which it explains. */
  addFirst(notice: string): void {
    this.#count += 1;
    this.#first.unshift(notice);
    this.#first.splice(SHOWN);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  list(): readonly string[] {
    const more = this.#count - this.#first.length;
    return more === 0 ? [...this.#first] : [...this.#first, `${more} more rows were left out for such reasons.`];
  }
}
