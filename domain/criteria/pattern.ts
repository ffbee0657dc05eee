/**
 * Matches patterns in time linear in the text, whatever the pattern: no input of a customer can hang the evaluation.
 *
 * The pattern becomes a program whose states are all followed at once, character by character (Thompson, "Regular Expression
 * Search Algorithm", CACM 11/6, 1968). The worst case is states × characters; both are bounded.
 */
import { type CharacterSet, type Node, PatternError, parsePattern } from './pattern-syntax.ts';

export { PatternError } from './pattern-syntax.ts';

const MAX_STATES = 500;

type Step =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'split'; readonly left: number; readonly right: number }
  | { readonly kind: 'start' | 'end' | 'match' };

/** Whether a text holds a part that fits; `^` and `$` bind the pattern to the whole. Throws PatternError. */
export function compilePattern(text: string): (value: string) => boolean {
  const program = new Program();
  program.add(parsePattern(text));
  program.push({ kind: 'match' });
  const { steps } = program;
  return (value) => isMatch(steps, value);
}

/** Every step leads to the next one, but a split to its two. */
class Program {
  readonly steps: Step[] = [];

  push(step: Step): number {
    if (this.steps.length >= MAX_STATES) {
      throw new PatternError(`the pattern is too large (more than ${MAX_STATES} states, counts multiplied out)`, 0);
    }
    return this.steps.push(step) - 1;
  }

  add(node: Node): void {
    switch (node.kind) {
      case 'sequence':
        for (const part of node.nodes) this.add(part);
        return;
      case 'alternatives':
        this.#addAlternatives(node.nodes);
        return;
      case 'repeat':
        this.#addRepeat(node);
        return;
      default:
        this.push(node);
    }
  }

  #addAlternatives(nodes: readonly Node[]): void {
    const exits: number[] = [];
    nodes.forEach((node, index) => {
      if (index === nodes.length - 1) {
        this.add(node);
        return;
      }
      const split = this.#pushSplit();
      this.add(node);
      exits.push(this.#pushSplit());
      this.#point(split, split + 1, this.steps.length);
    });
    for (const exit of exits) this.#point(exit, this.steps.length, this.steps.length);
  }

  #addRepeat({ node, min, max }: Extract<Node, { kind: 'repeat' }>): void {
    for (let count = 0; count < min; count += 1) {
      const before = this.steps.length;
      this.add(node);
      // Nothing, a hundred times a hundred times over, is still nothing.
      if (this.steps.length === before) break;
    }
    if (max === Number.POSITIVE_INFINITY) {
      const split = this.#pushSplit();
      this.add(node);
      const back = this.#pushSplit();
      this.#point(back, split, split);
      this.#point(split, split + 1, this.steps.length);
      return;
    }
    const splits: number[] = [];
    for (let count = min; count < max; count += 1) {
      splits.push(this.#pushSplit());
      this.add(node);
    }
    for (const split of splits) this.#point(split, split + 1, this.steps.length);
  }

  #pushSplit(): number {
    return this.push({ kind: 'split', left: 0, right: 0 });
  }

  #point(at: number, left: number, right: number): void {
    this.steps[at] = { kind: 'split', left, right };
  }
}

function isMatch(steps: readonly Step[], text: string): boolean {
  let current: number[] = [];
  let following: number[] = [];
  /** In which round a state was reached last, so that none is followed twice. */
  const reachedIn = new Int32Array(steps.length).fill(-1);
  let round = 0;
  let position = 0;

  /** Follows everything that takes no character; true where the end of the program is reached. */
  const reach = (states: number[], from: number): boolean => {
    const pending = [from];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      if (reachedIn[state] === round) continue;
      reachedIn[state] = round;
      const step = steps[state] as Step;
      if (step.kind === 'match') return true;
      if (step.kind === 'set') states.push(state);
      else if (step.kind === 'split') pending.push(step.right, step.left);
      else if (step.kind === 'start' ? position === 0 : position === text.length) pending.push(state + 1);
    }
    return false;
  };

  if (reach(current, 0)) return true;
  while (position < text.length) {
    const codePoint = text.codePointAt(position) as number;
    position += codePoint > 0xffff ? 2 : 1;
    round += 1;
    following.length = 0;
    for (const state of current) {
      const step = steps[state] as Extract<Step, { kind: 'set' }>;
      if (contains(step.set, codePoint) && reach(following, state + 1)) return true;
    }
    // A match may begin at any place.
    if (reach(following, 0)) return true;
    [current, following] = [following, current];
  }
  return false;
}

function contains(set: CharacterSet, codePoint: number): boolean {
  for (let index = 0; index < set.length; index += 2) {
    if (codePoint >= (set[index] as number) && codePoint <= (set[index + 1] as number)) return true;
  }
  return false;
}
