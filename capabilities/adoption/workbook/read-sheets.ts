/** Reads an inspected file through hucre: cells by their content, nothing converted yet. */
import type { CellContent } from '@uptake/domain/adoption';
import { dayOf } from '@uptake/domain/criteria';
import type { Cell, CellValue, MergeRange, Sheet, Workbook } from 'hucre';
import { colToLetter, readXlsx } from 'hucre/xlsx';
import { FILE_LIMITS } from './inspect.ts';
import { ORIGIN } from './layout.ts';
import { FileRefused } from './refusal.ts';

export type SheetCell = CellContent | { readonly kind: 'formula' };

export type SheetTable = {
  readonly name: string;
  readonly rowCount: number;
  readonly merges: readonly MergeRange[];
  /** Counts rows and columns from 0. */
  readonly cell: (row: number, column: number) => SheetCell;
  readonly columnCount: (row: number) => number;
};

export type ReadWorkbook = {
  readonly sheets: readonly SheetTable[];
  /** What the file says it was exported for; undefined where a program dropped it. */
  readonly origin: { readonly kind: string; readonly id: string; readonly version: number } | undefined;
};

/** What a cell can hold. A file can name one text of many megabytes in every cell, and it would be looked at as often. */
const MAX_CELL_CHARACTERS = 32_767;

const RANGE = `A1:${colToLetter(FILE_LIMITS.maxColumns - 1)}${FILE_LIMITS.maxRows}`;

export async function readSheets(bytes: Buffer): Promise<ReadWorkbook> {
  const workbook = await readWithin(bytes);
  return { sheets: workbook.sheets.map(tableOf), origin: originOf(workbook) };
}

async function readWithin(bytes: Buffer): Promise<Workbook> {
  try {
    return await readXlsx(bytes, { readStyles: true, range: RANGE });
  } catch (error) {
    // Whatever a reader of damaged files trips over, the file is what is wrong.
    throw new FileRefused('damaged_file', error instanceof Error ? error.message : String(error));
  }
}

function originOf({ properties }: Workbook): ReadWorkbook['origin'] {
  const custom = properties?.custom ?? {};
  const [kind, id, version] = [custom[ORIGIN.kind], custom[ORIGIN.id], Number(custom[ORIGIN.version])];
  return typeof kind === 'string' && typeof id === 'string' && Number.isInteger(version)
    ? { kind, id, version }
    : undefined;
}

function tableOf({ name, rows, cells, merges = [] }: Sheet): SheetTable {
  return {
    name,
    rowCount: rows.length,
    merges,
    columnCount: (row) => rows[row]?.length ?? 0,
    cell: (row, column) => contentOf(rows[row]?.[column] ?? null, cells?.get(`${row},${column}`)),
  };
}

function contentOf(value: CellValue, cell: Cell | undefined): SheetCell {
  const formula = cell?.formula?.replace(/^=/, '').toUpperCase();
  // LibreOffice has no other way to write a boolean.
  if (formula === 'TRUE()' || formula === 'FALSE()') return { kind: 'boolean', boolean: formula === 'TRUE()' };
  if (formula !== undefined || cell?.type === 'formula') return { kind: 'formula' };
  if (cell?.type === 'error') return { kind: 'error', code: String(value) };
  if (value === null || value === '') return { kind: 'empty' };
  if (typeof value === 'string') return { kind: 'text', text: bounded(value) };
  if (typeof value === 'boolean') return { kind: 'boolean', boolean: value };
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { kind: 'error', code: '#NUM!' };
    return { kind: 'number', number: value, isPercentFormat: isPercentFormat(cell?.style?.numFmt) };
  }
  const instantMs = value.getTime();
  return Number.isNaN(instantMs)
    ? { kind: 'error', code: 'date out of range' }
    : { kind: 'date', day: dayOf(instantMs) };
}

/** Ends in a sign that no value has, so that no part of a text is taken for the whole. */
function bounded(text: string): string {
  return text.length > MAX_CELL_CHARACTERS ? `${text.slice(0, MAX_CELL_CHARACTERS)}…` : text;
}

/** A percent sign that is neither quoted nor escaped makes the program show a hundredfold. */
function isPercentFormat(format = ''): boolean {
  return format.replace(/"[^"]*"|\\./g, '').includes('%');
}
