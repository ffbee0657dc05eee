/** Ranges of numbers, each of a country, in typed arrays: 17 bytes a range, found by halving. */

export class Ranges {
  #starts = new Float64Array(1_024);
  #ends = new Float64Array(1_024);
  #names = new Uint8Array(1_024);
  readonly #countries: string[] = [];
  readonly #indexOf = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** In ascending order. A range that touches the one before and is of the same country is joined to it. */
  add(from: number, to: number, country: string): void {
    const name = this.#index(country);
    const last = this.#size - 1;
    if (last >= 0 && this.#names[last] === name && from <= this.#ends[last]! + 1) {
      this.#ends[last] = Math.max(this.#ends[last]!, to);
      return;
    }
    if (this.#size === this.#starts.length) this.#resize(this.#size * 2);
    this.#starts[this.#size] = from;
    this.#ends[this.#size] = to;
    this.#names[this.#size] = name;
    this.#size++;
  }

  /** Gives back what was reserved for more. */
  seal(): void {
    this.#resize(this.#size);
  }

  of(value: number): string {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    const at = low - 1;
    return at >= 0 && value <= this.#ends[at]! ? this.#countries[this.#names[at]!]! : '';
  }

  #index(country: string): number {
    let index = this.#indexOf.get(country);
    if (index === undefined) {
      index = this.#countries.push(/^[A-Z]{2}$/.test(country) && country !== 'ZZ' ? country : '') - 1;
      if (index > 255) throw new RangeError('the table names more countries than there are');
      this.#indexOf.set(country, index);
    }
    return index;
  }

  #resize(length: number): void {
    this.#starts = resized(this.#starts, new Float64Array(length));
    this.#ends = resized(this.#ends, new Float64Array(length));
    this.#names = resized(this.#names, new Uint8Array(length));
  }
}

function resized<Values extends Float64Array | Uint8Array>(from: Values, to: Values): Values {
  to.set(from.subarray(0, to.length));
  return to;
}
