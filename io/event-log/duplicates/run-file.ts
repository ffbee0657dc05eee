/** A run as look-ups see it: filter and fences in memory, pages read from the file when the filter says maybe. */
import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import { emptyFilter, type Filter, mayBeInFilter } from './filter.ts';
import { FINGERPRINT_WORDS } from './fingerprint.ts';
import {
  assertChecksum,
  compareFingerprints,
  decodeFooter,
  ENTRY_WORDS,
  FOOTER_BYTES,
  fileBytes,
  PAGE_BYTES,
  pageEntries,
  type RunSummary,
} from './run-format.ts';
import type { WrittenRun } from './run-writer.ts';

/** Where `findNow` reads into: nothing else runs meanwhile. */
const PAGE = Buffer.alloc(PAGE_BYTES);

export class RunFile {
  readonly path: string;
  readonly summary: RunSummary;
  readonly filter: Filter;
  readonly #fences: Uint32Array;
  readonly #file: number;
  #readers = 0;
  #isRetired = false;

  constructor(path: string, run: WrittenRun) {
    this.path = path;
    this.summary = run.summary;
    this.filter = run.filter;
    this.#fences = run.fences;
    this.#file = openSync(path, 'r');
  }

  /** Memory of filter and fences. */
  get bytes(): number {
    return this.filter.byteLength + this.#fences.byteLength;
  }

  mayContain(fingerprints: Uint32Array, at: number): boolean {
    return mayBeInFilter(this.filter, fingerprints, at);
  }

  /** The second in which the id was accepted, or 0 where the run does not hold it. Only between `acquire` and `release`. */
  async find(fingerprints: Uint32Array, at: number): Promise<number> {
    const first = fingerprints[at]!;
    let page = Math.max(0, firstAtLeast(this.#fences, first) - 1);
    do {
      const second = searchPage(await this.#readPage(page), fingerprints, at);
      if (second > 0) return second;
      page += 1;
    } while (page < this.#fences.length && this.#fences[page]! <= first);
    return 0;
  }

  /** `find` on the spot, where a few look-ups cost less than handing them to another thread. Throws what reading throws. */
  findNow(fingerprints: Uint32Array, at: number): number {
    const first = fingerprints[at]!;
    let page = Math.max(0, firstAtLeast(this.#fences, first) - 1);
    do {
      readFully(this.#file, PAGE, page * PAGE_BYTES);
      const second = searchPage(PAGE, fingerprints, at);
      if (second > 0) return second;
      page += 1;
    } while (page < this.#fences.length && this.#fences[page]! <= first);
    return 0;
  }

  /** Keeps the file open although the run may be replaced meanwhile. */
  acquire(): void {
    this.#readers += 1;
  }

  release(): void {
    this.#readers -= 1;
    this.#closeWhenUnused();
  }

  /** Closes the file once the look-ups under way are done. */
  retire(): void {
    this.#isRetired = true;
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    if (this.#isRetired && this.#readers === 0) closeSync(this.#file);
  }

  #readPage(page: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(PAGE_BYTES);
    return new Promise((resolve, reject) => {
      read(this.#file, buffer, 0, PAGE_BYTES, page * PAGE_BYTES, (error, bytes) => {
        if (error) reject(error);
        else if (bytes < PAGE_BYTES) reject(new Error(`${this.path} is shorter than its index says`));
        else resolve(buffer);
      });
    });
  }
}

/** Reads a finished run back: what it says of itself is checked, its pages are checked when they are read. */
export function loadRun(path: string): WrittenRun {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const footer = Buffer.alloc(FOOTER_BYTES);
    readFully(file, footer, Math.max(0, size - FOOTER_BYTES));
    const summary = decodeFooter(footer);
    if (fileBytes(summary) !== size) throw new Error(`the file has ${size} bytes, not ${fileBytes(summary)}`);
    const filter = emptyFilter(summary.filterBytes);
    const fences = new Uint32Array(summary.pages);
    const filterBytes = new Uint8Array(filter.buffer);
    const fenceBytes = new Uint8Array(fences.buffer);
    readFully(file, filterBytes, summary.pages * PAGE_BYTES);
    readFully(file, fenceBytes, summary.pages * PAGE_BYTES + filterBytes.length);
    assertChecksum(footer, filterBytes, fenceBytes);
    return { summary, filter, fences };
  } finally {
    closeSync(file);
  }
}

function readFully(file: number, into: Uint8Array, from: number): void {
  let done = 0;
  while (done < into.length) {
    const got = readSync(file, into, done, into.length - done, from + done);
    if (got === 0) throw new Error('the file ends too early');
    done += got;
  }
}

/** The first index whose value is not below `value`. */
function firstAtLeast(ascending: Uint32Array, value: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (ascending[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function searchPage(page: Buffer, fingerprints: Uint32Array, at: number): number {
  const entries = new Uint32Array(page.buffer, page.byteOffset, PAGE_BYTES / 4);
  let from = 0;
  let to = pageEntries(page);
  while (from < to) {
    const middle = (from + to) >>> 1;
    const difference = compareFingerprints(entries, middle * ENTRY_WORDS, fingerprints, at);
    if (difference === 0) return entries[middle * ENTRY_WORDS + FINGERPRINT_WORDS]!;
    if (difference < 0) from = middle + 1;
    else to = middle;
  }
  return 0;
}
