/** Reads the body of an answer up to a bound that counts what it becomes, not what was sent: 1 MB can hold 1 GB. */
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { OutboundError } from './port.ts';

/** What can be undone, as asked for in `accept-encoding`. */
export const ENCODINGS = 'gzip, br, deflate';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

export async function readBody(
  body: Readable,
  encoding: string | undefined,
  { host, maxBytes }: { readonly host: string; readonly maxBytes: number },
): Promise<Buffer> {
  // Whoever reads learns of errors below; one that comes after reading ended must not end the process.
  body.on('error', () => undefined);
  const name = encoding?.trim().toLowerCase() ?? '';
  const isPlain = name === '' || name === 'identity';
  const decoder = isPlain ? undefined : DECODERS[name]?.();
  if (!isPlain && decoder === undefined) {
    body.destroy();
    throw new OutboundError('answer_unreadable', `${host} compressed its answer in a way that is not known here.`);
  }
  let isDecoderAtFault = false;
  if (decoder !== undefined) {
    decoder.once('error', () => {
      isDecoderAtFault = true;
      body.destroy();
    });
    body.once('error', (error) => decoder.destroy(error));
    body.pipe(decoder);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decoder ?? body) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) {
        throw new OutboundError('answer_too_large', `${host} answered with more than ${inWords(maxBytes)}.`);
      }
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    // Breaking off midway leaves the connection unusable: it is closed, not drained.
    body.destroy();
    decoder?.destroy();
    if (!isDecoderAtFault) throw error;
    throw new OutboundError('answer_unreadable', `${host} answered with compressed data that is damaged.`);
  }
  return Buffer.concat(chunks, bytes);
}

function inWords(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.floor(bytes / 2 ** 20)} MB` : `${bytes} bytes`;
}
