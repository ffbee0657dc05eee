/** Gives a workbook back with its refused cells coloured and a comment in each: what is wrong, and what to do. */
import type { Cell, Sheet } from 'hucre';
import { openXlsx, parseCellRef, saveXlsx } from 'hucre/xlsx';
import { REFUSED_FILL } from './look.ts';
import type { CellError } from './read-row.ts';

/** The same file as it was uploaded, everything else in it untouched. */
export async function markErrors(file: Uint8Array, errors: readonly CellError[]): Promise<Uint8Array> {
  const workbook = await openXlsx(file, { readStyles: true });
  for (const sheet of workbook.sheets)
    markSheet(
      sheet,
      errors.filter((error) => error.sheet === sheet.name),
    );
  const first = workbook.sheets.findIndex(({ name }) => name === errors[0]?.sheet);
  if (first > 0) workbook.activeSheet = first;
  return saveXlsx(workbook);
}

function markSheet(sheet: Sheet, errors: readonly CellError[]): void {
  if (errors.length === 0) return;
  const cells = sheet.cells ?? new Map<string, Cell>();
  sheet.cells = cells;
  for (const [name, ofCell] of Map.groupBy(errors, ({ cell }) => cell)) {
    const { row, col } = parseCellRef(name);
    const key = `${row},${col}`;
    const before = cells.get(key) ?? { value: sheet.rows[row]?.[col] ?? null, type: 'string' as const };
    cells.set(key, {
      ...before,
      style: { ...before.style, fill: REFUSED_FILL },
      comment: { author: 'Uptake', text: ofCell.map(({ reason, remedy }) => `${reason} ${remedy}`).join('\n') },
    });
  }
}
