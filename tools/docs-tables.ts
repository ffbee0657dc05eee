/**
 * Tables in the docs that are made from the code, so that they cannot rot: what the code knows fills the first columns,
 * what a person wrote in a last column stays.
 */

export type DocsTable = {
  /** File it stands in, relative to the root. */
  readonly file: string;
  /** As in `<!-- table: NAME -->`, which the table follows; `<!-- end of table -->` ends it. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The first cell identifies the row. */
  readonly rows: readonly (readonly string[])[];
  /** Header of a last column that people write and every row must have filled. */
  readonly writtenColumn?: string;
};

export type Rendering = {
  readonly text: string;
  /** What a person has to mend: a missing marker, an empty cell. */
  readonly gaps: readonly string[];
};

/** The file's text with the table as the code has it today. */
export function renderTable(text: string, table: DocsTable): Rendering {
  const { name, columns, rows, writtenColumn } = table;
  const block = new RegExp(`(<!-- table: ${name} -->\n)([\\s\\S]*?)(<!-- end of table -->)`);
  const found = block.exec(text);
  if (found === null || found[2]?.includes('<!-- table: '))
    return { text, gaps: [`The marker "<!-- table: ${name} -->" with its end is missing.`] };
  const written = writtenColumn === undefined ? undefined : writtenCells(found[2] ?? '', columns.length);
  const gaps: string[] = [];
  const body = rows.map((row) => {
    if (written === undefined) return row.map(escapeCell);
    const cell = written.get(row[0] ?? '') ?? '';
    if (cell === '') gaps.push(`The row ${row[0]} has no "${writtenColumn}".`);
    return [...row.map(escapeCell), cell];
  });
  const headers = writtenColumn === undefined ? columns : [...columns, writtenColumn];
  const lines = [headers, headers.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return { text: text.replace(block, (_all, start, _old, end) => `${start}\n${lines.join('\n')}\n\n${end}`), gaps };
}

/** First cell → the cell after `count` others, as it stands in the file. */
function writtenCells(block: string, count: number): ReadonlyMap<string, string> {
  const rows = block.split('\n').filter((line) => line.startsWith('| '));
  return new Map(
    rows.slice(2).map((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      return [cells[1]?.replaceAll('\\|', '|') ?? '', cells[count + 1] ?? ''];
    }),
  );
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
