/** Reads what vitest reported and says it in one line. */
import { readFileSync } from 'node:fs';

export type TestSummary = { passed: number; failed: number; skipped: number; notes: string[] };

/** The parts of vitest's JSON report that count. */
type JsonReport = {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** A run that never came to its tests counts as one failure, so that nothing green can come of it. */
export function failedRun(note: string): TestSummary {
  return { passed: 0, failed: 1, skipped: 0, notes: [note] };
}

export function readSummary(reportFile: string, exitCode: number): TestSummary {
  let report: JsonReport;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    return failedRun(`The test run ended with exit code ${exitCode} and without a report.`);
  }
  return summarise(report, exitCode);
}

/**
 * A file that failed outside its tests (an import, a hook) is one failure; so is a run that ended badly although every
 * test passed (an error nobody awaited).
 */
export function summarise(report: JsonReport, exitCode: number): TestSummary {
  const summary: TestSummary = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const file of report.testResults) {
    const statuses = file.assertionResults.map((assertion) => assertion.status);
    summary.passed += count(statuses, 'passed');
    summary.failed += count(statuses, 'failed');
    summary.skipped += statuses.length - count(statuses, 'passed') - count(statuses, 'failed');
    if (file.status === 'failed' && !statuses.includes('failed')) {
      summary.failed += 1;
      summary.notes.push(`${file.name} failed outside its tests: ${file.message}`);
    }
  }
  if (summary.passed + summary.failed === 0) summary.notes.push('No test ran.');
  if (exitCode !== 0 && summary.failed === 0) {
    summary.failed += 1;
    summary.notes.push(`The test run ended with exit code ${exitCode} although no test failed; see its errors above.`);
  }
  return summary;
}

export function lastLine({ passed, failed, skipped }: TestSummary): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function count(statuses: readonly string[], status: string): number {
  return statuses.filter((each) => each === status).length;
}
