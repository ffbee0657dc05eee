/**
 * Reads what a person put into a cell as a value of the attribute's type. What could mean two things is refused with a way
 * out, never guessed: a wrong value that looks right is the worst that an import can do.
 */
import { CRITERION_LIMITS, type DataType, formatDay, parseDay, type Value } from '../criteria/index.ts';
import { readNumberText } from './read-number.ts';
import type { ValueRefusal, ValueRefusalCode } from './value-refusal.ts';

/** A cell as the file holds it. A date cell is a number that the file formats as a date; so is a percent cell. */
export type CellContent =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number; readonly isPercentFormat: boolean }
  | { readonly kind: 'boolean'; readonly boolean: boolean }
  | { readonly kind: 'date'; readonly day: number }
  | { readonly kind: 'error'; readonly code: string };

export type ReadValue =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'empty' }
  | ({ readonly kind: 'refused' } & ValueRefusal);

/** What a template writes into a cell to be filled; left there it is no value. */
const PLACEHOLDER = '[USER FILLS]';

export function readValue(cell: CellContent, type: DataType): ReadValue {
  if (cell.kind === 'empty') return { kind: 'empty' };
  if (cell.kind === 'error') {
    return refused('error_in_cell', `The cell shows the error ${cell.code}`, 'Enter the value itself.');
  }
  // Spaces around a value are never meant, the ones that do not break lines included.
  const trimmed = cell.kind === 'text' ? { ...cell, text: cell.text.trim() } : cell;
  if (trimmed.kind === 'text' && (trimmed.text === '' || trimmed.text === PLACEHOLDER)) return { kind: 'empty' };
  return READERS[type](trimmed);
}

type FilledCell = Exclude<CellContent, { kind: 'empty' | 'error' }>;

const READERS: Readonly<Record<DataType, (cell: FilledCell) => ReadValue>> = {
  BOOLEAN: readBoolean,
  NUMBER: readNumber,
  PERCENTAGE: readPercentage,
  STRING: readText,
  DATE: readDate,
};

const BOOLEAN_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
};

/** Other words for yes and no, to say what was probably meant; guessing over languages would turn "no" into anything. */
const YES_WORDS = new Set([
  'y',
  'ja',
  'oui',
  'si',
  'sí',
  'sim',
  'tak',
  'да',
  'evet',
  'はい',
  '是',
  'on',
  'x',
  '✓',
  '✔',
  'wahr',
  'vrai',
  'ok',
  'done',
]);
const NO_WORDS = new Set([
  'n',
  'nein',
  'non',
  'não',
  'nie',
  'нет',
  'hayır',
  'いいえ',
  '否',
  'off',
  '-',
  '✗',
  'falsch',
  'faux',
]);

function readBoolean(cell: FilledCell): ReadValue {
  if (cell.kind === 'boolean') return value(cell.boolean);
  if (cell.kind === 'number' && (cell.number === 0 || cell.number === 1)) return value(cell.number === 1);
  const text = shown(cell);
  const word = text.toLowerCase();
  if (cell.kind === 'text' && Object.hasOwn(BOOLEAN_WORDS, word)) return value(BOOLEAN_WORDS[word] === true);
  const meant = YES_WORDS.has(word)
    ? ' If yes is meant, write yes.'
    : NO_WORDS.has(word)
      ? ' If no is meant, write no.'
      : '';
  return refused('not_a_boolean', `"${text}" is neither yes nor no`, `Write true or false, yes or no, 1 or 0.${meant}`);
}

function readNumber(cell: FilledCell): ReadValue {
  if (cell.kind === 'number' && cell.isPercentFormat) {
    return refused(
      'ambiguous_number',
      'The cell is formatted as a percentage, but the attribute is a NUMBER',
      'Format the cell as a plain number and enter the number that is meant.',
    );
  }
  if (cell.kind === 'number') return value(cell.number);
  if (cell.kind === 'text') {
    const read = readNumberText(cell.text);
    return 'number' in read ? value(read.number) : { kind: 'refused', ...read };
  }
  return refused('not_a_number', `"${shown(cell)}" is no number`, 'Enter a number such as 150 or 45.5.');
}

function readPercentage(cell: FilledCell): ReadValue {
  if (cell.kind === 'number') {
    // 75% typed into a spreadsheet is stored as 0.75 with a percent format.
    if (cell.isPercentFormat) return percentage(Number((cell.number * 100).toPrecision(12)));
    return cell.number > 0 && cell.number < 1 ? ambiguousFraction(cell.number) : percentage(cell.number);
  }
  if (cell.kind !== 'text') return notAPercentage(shown(cell));
  const hasSign = cell.text.endsWith('%');
  const read = readNumberText(hasSign ? cell.text.slice(0, -1).trimEnd() : cell.text);
  if (!('number' in read)) {
    return read.code === 'not_a_number' ? notAPercentage(cell.text) : { kind: 'refused', ...read };
  }
  if (!hasSign && read.number > 0 && read.number < 1) return ambiguousFraction(read.number);
  return percentage(read.number);
}

function percentage(number: number): ReadValue {
  if (number >= 0 && number <= 100) return value(number);
  return refused(
    'percentage_out_of_range',
    `${number} is not from 0 to 100`,
    'Enter a percentage from 0 to 100, for example 75 or 75%.',
  );
}

function notAPercentage(text: string): ReadValue {
  return refused(
    'not_a_percentage',
    `"${text}" is no percentage`,
    'Enter a percentage from 0 to 100, for example 75 or 75%.',
  );
}

function ambiguousFraction(number: number): ReadValue {
  const asShare = Number((number * 100).toPrecision(12));
  return refused(
    'ambiguous_percentage',
    `${number} could mean ${asShare}% or ${number}%`,
    `Write ${asShare}% or ${number}%, with the sign.`,
  );
}

/** Spreadsheets number days from 1899-12-30; before 1990 and after 2100 a bare number is hardly meant as a date. */
const SERIAL_EPOCH_DAY = parseDay('1899-12-30');
const FIRST_PLAUSIBLE_DAY = parseDay('1990-01-01');
const LAST_PLAUSIBLE_DAY = parseDay('2100-12-31');
const DATE_REMEDY = 'Write the date as YYYY-MM-DD, for example 2025-10-18, or enter it as a date.';

function readDate(cell: FilledCell): ReadValue {
  if (cell.kind === 'date') return value(formatDay(cell.day));
  if (cell.kind === 'number') {
    const day = SERIAL_EPOCH_DAY + Math.floor(cell.number);
    const isDate = !cell.isPercentFormat && day >= FIRST_PLAUSIBLE_DAY && day <= LAST_PLAUSIBLE_DAY;
    if (isDate) return value(formatDay(day));
    return refused('not_a_date', `The number ${cell.number} is no date`, DATE_REMEDY);
  }
  const text = shown(cell);
  if (cell.kind === 'text' && !Number.isNaN(parseDay(text))) return value(text);
  if (/^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$/.test(text)) {
    return refused(
      'ambiguous_date',
      `In "${text}" it is not certain which is the day and which the month`,
      DATE_REMEDY,
    );
  }
  const detail = /^\d{4}-\d{2}-\d{2}$/.test(text) ? 'is not in the calendar' : 'is not written as YYYY-MM-DD';
  return refused('not_a_date', `"${text}" ${detail}`, DATE_REMEDY);
}

function readText(cell: FilledCell): ReadValue {
  if (cell.kind !== 'text') {
    return refused(
      'not_a_text',
      `The cell holds ${cell.kind === 'number' ? 'a number' : `a ${cell.kind}`} (${shown(cell)}), but the attribute is a STRING`,
      "Format the cell as text and enter it again, or begin with an apostrophe ('): a spreadsheet turns 3.10 into 3.1.",
    );
  }
  return readFreeText(cell.text);
}

/** Text that is kept, values and notes alike. */
export function readFreeText(text: string): ReadValue {
  const { maxTextLength } = CRITERION_LIMITS;
  if (text.length > maxTextLength) {
    return refused(
      'text_too_long',
      `The text has ${text.length} characters`,
      `At most ${maxTextLength} are kept; shorten it.`,
    );
  }
  if (!text.isWellFormed() || text.includes('\0')) {
    return refused('not_a_text', 'The text holds characters that no store can keep', 'Enter the text again by hand.');
  }
  if (looksLikeFormula(text)) {
    return refused(
      'formula_like_text',
      'The text would run as a formula in the next spreadsheet that opens it',
      'Begin the text with a letter or a digit.',
    );
  }
  return value(text);
}

/** `=`, `@` and control characters begin formulas; `+` and `-` only where more than a number or words follow ("-5", "+49 30"). */
function looksLikeFormula(text: string): boolean {
  return /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && /[(|!]/.test(text));
}

function shown(cell: FilledCell): string {
  switch (cell.kind) {
    case 'text':
      return cell.text.length > 60 ? `${cell.text.slice(0, 60)}…` : cell.text;
    case 'number':
      return String(cell.number);
    case 'boolean':
      return String(cell.boolean);
    case 'date':
      return formatDay(cell.day);
  }
}

function value(read: Value): ReadValue {
  return { kind: 'value', value: read };
}

function refused(code: ValueRefusalCode, reason: string, remedy: string): ReadValue {
  return { kind: 'refused', code, reason, remedy };
}
