/**
 * The position automaton of a pattern (Glushkov 1961): one state per character of the pattern, no empty moves. It is what
 * the matcher walks, and where it shows whether a backtracking engine would need exponential time.
 */
import { type CodePoints, type PatternNode, PatternRefused } from './pattern-syntax.ts';

export type Automaton = {
  /** By position: what it matches. Position 0 is the start and matches nothing. */
  readonly codePoints: readonly CodePoints[];
  /** By position: which may come next. */
  readonly follow: readonly (readonly number[])[];
  readonly accepting: readonly boolean[];
  /** Moves that the pattern allows in more than one way, as `[from, to]`. */
  readonly doubled: readonly (readonly [number, number])[];
};

const MAX_POSITIONS = 500;
/** Of the judgement whether a pattern is exponential; patterns written by people need a few hundred. */
const MAX_STEPS = 20_000;

/**
 * With `isCollapsed`, counted repetitions become plain loops, so that what many of them would cost shows as a cycle; a
 * single character repeated exactly n times stays, since there is only one way to do that.
 */
export function automatonOf(pattern: PatternNode, isCollapsed: boolean): Automaton {
  const builder = new AutomatonBuilder(isCollapsed);
  const whole = builder.build(pattern);
  builder.link([0], whole.first);
  return builder.finish(whole);
}

type Fragment = { readonly isNullable: boolean; readonly first: readonly number[]; readonly last: readonly number[] };

const EMPTY: Fragment = { isNullable: true, first: [], last: [] };

class AutomatonBuilder {
  readonly #isCollapsed: boolean;
  readonly #codePoints: CodePoints[] = [[]];
  readonly #follow: Set<number>[] = [new Set()];
  readonly #doubled: (readonly [number, number])[] = [];

  constructor(isCollapsed: boolean) {
    this.#isCollapsed = isCollapsed;
  }

  build(node: PatternNode): Fragment {
    switch (node.kind) {
      case 'set': {
        const position = this.#codePoints.push(node.codePoints) - 1;
        if (position > MAX_POSITIONS) {
          throw new PatternRefused(`Written out, it is longer than ${MAX_POSITIONS} characters; repeat less.`);
        }
        this.#follow.push(new Set());
        return { isNullable: false, first: [position], last: [position] };
      }
      case 'choice': {
        const parts = node.parts.map((part) => this.build(part));
        return {
          isNullable: parts.some(({ isNullable }) => isNullable),
          first: parts.flatMap(({ first }) => first),
          last: parts.flatMap(({ last }) => last),
        };
      }
      case 'sequence':
        return node.parts.reduce<Fragment>((before, part) => this.#concatenate(before, this.build(part)), EMPTY);
      case 'repeat':
        return this.#repeat(node.part, node.min, node.max);
    }
  }

  link(from: readonly number[], to: readonly number[]): void {
    for (const source of from) {
      const follow = this.#follow[source]!;
      for (const target of to) {
        if (follow.has(target)) this.#doubled.push([source, target]);
        follow.add(target);
      }
    }
  }

  finish({ isNullable, last }: Fragment): Automaton {
    const accepting = this.#codePoints.map(() => false);
    for (const position of last) accepting[position] = true;
    accepting[0] = isNullable;
    return {
      codePoints: this.#codePoints,
      follow: this.#follow.map((follow) => [...follow]),
      accepting,
      doubled: this.#doubled,
    };
  }

  #concatenate(before: Fragment, after: Fragment): Fragment {
    this.link(before.last, after.first);
    return {
      isNullable: before.isNullable && after.isNullable,
      first: before.isNullable ? [...before.first, ...after.first] : before.first,
      last: after.isNullable ? [...before.last, ...after.last] : after.last,
    };
  }

  #repeat(part: PatternNode, min: number, max: number): Fragment {
    if (max === 0) return EMPTY;
    const isCounted = max > 1 && max < Infinity;
    if (max === Infinity ? min <= 1 || this.#isCollapsed : isCounted && this.#isCollapsed && !isExactCharacter()) {
      const looped = this.build(part);
      this.link(looped.last, looped.first);
      return { ...looped, isNullable: looped.isNullable || min === 0 };
    }
    return this.#copies(part, min, max);

    function isExactCharacter(): boolean {
      return part.kind === 'set' && min === max;
    }
  }

  /** `max` copies one after the other, of which the first `min` are needed; without end, the last of them is a loop. */
  #copies(part: PatternNode, min: number, max: number): Fragment {
    let first: readonly number[] = [];
    let ends: readonly number[] = [];
    let last: number[] = [];
    let isNullable = min === 0;
    const count = max === Infinity ? min : max;
    for (let copy = 1; copy <= count; copy++) {
      const fragment = this.build(part);
      // Nothing, a hundred times a hundred times over, is still nothing; nested deep enough it would never end.
      if (fragment.first.length === 0) return EMPTY;
      // A part that may be empty needs no copy at all: leaving is then allowed after any.
      if (fragment.isNullable) isNullable = true;
      if (copy === 1) first = fragment.first;
      else this.link(ends, fragment.first);
      if (max === Infinity && copy === count) this.link(fragment.last, fragment.first);
      ends = fragment.last;
      if (copy >= min || fragment.isNullable) last = [...last, ...fragment.last];
      if (this.#codePoints.length > MAX_POSITIONS) break;
    }
    return { isNullable, first, last };
  }
}

/**
 * Whether some text can be matched in exponentially many ways: there is a loop through a position that can be taken in two
 * ways with the same text (Weber & Seidl 1991, "On the degree of ambiguity of finite automata", criterion EDA).
 */
export function isExponential(automaton: Automaton): boolean {
  const { follow, codePoints, doubled } = automaton;
  const size = follow.length;
  const reaches = (from: number, to: number): boolean => {
    const seen = new Set<number>();
    const open = [from];
    for (let position = open.pop(); position !== undefined; position = open.pop()) {
      if (position === to) return true;
      if (seen.has(position)) continue;
      seen.add(position);
      open.push(...follow[position]!);
    }
    return false;
  };
  if (doubled.some(([from, to]) => reaches(to, from))) return true;
  // Pairs of positions reached by the same text; (p, p) → (q, r) with q ≠ r and back is the loop in question.
  let steps = 0;
  const successors = (pair: number): number[] => {
    if (++steps > MAX_STEPS)
      throw new PatternRefused('It has too many overlapping repetitions to be judged; simplify it.');
    const [one, other] = [Math.floor(pair / size), pair % size];
    return follow[one]!.flatMap((a) =>
      follow[other]!.filter((b) => a === b || overlap(codePoints[a]!, codePoints[b]!)).map((b) => a * size + b),
    );
  };
  for (let position = 1; position < size; position++) {
    if (!follow[position]!.some((next) => reaches(next, position))) continue;
    const home = position * size + position;
    const parents = new Map<number, number[]>();
    const open = [home];
    const seen = new Set(open);
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      for (const next of successors(pair)) {
        const known = parents.get(next);
        if (known === undefined) parents.set(next, [pair]);
        else known.push(pair);
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      }
    }
    if (leadsBack(home, parents, size)) return true;
  }
  return false;
}

/** Whether a pair of two different positions lies on a way from `home` to `home`. */
function leadsBack(home: number, parents: ReadonlyMap<number, readonly number[]>, size: number): boolean {
  const open = [...(parents.get(home) ?? [])];
  const seen = new Set(open);
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    if (Math.floor(pair / size) !== pair % size) return true;
    for (const before of parents.get(pair) ?? []) {
      if (!seen.has(before)) open.push(before);
      seen.add(before);
    }
  }
  return false;
}

function overlap(a: CodePoints, b: CodePoints): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i + 1]! < b[j]!) i += 2;
    else if (b[j + 1]! < a[i]!) j += 2;
    else return true;
  }
  return false;
}
