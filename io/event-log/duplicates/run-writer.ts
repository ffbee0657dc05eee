/** Writes one run file from entries that come in order, building filter and fences on the way. */
import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { addToFilter, createFilter, type Filter } from './filter.ts';
import { ENTRIES_PER_PAGE, ENTRY_WORDS, encodeFooter, PAGE_BYTES, type RunSummary, sealPage } from './run-format.ts';

/** A finished run as its reader needs it. */
export type WrittenRun = { readonly summary: RunSummary; readonly filter: Filter; readonly fences: Uint32Array };

const BUFFER_PAGES = 256;
/** Synced every few megabytes, so that no commit of the log has to wait behind hundreds of them. */
const SYNC_EVERY_BUFFERS = 4;

export class RunWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #filter: Filter;
  readonly #gate: Filter | undefined;
  readonly #fences: Uint32Array;
  readonly #buffer = Buffer.alloc(BUFFER_PAGES * PAGE_BYTES);
  readonly #words = new Uint32Array(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length / 4);
  #bufferedPages = 0;
  #buffersWritten = 0;
  #pageEntries = 0;
  #pages = 0;
  #ids = 0;
  #oldest = 0xffff_ffff;
  #newest = 0;

  /** `maxIds`, the most that will be added, and `bitsPerId` size the filter. `gate` gets the ids as well. */
  constructor(path: string, maxIds: number, bitsPerId: number, gate?: Filter) {
    this.#path = path;
    this.#filter = createFilter(maxIds, bitsPerId);
    this.#fences = new Uint32Array(Math.ceil(maxIds / ENTRIES_PER_PAGE));
    this.#gate = gate;
    this.#file = openSync(path, 'w');
  }

  /** Adds the entry at `words[at…at+4]`; fingerprints ascend. */
  add(words: Uint32Array, at: number): void {
    if (this.#pageEntries === 0) {
      this.#fences[this.#pages] = words[at]!;
      this.#pages += 1;
    }
    const into = (this.#bufferedPages * PAGE_BYTES) / 4 + this.#pageEntries * ENTRY_WORDS;
    for (let word = 0; word < ENTRY_WORDS; word++) this.#words[into + word] = words[at + word]!;
    addToFilter(this.#filter, words, at);
    if (this.#gate) addToFilter(this.#gate, words, at);
    const second = words[at + ENTRY_WORDS - 1]!;
    if (second < this.#oldest) this.#oldest = second;
    if (second > this.#newest) this.#newest = second;
    this.#ids += 1;
    this.#pageEntries += 1;
    if (this.#pageEntries === ENTRIES_PER_PAGE) this.#endPage();
  }

  /** Completes the file and syncs it and its directory entry. */
  finish(): WrittenRun {
    if (this.#pageEntries > 0) this.#endPage();
    this.#writeBuffer();
    const fences = this.#fences.slice(0, this.#pages);
    const filterBytes = new Uint8Array(this.#filter.buffer);
    const summary = {
      ids: this.#ids,
      pages: this.#pages,
      filterBytes: filterBytes.length,
      oldest: this.#ids > 0 ? this.#oldest : 0,
      newest: this.#newest,
    };
    const fenceBytes = new Uint8Array(fences.buffer);
    this.#write(filterBytes);
    this.#write(fenceBytes);
    this.#write(encodeFooter(summary, filterBytes, fenceBytes));
    fsyncSync(this.#file);
    closeSync(this.#file);
    syncDirectory(dirname(this.#path));
    return { summary, filter: this.#filter, fences };
  }

  /** Removes a file that could not be finished. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #endPage(): void {
    const at = this.#bufferedPages * PAGE_BYTES;
    sealPage(this.#buffer.subarray(at, at + PAGE_BYTES), this.#pageEntries);
    this.#pageEntries = 0;
    this.#bufferedPages += 1;
    if (this.#bufferedPages === BUFFER_PAGES) this.#writeBuffer();
  }

  #writeBuffer(): void {
    this.#write(this.#buffer.subarray(0, this.#bufferedPages * PAGE_BYTES));
    this.#bufferedPages = 0;
    this.#buffersWritten += 1;
    if (this.#buffersWritten % SYNC_EVERY_BUFFERS === 0) fdatasyncSync(this.#file);
  }

  #write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#file, bytes, written);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
