/**
 * Looks at an uploaded file before any spreadsheet library does: what kind it is, how far it unpacks, and whether it holds
 * anything that a file of values has no need of (macros, links, objects, entities).
 */
import { FileRefused } from './refusal.ts';
import { inflateEntry, readZipDirectory, type ZipEntry } from './zip-directory.ts';

export const FILE_LIMITS = {
  maxFileBytes: 10 * 1024 * 1024,
  /** A workbook of 20,000 rows unpacks to about 15 MB. */
  maxInflatedBytes: 48 * 1024 * 1024,
  maxParts: 500,
  maxRows: 20_000,
  /** Columns further right are not looked at. */
  maxColumns: 60,
} as const;

const MAX_ELEMENT_NAME = 200;
/** Programs write 255 characters at most; a longer one would be read anew for every cell that has it. */
const LONG_FORMAT = /formatCode\s*=\s*(?:"[^"]{1000}|'[^']{1000})/;
const ZIP_MAGIC = 0x04034b50;
const OLE_MAGIC = 'd0cf11e0a1b11ae1';

export async function inspectFile(bytes: Buffer, limits = FILE_LIMITS): Promise<void> {
  if (bytes.length === 0) throw new FileRefused('empty_file');
  if (bytes.length > limits.maxFileBytes) {
    throw new FileRefused('file_too_large', `${bytes.length} bytes, where ${limits.maxFileBytes} are allowed`);
  }
  refuseOtherKinds(bytes);
  const entries = readZipDirectory(bytes, limits.maxParts);
  refuseOtherPackages(entries);
  refuseByName(entries);
  const declared = entries.reduce((sum, { inflatedBytes }) => sum + inflatedBytes, 0);
  if (declared > limits.maxInflatedBytes) {
    throw new FileRefused('inflates_too_far', `${declared} bytes, where ${limits.maxInflatedBytes} are allowed`);
  }
  // One after the other, so that no more than one part is in memory.
  for (const entry of entries) inspectPart(entry.name, await inflateEntry(bytes, entry), limits.maxRows);
}

function refuseOtherKinds(bytes: Buffer): void {
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === ZIP_MAGIC) return;
  if (bytes.toString('hex', 0, 8) === OLE_MAGIC) {
    // Office puts an encrypted workbook into an old container, with a stream of this name.
    const isEncrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    throw new FileRefused(isEncrypted ? 'password_protected' : 'old_excel_format');
  }
  const start = bytes.toString('latin1', 0, 512);
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table)/i.test(start)) {
    throw new FileRefused('not_a_workbook', 'it is a web page or XML');
  }
  if (start.startsWith('%PDF')) throw new FileRefused('not_a_workbook', 'it is a PDF');
  const isText = !bytes.subarray(0, 512).includes(0);
  throw new FileRefused(isText ? 'text_file' : 'not_a_workbook');
}

function refuseOtherPackages(entries: readonly ZipEntry[]): void {
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('xl/workbook.bin')) throw new FileRefused('binary_excel_format');
  if (names.has('mimetype') && names.has('content.xml')) throw new FileRefused('open_document');
  if (!names.has('[Content_Types].xml') || !entries.some(({ name }) => /(?:^|\/)workbook\.xml$/i.test(name))) {
    throw new FileRefused('not_a_workbook');
  }
}

function refuseByName(entries: readonly ZipEntry[]): void {
  for (const { name } of entries) {
    if (/vbaProject|\/macrosheets\/|\/dialogsheets\/|\/vbaData/i.test(name)) throw new FileRefused('has_macros', name);
    if (/\/externalLinks\/|\/connections\.xml$|\/queryTables\//i.test(name))
      throw new FileRefused('has_external_links', name);
    if (/\/embeddings\/|\/activeX\/|\/ctrlProps\//i.test(name)) throw new FileRefused('has_embedded_objects', name);
  }
}

function inspectPart(name: string, part: Buffer, maxRows: number): void {
  if (!/\.(?:xml|rels|vml)$/i.test(name)) return;
  const isWide = part[0] === 0xff || part[0] === 0xfe || part[0] === 0 || part[1] === 0;
  if (isWide) throw new FileRefused('damaged_file', `${name} is not UTF-8`);
  const text = part.toString('latin1');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new FileRefused('has_entities', name);
  if (!isComplete(text)) throw new FileRefused('damaged_file', `${name} breaks off`);
  if (LONG_FORMAT.test(text)) throw new FileRefused('damaged_file', `${name} has a number format that is too long`);
  if (name === '[Content_Types].xml' && /macroEnabled|ms-office\.vbaProject/i.test(text))
    throw new FileRefused('has_macros');
  if (/\.rels$/i.test(name)) refuseExternalTargets(name, text);
  if (/\/worksheets\/[^/]+\.xml$/i.test(name)) refuseManyRows(text, maxRows);
}

/**
 * The library reads a part that breaks off as if it ended there, and rows would be missing without a word. The root is looked
 * for by steps: one expression for it would try a part of nothing but `<a<a<a` from every place to its end.
 */
function isComplete(text: string): boolean {
  const start = text.search(/<[A-Za-z]/);
  const end = text.indexOf('>', start);
  if (start < 0 || end < 0) return false;
  const name = /^[\w.:-]+/.exec(text.slice(start + 1, start + 1 + MAX_ELEMENT_NAME))?.[0];
  return text[end - 1] === '/' || text.trimEnd().endsWith(`</${name}>`);
}

/** A link in a note is a link; everything else that points outside would be fetched by somebody's program. */
function refuseExternalTargets(name: string, text: string): void {
  for (const [relationship] of text.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)) {
    const isOutside = /TargetMode\s*=\s*["']External["']/i.test(relationship);
    const isHyperlink = /\sType\s*=\s*["'][^"']*\/hyperlink["']/i.test(relationship);
    if (isOutside && !isHyperlink) throw new FileRefused('has_external_links', name);
  }
}

/** By the last row that holds something: a sheet may well claim a million rows that are merely coloured. */
function refuseManyRows(text: string, maxRows: number): void {
  const row = lastFilledRow(text);
  if (row > maxRows) throw new FileRefused('too_many_rows', `row ${row} is filled, where ${maxRows} rows are allowed`);
}

const FILLED = ['<v>', '<v ', ':v>', '<t>', '<t ', ':t>', '<f>', '<f ', ':f>'];

function lastFilledRow(text: string): number {
  const filled = Math.max(...FILLED.map((tag) => text.lastIndexOf(tag)));
  if (filled < 0) return 0;
  const before = text.slice(0, filled);
  const open = Math.max(before.lastIndexOf('<row'), before.lastIndexOf(':row'));
  const number = /^.{4}[^>]*?\sr="(\d{1,9})"/s.exec(text.slice(open, open + 500))?.[1];
  // Where rows have no numbers, they are counted.
  return number === undefined ? (before.match(/<(?:\w+:)?row\b/g)?.length ?? 0) : Number(number);
}
