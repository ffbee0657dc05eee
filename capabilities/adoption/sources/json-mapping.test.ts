import { describe, expect, test } from 'vitest';
import { requireJson } from './json-document.ts';
import { type JsonMapping, mappingTime, readRows } from './json-mapping.ts';
import type { Json } from './json-path.ts';
import { Notices } from './notices.ts';

const read = (text: string) => requireJson(Buffer.from(text), 'application/json', 'crm.example');

describe('an answer that is more than values', () => {
  test.each([
    ['entries', `[${'0,'.repeat(500_000)}0]`],
    ['lists', `[${'[],'.repeat(300_000)}0]`],
    ['levels', `${'['.repeat(1_000_000)}`],
  ])('is refused for its %s before anything walks through it', (_, text) => {
    expect(() => read(text)).toThrow('crm.example answered with more than 500000 values, or 100 levels of them');
  });

  test('is read at ten thousand rows of forty fields, and where its texts are full of brackets', () => {
    const fields = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, index]));
    expect(read(JSON.stringify(Array.from({ length: 10_000 }, () => fields)))).toHaveLength(10_000);
    expect(read(JSON.stringify(['[,'.repeat(600_000)]))).toHaveLength(1);
  });
});

describe('paths that take long', () => {
  const values = Array.from({ length: 500 }, (_, index) => ({ attribute: `a${index}`, path: '$..v' }));
  const everywhere: JsonMapping = { kind: 'values', values };
  const places: JsonMapping = { kind: 'rows', rows: '$[*]', attribute: '$.a', value: '$.v' };

  test('end when their time is over, with what was read and a word on it', () => {
    let ms = 0;
    const time = mappingTime(25, () => (ms += 10));
    const notices = new Notices();
    const rows = Array.from({ length: 9 }, (_, index) => ({ a: `a${index}`, v: index }));
    expect(readRows(rows, places, notices, time)).toEqual([
      { attribute: 'a0', value: 0 },
      { attribute: 'a1', value: 1 },
    ]);
    expect(notices.list()).toEqual([expect.stringContaining('takes too long')]);
    // The time is that of a run, not of a page.
    expect(readRows(rows, places, new Notices(), time)).toEqual([]);
  });

  test('hold nobody up for longer than a few seconds, however wide the answer is', () => {
    const wide: Json = Array.from({ length: 200_000 }, () => [1]);
    const startedMs = performance.now();
    const notices = new Notices();
    expect(readRows(wide, everywhere, notices)).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(notices.list()[0]).toContain('takes too long');
  });
});
