/** `uptake schema lint`. */
import { type ReportFormat, reportOf } from './report.ts';
import { readSchemaFiles } from './schema-files.ts';

export type LintOptions = { readonly dir: string; readonly format: ReportFormat; readonly maxWarnings?: number };

/** Whether the files are without errors, and without more warnings than allowed. Findings go to standard output. */
export function lintSchemas({ dir, format, maxWarnings = Number.POSITIVE_INFINITY }: LintOptions): boolean {
  const files = readSchemaFiles(dir);
  const findings = files.flatMap((file) => file.findings);
  process.stdout.write(reportOf(findings, format));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  process.stderr.write(`${files.length} schemas, ${errors} errors, ${warnings} warnings.\n`);
  return errors === 0 && warnings <= maxWarnings;
}
