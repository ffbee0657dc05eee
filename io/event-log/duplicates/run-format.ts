/**
 * A run on disk: ids accepted in one stretch of time, sorted, immutable. Little-endian throughout.
 *
 *   pages    4096 bytes each: up to 204 entries [fingerprint 16][second 4], entries u32, CRC-32 u32
 *   filter   the run's Bloom filter
 *   fences   u32 per page: first word of its first fingerprint
 *   footer   48 bytes, the last of which is the CRC-32 of filter, fences and the rest of the footer
 *
 * Everything a look-up reads is covered by a checksum; pages are checked when they are read, the rest when the log opens.
 */
import { crc32 } from 'node:zlib';
import { SLOT_WORDS } from './recent-ids.ts';

export const PAGE_BYTES = 4096;
/** An entry is laid out like a slot of the table in memory: four fingerprint words and the second of acceptance. */
export const ENTRY_WORDS = SLOT_WORDS;
export const ENTRIES_PER_PAGE = 204;
export const FOOTER_BYTES = 48;
const PAGE_COUNT_AT = ENTRIES_PER_PAGE * ENTRY_WORDS * 4;
const PAGE_CRC_AT = PAGE_COUNT_AT + 4;
const MAGIC = 0x3152_5455;

export type RunSummary = {
  readonly ids: number;
  readonly pages: number;
  readonly filterBytes: number;
  /** Seconds of the oldest and the newest entry. */
  readonly oldest: number;
  readonly newest: number;
};

/** Fills in a page whose entries are written. */
export function sealPage(page: Buffer, entries: number): void {
  page.fill(0, entries * ENTRY_WORDS * 4, PAGE_COUNT_AT);
  page.writeUInt32LE(entries, PAGE_COUNT_AT);
  page.writeUInt32LE(crc32(page.subarray(0, PAGE_CRC_AT)), PAGE_CRC_AT);
}

/** Number of entries of a page; throws where the page is damaged. */
export function pageEntries(page: Buffer): number {
  const entries = page.readUInt32LE(PAGE_COUNT_AT);
  if (page.readUInt32LE(PAGE_CRC_AT) !== crc32(page.subarray(0, PAGE_CRC_AT)) || entries > ENTRIES_PER_PAGE) {
    throw new Error('a page fails its checksum');
  }
  return entries;
}

export function encodeFooter(summary: RunSummary, filter: Uint8Array, fences: Uint8Array): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUInt32LE(MAGIC, 0);
  footer.writeUInt32LE(summary.pages, 4);
  footer.writeDoubleLE(summary.ids, 8);
  footer.writeDoubleLE(summary.filterBytes, 16);
  footer.writeUInt32LE(summary.oldest, 24);
  footer.writeUInt32LE(summary.newest, 28);
  footer.writeUInt32LE(checksum(footer, filter, fences), FOOTER_BYTES - 4);
  return footer;
}

export function decodeFooter(footer: Buffer): RunSummary {
  if (footer.length !== FOOTER_BYTES || footer.readUInt32LE(0) !== MAGIC) throw new Error('the footer is missing');
  return {
    pages: footer.readUInt32LE(4),
    ids: footer.readDoubleLE(8),
    filterBytes: footer.readDoubleLE(16),
    oldest: footer.readUInt32LE(24),
    newest: footer.readUInt32LE(28),
  };
}

export function assertChecksum(footer: Buffer, filter: Uint8Array, fences: Uint8Array): void {
  if (footer.readUInt32LE(FOOTER_BYTES - 4) !== checksum(footer, filter, fences)) {
    throw new Error('filter and fences fail their checksum');
  }
}

export function fileBytes(summary: RunSummary): number {
  return summary.pages * (PAGE_BYTES + 4) + summary.filterBytes + FOOTER_BYTES;
}

function checksum(footer: Buffer, filter: Uint8Array, fences: Uint8Array): number {
  return crc32(footer.subarray(0, FOOTER_BYTES - 4), crc32(fences, crc32(filter)));
}

/** Order of entries: by fingerprint, words compared as unsigned numbers. */
export function compareFingerprints(one: Uint32Array, oneAt: number, two: Uint32Array, twoAt: number): number {
  for (let word = 0; word < ENTRY_WORDS - 1; word++) {
    const difference = one[oneAt + word]! - two[twoAt + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
