/**
 * Finds where an export that was cut short can go on. Events come in the order of time, so everything before the newest
 * timestamp in the file is whole; events of that very moment may be missing and are fetched again.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { CommandFailed } from '../exit.ts';

export type Restart = {
  /** What of the file stays. */
  readonly keepBytes: number;
  /** Where to ask from, inclusive; absent where nothing stays. */
  readonly timestamp: string | undefined;
};

const STEP_BYTES = 256 * 1024;
const LINE_FEED = 10;

export function findRestart(file: string, size: number): Restart {
  const descriptor = openSync(file, 'r');
  try {
    let newest: string | undefined;
    let keepBytes = size;
    // Backwards, since the place is almost always within the last few lines.
    for (const line of linesFromEnd(descriptor, size)) {
      const timestamp = timestampOf(line.text, file);
      newest ??= timestamp;
      if (timestamp !== newest) break;
      keepBytes = line.startOffset;
    }
    return newest === undefined ? { keepBytes: 0, timestamp: undefined } : { keepBytes, timestamp: newest };
  } finally {
    closeSync(descriptor);
  }
}

/** Whole lines only: what stands behind the last line end was cut off. */
function* linesFromEnd(descriptor: number, size: number): Generator<{ text: string; startOffset: number }> {
  let tail = Buffer.alloc(0);
  let isBehindLastLine = true;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - STEP_BYTES);
    const bytes = Buffer.alloc(end - start);
    readSync(descriptor, bytes, 0, bytes.length, start);
    tail = Buffer.concat([bytes, tail]);
    end = start;
    for (let at = tail.lastIndexOf(LINE_FEED); at >= 0; at = tail.lastIndexOf(LINE_FEED)) {
      if (!isBehindLastLine) yield { text: tail.toString('utf8', at + 1), startOffset: start + at + 1 };
      isBehindLastLine = false;
      tail = tail.subarray(0, at);
    }
  }
  if (!isBehindLastLine) yield { text: tail.toString('utf8'), startOffset: 0 };
}

function timestampOf(text: string, file: string): string {
  try {
    const { timestamp } = JSON.parse(text) as { timestamp?: unknown };
    if (typeof timestamp === 'string') return timestamp;
  } catch {
    // Said below, together with JSON that is no event.
  }
  throw new CommandFailed(`${file} is not an export that was cut short. Remove it, or leave --resume out.`);
}
