/**
 * Reads a pattern: the regular expressions of ECMAScript (flag `u`) without what needs backtracking.
 *
 * Read are literals, `.`, classes, `\d \w \s` and their opposites, groups, alternatives, quantifiers, `^` and `$`. Refused,
 * with the place, are lookaround, back references, named groups and the rest: none of them can be matched in linear time or
 * is needed to judge a value.
 */

/** Inclusive ranges of code points, flat: from, to, from, to … */
export type CharacterSet = readonly number[];

export type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'alternatives'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number };

export class PatternError extends Error {
  constructor(message: string, position: number) {
    super(`${message} at character ${position + 1}`);
    this.name = 'PatternError';
  }
}

export const MAX_REPEAT = 100;
const MAX_NESTING = 20;
const LAST_CODE_POINT = 0x10ffff;

const DIGITS: CharacterSet = [48, 57];
const WORD: CharacterSet = [48, 57, 65, 90, 95, 95, 97, 122];
/** White space and line ends of ECMAScript. */
const SPACES: CharacterSet = [
  9, 13, 32, 32, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000,
  0x3000, 0xfeff, 0xfeff,
];
const LINE_ENDS: CharacterSet = [10, 10, 13, 13, 0x2028, 0x2029];
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11 };
const SYNTAX = '^$\\.*+?()[]{}|/';

export function parsePattern(text: string): Node {
  const reader = new PatternReader([...text]);
  const node = reader.alternatives(0);
  if (!reader.isAtEnd()) throw new PatternError('")" closes no group', reader.position);
  return node;
}

class PatternReader {
  position = 0;
  readonly #characters: readonly string[];

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  isAtEnd(): boolean {
    return this.position >= this.#characters.length;
  }

  alternatives(depth: number): Node {
    if (depth > MAX_NESTING) throw new PatternError(`groups are nested deeper than ${MAX_NESTING}`, this.position);
    const nodes = [this.#sequence(depth)];
    while (this.#take('|')) nodes.push(this.#sequence(depth));
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'alternatives', nodes };
  }

  #sequence(depth: number): Node {
    const nodes: Node[] = [];
    while (!this.isAtEnd() && this.#peek() !== '|' && this.#peek() !== ')') nodes.push(this.#quantified(depth));
    return { kind: 'sequence', nodes };
  }

  #quantified(depth: number): Node {
    const node = this.#atom(depth);
    const from = this.position;
    const bounds = this.#bounds();
    if (bounds === undefined) return node;
    if (node.kind === 'start' || node.kind === 'end') throw new PatternError('an anchor cannot be repeated', from);
    // Lazy or greedy finds the same values, only other parts of them.
    this.#take('?');
    if ('*+?{'.includes(this.#peek() ?? ' ')) throw new PatternError('nothing to repeat', this.position);
    return { kind: 'repeat', node, ...bounds };
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    if (this.#peek() !== '{') return undefined;
    const from = this.position;
    const close = this.#characters.indexOf('}', from);
    const found = /^(\d{1,6})(,(\d{0,6}))?$/.exec(this.#characters.slice(from + 1, Math.max(from, close)).join(''));
    if (found === null) throw new PatternError('"{" begins no count such as {2} or {1,3}', from);
    this.position = close + 1;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (min > max) throw new PatternError('the count is the wrong way round', from);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Number.POSITIVE_INFINITY)) {
      throw new PatternError(`counts go up to ${MAX_REPEAT}`, from);
    }
    return { min, max };
  }

  #atom(depth: number): Node {
    const from = this.position;
    const character = this.#next();
    if (character === '^') return { kind: 'start' };
    if (character === '$') return { kind: 'end' };
    if (character === '.') return { kind: 'set', set: complement(LINE_ENDS) };
    if (character === '[') return { kind: 'set', set: this.#characterClass() };
    if (character === '(') return this.#group(depth);
    if (character === '\\') return { kind: 'set', set: this.#escape(false) };
    if ('*+?{'.includes(character)) throw new PatternError('nothing to repeat', from);
    if (character === ']' || character === '}')
      throw new PatternError(`"${character}" must be written "\\${character}"`, from);
    return { kind: 'set', set: single(character) };
  }

  #group(depth: number): Node {
    const from = this.position - 1;
    if (this.#take('?') && !this.#take(':')) {
      throw new PatternError('only plain groups (…) and (?:…) are read; this kind is not', from);
    }
    const node = this.alternatives(depth + 1);
    if (!this.#take(')')) throw new PatternError('the group is not closed', from);
    return node;
  }

  #characterClass(): CharacterSet {
    const from = this.position - 1;
    const isNegated = this.#take('^');
    const ranges: number[] = [];
    while (this.#peek() !== ']') {
      if (this.isAtEnd()) throw new PatternError('the class is not closed', from);
      const start = this.position;
      const low = this.#classMember();
      const isRange = this.#peek() === '-' && this.#characters[this.position + 1] !== ']';
      if (!isRange) {
        ranges.push(...low);
        continue;
      }
      this.position += 1;
      if (this.isAtEnd()) throw new PatternError('the class is not closed', from);
      const high = this.#classMember();
      const [first, last] = [low[0] as number, high[1] as number];
      if (!isOne(low) || !isOne(high) || first > last) throw new PatternError('the range is not one', start);
      ranges.push(first, last);
    }
    this.position += 1;
    return isNegated ? complement(ranges) : ranges;
  }

  #classMember(): CharacterSet {
    return this.#take('\\') ? this.#escape(true) : single(this.#next());
  }

  #escape(isInClass: boolean): CharacterSet {
    const from = this.position - 1;
    if (this.isAtEnd()) throw new PatternError('a single "\\" says nothing', from);
    const character = this.#next();
    const set = { d: DIGITS, w: WORD, s: SPACES }[character.toLowerCase()];
    if (set !== undefined) return character === character.toLowerCase() ? set : complement(set);
    const control = CONTROLS[character];
    if (control !== undefined) return [control, control];
    if (SYNTAX.includes(character) || (isInClass && character === '-')) return single(character);
    throw new PatternError(`"\\${character}" is not read here`, from);
  }

  #peek(): string | undefined {
    return this.#characters[this.position];
  }

  #next(): string {
    const character = this.#characters[this.position] ?? '';
    this.position += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.position += 1;
    return true;
  }
}

function single(character: string): CharacterSet {
  const codePoint = character.codePointAt(0) ?? 0;
  return [codePoint, codePoint];
}

function isOne(set: CharacterSet): boolean {
  return set.length === 2 && set[0] === set[1];
}

function complement(set: CharacterSet): CharacterSet {
  const pairs: [number, number][] = [];
  for (let index = 0; index < set.length; index += 2) pairs.push([set[index] as number, set[index + 1] as number]);
  pairs.sort(([left], [right]) => left - right);
  const ranges: number[] = [];
  let next = 0;
  for (const [from, to] of pairs) {
    if (from > next) ranges.push(next, from - 1);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST_CODE_POINT) ranges.push(next, LAST_CODE_POINT);
  return ranges;
}
