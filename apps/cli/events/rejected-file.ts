/** Keeps the lines of an import that were rejected, each with its reason, for somebody to mend and import again. */
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import type { RejectedLine } from './event-batches.ts';

export type RejectedFile = {
  readonly path: string;
  readonly append: (lines: readonly RejectedLine[]) => void;
  readonly bytes: () => number;
  /** A file without a line is removed. */
  readonly close: () => void;
};

export function openRejectedFile(path: string, keepBytes: number): RejectedFile {
  const descriptor = openSync(path, keepBytes > 0 ? 'r+' : 'w', 0o600);
  ftruncateSync(descriptor, keepBytes);
  let bytes = keepBytes;
  return {
    path,
    append: (lines) => {
      if (lines.length === 0) return;
      const text = lines.map((line) => `${JSON.stringify({ ...line, event: asJson(line.event) })}\n`).join('');
      bytes += writeSync(descriptor, text, bytes, 'utf8');
    },
    bytes: () => bytes,
    close: () => {
      closeSync(descriptor);
      if (bytes === 0) rmSync(path, { force: true });
    },
  };
}

/** The event itself where the line was JSON, its text otherwise. */
function asJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
