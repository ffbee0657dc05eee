import type { ReportDocument } from '@uptake/domain/reports';
import { readXlsx } from 'hucre/xlsx';
import { expect, test } from 'vitest';
import { renderWorkbook } from './workbook.ts';

const DOCUMENT: ReportDocument = {
  title: 'Review of Skärgård',
  subtitle: 'skärgård, November',
  facts: [['Customer', 'skärgård']],
  sections: [
    { heading: 'Summary', tiles: [{ label: 'Share of errors', value: 0.25, previous: undefined, kind: 'share' }] },
    {
      heading: 'Users / day: a heading longer than a sheet’s name may be',
      chart: { labels: ['2026-11-01', '2026-11-02'], series: [{ label: 'Users', values: [3, null] }], kind: 'count' },
    },
    { heading: 'Features', note: 'Nothing to list.' },
    {
      heading: 'Events',
      table: {
        columns: [
          { label: 'Event', kind: 'text' },
          { label: 'Times', kind: 'count' },
        ],
        rows: [
          ['=1+1', 12_345],
          ['-5', null],
        ],
      },
    },
    { heading: 'events', table: { columns: [{ label: 'Event', kind: 'text' }], rows: [] } },
  ],
};

test('a workbook has an overview and a sheet per table or chart, under names a spreadsheet takes', async () => {
  const { sheets } = await readXlsx(await renderWorkbook(DOCUMENT));
  expect(sheets.map(({ name }) => name)).toEqual(['Overview', 'Users   day  a heading longer t', 'Events', 'events 2']);
  expect(sheets[0]!.rows).toContainEqual(['Share of errors', 0.25, null]);
  expect(sheets[1]!.rows).toEqual([
    ['From', 'Users'],
    ['2026-11-01', 3],
    ['2026-11-02', null],
  ]);
});

test('a text that looks like a formula stays a text, a number a number', async () => {
  const { sheets } = await readXlsx(await renderWorkbook(DOCUMENT), { readStyles: true });
  expect(sheets[2]!.rows).toEqual([
    ['Event', 'Times'],
    ['=1+1', 12_345],
    ['-5', null],
  ]);
  const formulas = [...(sheets[2]!.cells?.values() ?? [])].filter((cell) => cell.formula !== undefined);
  expect(formulas).toEqual([]);
});
