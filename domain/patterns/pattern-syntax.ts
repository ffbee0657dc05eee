/**
 * Reads the regular expressions a customer may write: those of ECMAScript with the flag `u`, without what no automaton can
 * decide in linear time (look-around, back-references) and with `^` and `$` at the ends alone.
 */

/** Code points as inclusive bounds, ascending and apart: `[from, to, from, to, …]`. */
export type CodePoints = readonly number[];

export type PatternNode =
  | { readonly kind: 'set'; readonly codePoints: CodePoints }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

/** A pattern that is correct but not supported, or not correct. The message says what and where. */
export class PatternRefused extends Error {
  override readonly name = 'PatternRefused';
}

const LAST_CODE_POINT = 0x10ffff;
export const ANY: CodePoints = [0, LAST_CODE_POINT];
const ANYTHING: PatternNode = { kind: 'repeat', part: { kind: 'set', codePoints: ANY }, min: 0, max: Infinity };

const DIGIT: CodePoints = [48, 57];
const WORD: CodePoints = [48, 57, 65, 90, 95, 95, 97, 122];
const SPACE: CodePoints = [
  9, 13, 32, 32, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000,
  0x3000, 0xfeff, 0xfeff,
];
const LINE_END: CodePoints = [10, 10, 13, 13, 0x2028, 0x2029];
const CONTROL: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };

/** The whole text must match the result: where the pattern is not anchored, it begins or ends with anything. */
export function readPattern(pattern: string): PatternNode {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw new PatternRefused(`It is no regular expression: ${(error as Error).message.replace(/^.*: /, '')}.`);
  }
  return new PatternReader(pattern).read();
}

class PatternReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): PatternNode {
    return this.#choice(true);
  }

  #choice(isOutermost: boolean): PatternNode {
    const parts: PatternNode[] = [];
    do parts.push(this.#sequence(isOutermost));
    while (this.#take('|'));
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  #sequence(isOutermost: boolean): PatternNode {
    const parts: PatternNode[] = [];
    const isAnchoredAtStart = isOutermost && this.#take('^');
    let isAnchoredAtEnd = false;
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#peek())) {
      if (isOutermost && this.#peek() === '$' && (this.#pattern[this.#at + 1] ?? '|') === '|') {
        this.#at++;
        isAnchoredAtEnd = true;
      } else {
        parts.push(this.#quantified(this.#atom()));
      }
    }
    if (!isOutermost) return { kind: 'sequence', parts };
    if (!isAnchoredAtStart) parts.unshift(ANYTHING);
    if (!isAnchoredAtEnd) parts.push(ANYTHING);
    return { kind: 'sequence', parts };
  }

  #atom(): PatternNode {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', codePoints: this.#class() };
      case '.':
        return { kind: 'set', codePoints: complement(LINE_END) };
      case '\\':
        return { kind: 'set', codePoints: this.#escape(false) };
      case '^':
      case '$':
        throw this.#refusal(`"${character}" is supported at the ends of the pattern alone`);
      default:
        return { kind: 'set', codePoints: only(character) };
    }
  }

  #group(): PatternNode {
    if (this.#take('?')) {
      if (this.#pattern.startsWith('<', this.#at) && !/^<[=!]/.test(this.#pattern.slice(this.#at, this.#at + 2))) {
        this.#at = this.#pattern.indexOf('>', this.#at) + 1;
      } else if (!this.#take(':')) {
        throw this.#refusal('look-around and modifiers are not supported');
      }
    }
    const inner = this.#choice(false);
    this.#take(')');
    return inner;
  }

  #quantified(part: PatternNode): PatternNode {
    const counted = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#pattern.slice(this.#at));
    if (counted === null) return part;
    this.#at += counted[0].length;
    const [sign, from, comma, to] = counted;
    switch (sign![0]) {
      case '*':
        return { kind: 'repeat', part, min: 0, max: Infinity };
      case '+':
        return { kind: 'repeat', part, min: 1, max: Infinity };
      case '?':
        return { kind: 'repeat', part, min: 0, max: 1 };
      default: {
        const min = Number(from);
        return { kind: 'repeat', part, min, max: to !== '' ? Number(to) : comma === ',' ? Infinity : min };
      }
    }
  }

  #class(): CodePoints {
    const isNegated = this.#take('^');
    const ranges: number[] = [];
    while (!this.#take(']')) {
      const from = this.#classAtom();
      const isRange = this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']' && isSingle(from);
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      this.#at++;
      ranges.push(from[0]!, this.#classAtom()[1]!);
    }
    const merged = merge(ranges);
    return isNegated ? complement(merged) : merged;
  }

  #classAtom(): CodePoints {
    const character = this.#next();
    return character === '\\' ? this.#escape(true) : only(character);
  }

  /** What stands after a backslash. */
  #escape(isInClass: boolean): CodePoints {
    const character = this.#next();
    switch (character) {
      case 'd':
        return DIGIT;
      case 'D':
        return complement(DIGIT);
      case 'w':
        return WORD;
      case 'W':
        return complement(WORD);
      case 's':
        return SPACE;
      case 'S':
        return complement(SPACE);
      case 'p':
      case 'P': {
        const end = this.#pattern.indexOf('}', this.#at) + 1;
        const name = this.#pattern.slice(this.#at, end);
        this.#at = end;
        return character === 'p' ? unicodeProperty(name) : complement(unicodeProperty(name));
      }
      case 'x':
        return single(Number.parseInt(this.#nextMany(2), 16));
      case 'u':
        return single(this.#unicodeEscape());
      case 'c':
        return single(this.#next().charCodeAt(0) % 32);
      case 'b':
        if (isInClass) return single(8);
    }
    if (/[1-9kbB]/.test(character)) throw this.#refusal(`"\\${character}" is not supported`);
    const control = CONTROL[character];
    return control === undefined ? only(character) : single(control);
  }

  #unicodeEscape(): number {
    if (this.#take('{')) {
      const end = this.#pattern.indexOf('}', this.#at);
      const code = Number.parseInt(this.#pattern.slice(this.#at, end), 16);
      this.#at = end + 1;
      return code;
    }
    const unit = Number.parseInt(this.#nextMany(4), 16);
    const pair = /^\\u(d[c-f][0-9a-f]{2})/i.exec(this.#pattern.slice(this.#at));
    if (unit < 0xd800 || unit > 0xdbff || pair === null) return unit;
    this.#at += 6;
    return String.fromCharCode(unit, Number.parseInt(pair[1]!, 16)).codePointAt(0)!;
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #next(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    this.#at += character.length;
    return character;
  }

  #nextMany(length: number): string {
    this.#at += length;
    return this.#pattern.slice(this.#at - length, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #refusal(what: string): PatternRefused {
    return new PatternRefused(`At character ${this.#at}: ${what}.`);
  }
}

function only(character: string): CodePoints {
  return single(character.codePointAt(0)!);
}

function single(codePoint: number): CodePoints {
  return [codePoint, codePoint];
}

function isSingle(codePoints: CodePoints): boolean {
  return codePoints.length === 2 && codePoints[0] === codePoints[1];
}

function merge(ranges: readonly number[]): CodePoints {
  const pairs: [number, number][] = [];
  for (let at = 0; at < ranges.length; at += 2) pairs.push([ranges[at]!, ranges[at + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [from, to] of pairs) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last + 1) merged[merged.length - 1] = Math.max(last, to);
    else merged.push(from, to);
  }
  return merged;
}

function complement(codePoints: CodePoints): CodePoints {
  const outside: number[] = [];
  let from = 0;
  for (let at = 0; at < codePoints.length; at += 2) {
    if (codePoints[at]! > from) outside.push(from, codePoints[at]! - 1);
    from = codePoints[at + 1]! + 1;
  }
  if (from <= LAST_CODE_POINT) outside.push(from, LAST_CODE_POINT);
  return outside;
}

const unicodeProperties = new Map<string, CodePoints>();

/** What `\p{…}` matches, asked of the engine once for each code point (about 30 ms) and kept: there are few such names. */
function unicodeProperty(name: string): CodePoints {
  const known = unicodeProperties.get(name);
  if (known !== undefined) return known;
  const member = new RegExp(`^\\p${name}$`, 'u');
  const ranges: number[] = [];
  for (let codePoint = 0; codePoint <= LAST_CODE_POINT; codePoint++) {
    if (!member.test(String.fromCodePoint(codePoint))) continue;
    if (ranges.at(-1) === codePoint - 1) ranges[ranges.length - 1] = codePoint;
    else ranges.push(codePoint, codePoint);
  }
  unicodeProperties.set(name, ranges);
  return ranges;
}
