/** A large workbook from upload to judged plan: parsed, validated, kept in the embedded control store and evaluated. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';

export const name = 'import';
export const describe =
  'a workbook of --rows 10000 values imported into the embedded control store and judged; --rounds 3';

const IMPORTER = fileURLToPath(new URL('./importer.ts', import.meta.url));

export async function run(options: BenchOptions): Promise<void> {
  const rows = numberOption(options, 'rows', 10_000);
  const rounds = numberOption(options, 'rounds', 3);
  const results = [];
  for (let round = 1; round <= rounds; round += 1) {
    // A process of its own each time: what it holds before is the store and the plan, what it adds is the import.
    const out = execFileSync(process.execPath, ['--expose-gc', IMPORTER, String(rows)], { encoding: 'utf8' });
    const { ms, values, criteria, errors, fileMb, addedMb, beforeMb } = JSON.parse(out.trim().split('\n').at(-1)!);
    results.push([round, ms, values, criteria, errors, fileMb, addedMb, beforeMb]);
  }
  printTable(
    `${rows} rows, a value and a criterion each`,
    ['round', 'import ms', 'values', 'criteria', 'errors', 'file MB', 'memory added MB', 'before MB'],
    results,
  );
}
