/** Why a file is refused as a whole: a closed list, each with what is wrong and what to do. */

const REFUSALS = {
  empty_file: ['The file is empty', 'Choose the file again; perhaps it was not saved completely.'],
  file_too_large: ['The file is too large', 'Remove pictures and sheets that do not belong to it, and save it again.'],
  not_a_workbook: ['The file is no .xlsx workbook', 'Save it as "Excel Workbook (.xlsx)" and upload that file.'],
  old_excel_format: ['The file is an old .xls workbook', 'Open it and save it as "Excel Workbook (.xlsx)".'],
  binary_excel_format: ['The file is a binary .xlsb workbook', 'Open it and save it as "Excel Workbook (.xlsx)".'],
  open_document: ['The file is an OpenDocument spreadsheet', 'Save it as "Excel 2007-365 (.xlsx)".'],
  text_file: [
    'The file is text (CSV perhaps) with another name',
    'Fill in the exported workbook itself; a CSV file loses its structure.',
  ],
  password_protected: [
    'The file is protected with a password',
    'Remove the password (File → Info → Protect Workbook) and save it again.',
  ],
  damaged_file: [
    'The file is damaged',
    'Open it in your spreadsheet program, save it as a new .xlsx file and upload that.',
  ],
  inflates_too_far: [
    'The file unpacks to more than a workbook of values ever needs',
    'Copy the values into a freshly exported workbook.',
  ],
  too_costly: [
    'The file takes more work to read than any workbook of values',
    'Copy the values into a freshly exported workbook.',
  ],
  too_many_parts: ['The file consists of too many parts', 'Copy the values into a freshly exported workbook.'],
  has_macros: ['The file holds macros', 'Save it as "Excel Workbook (.xlsx)", which has none.'],
  has_external_links: [
    'The file draws on other files or connections',
    'Break the links (Data → Edit Links), so that the values themselves are in the file.',
  ],
  has_embedded_objects: ['The file holds embedded objects or controls', 'Remove them and save the file again.'],
  has_entities: [
    'The file defines entities in its XML, which no spreadsheet program does',
    'Copy the values into a freshly exported workbook.',
  ],
  too_many_rows: [
    'A sheet has too many rows',
    'Split the values over several files, or remove rows that are not needed.',
  ],
  sheet_missing: [
    'The sheet with the values is missing',
    'Use the workbook exported for this plan and do not rename its sheets.',
  ],
  header_missing: [
    'The row of column headers is missing',
    'Put it back, or copy the values into a freshly exported workbook.',
  ],
  column_missing: [
    'A column is missing or was renamed',
    'Give it back its name; columns may be moved, but not renamed.',
  ],
  column_twice: ['A column is there twice', 'Remove or rename the one that does not belong.'],
  header_merged: ['Cells of the header are merged', 'Unmerge them (Home → Merge & Center).'],
  other_plan: ['The file was exported for another plan', 'Upload it there, or export the workbook of this plan.'],
  other_product: ['The file is the template of another product', 'Use the template of the product of this plan.'],
} as const satisfies Record<string, readonly [reason: string, remedy: string]>;

export type FileRefusalCode = keyof typeof REFUSALS;

export type FileRefusal = {
  readonly code: FileRefusalCode;
  readonly reason: string;
  readonly remedy: string;
  /** The sheet and the row (from 1) concerned, where there are such. */
  readonly sheet: string | undefined;
  readonly row: number | undefined;
};

/** Thrown within this room, caught at its door. */
export class FileRefused extends Error {
  readonly refusal: FileRefusal;

  constructor(code: FileRefusalCode, detail = '', place: { readonly sheet?: string; readonly row?: number } = {}) {
    const [reason, remedy] = REFUSALS[code];
    super(`${code}${detail === '' ? '' : `: ${detail}`}`);
    this.name = 'FileRefused';
    this.refusal = {
      code,
      reason: detail === '' ? `${reason}.` : `${reason}: ${detail}.`,
      remedy,
      sheet: place.sheet,
      row: place.row,
    };
  }
}
