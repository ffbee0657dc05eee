/** Prints figures as a table that reads well in a terminal and pastes into Markdown as it is. */

/** Numbers are right-aligned and grouped by thousands; text is printed as given. */
export type Cell = string | number;

export function printTable(title: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
  console.log(`\n${formatTable(title, columns, rows)}\n`);
}

export function formatTable(title: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => columns.map((_, index) => formatCell(row[index] ?? '')));
  const isNumeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === 'number'));
  const widths = columns.map((header, index) =>
    Math.max(3, header.length, ...texts.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => pad(cell, widths[index] ?? 0, isNumeric[index] ?? false)).join(' | ')} |`;
  const rule = widths.map((width, index) => (isNumeric[index] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [`${title}\n`, line(columns), `| ${rule.join(' | ')} |`, ...texts.map(line)].join('\n');
}

/** Whole numbers from 1,000 up are grouped; others keep three significant digits, which is more than a benchmark knows. */
export function formatCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  if (Number.isInteger(cell) || Math.abs(cell) >= 1_000) return Math.round(cell).toLocaleString('en-US');
  return String(Number(cell.toPrecision(3)));
}

function pad(text: string, width: number, isNumeric: boolean): string {
  return isNumeric ? text.padStart(width) : text.padEnd(width);
}
