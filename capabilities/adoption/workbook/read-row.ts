/** Reads the rows of an input sheet, one value per attribute and day. */
import { type CellContent, type ReadValue, readFreeText, readValue, type ValueRefusal } from '@uptake/domain/adoption';
import { type DataType, formatDay, parseDay, type Value } from '@uptake/domain/criteria';
import { cellRef } from 'hucre/xlsx';
import type { FoundColumns } from './find-columns.ts';
import type { InputColumn, InputSheet } from './layout.ts';
import type { PlanIndex } from './plan-index.ts';
import type { SheetCell, SheetTable } from './read-sheets.ts';

export type ImportedValue = {
  readonly taskId: string;
  readonly attributeId: string;
  readonly value: Value;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly notes: string;
  readonly sheet: string;
  /** Counts from 1, as the program shows it. */
  readonly row: number;
};

export type CellErrorCode =
  | ValueRefusal['code']
  | 'formula_in_cell'
  | 'merged_cells'
  | 'task_unknown'
  | 'attribute_unknown'
  | 'attribute_ambiguous'
  | 'name_missing'
  | 'data_type_changed'
  | 'date_in_future'
  | 'duplicate_row';

export type CellError = {
  readonly code: CellErrorCode;
  readonly sheet: string;
  readonly row: number;
  /** The header of the column. */
  readonly column: string;
  /** As the program shows it: `F12`. */
  readonly cell: string;
  readonly reason: string;
  readonly remedy: string;
};

export type RowPlace = {
  readonly sheet: SheetTable;
  readonly layout: InputSheet;
  readonly columns: FoundColumns['columns'];
  /** Counts from 0. */
  readonly row: number;
  readonly isMerged: boolean;
};

type Taken = { readonly value: ImportedValue; readonly place: RowPlace };
type Problem = Pick<CellError, 'code' | 'reason' | 'remedy'>;

/** Somewhere it is tomorrow already. */
const FUTURE_DAYS = 1;

export class RowReader {
  readonly #plan: PlanIndex;
  readonly #today: number;
  readonly #isBeforeSync: boolean;
  /** By attribute and day, in the order of the file; two different values for one leave none. */
  readonly #taken = new Map<string, Taken | 'contradicted'>();
  readonly #errors: CellError[] = [];
  #rowCount = 0;
  #unfilledCount = 0;

  constructor(plan: PlanIndex, today: number, isBeforeSync: boolean) {
    this.#plan = plan;
    this.#today = today;
    this.#isBeforeSync = isBeforeSync;
  }

  finish(): { values: ImportedValue[]; errors: CellError[]; rowCount: number; unfilledCount: number } {
    const values = [...this.#taken.values()].flatMap((taken) => (taken === 'contradicted' ? [] : [taken.value]));
    return { values, errors: this.#errors, rowCount: this.#rowCount, unfilledCount: this.#unfilledCount };
  }

  read(place: RowPlace): undefined {
    const cells = {
      task: this.#cell(place, 'task'),
      attribute: this.#cell(place, 'attribute'),
      value: this.#cell(place, 'value'),
    };
    if (Object.values(cells).every(isBlank)) return;
    this.#rowCount += 1;
    if (place.isMerged) return this.#refuse(place, 'value', MERGED);
    const names = this.#names(place, cells.task, cells.attribute);
    if (names === undefined) return;
    const match = this.#plan.find(this.#sequence(place), names.task, names.attribute);
    if (match.kind !== 'found') return this.#refuseMatch(place, match.kind, names);
    if (this.#hasOtherType(place, match.attribute.dataType)) return;
    const value = this.#value(place, cells.value, match.attribute.dataType);
    if (value === undefined) return;
    const day = this.#day(place);
    const notes = this.#notes(place);
    if (day === undefined || notes === undefined) return;
    const ids = { taskId: match.task.id, attributeId: match.attribute.id };
    this.#take({ ...ids, value, day, notes, sheet: place.sheet.name, row: place.row + 1 }, place);
  }

  #names(place: RowPlace, task: SheetCell, attribute: SheetCell): { task: string; attribute: string } | undefined {
    for (const [column, cell] of [
      ['task', task],
      ['attribute', attribute],
    ] as const) {
      if (cell.kind === 'formula') this.#refuse(place, column, FORMULA);
      else if (nameOf(cell) === undefined) this.#refuse(place, column, NAME_MISSING);
      else continue;
      return undefined;
    }
    return { task: nameOf(task) ?? '', attribute: nameOf(attribute) ?? '' };
  }

  #refuseMatch(
    place: RowPlace,
    kind: 'no_task' | 'no_attribute' | 'ambiguous',
    names: { task: string; attribute: string },
  ): undefined {
    if (kind === 'ambiguous') return this.#refuse(place, 'task', AMBIGUOUS);
    const remedy = this.#isBeforeSync
      ? 'The plan was synchronised with its template since this file was exported; export it again.'
      : 'Use the names as exported; new tasks and attributes are added in the plan, not in the file.';
    if (kind === 'no_task') {
      return this.#refuse(place, 'task', {
        code: 'task_unknown',
        reason: `The plan has no task "${clip(names.task)}"`,
        remedy,
      });
    }
    const reason = `The task "${clip(names.task)}" has no attribute "${clip(names.attribute)}"`;
    this.#refuse(place, 'attribute', { code: 'attribute_unknown', reason, remedy });
  }

  /** The names decide; a type that somebody changed says that the value was entered as something else. */
  #hasOtherType(place: RowPlace, type: DataType): boolean {
    const cell = this.#cell(place, 'dataType');
    const written = cell.kind === 'text' ? cell.text.trim().toUpperCase() : undefined;
    if (isBlank(cell) || written === type) return false;
    const reason =
      written === undefined ? 'The data type is not text' : `The plan says ${type}, the file "${written.slice(0, 60)}"`;
    const remedy = this.#isBeforeSync
      ? 'The attribute changed since this file was exported; export it again.'
      : `Put ${type} back, and enter the value as one.`;
    this.#refuse(place, 'dataType', { code: 'data_type_changed', reason, remedy });
    return true;
  }

  #value(place: RowPlace, cell: SheetCell, type: DataType): Value | undefined {
    if (cell.kind === 'formula') return this.#refuse(place, 'value', FORMULA);
    const read = readValue(cell, type);
    if (read.kind === 'empty') this.#unfilledCount += 1;
    return this.#accept(place, 'value', read);
  }

  #day(place: RowPlace): number | undefined {
    const cell = this.#cell(place, 'date');
    if (cell.kind === 'formula') return this.#refuse(place, 'date', FORMULA);
    const read = readValue(cell, 'DATE');
    if (read.kind === 'empty') return this.#today;
    const text = this.#accept(place, 'date', read);
    if (text === undefined) return undefined;
    const day = parseDay(String(text));
    if (day <= this.#today + FUTURE_DAYS) return day;
    const reason = `${text} has not come yet; today is ${formatDay(this.#today)}`;
    return this.#refuse(place, 'date', { code: 'date_in_future', reason, remedy: 'Enter the day the value was true.' });
  }

  #notes(place: RowPlace): string | undefined {
    const cell = this.#cell(place, 'notes');
    if (cell.kind === 'formula') return this.#refuse(place, 'notes', FORMULA);
    const text = noteText(cell);
    if (text === '') return '';
    return this.#accept(place, 'notes', readFreeText(text)) as string | undefined;
  }

  #accept(place: RowPlace, column: InputColumn, read: ReadValue): Value | undefined {
    if (read.kind === 'value') return read.value;
    return read.kind === 'empty' ? undefined : this.#refuse(place, column, read);
  }

  #take(value: ImportedValue, place: RowPlace): undefined {
    const key = `${value.attributeId}\0${value.day}`;
    const earlier = this.#taken.get(key);
    if (earlier === undefined) {
      this.#taken.set(key, { value, place });
      return undefined;
    }
    // The same twice is one value; which of two different ones holds, the file does not say.
    if (earlier !== 'contradicted' && earlier.value.value === value.value) return;
    const duplicate = (rows: string): Problem => ({
      code: 'duplicate_row',
      reason: `${rows} another value for the same attribute and day`,
      remedy: 'Keep one of the rows, or give them different dates.',
    });
    if (earlier === 'contradicted') return this.#refuse(place, 'value', duplicate('Earlier rows have'));
    this.#taken.set(key, 'contradicted');
    this.#refuse(earlier.place, 'value', duplicate(`Row ${value.row} of ${value.sheet} has`));
    this.#refuse(place, 'value', duplicate(`Row ${earlier.value.row} of ${earlier.value.sheet} has`));
  }

  #sequence(place: RowPlace): number | undefined {
    const cell = this.#cell(place, 'seq');
    if (cell.kind === 'number') return cell.number;
    return cell.kind === 'text' && /^\d{1,6}$/.test(cell.text.trim()) ? Number(cell.text) : undefined;
  }

  #cell({ sheet, columns, row }: RowPlace, column: InputColumn): SheetCell {
    const index = columns[column];
    return index === undefined ? { kind: 'empty' } : sheet.cell(row, index);
  }

  #refuse(place: RowPlace, column: InputColumn, { code, reason, remedy }: Problem): undefined {
    const header = place.layout.headers[column]?.[0] ?? column;
    const cell = cellRef(place.row, place.columns[column] ?? 0);
    this.#errors.push({
      code,
      sheet: place.sheet.name,
      row: place.row + 1,
      column: header,
      cell,
      reason: `${reason}.`,
      remedy,
    });
    return undefined;
  }
}

const FORMULA: Problem = {
  code: 'formula_in_cell',
  reason: 'The cell holds a formula',
  remedy: 'Replace it with its value (copy, then paste as values).',
};
const MERGED: Problem = {
  code: 'merged_cells',
  reason: 'Cells of this row are merged with others',
  remedy: 'Unmerge them (Home → Merge & Center) and fill in every row by itself.',
};
const NAME_MISSING: Problem = {
  code: 'name_missing',
  reason: 'The row does not name its task and attribute',
  remedy: 'Put the names back as they were exported.',
};
const AMBIGUOUS: Problem = {
  code: 'attribute_ambiguous',
  reason: 'The plan has this task and attribute more than once',
  remedy: 'Keep the number in "Task Seq", or give the tasks different names in the plan.',
};

function isBlank(cell: SheetCell): boolean {
  return cell.kind === 'empty' || (cell.kind === 'text' && cell.text.trim() === '');
}

/** A task may be called 2025, which a spreadsheet turns into a number. */
function nameOf(cell: CellContent | SheetCell): string | undefined {
  if (cell.kind === 'text' && cell.text.trim() !== '') return cell.text.trim();
  return cell.kind === 'number' ? String(cell.number) : undefined;
}

/** A cell may hold a page of text, and every row of the file has such a message. */
function clip(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

/** Notes are free: a number or a date in them is its text. */
function noteText(cell: SheetCell): string {
  switch (cell.kind) {
    case 'text':
      return cell.text.trim();
    case 'number':
      return String(cell.number);
    case 'boolean':
      return String(cell.boolean);
    case 'date':
      return formatDay(cell.day);
    default:
      return '';
  }
}
