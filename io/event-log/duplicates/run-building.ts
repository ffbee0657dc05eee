/** The two ways a run comes to be: from a full table, and from older runs. Both block, and so live in a worker. */
import { closeSync, openSync, readSync } from 'node:fs';
import { addToFilter, type Filter } from './filter.ts';
import { isAccepted, SLOT_WORDS } from './recent-ids.ts';
import { compareFingerprints, ENTRY_WORDS, PAGE_BYTES, pageEntries } from './run-format.ts';
import { RunWriter, type WrittenRun } from './run-writer.ts';

/** A slot number must fit beside the first fingerprint word in the 53 bits of a double. */
export const MAX_TABLE_SLOTS = 2 ** 21;

/** Sorts the accepted ids of a table into a run, and adds them to the gate of the younger runs. */
export function writeTable(words: Uint32Array, path: string, bitsPerId: number, gate?: Filter): WrittenRun {
  const order = sortedSlots(words);
  return writing(new RunWriter(path, order.length, bitsPerId, gate), (writer) => {
    for (let index = 0; index < order.length; index++) writer.add(words, order[index]!);
  });
}

export type MergeInput = { readonly path: string; readonly pages: number; readonly ids: number };

/** Merges runs into one, keeping the newest second of an id and leaving out those accepted before the second `oldest`. */
export function mergeRuns(inputs: readonly MergeInput[], oldest: number, path: string, bitsPerId: number): WrittenRun {
  const cursors = inputs.map((input) => new RunCursor(input));
  try {
    const ids = inputs.reduce((sum, input) => sum + input.ids, 0);
    return writing(new RunWriter(path, ids, bitsPerId), (writer) => mergeInto(writer, cursors, oldest));
  } finally {
    for (const cursor of cursors) cursor.close();
  }
}

/** Adds every id of a run to a filter; true when done. */
export function addRunToFilter(input: MergeInput, filter: Filter): true {
  const cursor = new RunCursor(input);
  try {
    for (let isDone = cursor.isDone; !isDone; isDone = cursor.advance()) addToFilter(filter, cursor.words, cursor.at);
    return true;
  } finally {
    cursor.close();
  }
}

function writing(writer: RunWriter, fill: (writer: RunWriter) => void): WrittenRun {
  try {
    fill(writer);
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/**
 * Where the accepted slots start in `words`, in the order of their fingerprints. First word and slot number are packed
 * into one double, so that the engine's native sort does nearly all of it; a pass over equal first words does the rest.
 */
function sortedSlots(words: Uint32Array): Uint32Array {
  const slots = words.length / SLOT_WORDS;
  if (slots > MAX_TABLE_SLOTS) throw new RangeError(`a table has at most ${MAX_TABLE_SLOTS} slots, not ${slots}`);
  const keys = new Float64Array(slots);
  let ids = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (isAccepted(words[slot * SLOT_WORDS + SLOT_WORDS - 1]!)) {
      keys[ids++] = words[slot * SLOT_WORDS]! * MAX_TABLE_SLOTS + slot;
    }
  }
  const sorted = keys.subarray(0, ids).sort();
  const order = new Uint32Array(ids);
  for (let index = 0; index < ids; index++) {
    const moved = (sorted[index]! % MAX_TABLE_SLOTS) * SLOT_WORDS;
    let to = index;
    // Only fingerprints with equal first words can stand in the wrong order, and random ones hardly ever have them.
    const first = firstWord(sorted[index]!);
    while (
      to > 0 &&
      firstWord(sorted[to - 1]!) === first &&
      compareFingerprints(words, order[to - 1]!, words, moved) > 0
    ) {
      order[to] = order[to - 1]!;
      to -= 1;
    }
    order[to] = moved;
  }
  return order;
}

function firstWord(key: number): number {
  return Math.floor(key / MAX_TABLE_SLOTS);
}

function mergeInto(writer: RunWriter, cursors: readonly RunCursor[], oldest: number): void {
  // The entry that comes next, held back until it is known that no other run holds its id with a newer second.
  const held = new Uint32Array(ENTRY_WORDS);
  let isHolding = false;
  for (let open = remaining(cursors); open.length > 0; open = remaining(open)) {
    let hasEnded = false;
    while (!hasEnded) {
      const least = leastOf(open);
      const { words, at } = least;
      if (isHolding && compareFingerprints(words, at, held, 0) === 0) {
        held[SECOND] = Math.max(held[SECOND]!, words[at + SECOND]!);
      } else {
        if (isHolding && held[SECOND]! >= oldest) writer.add(held, 0);
        for (let word = 0; word < ENTRY_WORDS; word++) held[word] = words[at + word]!;
        isHolding = true;
      }
      hasEnded = least.advance();
    }
  }
  if (isHolding && held[SECOND]! >= oldest) writer.add(held, 0);
}

/** Where the second of an entry is. */
const SECOND = ENTRY_WORDS - 1;

function remaining(cursors: readonly RunCursor[]): RunCursor[] {
  return cursors.filter((cursor) => !cursor.isDone);
}

function leastOf(cursors: readonly RunCursor[]): RunCursor {
  let least = cursors[0]!;
  let first = least.words[least.at]!;
  for (let index = 1; index < cursors.length; index++) {
    const cursor = cursors[index]!;
    const word = cursor.words[cursor.at]!;
    if (word > first) continue;
    if (word === first && compareFingerprints(cursor.words, cursor.at, least.words, least.at) >= 0) continue;
    least = cursor;
    first = word;
  }
  return least;
}

const CURSOR_PAGES = 64;

/** Walks the entries of a run file in order. */
class RunCursor {
  readonly #file: number;
  readonly #pages: number;
  readonly #buffer = Buffer.alloc(CURSOR_PAGES * PAGE_BYTES);
  readonly words = new Uint32Array(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length / 4);
  /** Where in `words` the current entry starts. */
  at = 0;
  isDone = false;
  #nextPage = 0;
  #bufferedPages = 0;
  #page = 0;
  #entry = 0;
  #entries = 0;

  constructor(input: MergeInput) {
    this.#file = openSync(input.path, 'r');
    this.#pages = input.pages;
    this.#enterPage();
  }

  /** Moves to the next entry; true where there is none. */
  advance(): boolean {
    this.#entry += 1;
    this.at += ENTRY_WORDS;
    if (this.#entry < this.#entries) return false;
    this.#page += 1;
    this.#enterPage();
    return this.isDone;
  }

  close(): void {
    closeSync(this.#file);
  }

  #enterPage(): void {
    if (this.#page === this.#bufferedPages && !this.#fill()) {
      this.isDone = true;
      return;
    }
    const at = this.#page * PAGE_BYTES;
    this.#entries = pageEntries(this.#buffer.subarray(at, at + PAGE_BYTES));
    this.#entry = 0;
    this.at = at / 4;
  }

  #fill(): boolean {
    const pages = Math.min(CURSOR_PAGES, this.#pages - this.#nextPage);
    if (pages === 0) return false;
    const bytes = pages * PAGE_BYTES;
    let read = 0;
    while (read < bytes) {
      const got = readSync(this.#file, this.#buffer, read, bytes - read, this.#nextPage * PAGE_BYTES + read);
      if (got === 0) throw new Error('a run file is shorter than its index says');
      read += got;
    }
    this.#nextPage += pages;
    this.#bufferedPages = pages;
    this.#page = 0;
    return true;
  }
}
