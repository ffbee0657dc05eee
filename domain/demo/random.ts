/** A seeded source of randomness: the same seed gives the same demo on every machine and in every release of Node. */

export type Random = {
  /** Uniform in [0, 1), 32 bits. */
  unit(): number;
  /** Uniform whole number, both ends included. */
  integer(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** How often something of this mean rate happens; Knuth's method, meant for means below about 10. */
  poisson(mean: number): number;
  exponential(mean: number): number;
  /** `median · e^(spread · z)` with z standard normal: times and sizes as people produce them. */
  logNormal(median: number, spread: number): number;
  /** RFC 9562 version 4 in shape. */
  uuid(): string;
  /** Lower-case hexadecimal digits, at most 8. */
  hex(digits: number): string;
};

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** xoshiro128** (Blackman and Vigna, 2018), its 128 bits of state filled by splitmix32 from a hash of the seed's parts. */
export function createRandom(...seed: readonly (string | number)[]): Random {
  const next = splitmix32(fnv1a(seed.join('\u0000')));
  let a = next();
  let b = next();
  let c = next();
  let d = next() | 1;

  function bits(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return scrambled;
  }

  function unit(): number {
    return bits() / 0x1_0000_0000;
  }

  function poisson(mean: number): number {
    const floor = Math.exp(-mean);
    let count = 0;
    for (let product = unit(); product > floor; product *= unit()) count++;
    return count;
  }

  /** Box–Muller; `1 - unit()` keeps the logarithm away from zero. */
  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  }

  function uuid(): string {
    const w0 = bits();
    const w1 = (bits() & 0xffff0fff) | 0x4000;
    const w2 = (bits() & 0x3fffffff) | 0x80000000;
    const text = hex32(w0) + hex32(w1) + hex32(w2) + hex32(bits());
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
  }

  return {
    unit,
    integer: (from, to) => from + Math.floor(unit() * (to - from + 1)),
    chance: (probability) => unit() < probability,
    pick: (items) => items[Math.floor(unit() * items.length)]!,
    poisson,
    exponential: (mean) => -mean * Math.log(1 - unit()),
    logNormal: (median, spread) => median * Math.exp(spread * normal()),
    uuid,
    hex: (digits) => hex32(bits()).slice(0, digits),
  };
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function hex32(word: number): string {
  return (
    HEX_BYTES[(word >>> 24) & 255]! +
    HEX_BYTES[(word >>> 16) & 255]! +
    HEX_BYTES[(word >>> 8) & 255]! +
    HEX_BYTES[word & 255]!
  );
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) | 0;
  };
}
