/** A document as a workbook: an overview, then one sheet per table, numbers as numbers. */
import type { Cell, Column, NumberKind, ReportDocument, Section, Table } from '@uptake/domain/reports';
import { type CellStyle, type WriteSheet, writeXlsx } from 'hucre/xlsx';

export const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const FORMATS: Readonly<Record<NumberKind, string>> = {
  count: '#,##0',
  decimal: '#,##0.00',
  share: '0.0%',
  milliseconds: '#,##0" ms"',
};
const HEADING: CellStyle = {
  font: { bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'F0F2F5' } },
};
const TITLE: CellStyle = { font: { bold: true, size: 16 } };
const SHEET_NAME_LENGTH = 31;

/** Texts stay texts, whatever they begin with: a cell's type decides what is a formula, and none here is. */
export async function renderWorkbook(document: ReportDocument): Promise<Uint8Array> {
  const names = new Set<string>();
  const sheets = document.sections.flatMap((section) => {
    const table = section.table ?? tableOfChart(section);
    return table === undefined ? [] : [sheetOf(freeName(section.heading, names), table)];
  });
  return writeXlsx({ sheets: [overviewSheet(document), ...sheets], properties: { title: document.title } });
}

function overviewSheet({ title, subtitle, facts, sections }: ReportDocument): WriteSheet {
  const tiles = sections.flatMap((section) => section.tiles ?? []);
  const rows: Cell[][] = [[title], [subtitle], [], ...facts.map(([name, value]) => [name, value]), []];
  const cells: NonNullable<WriteSheet['cells']> = new Map([['0,0', { style: TITLE }]]);
  if (tiles.length > 0) {
    ['Figure', 'This period', 'Previous period'].forEach((_, column) => {
      cells.set(`${rows.length},${column}`, { style: HEADING });
    });
    rows.push(['Figure', 'This period', 'Previous period']);
    for (const { label, value, previous, kind } of tiles) {
      for (const column of [1, 2]) cells.set(`${rows.length},${column}`, { style: { numFmt: FORMATS[kind] } });
      rows.push([label, value, previous ?? null]);
    }
  }
  return { name: 'Overview', rows, cells, columns: [{ width: 34 }, { width: 40 }, { width: 20 }] };
}

function sheetOf(name: string, { columns, rows }: Table): WriteSheet {
  const cells: NonNullable<WriteSheet['cells']> = new Map(
    columns.map((_, column) => [`0,${column}`, { style: HEADING }]),
  );
  rows.forEach((row, index) => {
    columns.forEach(({ kind }, column) => {
      if (kind === 'text' || typeof row[column] !== 'number') return;
      cells.set(`${index + 1},${column}`, { style: { numFmt: FORMATS[kind] } });
    });
  });
  return {
    name,
    columns: columns.map((column, index) => ({ width: widthOf(column, index, rows) })),
    rows: [columns.map(({ label }) => label), ...rows.map((row) => [...row])],
    cells,
    freezePane: { rows: 1 },
  };
}

function widthOf({ label }: Column, index: number, rows: Table['rows']): number {
  const longest = Math.max(label.length, ...rows.slice(0, 200).map((row) => String(row[index] ?? '').length));
  return Math.min(60, Math.max(10, longest + 2));
}

function tableOfChart({ chart }: Section): Table | undefined {
  if (chart === undefined) return undefined;
  const columns: Column[] = [
    { label: 'From', kind: 'text' },
    ...chart.series.map(({ label }) => ({ label, kind: chart.kind })),
  ];
  const rows = chart.labels.map((label, index) => [label, ...chart.series.map(({ values }) => values[index] ?? null)]);
  return { columns, rows };
}

/** At most 31 characters, none of `\ / ? * [ ] :`, and no two alike whatever their case. */
function freeName(heading: string, taken: Set<string>): string {
  const base = heading.replace(/[\\/?*[\]:']/g, ' ').trim() || 'Figures';
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : ` ${number}`;
    const name = base.slice(0, SHEET_NAME_LENGTH - suffix.length) + suffix;
    if (taken.has(name.toLowerCase()) || name.toLowerCase() === 'overview') continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
