/** A plan with every type and a way to fill in its workbook as a person would. */
import { type TaskStatus, taskCompletion } from '@uptake/domain/adoption';
import { type DataType, type Evaluation, parseCriterion, parseDay, type Value } from '@uptake/domain/criteria';
import type { Cell, CellStyle, CellValue, Sheet, Workbook } from 'hucre';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import { SHEETS, VALUES_COLUMNS } from './layout.ts';
import type { WorkbookAttribute, WorkbookPlan, WorkbookTask, WorkbookTemplate } from './subject.ts';

export const TODAY = parseDay('2026-11-21');
export const NOW_MS = Date.UTC(2026, 10, 21, 9, 30);

export function attribute(
  id: string,
  dataType: DataType,
  criterion: unknown,
  latest?: Value,
  isMet: Evaluation['isMet'] = false,
): WorkbookAttribute {
  const parsed = parseCriterion(criterion, dataType);
  if (parsed.criterion === undefined) throw new Error(JSON.stringify(parsed.errors));
  return {
    id,
    name: id,
    dataType,
    criterion: parsed.criterion,
    isMet,
    latest: latest === undefined ? undefined : { value: latest, notes: '' },
  };
}

export function task(
  id: string,
  name: string,
  status: TaskStatus,
  attributes: readonly WorkbookAttribute[],
): WorkbookTask {
  const completion = taskCompletion(attributes.map(({ isMet }) => ({ isRequired: true, isMet })));
  return { id, name, status, completion, attributes };
}

export const PLAN: WorkbookPlan = {
  planId: '7d0f4f6e-5a57-4f0e-9a44-0f5a2a1e3c01',
  planName: 'Rollout 2026',
  customerName: 'Müller & Söhne GmbH',
  productId: 'b5c1a1de-0f0e-4a55-8f5c-2f4f8f1c7a02',
  productName: 'Secure Access',
  snapshotVersion: 3,
  tasks: [
    task('t1', 'Enable SSO', 'IN_PROGRESS', [
      attribute('sso_enabled', 'BOOLEAN', { operator: 'equals', value: true }, true, true),
      attribute('provider_configured', 'BOOLEAN', { operator: 'equals', value: true }),
    ]),
    task('t2', 'User Training', 'IN_PROGRESS', [
      attribute('users_trained', 'NUMBER', { operator: '>=', value: 100 }, 130, true),
      attribute('completion_rate', 'PERCENTAGE', { operator: '>=', value: 80 }, 85, true),
    ]),
    task('t3', 'Go live', 'NOT_STARTED', [
      attribute('plan_name', 'STRING', { operator: 'starts_with', value: 'enter' }, 'free'),
      attribute('go_live', 'DATE', { operator: 'before', value: '2026-12-31' }),
    ]),
    task('t4', 'Kick-off', 'DONE', []),
  ],
};

export const TEMPLATE: WorkbookTemplate = {
  productId: PLAN.productId,
  productName: PLAN.productName,
  version: 7,
  tasks: PLAN.tasks.map((own, order) => ({
    id: own.id,
    name: own.name,
    description: '',
    order,
    weight: 1,
    licenceLevel: '',
    outcomes: [],
    howTo: [],
    attributes: own.attributes.map(({ id, name, dataType, criterion }, index) => ({
      id,
      name,
      dataType,
      criterion,
      isRequired: true,
      order: index,
    })),
  })),
};

export function column(header: (typeof VALUES_COLUMNS)[number]['header']): number {
  return VALUES_COLUMNS.findIndex((candidate) => candidate.header === header);
}

/** What a person can do to a sheet; rows and columns count from 0. */
export type Editor = {
  readonly sheet: Sheet;
  readonly set: (row: number, column: number, value: CellValue, more?: Partial<Cell>) => void;
  /** Into the row of an attribute. */
  readonly fill: (attributeName: string, value: CellValue, more?: Partial<Cell>) => void;
};

export async function edit(
  bytes: Uint8Array,
  change: (editor: Editor, workbook: Workbook) => void,
  sheetName: string = SHEETS.values,
): Promise<Uint8Array> {
  const workbook = await readXlsx(bytes, { readStyles: true });
  const sheet = workbook.sheets.find(({ name }) => name === sheetName);
  if (sheet === undefined) throw new Error(`no sheet ${sheetName}`);
  const set: Editor['set'] = (row, columnIndex, value, more = {}) => {
    while (sheet.rows.length <= row) sheet.rows.push([]);
    const cells = sheet.rows[row] as CellValue[];
    while (cells.length <= columnIndex) cells.push(null);
    cells[columnIndex] = value;
    const before = sheet.cells?.get(`${row},${columnIndex}`);
    const style: CellStyle | undefined = more.style ?? before?.style;
    sheet.cells?.set(`${row},${columnIndex}`, {
      value,
      type: 'string',
      ...(style === undefined ? {} : { style }),
      ...more,
    });
  };
  const fill: Editor['fill'] = (name, value, more) => {
    const row = sheet.rows.findIndex((cells) => cells[column('Attribute Name')] === name);
    if (row < 0) throw new Error(`no row ${name}`);
    set(row, column('Current Value'), value, more);
  };
  change({ sheet, set, fill }, workbook);
  return writeXlsx({ ...workbook, sheets: workbook.sheets.map(({ backgroundImage: _, ...rest }) => rest as never) });
}
