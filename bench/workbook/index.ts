/** Workbooks of adoption at their limits: a large template written, a large file read and evaluated, with time and memory. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportPlan, exportTemplate } from '@uptake/capabilities/adoption/workbook';
import { type BenchOptions, numberOption } from '../options.ts';
import { printTable } from '../table.ts';
import { NOW_MS, planOf, TODAY, templateOf } from './subject.ts';

export const name = 'workbook';
export const describe =
  'adoption workbooks: template of 500 tasks and 5,000 attributes written, file of --rows 10000 read and evaluated; --rounds 5';

const IMPORTER = fileURLToPath(new URL('./importer.ts', import.meta.url));

export async function run(options: BenchOptions): Promise<void> {
  const rounds = numberOption(options, 'rounds', 5);
  const rows = numberOption(options, 'rows', 10_000);
  const directory = mkdtempSync(join(tmpdir(), 'uptake-bench-workbook-'));
  try {
    const results = [];
    const template = templateOf(500, 10);
    const plan = planOf(500, rows / 500);
    const file = join(directory, 'plan.xlsx');
    for (let round = 1; round <= rounds; round += 1) {
      const [templateMs, written] = await timed(() => exportTemplate(template, NOW_MS, TODAY));
      const [planMs, copy] = await timed(() => exportPlan(plan, NOW_MS, TODAY));
      writeFileSync(file, copy.bytes);
      // A process of its own, so that the memory is that of reading and nothing else.
      const imported = JSON.parse(
        execFileSync(process.execPath, [IMPORTER, file, String(rows / 500)], { encoding: 'utf8' }),
      );
      results.push([
        round,
        templateMs,
        written.bytes.length / 1e6,
        planMs,
        imported.ms,
        imported.values,
        imported.met,
        imported.peakMb,
      ]);
    }
    printTable(
      `template of 500 tasks and 5,000 attributes in six sheets; customer's copy of ${rows} rows (${(statSync(file).size / 1e6).toFixed(2)} MB)`,
      ['round', 'template ms', 'template MB', 'copy ms', 'import ms', 'values', 'criteria met', 'import peak MB'],
      results,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function timed<Result>(task: () => Promise<Result>): Promise<readonly [ms: number, result: Result]> {
  const started = performance.now();
  const result = await task();
  return [performance.now() - started, result];
}
