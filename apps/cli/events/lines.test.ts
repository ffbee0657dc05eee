import { describe, expect, test } from 'vitest';
import { type Line, linesOf } from './lines.ts';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer | string, size: number, start = { offset: 0, lines: 0, maxLineBytes: 100 }) {
  const lines: Line[] = [];
  for await (const line of linesOf(chunksOf(Buffer.from(bytes), size), start)) lines.push(line);
  return lines;
}

describe('cutting bytes into lines', () => {
  const text = 'erste 漢字\r\n\nthird 🚢\nlast without an end';

  test.each([1, 2, 3, 7, 1_000])('gives the same lines however the bytes are cut (%i at a time)', async (size) => {
    expect((await read(text, size)).map((line) => line.text)).toEqual([
      'erste 漢字\r',
      '',
      'third 🚢',
      'last without an end',
    ]);
  });

  test('says where each line ends, so that reading from there gives the rest', async () => {
    const bytes = Buffer.from(text);
    const all = await read(bytes, 5);
    for (const [index, line] of all.entries()) {
      const start = { offset: line.endOffset, lines: line.number, maxLineBytes: 100 };
      expect(await read(bytes.subarray(line.endOffset), 4, start)).toEqual(all.slice(index + 1));
    }
    expect(all.at(-1)).toMatchObject({ number: 4, endOffset: bytes.length });
  });

  test('keeps a line of just the allowed length and drops one byte more', async () => {
    const start = { offset: 0, lines: 0, maxLineBytes: 10 };
    const lines = await read(`${'a'.repeat(10)}\n${'b'.repeat(11)}\n${'c'.repeat(5_000)}\nd`, 3, start);
    expect(lines.map(({ text: line, unreadable }) => unreadable ?? line)).toEqual([
      'aaaaaaaaaa',
      'too_long',
      'too_long',
      'd',
    ]);
    expect(lines.at(-1)?.endOffset).toBe(11 + 12 + 5_001 + 1);
  });

  test('says which line is not UTF-8 instead of repairing it', async () => {
    const lines = await read(Buffer.concat([Buffer.from('a\n'), Buffer.from([0xff, 0xfe, 10]), Buffer.from('b\n')]), 2);
    expect(lines.map(({ text: line, unreadable }) => unreadable ?? line)).toEqual(['a', 'not_utf8', 'b']);
  });

  test('takes off a byte order mark at the beginning', async () => {
    expect((await read('\uFEFF{}\n', 2))[0]?.text).toBe('{}');
  });
});
