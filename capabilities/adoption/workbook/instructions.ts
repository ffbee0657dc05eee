/** The first sheet: what the file is for and how to fill it, in the words of the contract. */
import type { CellStyle, WriteSheet } from 'hucre';
import { SHEETS } from './layout.ts';
import { HEADING, PROSE, TITLE } from './look.ts';

export type InstructionsSubject = {
  readonly customerName: string;
  readonly productName: string;
  readonly planName: string;
  readonly generatedDay: string;
};

export function instructionsSheet(subject: InstructionsSubject, more: readonly string[] = []): WriteSheet {
  const lines = [...instructionLines(subject), ...more];
  const cells = new Map(
    lines.map((line, index) => [`${index},0`, { value: line, type: 'string' as const, style: styleOf(line, index) }]),
  );
  return {
    name: SHEETS.instructions,
    columns: [{ width: 96 }],
    rows: lines.map((line) => [line]),
    cells,
    protection: { sheet: true },
    view: { showGridLines: false },
  };
}

function instructionLines({
  customerName,
  productName,
  planName,
  generatedDay,
}: InstructionsSubject): readonly string[] {
  return [
    'DAP Customer Telemetry Import Template',
    '',
    `Customer: ${customerName}`,
    `Product: ${productName}`,
    `Adoption Plan: ${planName}`,
    `Generated: ${generatedDay}`,
    '',
    'Instructions:',
    '1. DO NOT modify the structure of this file',
    '2. Fill in the "Current Value" column with actual values',
    '3. Update the "Date" column (defaults to today)',
    '4. Add optional notes in the "Notes" column',
    '5. Save the file and upload via DAP\'s "Update Telemetry" feature',
    '',
    'Data Types:',
    '- BOOLEAN: Use true/false or yes/no or 1/0',
    '- NUMBER: Enter numeric values (e.g., 150, 45.5)',
    '- PERCENTAGE: Enter values 0-100 (e.g., 75 for 75%)',
    '- STRING: Enter text values',
    '- DATE: Use YYYY-MM-DD format',
    '',
    'Success Criteria:',
    'Each attribute has predefined success criteria.',
    'After import, the system will automatically evaluate if criteria are met.',
  ];
}

function styleOf(line: string, index: number): CellStyle {
  if (index === 0) return TITLE;
  return line.endsWith(':') ? HEADING : PROSE;
}
