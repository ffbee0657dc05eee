/** Seeded choices for the corpus: the same seed makes the same corpus on every machine. */

export type Dice = {
  /** Uniform whole number, both ends included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** One character of `alphabet` for each of `length`. */
  text(alphabet: string, length: number): string;
  digits(length: number): string;
  /** `#` becomes a digit, `N` a digit from 1 to 9; everything else stays. */
  fill(pattern: string): string;
};

export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
export const DIGITS = '0123456789';
export const HEX = `${DIGITS}abcdef`;
export const ALPHANUMERIC = LOWER + UPPER + DIGITS;
export const BASE64URL = `${ALPHANUMERIC}-_`;
export const BASE64 = `${ALPHANUMERIC}+/`;

/** Mulberry32 (Tommy Ettinger, 2017): 32 bits of state are plenty for choosing test data. */
export function createDice(seed: number): Dice {
  let state = seed | 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const between = (from: number, to: number): number => from + Math.floor(unit() * (to - from + 1));
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[between(0, alphabet.length - 1)]!).join('');
  return {
    between,
    chance: (probability) => unit() < probability,
    pick: (items) => items[between(0, items.length - 1)]!,
    text,
    digits: (length) => text(DIGITS, length),
    fill: (pattern) => pattern.replace(/[#N]/g, (slot) => String(slot === '#' ? between(0, 9) : between(1, 9))),
  };
}
