/**
 * Matches patterns that customers write in time linear in the text, whatever the pattern: by an automaton that is made as texts come
 * (Thompson 1968; cached as in RE2), not by backtracking, so that no pattern of one customer can stop the door for others.
 */
import { type Automaton, automatonOf, isExponential } from './automaton.ts';
import { type CodePoints, PatternRefused, readPattern } from './pattern-syntax.ts';

/**
 * Why a pattern that other programs will check too, with engines that backtrack, is not taken; `undefined` where it is.
 * `maxLength` in UTF-16 code units.
 */
export function patternProblem(pattern: string, maxLength: number): string | undefined {
  if (pattern.length > maxLength) {
    return `The pattern has ${pattern.length} characters; at most ${maxLength} are allowed.`;
  }
  try {
    const node = readPattern(pattern);
    automatonOf(node, false);
    if (!isExponential(automatonOf(node, true))) return undefined;
  } catch (error) {
    if (error instanceof PatternRefused) return error.message;
    throw error;
  }
  return 'The pattern is catastrophic: a repetition inside it can match the same text in several ways, and other programs that check it would need exponential time. Make what is repeated begin or end unmistakably.';
}

/** A test of texts against the pattern, which may be one that only others could not afford. Throws `PatternRefused`. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const matcher = new Matcher(automatonOf(readPattern(pattern), false));
  return (text) => matcher.matches(text);
}

type State = {
  readonly positions: readonly number[];
  readonly isAccepting: boolean;
  /** By class of code points; filled as texts ask for them. */
  readonly next: (State | undefined)[];
};

/** When so many states were made, all are forgotten: memory stays bounded, and a text costs at most its length times the pattern's. */
const MAX_STATES = 1_000;

class Matcher {
  readonly #automaton: Automaton;
  /** Where a class of code points begins that no set of the pattern tells apart. */
  readonly #bounds: readonly number[];
  readonly #asciiClasses = new Uint16Array(128);
  readonly #states = new Map<string, State>();
  #start: State;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    const bounds = new Set([0]);
    for (const codePoints of automaton.codePoints) {
      for (let at = 0; at < codePoints.length; at += 2) bounds.add(codePoints[at]!).add(codePoints[at + 1]! + 1);
    }
    this.#bounds = [...bounds].sort((a, b) => a - b);
    for (let code = 0; code < 128; code++) this.#asciiClasses[code] = this.#classOf(code);
    this.#start = this.#state([0]);
  }

  matches(text: string): boolean {
    let state = this.#start;
    for (let at = 0; at < text.length; at++) {
      let codePoint = text.charCodeAt(at);
      let kind: number;
      if (codePoint < 128) {
        kind = this.#asciiClasses[codePoint]!;
      } else {
        codePoint = text.codePointAt(at)!;
        if (codePoint > 0xffff) at++;
        kind = this.#classOf(codePoint);
      }
      state = state.next[kind] ?? this.#step(state, kind);
      if (state.positions.length === 0) return false;
    }
    return state.isAccepting;
  }

  #step(state: State, kind: number): State {
    const { follow, codePoints } = this.#automaton;
    const sample = this.#bounds[kind]!;
    const reached = new Set<number>();
    for (const position of state.positions) {
      for (const next of follow[position]!) if (includes(codePoints[next]!, sample)) reached.add(next);
    }
    if (this.#states.size >= MAX_STATES) {
      this.#states.clear();
      this.#start = this.#state([0]);
    }
    const next = this.#state([...reached].sort((a, b) => a - b));
    state.next[kind] = next;
    return next;
  }

  #state(positions: readonly number[]): State {
    const key = positions.join();
    let state = this.#states.get(key);
    if (state === undefined) {
      const isAccepting = positions.some((position) => this.#automaton.accepting[position]);
      state = { positions, isAccepting, next: [] };
      this.#states.set(key, state);
    }
    return state;
  }

  #classOf(codePoint: number): number {
    let [low, high] = [0, this.#bounds.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#bounds[middle]! <= codePoint) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function includes(codePoints: CodePoints, codePoint: number): boolean {
  for (let at = 0; at < codePoints.length; at += 2) {
    if (codePoint >= codePoints[at]! && codePoint <= codePoints[at + 1]!) return true;
  }
  return false;
}
