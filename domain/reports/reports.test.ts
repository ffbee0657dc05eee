import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderChart } from './chart.ts';
import { csvOfTable } from './csv.ts';
import type { ReportDocument } from './document.ts';
import { formatChange, formatNumber } from './format.ts';
import { renderHtml } from './html.ts';

const documentWith = (text: string): ReportDocument => ({
  title: text,
  subtitle: text,
  facts: [[text, text]],
  sections: [
    {
      heading: text,
      note: text,
      tiles: [{ label: text, value: 2, previous: 1, kind: 'count' }],
      chart: {
        labels: [text],
        series: [
          { label: text, values: [1] },
          { label: text, values: [null] },
        ],
        kind: 'count',
      },
      table: {
        columns: [
          { label: text, kind: 'text' },
          { label: text, kind: 'count' },
        ],
        rows: [
          [text, 1],
          [text, null],
        ],
      },
    },
  ],
});

describe('a printable page', () => {
  test('holds no markup but its own, whatever the figures are named', () => {
    const plain = renderHtml(documentWith('plain'));
    const tagsOf = (html: string) => html.match(/<[^>]*>?/g)?.map((tag) => tag.replace(/"[^"]*"/g, '""'));
    const texts = fc
      .array(fc.constantFrom('<script>', '"', "'", '>', '&', 'x', '</style>', ' onload=', '漢'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect(tagsOf(renderHtml(documentWith(`a${text}`)))).toEqual(tagsOf(plain));
      }),
    );
  });

  test('fetches and runs nothing', () => {
    expect(renderHtml(documentWith('x'))).not.toMatch(/<script|<link|<img|url\(|@import|src=|href=/);
  });
});

describe('a chart', () => {
  const chart = (values: readonly (number | null)[]) =>
    renderChart({ labels: values.map(String), series: [{ label: 'Users', values }], kind: 'count' }, 'Users');

  test('draws a bar per value, none for zero and for a missing one, and stays in its frame', () => {
    const svg = chart([3, 0, null, 12]);
    expect(svg.match(/<rect/g)).toHaveLength(2);
    const tops = [...svg.matchAll(/<rect[^>]* y="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(Math.min(...tops)).toBeGreaterThanOrEqual(12);
  });

  test('of nothing but zeros, or of nothing, is no division by zero', () => {
    expect(chart([0, 0])).not.toContain('NaN');
    expect(chart([])).toBe('');
  });

  test('leaves a gap in a line where a value is missing', () => {
    const series = [
      { label: 'a', values: [1, null, 2, 3] },
      { label: 'b', values: [1, 1, 1, 1] },
    ];
    const svg = renderChart({ labels: ['1', '2', '3', '4'], series, kind: 'count' }, 'x');
    const [first] = [...svg.matchAll(/ d="([^"]*)"/g)].map((match) => match[1]!);
    expect(first!.match(/M/g)).toHaveLength(2);
  });
});

test('CSV quotes what must be quoted and lets no cell run as a formula, while numbers stay numbers', () => {
  const columns = [
    { label: 'Name', kind: 'text' },
    { label: 'Change', kind: 'decimal' },
  ] as const;
  const rows = [
    ['=1+1', -5],
    ['say "hi",\r\nthen go', 0.1],
    ['@SUM(A1)', null],
    ['漢字', Number.NaN],
  ];
  expect(csvOfTable({ columns, rows })).toBe(
    `Name,Change\r\n'=1+1,-5\r\n"say ""hi"",\r\nthen go",0.1\r\n'@SUM(A1),\r\n漢字,\r\n`,
  );
});

test('numbers and changes read the same on every machine', () => {
  expect(formatNumber(1_234_567, 'count')).toBe('1,234,567');
  expect(formatNumber(0.0351, 'share')).toBe('3.5%');
  expect(formatNumber(1_530, 'milliseconds')).toBe('1.53 s');
  expect(formatNumber(null, 'count')).toBe('–');
  expect(formatChange(5, 0)).toBe('new');
  expect(formatChange(0, 0)).toBe('no change');
  expect(formatChange(3, 4)).toBe('−25%');
  expect(formatChange(3, null)).toBe('');
});
