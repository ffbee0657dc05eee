/** Builds a sheet that is a table: coloured header that stays in sight, locked and open columns, rows of styled cells. */
import type { Cell, CellStyle, CellValue, WriteSheet } from 'hucre';
import { colToLetter } from 'hucre/xlsx';
import type { Column } from './layout.ts';
import { HEADER, INPUT, INPUT_DATE, LOCKED } from './look.ts';

const STYLES: Readonly<Record<Column['kind'], CellStyle>> = { locked: LOCKED, input: INPUT, input_date: INPUT_DATE };

/** A value, or a value with a look of its own. */
export type TableCell = CellValue | { readonly value: CellValue; readonly style: CellStyle };

export function tableSheet(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly TableCell[])[],
): WriteSheet {
  const cells = new Map<string, Partial<Cell>>();
  columns.forEach(({ header }, index) => {
    cells.set(`0,${index}`, { value: header, type: 'string', style: HEADER });
  });
  rows.forEach((row, index) => {
    row.forEach((cell, column) => {
      if (isStyled(cell)) cells.set(`${index + 1},${column}`, cell);
    });
  });
  return {
    name,
    // Most cells look as their column does; only the others are named one by one.
    columns: columns.map(({ widthCharacters, kind }) => ({ width: widthCharacters, style: STYLES[kind] })),
    rows: [columns.map(({ header }) => header), ...rows.map((row) => row.map(contentOf))],
    cells,
    rowDefs: new Map([[0, { height: 30 }]]),
    freezePane: { rows: 1 },
    autoFilter: { range: `A1:${colToLetter(columns.length - 1)}${rows.length + 1}` },
    // Without a password: the lock keeps from slips, what is imported is checked either way.
    protection: { sheet: true, formatColumns: true, formatRows: true, autoFilter: true },
    pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, printTitlesRow: '$1:$1' },
  };
}

function isStyled(cell: TableCell): cell is { readonly value: CellValue; readonly style: CellStyle } {
  return typeof cell === 'object' && cell !== null && 'style' in cell;
}

function contentOf(cell: TableCell): CellValue {
  return isStyled(cell) ? cell.value : cell;
}
