/** A table as CSV that a spreadsheet may open. */
import type { Cell, Table } from './document.ts';

/**
 * Lines end in CRLF and cells are quoted where they must be (RFC 4180, section 2). A text that a spreadsheet would run as a
 * formula gets an apostrophe in front (OWASP, CSV injection); numbers stay numbers, negative ones too.
 */
export function csvOfTable({ columns, rows }: Table): string {
  return [columns.map(({ label }) => label), ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
