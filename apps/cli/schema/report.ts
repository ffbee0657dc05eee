/** Prints findings for people, for GitHub's annotations and for programs. */
import type { FileFinding } from './schema-files.ts';

export const REPORT_FORMATS = ['text', 'github', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export function reportOf(findings: readonly FileFinding[], format: ReportFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ findings }, null, 2)}\n`;
    case 'github':
      return findings.map((finding) => `${annotation(finding)}\n`).join('');
    case 'text':
      return findings.map((finding) => `${line(finding)}\n`).join('');
  }
}

function line({ file, line: at, column, severity, rule, message }: FileFinding): string {
  return `${file}:${at}:${column} ${severity === 'warning' ? 'warning ' : ''}${rule} ${message}`;
}

function annotation({ file, line: at, column, severity, rule, message }: FileFinding): string {
  const place = `file=${property(file)},line=${at},col=${column},title=${property(rule)}`;
  return `::${severity} ${place}::${data(message)}`;
}

/** As GitHub's workflow commands ask for: a message cannot begin another command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
