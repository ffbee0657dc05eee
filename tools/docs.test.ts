import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkDocs } from './docs.ts';
import { checkLinks } from './docs-links.ts';
import { type DocsTable, renderTable } from './docs-tables.ts';

const TABLE: DocsTable = {
  file: 'docs/a.md',
  name: 'reasons',
  columns: ['reason', 'meaning'],
  rows: [
    ['`too_deep`', 'Nested more deeply than allowed.'],
    ['`a|b`', 'Has a bar.'],
  ],
  writtenColumn: 'what to do',
};

const doc = (rows: string) =>
  `# Reasons\n\n<!-- table: reasons -->\n\n| reason | meaning | what to do |\n| --- | --- | --- |\n${rows}\n\n<!-- end of table -->\n\nMore.\n`;

test('the docs of this repository say what the code says, and their links lead somewhere', () => {
  expect(checkDocs(join(import.meta.dirname, '..'), { isWriting: false })).toEqual([]);
});

describe('a table made from the code', () => {
  test('takes meanings from the code and keeps what people wrote', () => {
    const before = doc('| `too_deep` | An older meaning. | Flatten it. |\n| `a\\|b` | Has a bar. | Use no bar. |');
    const after = doc(
      '| `too_deep` | Nested more deeply than allowed. | Flatten it. |\n| `a\\|b` | Has a bar. | Use no bar. |',
    );
    expect(renderTable(before, TABLE)).toEqual({ text: after, gaps: [] });
    expect(renderTable(after, TABLE).text).toBe(after);
  });

  test('drops a row the code no longer has and asks for words for a new one', () => {
    const { text, gaps } = renderTable(doc('| `gone` | Was there. | Nothing. |\n| `a\\|b` | Has a bar. | x |'), TABLE);
    expect(text).not.toContain('gone');
    expect(text).toContain('| `too_deep` | Nested more deeply than allowed. |  |');
    expect(gaps).toEqual(['The row `too_deep` has no "what to do".']);
  });

  test('fills an empty place and leaves the next table alone', () => {
    const empty = '<!-- table: reasons -->\n<!-- end of table -->\n\n<!-- table: limits -->\n<!-- end of table -->\n';
    const { text } = renderTable(empty, { ...TABLE, rows: [['`x`', 'X.']] });
    expect(text).toContain('| `x` | X. |  |\n\n<!-- end of table -->\n\n<!-- table: limits -->\n');
  });

  test('asks for its marker, and for its end before the next table', () => {
    const unended = '<!-- table: reasons -->\n<!-- table: limits -->\n<!-- end of table -->\n';
    expect(renderTable(unended, TABLE)).toMatchObject({ text: unended, gaps: [expect.stringContaining('is missing')] });
    expect(renderTable('# Nothing here\n', TABLE).gaps).toEqual([
      'The marker "<!-- table: reasons -->" with its end is missing.',
    ]);
  });
});

describe('links', () => {
  let root = '';
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function deadIn(text: string): readonly string[] {
    root = mkdtempSync(join(tmpdir(), 'uptake-docs-'));
    const files = {
      'docs/a.md': text,
      'docs/guides/b.md': '# B\n\n## What to do, then\n\n<a id="own"></a>\n',
      'docs/way.svg': '<svg/>',
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return checkLinks(root, Object.keys(files)).map(({ line, message }) => `${line}: ${message}`);
  }

  test('that lead to a file, a folder, a heading or an id are fine', () => {
    const links = ['guides/b.md', 'guides', 'guides/b.md#what-to-do-then', 'guides/b.md#own', 'https://example.org/x'];
    expect(deadIn(`# A\n${links.map((link) => `[x](${link})`).join('\n')}\n<img src="way.svg">\n[up](#a)\n`)).toEqual(
      [],
    );
  });

  test('that lead nowhere are found with their line', () => {
    expect(deadIn('# A\n\n[x](guides/c.md)\n[y](guides/b.md#gone)\n<img src="road.svg">\n')).toEqual([
      '3: The link "guides/c.md" leads nowhere.',
      '4: The link "guides/b.md#gone" leads nowhere.',
      '5: The link "road.svg" leads nowhere.',
    ]);
  });

  test('in code are no links', () => {
    expect(deadIn('# A\n\n`[x](gone.md)`\n\n```\n[x](gone.md)\n```\n')).toEqual([]);
  });
});
