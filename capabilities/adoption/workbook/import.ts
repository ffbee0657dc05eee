/**
 * Reads a filled workbook against a plan: the values that can be taken, and for every cell that cannot, where it is, what is
 * wrong and what to do. Nothing is applied here; the same call serves preview and import.
 */
import { findColumns } from './find-columns.ts';
import { FILE_LIMITS, inspectFile } from './inspect.ts';
import { INPUT_SHEETS, type InputSheet, SHEETS } from './layout.ts';
import { PlanIndex } from './plan-index.ts';
import { type CellError, type ImportedValue, RowReader } from './read-row.ts';
import { type ReadWorkbook, readSheets, type SheetTable } from './read-sheets.ts';
import { type FileRefusal, FileRefused } from './refusal.ts';
import type { WorkbookOutline } from './subject.ts';

export type WorkbookImport =
  | { readonly kind: 'refused'; readonly refusal: FileRefusal }
  | {
      readonly kind: 'read';
      /** One per attribute and day. */
      readonly values: readonly ImportedValue[];
      readonly errors: readonly CellError[];
      readonly notices: readonly ImportNotice[];
      readonly rowCount: number;
      /** Rows whose value was left blank: their attributes stay as they are. */
      readonly unfilledCount: number;
    };

/** Things to say that keep nothing from being imported. */
export type ImportNotice =
  /** The plan was synchronised with its template after the file was exported. */
  | { readonly code: 'exported_before_sync'; readonly fileVersion: number; readonly planVersion: number }
  /** The program that saved the file dropped what it was exported for; rows are matched by name alone. */
  | { readonly code: 'origin_unknown' };

/** `today` is the day for values without a date. */
export async function importPlanWorkbook(
  file: Uint8Array,
  plan: WorkbookOutline,
  today: number,
): Promise<WorkbookImport> {
  try {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    await inspectFile(bytes, FILE_LIMITS);
    return readPlan(await readSheets(bytes), plan, today);
  } catch (error) {
    if (error instanceof FileRefused) return { kind: 'refused', refusal: error.refusal };
    throw error;
  }
}

function readPlan(workbook: ReadWorkbook, plan: WorkbookOutline, today: number): WorkbookImport {
  const notices = checkOrigin(workbook.origin, plan);
  const isBeforeSync = notices.some(({ code }) => code === 'exported_before_sync');
  const reader = new RowReader(new PlanIndex(plan.tasks), today, isBeforeSync);
  for (const [sheet, layout] of inputSheets(workbook.sheets)) readSheet(sheet, layout, reader);
  return { kind: 'read', ...reader.finish(), notices };
}

function checkOrigin(origin: ReadWorkbook['origin'], plan: WorkbookOutline): readonly ImportNotice[] {
  if (origin === undefined) return [{ code: 'origin_unknown' }];
  if (origin.kind === 'product_template') {
    if (origin.id !== plan.productId) throw new FileRefused('other_product');
    return [];
  }
  if (origin.id !== plan.planId) throw new FileRefused('other_plan');
  if (origin.version >= plan.snapshotVersion) return [];
  return [{ code: 'exported_before_sync', fileVersion: origin.version, planVersion: plan.snapshotVersion }];
}

/** The sheet of values has to be there; that of daily values is read where it is. */
function inputSheets(sheets: readonly SheetTable[]): readonly (readonly [SheetTable, InputSheet])[] {
  const found = INPUT_SHEETS.flatMap((layout) => {
    const sheet = sheets.find(({ name }) => name.trim().toLowerCase() === layout.name.toLowerCase());
    return sheet === undefined ? [] : [[sheet, layout] as const];
  });
  if (found.some(([, { name }]) => name === SHEETS.values)) return found;
  const others = sheets.map(({ name }) => `"${name}"`).join(', ');
  throw new FileRefused('sheet_missing', `there is no "${SHEETS.values}"; the sheets are ${others}`);
}

function readSheet(sheet: SheetTable, layout: InputSheet, reader: RowReader): void {
  const { headerRow, columns } = findColumns(sheet, layout);
  const merged = mergedRows(sheet, headerRow);
  for (let row = headerRow + 1; row < sheet.rowCount; row += 1) {
    reader.read({ sheet, layout, columns, row, isMerged: merged.has(row) });
  }
}

function mergedRows(sheet: SheetTable, headerRow: number): ReadonlySet<number> {
  const rows = new Set<number>();
  for (const { startRow, endRow } of sheet.merges) {
    const last = Math.min(endRow, sheet.rowCount - 1);
    for (let row = Math.max(startRow, headerRow + 1); row <= last; row += 1) rows.add(row);
  }
  return rows;
}
