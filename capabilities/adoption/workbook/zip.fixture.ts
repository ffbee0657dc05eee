/** Takes a workbook apart and puts it together again with other parts, or with a directory that lies. */
import { crc32, deflateRawSync } from 'node:zlib';
import { inflateEntry, readZipDirectory } from './zip-directory.ts';

export type Part = {
  readonly name: string;
  readonly content: Buffer;
  /** What the directory says instead of the truth. */
  readonly declaredBytes?: number;
  readonly flags?: number;
};

export async function partsOf(file: Uint8Array): Promise<Map<string, Buffer>> {
  const bytes = Buffer.from(file);
  const parts = new Map<string, Buffer>();
  for (const entry of readZipDirectory(bytes, 10_000)) parts.set(entry.name, await inflateEntry(bytes, entry));
  return parts;
}

/** The same workbook with some parts put in, replaced, or (undefined) left out. */
export async function withParts(
  file: Uint8Array,
  changes: Readonly<Record<string, string | Buffer | undefined>>,
): Promise<Buffer> {
  const parts = await partsOf(file);
  for (const [name, content] of Object.entries(changes)) {
    if (content === undefined) parts.delete(name);
    else parts.set(name, Buffer.from(content));
  }
  return zip([...parts].map(([name, content]) => ({ name, content })));
}

/** The same workbook with the text of one part changed; it is an error where nothing changes. */
export async function withText(file: Uint8Array, name: string, change: (text: string) => string): Promise<Buffer> {
  const text = (await partsOf(file)).get(name)?.toString('utf8');
  if (text === undefined || change(text) === text) throw new Error(`nothing to change in ${name}`);
  return withParts(file, { [name]: change(text) });
}

/** `startOffset`: where in a larger file it will stand. */
export function zip(parts: readonly Part[], startOffset = 0): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = startOffset;
  for (const part of parts) {
    const packed = deflateRawSync(part.content);
    const name = Buffer.from(part.name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(part.flags ?? 0, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(part.content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(part.declaredBytes ?? part.content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    local.push(Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, more, name);
    offset += 30 + name.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...directory, end]);
}
