/** Finds places in the text of a JSON document: the line of a JSON pointer, of a mistake, of a name that stands twice. */

export type TextPlace = { readonly line: number; readonly column: number };

export type JsonText = {
  /** `undefined` where the text is no JSON; then `mistake` says where and why. */
  readonly document: unknown;
  readonly mistake: { readonly offset: number; readonly message: string } | undefined;
  readonly duplicates: readonly { readonly offset: number; readonly path: string; readonly name: string }[];
  /** The value a JSON pointer names, or where it is absent the nearest that holds it. */
  placeOf(path: string): TextPlace;
  placeAt(offset: number): TextPlace;
};

export function readJsonText(text: string): JsonText {
  // A byte order mark is what some editors leave; JSON.parse refuses it.
  const source = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  const scan = new Scanner(source);
  let document: unknown;
  let mistake: JsonText['mistake'];
  try {
    scan.document();
    document = JSON.parse(source);
  } catch (error) {
    mistake = { offset: scan.offset, message: error instanceof Mistake ? error.message : (error as Error).message };
  }
  const placeAt = (offset: number): TextPlace => {
    const before = source.slice(0, offset);
    const line = before.split('\n').length;
    return { line, column: offset - before.lastIndexOf('\n') };
  };
  return {
    document,
    mistake,
    duplicates: scan.duplicates,
    placeAt,
    placeOf: (path) => {
      for (let known = path; ; known = known.slice(0, known.lastIndexOf('/'))) {
        const offset = scan.offsets.get(known);
        if (offset !== undefined) return placeAt(offset);
        if (known === '') return { line: 1, column: 1 };
      }
    },
  };
}

class Mistake extends Error {}

/** Values nest no deeper in any schema; a hostile file must not exhaust the stack. */
const MAX_DEPTH = 500;

class Scanner {
  /** By pointer: where the member's name stands, or for the root and items the value. */
  readonly offsets = new Map<string, number>();
  readonly duplicates: { offset: number; path: string; name: string }[] = [];
  offset = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#space();
    this.offsets.set('', this.offset);
    this.#value('', 0);
    this.#space();
    if (this.offset < this.#text.length) throw new Mistake('Nothing may follow the document.');
  }

  #value(path: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new Mistake('The document is nested too deeply.');
    const character = this.#text[this.offset];
    if (character === '{') this.#object(path, depth);
    else if (character === '[') this.#array(path, depth);
    else if (character === '"') this.#string();
    else this.#word();
  }

  #object(path: string, depth: number): void {
    this.offset++;
    const names = new Set<string>();
    this.#space();
    if (this.#take('}')) return;
    do {
      this.#space();
      const start = this.offset;
      if (this.#text[start] !== '"') throw new Mistake('A name in quotes is expected here.');
      const name = this.#string();
      const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (names.has(name)) this.duplicates.push({ offset: start, path: at, name });
      names.add(name);
      this.offsets.set(at, start);
      this.#space();
      if (!this.#take(':')) throw new Mistake('A colon is expected here.');
      this.#space();
      this.#value(at, depth + 1);
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) throw new Mistake('A comma or "}" is expected here.');
  }

  #array(path: string, depth: number): void {
    this.offset++;
    this.#space();
    if (this.#take(']')) return;
    let index = 0;
    do {
      this.#space();
      const at = `${path}/${index++}`;
      this.offsets.set(at, this.offset);
      this.#value(at, depth + 1);
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) throw new Mistake('A comma or "]" is expected here.');
  }

  #string(): string {
    const start = this.offset;
    for (let at = start + 1; at < this.#text.length; at++) {
      const character = this.#text[at];
      if (character === '\\') {
        at++;
      } else if (character === '"') {
        this.offset = at + 1;
        return this.#parsed(start, 'This text is no JSON: look at its backslashes and control characters.') as string;
      } else if (character === '\n') {
        break;
      }
    }
    throw new Mistake('The text that begins here does not end.');
  }

  #word(): void {
    const start = this.offset;
    const word = /[^\s,\]}:]*/y;
    word.lastIndex = start;
    const found = word.exec(this.#text)?.[0] ?? '';
    this.offset = start + found.length;
    this.#parsed(start, 'A value is expected here.');
  }

  #parsed(start: number, otherwise: string): unknown {
    try {
      return JSON.parse(this.#text.slice(start, this.offset));
    } catch {
      this.offset = start;
      throw new Mistake(otherwise);
    }
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.offset] ?? 'x')) this.offset++;
  }

  #take(character: string): boolean {
    if (this.#text[this.offset] !== character) return false;
    this.offset++;
    return true;
  }
}
