/** Cuts a stream of bytes into lines, each with the place it ends at, so that reading can go on from there later. */
import { isUtf8 } from 'node:buffer';

export type Line = {
  /** Without its line end; '' where the line cannot be read. */
  readonly text: string;
  /** Why the line cannot be read, where that is so. Nothing of it is kept then. */
  readonly unreadable?: 'too_long' | 'not_utf8';
  /** Counted from 1. */
  readonly number: number;
  /** Byte behind the line's end. */
  readonly endOffset: number;
};

const LINE_FEED = 10;

export async function* linesOf(
  source: AsyncIterable<Buffer>,
  start: { readonly offset: number; readonly lines: number; readonly maxLineBytes: number },
): AsyncGenerator<Line> {
  let { offset, lines: number } = start;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (end: Buffer, endOffset: number): Line => {
    const isTooLong = length + end.length > start.maxLineBytes;
    const bytes = isTooLong ? undefined : Buffer.concat([...parts, end]);
    parts = [];
    length = 0;
    number++;
    if (bytes === undefined) return { text: '', unreadable: 'too_long', number, endOffset };
    if (!isUtf8(bytes)) return { text: '', unreadable: 'not_utf8', number, endOffset };
    const text = bytes.toString('utf8');
    // Some programs begin a file with a byte order mark, which no JSON reader takes.
    return { text: number === 1 ? text.replace(/^\uFEFF/, '') : text, number, endOffset };
  };
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield take(chunk.subarray(from, end), offset + end + 1);
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    // Of a line that is too long nothing is kept but its length.
    if (length <= start.maxLineBytes) parts.push(rest);
    else parts = [];
    offset += chunk.length;
  }
  if (length > 0) yield take(Buffer.alloc(0), offset);
}
