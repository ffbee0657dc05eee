/**
 * Reads an operation with a file, as the GraphQL multipart request specification writes it: `operations`, then `map`,
 * then the file. Stricter than most: one operation, one file, and a place in `variables` that waits for it as `null`.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { Problem } from '@uptake/domain/contract';
import { UploadedFile } from './uploaded-file.ts';

/** What an operation is made of, whichever way it came. Its shape is checked by whoever takes it. */
export type GraphRequest = Readonly<Record<string, unknown>>;

export type MultipartLimits = {
  readonly fileBytes: number;
  /** Of `operations`; `map` is a line. */
  readonly operationsBytes: number;
};

const MAP_BYTES = 4_096;
const FILE_NAME_LENGTH = 255;

type Parts = {
  operations?: string;
  map?: string;
  file?: { readonly partName: string; readonly fileName: string; readonly chunks: Buffer[] };
};

/**
 * Holds at most the file and `operations` in memory and writes nothing to disk. Throws `Problem`: `invalid_request`
 * where the parts are not as specified, `body_too_large` one byte past a limit.
 */
export async function readMultipart(
  body: Readable,
  headers: IncomingHttpHeaders,
  limits: MultipartLimits,
): Promise<GraphRequest> {
  const parts = await readParts(body, headers, limits);
  if (parts.operations === undefined) throw malformed('There is no part "operations".');
  if (parts.map === undefined) throw malformed('There is no part "map".');
  const operations = readJsonObject(parts.operations, 'operations');
  const { partName, path } = readMap(readJsonObject(parts.map, 'map'));
  if (parts.file === undefined) throw malformed(`"map" names the part "${partName}", which did not come.`);
  if (parts.file.partName !== partName) throw malformed(`The file came as another part than "map" names: ${partName}.`);
  const fileName = readable(parts.file.fileName).slice(0, FILE_NAME_LENGTH).toWellFormed();
  putFile(operations, path, new UploadedFile(fileName, Buffer.concat(parts.file.chunks)));
  return operations;
}

/** For people to read: without characters that are not seen, one of which no store keeps. */
function readable(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '') || 'file';
}

function readParts(body: Readable, headers: IncomingHttpHeaders, limits: MultipartLimits): Promise<Parts> {
  return new Promise((resolve, reject) => {
    const parts: Parts = {};
    const parser = openParser(headers, limits);
    /** What still comes is let go by, so that the sender gets to read the answer. */
    const refuse = (problem: Problem) => {
      body.unpipe(parser);
      body.resume();
      delete parts.file;
      reject(problem);
    };
    parser.on('field', (name, value, _nameTruncated, isTruncated) => {
      const problem = keepField(parts, name, value, isTruncated, limits);
      if (problem !== undefined) refuse(problem);
    });
    parser.on('file', (partName, stream, fileName) => {
      stream.on('limit', () => refuse(new Problem('body_too_large', `A file has at most ${limits.fileBytes} bytes.`)));
      stream.on('error', () => refuse(malformed('The file was cut off.')));
      const isInOrder = parts.operations !== undefined && parts.map !== undefined && parts.file === undefined;
      if (!isInOrder) {
        stream.resume();
        refuse(malformed('The parts come in this order: "operations", "map", then one file.'));
        return;
      }
      const file = { partName, fileName: fileName ?? 'file', chunks: [] as Buffer[] };
      parts.file = file;
      stream.on('data', (chunk: Buffer) => file.chunks.push(chunk));
    });
    parser.on('filesLimit', () => refuse(malformed('One file at a time; send the others in operations of their own.')));
    parser.on('fieldsLimit', () => refuse(malformed('There are other parts than "operations", "map" and a file.')));
    parser.on('partsLimit', () => refuse(malformed('There are other parts than "operations", "map" and a file.')));
    parser.on('error', () => refuse(malformed('The parts are damaged or were cut off.')));
    parser.on('finish', () => resolve(parts));
    body.on('error', () => refuse(malformed('The body was cut off.')));
    // A sender that goes away ends the body without its end.
    body.on('close', () => {
      if (!body.readableEnded) refuse(malformed('The body was cut off.'));
    });
    body.pipe(parser);
  });
}

function openParser(headers: IncomingHttpHeaders, limits: MultipartLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
      limits: {
        fields: 2,
        files: 1,
        parts: 4,
        fileSize: limits.fileBytes,
        fieldSize: limits.operationsBytes,
        fieldNameSize: 100,
        headerPairs: 20,
        headerSize: 8_192,
      },
    });
  } catch {
    throw malformed('Content-Type names no boundary of the parts.');
  }
}

function keepField(
  parts: Parts,
  name: string,
  value: string,
  isTruncated: boolean,
  limits: MultipartLimits,
): Problem | undefined {
  if (name !== 'operations' && name !== 'map') return malformed(`There is no use for a part "${name.slice(0, 40)}".`);
  if (parts[name] !== undefined) return malformed(`The part "${name}" came twice.`);
  if (name === 'map' && parts.operations === undefined) return malformed('"operations" comes before "map".');
  const maxBytes = name === 'map' ? MAP_BYTES : limits.operationsBytes;
  if (isTruncated || Buffer.byteLength(value) > maxBytes) {
    return new Problem('body_too_large', `The part "${name}" has at most ${maxBytes} bytes.`);
  }
  parts[name] = value;
  return undefined;
}

function readJsonObject(text: string, part: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(`The part "${part}" is not JSON.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw malformed(
    part === 'operations' && Array.isArray(value)
      ? 'The part "operations" is one operation; several at once are not taken.'
      : `The part "${part}" is not a JSON object.`,
  );
}

function readMap(map: Record<string, unknown>): { readonly partName: string; readonly path: readonly string[] } {
  const entries = Object.entries(map);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw malformed('"map" names one file: {"0": ["variables.file"]}.');
  const [partName, paths] = entry;
  const path: unknown = Array.isArray(paths) && paths.length === 1 ? paths[0] : undefined;
  if (typeof path !== 'string') throw malformed('"map" puts the file in one place: {"0": ["variables.file"]}.');
  return { partName, path: path.split('.') };
}

/** Only where a `null` is already: a path cannot make anything, whatever it names. */
function putFile(operations: Record<string, unknown>, path: readonly string[], file: UploadedFile): void {
  const place = path.join('.').slice(0, 100);
  if (path[0] !== 'variables' || path.length < 2) throw malformed(`"map" leads to ${place}, not into variables.`);
  let holder: unknown = operations;
  for (const key of path.slice(0, -1)) holder = ownOf(holder, key);
  const last = path.at(-1)!;
  if (ownOf(holder, last) !== null) throw malformed(`"map" leads to ${place}, where "operations" has no null.`);
  (holder as Record<string, unknown>)[last] = file;
}

function ownOf(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}

function malformed(detail: string): Problem {
  return new Problem('invalid_request', detail);
}
