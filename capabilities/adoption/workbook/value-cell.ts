/** How a value is written into a cell to be filled, and what the cell accepts. */
import { CRITERION_LIMITS, type DataType, parseDay, type Value } from '@uptake/domain/criteria';
import type { DataValidation } from 'hucre';
import { INPUT_DATE, INPUT_PERCENT, INPUT_TEXT } from './look.ts';
import type { TableCell } from './table.ts';

const DAY_MS = 86_400_000;

export function dateOf(day: number): Date {
  return new Date(day * DAY_MS);
}

/** Reads back as the same value; undefined is left blank. For an input column. */
export function valueCell(value: Value | undefined, type: DataType): TableCell {
  if (type === 'DATE') return { value: typeof value === 'string' ? dateOf(parseDay(value)) : null, style: INPUT_DATE };
  if (type === 'STRING') return { value: value ?? null, style: INPUT_TEXT };
  const isShareOfPercent = type === 'PERCENTAGE' && typeof value === 'number' && value > 0 && value < 1;
  // Through the decimal text: 0.07 / 100 would not read back.
  if (isShareOfPercent) return { value: Number(`${value}e-2`), style: INPUT_PERCENT };
  return value ?? null;
}

type Check = Omit<DataValidation, 'range'>;

const STOP = { allowBlank: true, showErrorMessage: true, showInputMessage: true, errorStyle: 'stop' } as const;

/** Spreadsheets count days from 1899-12-30. */
const FIRST_DAY = '32874';
const LAST_DAY = '73415';

export const VALUE_CHECKS: Readonly<Record<DataType, Check>> = {
  BOOLEAN: {
    ...STOP,
    type: 'list',
    values: ['true', 'false', 'yes', 'no', '1', '0'],
    inputTitle: 'BOOLEAN',
    inputMessage: 'true/false, yes/no or 1/0',
    errorTitle: 'Not a BOOLEAN',
    errorMessage: 'Use true/false or yes/no or 1/0.',
  },
  NUMBER: {
    ...STOP,
    type: 'decimal',
    operator: 'between',
    formula1: '-1000000000000000',
    formula2: '1000000000000000',
    inputTitle: 'NUMBER',
    inputMessage: 'A number, for example 150 or 45.5',
    errorTitle: 'Not a NUMBER',
    errorMessage: 'Enter a number alone, for example 150 or 45.5.',
  },
  PERCENTAGE: {
    ...STOP,
    type: 'decimal',
    operator: 'between',
    formula1: '0',
    formula2: '100',
    inputTitle: 'PERCENTAGE',
    inputMessage: '0 to 100, for example 75 for 75%',
    errorTitle: 'Not a PERCENTAGE',
    errorMessage: 'Enter a value from 0 to 100, for example 75 for 75%.',
  },
  STRING: {
    ...STOP,
    type: 'textLength',
    operator: 'lessThanOrEqual',
    formula1: String(CRITERION_LIMITS.maxTextLength),
    inputTitle: 'STRING',
    inputMessage: 'Text',
    errorTitle: 'Too long',
    errorMessage: `At most ${CRITERION_LIMITS.maxTextLength} characters are kept.`,
  },
  DATE: {
    ...STOP,
    type: 'date',
    operator: 'between',
    formula1: FIRST_DAY,
    formula2: LAST_DAY,
    inputTitle: 'DATE',
    inputMessage: 'YYYY-MM-DD',
    errorTitle: 'Not a DATE',
    errorMessage: 'Use the format YYYY-MM-DD.',
  },
};

/** Ranges per rule: spreadsheets give up on lists that are much longer. */
const RANGES_PER_RULE = 100;

/** One rule for all rows of a type, in as few ranges as follow one another. `types[0]` is that of sheet row 2. */
export function valueValidations(column: string, types: readonly DataType[]): readonly DataValidation[] {
  const ranges = new Map<DataType, string[]>();
  let start = 0;
  for (let index = 1; index <= types.length; index += 1) {
    const type = types[start] as DataType;
    if (types[index] === type) continue;
    const range = `${column}${start + 2}:${column}${index + 1}`;
    ranges.set(type, [...(ranges.get(type) ?? []), range]);
    start = index;
  }
  return [...ranges].flatMap(([type, all]) =>
    chunks(all, RANGES_PER_RULE).map((some) => ({ ...VALUE_CHECKS[type], range: some.join(' ') })),
  );
}

export function dateValidation(column: string, rows: number): readonly DataValidation[] {
  return rows === 0 ? [] : [{ ...VALUE_CHECKS.DATE, range: `${column}2:${column}${rows + 1}` }];
}

function chunks<Entry>(entries: readonly Entry[], size: number): readonly (readonly Entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
    entries.slice(index * size, (index + 1) * size),
  );
}
