/** Reads the tasks and attributes of a template from the sheet "Telemetry Attributes" of a workbook. */
import { cellRef } from 'hucre/xlsx';
import { FILE_LIMITS, inspectFile } from './inspect.ts';
import { SHEETS } from './layout.ts';
import { readSheets, type SheetTable } from './read-sheets.ts';
import { type FileRefusal, FileRefused } from './refusal.ts';

export type TemplateRow = {
  readonly task: string;
  readonly attribute: string;
  readonly dataType: string;
  /** JSON as it stands in the cell. */
  readonly successCriteria: string;
  /** Undefined where the sheet does not say it. */
  readonly isRequired: boolean | undefined;
  /** Counts from 1, as the program shows it. */
  readonly row: number;
};

export type TemplateColumn = 'task' | 'attribute' | 'dataType' | 'successCriteria' | 'isRequired';

export type TemplateSheet =
  | { readonly kind: 'refused'; readonly refusal: FileRefusal }
  | {
      readonly kind: 'read';
      readonly sheet: string;
      readonly rows: readonly TemplateRow[];
      /** Where each column stands, from 0; those that are missing are not named. */
      readonly columns: ReadonlyMap<TemplateColumn, number>;
    };

const HEADERS = {
  task: 'Task Name',
  attribute: 'Attribute Name',
  dataType: 'Data Type',
  successCriteria: 'Success Criteria',
  isRequired: 'Required',
} as const satisfies Record<TemplateColumn, string>;
const OPTIONAL: TemplateColumn = 'isRequired';
const MAX_HEADER_ROW = 20;

export async function readTemplateSheet(file: Uint8Array): Promise<TemplateSheet> {
  try {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    await inspectFile(bytes, FILE_LIMITS);
    return readRows((await readSheets(bytes)).sheets);
  } catch (error) {
    if (error instanceof FileRefused) return { kind: 'refused', refusal: error.refusal };
    throw error;
  }
}

function readRows(sheets: readonly SheetTable[]): TemplateSheet {
  const sheet = sheets.find(({ name }) => name.trim().toLowerCase() === SHEETS.attributes.toLowerCase());
  if (sheet === undefined) throw new FileRefused('sheet_missing', `there is no "${SHEETS.attributes}"`);
  const { headerRow, columns } = findHeaders(sheet);
  const text = (row: number, column: TemplateColumn): string => {
    const index = columns.get(column);
    const cell = index === undefined ? undefined : sheet.cell(row, index);
    if (cell?.kind === 'text') return cell.text.trim();
    return cell?.kind === 'number' ? String(cell.number) : cell?.kind === 'boolean' ? String(cell.boolean) : '';
  };
  const rows: TemplateRow[] = [];
  for (let row = headerRow + 1; row < sheet.rowCount; row += 1) {
    const [task, attribute] = [text(row, 'task'), text(row, 'attribute')];
    const [dataType, successCriteria] = [text(row, 'dataType').toUpperCase(), text(row, 'successCriteria')];
    if (task === '' && attribute === '' && successCriteria === '') continue;
    const isRequired = yesOrNo(text(row, 'isRequired'));
    rows.push({ task, attribute, dataType, successCriteria, isRequired, row: row + 1 });
  }
  return { kind: 'read', sheet: sheet.name, rows, columns };
}

export function templateCell(
  { columns }: Extract<TemplateSheet, { kind: 'read' }>,
  row: number,
  column: TemplateColumn,
): { readonly header: string; readonly cell: string } {
  return { header: HEADERS[column], cell: cellRef(row - 1, columns.get(column) ?? 0) };
}

function findHeaders(sheet: SheetTable): { headerRow: number; columns: ReadonlyMap<TemplateColumn, number> } {
  for (let row = 0; row < Math.min(sheet.rowCount, MAX_HEADER_ROW); row += 1) {
    const columns = new Map<TemplateColumn, number>();
    for (let column = 0; column < sheet.columnCount(row); column += 1) {
      const cell = sheet.cell(row, column);
      const header = cell.kind === 'text' ? cell.text.replace(/\s+/gu, ' ').trim().toLowerCase() : '';
      for (const [name, wanted] of Object.entries(HEADERS) as [TemplateColumn, string][]) {
        if (header === wanted.toLowerCase() && !columns.has(name)) columns.set(name, column);
      }
    }
    if (columns.size < 2) continue;
    for (const [name, wanted] of Object.entries(HEADERS) as [TemplateColumn, string][]) {
      if (name === OPTIONAL || columns.has(name)) continue;
      throw new FileRefused('column_missing', `there is no column "${wanted}"`, { sheet: sheet.name, row: row + 1 });
    }
    return { headerRow: row, columns };
  }
  throw new FileRefused('header_missing', '', { sheet: sheet.name });
}

/** Anything else says nothing, and the template keeps what it has. */
function yesOrNo(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text)) return true;
  return /^(false|no|0)$/i.test(text) ? false : undefined;
}
