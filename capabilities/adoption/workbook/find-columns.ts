/** Finds the header row and its columns by name: columns may be moved, but neither renamed nor doubled nor merged. */
import { colToLetter } from 'hucre/xlsx';
import { type InputColumn, type InputSheet, REQUIRED_COLUMNS } from './layout.ts';
import type { SheetTable } from './read-sheets.ts';
import { FileRefused } from './refusal.ts';

export type FoundColumns = {
  readonly headerRow: number;
  readonly columns: Readonly<Partial<Record<InputColumn, number>>>;
};

/** Above the header somebody may have put a title; further down it is none. */
const MAX_HEADER_ROW = 20;

export function findColumns(sheet: SheetTable, layout: InputSheet): FoundColumns {
  const headerRow = findHeaderRow(sheet, layout);
  if (headerRow === undefined) throw new FileRefused('header_missing', '', { sheet: sheet.name });
  const place = { sheet: sheet.name, row: headerRow + 1 };
  if (sheet.merges.some(({ startRow, endRow }) => startRow <= headerRow && endRow >= headerRow)) {
    throw new FileRefused('header_merged', '', place);
  }
  const headers = headersOf(sheet, headerRow);
  const columns: Partial<Record<InputColumn, number>> = {};
  for (const [column, names] of Object.entries(layout.headers) as [InputColumn, readonly string[]][]) {
    const found = headers.flatMap((header, index) => (names.some((name) => isSame(header, name)) ? [index] : []));
    if (found.length > 1) {
      const letters = found.map(colToLetter).join(' and ');
      throw new FileRefused('column_twice', `"${names[0]}" stands in ${letters}`, place);
    }
    if (found[0] !== undefined) columns[column] = found[0];
  }
  for (const column of REQUIRED_COLUMNS) {
    if (columns[column] !== undefined) continue;
    throw new FileRefused('column_missing', missing(layout, column, headers, columns), place);
  }
  return { headerRow, columns };
}

/** The row that names most of the columns; two have to be right. */
function findHeaderRow(sheet: SheetTable, layout: InputSheet): number | undefined {
  const names = Object.values(layout.headers).flat();
  let best: { row: number; found: number } | undefined;
  for (let row = 0; row < Math.min(sheet.rowCount, MAX_HEADER_ROW); row += 1) {
    const found = headersOf(sheet, row).filter((header) => names.some((name) => isSame(header, name))).length;
    if (found >= 2 && found > (best?.found ?? 0)) best = { row, found };
  }
  return best?.row;
}

function headersOf(sheet: SheetTable, row: number): readonly string[] {
  return Array.from({ length: sheet.columnCount(row) }, (_, column) => {
    const cell = sheet.cell(row, column);
    return cell.kind === 'text' ? cell.text : '';
  });
}

/** Spaces and capitals are no renaming. */
function isSame(header: string, name: string): boolean {
  return normalise(header) === normalise(name);
}

function normalise(header: string): string {
  return header.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}

function missing(
  layout: InputSheet,
  column: InputColumn,
  headers: readonly string[],
  found: FoundColumns['columns'],
): string {
  const taken = new Set(Object.values(found));
  const known = ['success criteria (info)', 'success criteria', 'is met (read-only)', 'is met'];
  const others = headers.filter(
    (header, index) => header.trim() !== '' && !taken.has(index) && !known.includes(normalise(header)),
  );
  const hint = others.length === 0 ? '' : `; is it now called ${others.map((header) => `"${header}"`).join(' or ')}?`;
  return `there is no column "${layout.headers[column]?.[0]}"${hint.replace(/\?$/, '')}`;
}
