/** Reads what a .zip says about its entries, and inflates them within bounds: before anything else trusts the file. */
import { inflateRaw } from 'node:zlib';
import { FileRefused } from './refusal.ts';

export type ZipEntry = {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly inflatedBytes: number;
  readonly headerOffset: number;
};

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const ENCRYPTED = 0x1;
const STORED = 0;
const DEFLATED = 8;
/** Stands for "see the zip64 fields", which only files beyond 4 GB need. */
const ZIP64_COUNT = 0xffff;
const ZIP64_SIZE = 0xffffffff;

export function readZipDirectory(bytes: Buffer, maxEntries: number): readonly ZipEntry[] {
  const end = endOfDirectory(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const [size, start] = [bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)];
  // Whoever sees one of these looks for a second directory elsewhere, which then is not the one that was inspected.
  if (size === ZIP64_SIZE || start === ZIP64_SIZE) throw damaged('it says to be larger than 4 GB');
  if (count === ZIP64_COUNT || count > maxEntries)
    throw new FileRefused('too_many_parts', `${count} of at most ${maxEntries}`);
  const entries: ZipEntry[] = [];
  let position = start;
  for (let index = 0; index < count; index += 1) {
    if (position + 46 > end || bytes.readUInt32LE(position) !== DIRECTORY_ENTRY)
      throw damaged('its directory breaks off');
    const nameBytes = bytes.readUInt16LE(position + 28);
    const next = position + 46 + nameBytes + bytes.readUInt16LE(position + 30) + bytes.readUInt16LE(position + 32);
    if (next > end) throw damaged('its directory breaks off');
    entries.push(readEntry(bytes, position, nameBytes));
    position = next;
  }
  // What is in the file twice is read once by one program and once by the other.
  if (new Set(entries.map(({ name }) => name.toLowerCase())).size !== count) throw damaged('a part is there twice');
  return entries;
}

function endOfDirectory(bytes: Buffer): number {
  const from = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let position = bytes.length - END_BYTES; position >= from; position -= 1) {
    if (bytes.readUInt32LE(position) === END_OF_DIRECTORY) return position;
  }
  throw damaged('its directory is missing');
}

function readEntry(bytes: Buffer, position: number, nameBytes: number): ZipEntry {
  const entry = {
    name: bytes.toString('utf8', position + 46, position + 46 + nameBytes),
    method: bytes.readUInt16LE(position + 10),
    compressedBytes: bytes.readUInt32LE(position + 20),
    inflatedBytes: bytes.readUInt32LE(position + 24),
    headerOffset: bytes.readUInt32LE(position + 42),
  };
  if ((bytes.readUInt16LE(position + 8) & ENCRYPTED) !== 0) throw new FileRefused('password_protected');
  if (entry.method !== STORED && entry.method !== DEFLATED) throw damaged('it is packed in an unknown way');
  if (entry.compressedBytes === ZIP64_SIZE || entry.inflatedBytes === ZIP64_SIZE || entry.headerOffset === ZIP64_SIZE) {
    throw damaged('it says to be larger than 4 GB');
  }
  if (/(?:^|[\\/])\.\.(?:[\\/]|$)|^[\\/]|\0|^[A-Za-z]:/.test(entry.name))
    throw damaged('a part would lie outside of it');
  return entry;
}

/** Inflates to exactly the size that the directory says, or not at all: a part that lies about its size is no accident. */
export async function inflateEntry(bytes: Buffer, entry: ZipEntry): Promise<Buffer> {
  const { headerOffset } = entry;
  if (headerOffset + 30 > bytes.length || bytes.readUInt32LE(headerOffset) !== LOCAL_HEADER)
    throw damaged(`${entry.name} is missing`);
  const from = headerOffset + 30 + bytes.readUInt16LE(headerOffset + 26) + bytes.readUInt16LE(headerOffset + 28);
  const to = from + entry.compressedBytes;
  if (to > bytes.length) throw damaged(`${entry.name} breaks off`);
  const packed = bytes.subarray(from, to);
  const inflated = entry.method === STORED ? packed : await inflate(packed, entry);
  if (inflated.length !== entry.inflatedBytes) throw damaged(`${entry.name} is not as long as it says`);
  return inflated;
}

function inflate(packed: Buffer, { name, inflatedBytes }: ZipEntry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    inflateRaw(packed, { maxOutputLength: Math.max(1, inflatedBytes) }, (error, inflated) => {
      if (error === null) resolve(inflated);
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        reject(new FileRefused('inflates_too_far', `${name} is longer than it says`));
      } else reject(damaged(`${name} cannot be unpacked`));
    });
  });
}

function damaged(detail: string): FileRefused {
  return new FileRefused('damaged_file', detail);
}
