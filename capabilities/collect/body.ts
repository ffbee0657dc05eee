/** Receives the bytes of a request's body: bounded in size before and after inflating, and in time. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import { Problem } from '@uptake/domain/contract';

export type BodyLimits = { readonly maxBytes: number; readonly timeoutMs: number };

/**
 * A client that sends too much is read on (and forgotten) this many times the limit, since one that is cut off while
 * writing sees a broken connection and never the answer.
 */
const READ_ON_FACTOR = 4;
/** Inflating less than this takes less time than handing it to a thread. */
const INFLATE_HERE_BYTES = 32 * 1024;
const gunzipInThread = promisify(gunzip);

/** The bytes as sent. A client that is too slow, sends too much or hangs up ends in a `Problem`. */
export function receive(request: IncomingMessage, { maxBytes, timeoutMs }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let isFinished = false;
    const timer = setTimeout(() => {
      finish(new Problem('request_timeout', `The body did not arrive within ${timeoutMs / 1000} seconds.`));
    }, timeoutMs);
    const onData = (chunk: Buffer): void => {
      if (isFinished) return;
      received += chunk.length;
      if (received <= maxBytes) chunks.push(chunk);
      else if (received > maxBytes * READ_ON_FACTOR) finish(tooLarge(maxBytes));
      else chunks.length = 0;
    };
    const onEnd = (): void => finish(received > maxBytes ? tooLarge(maxBytes) : undefined);
    const onClose = (): void => {
      // Every request closes in the end; making the problem (a stack) before looking took a sixth of a small request.
      if (isFinished) return;
      finish(new Problem('request_timeout', 'The connection closed before the body was complete.'));
    };
    // The listeners stay, since taking four off costs a small request more than reading it: what comes after the first call
    // goes unheeded, and a late error has a listener.
    const finish = (problem?: Problem): void => {
      if (isFinished) return;
      isFinished = true;
      clearTimeout(timer);
      if (problem !== undefined) reject(problem);
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Undoes `Content-Encoding: gzip`; stops at the limit, however much more there would be. */
export async function inflate(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    const options = { maxOutputLength: maxBytes };
    return bytes.length <= INFLATE_HERE_BYTES ? gunzipSync(bytes, options) : await gunzipInThread(bytes, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new Problem('invalid_encoding', 'The body is not complete gzip data, as Content-Encoding says it is.');
  }
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body_too_large', `A body may hold ${maxBytes} bytes after decompression; send smaller batches.`);
}
