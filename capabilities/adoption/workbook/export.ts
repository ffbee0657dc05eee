/** Writes the workbooks: a product's template, and the customer's own copy with current values. */
import { recommendedStatus, type TaskCompletion, type TaskStatus, taskCompletion } from '@uptake/domain/adoption';
import { criterionToJson, type DataType, formatDay, summariseCriterion } from '@uptake/domain/criteria';
import type { WorkbookProperties, WriteSheet } from 'hucre';
import { colToLetter, writeXlsx } from 'hucre/xlsx';
import { planFileName, templateFileName } from './file-name.ts';
import { instructionsSheet } from './instructions.ts';
import {
  ATTRIBUTES_COLUMNS,
  DAILY_COLUMNS,
  ORIGIN,
  type OriginKind,
  SAMPLES_COLUMNS,
  SHEETS,
  SUMMARY_COLUMNS,
  VALUES_COLUMNS,
} from './layout.ts';
import { LOCKED, MET, NOT_MET, PARTIAL, PERCENT_FORMAT } from './look.ts';
import { sampleValue } from './sample.ts';
import type { WorkbookAttribute, WorkbookPlan, WorkbookTemplate } from './subject.ts';
import { type TableCell, tableSheet } from './table.ts';
import { dateOf, dateValidation, valueCell, valueValidations } from './value-cell.ts';

export type ExportedWorkbook = {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly taskCount: number;
  readonly attributeCount: number;
};

/** The customer's own copy: current values, what is met, and the summary of every task. */
export async function exportPlan(plan: WorkbookPlan, nowMs: number, today: number): Promise<ExportedWorkbook> {
  const { customerName, productName, planName } = plan;
  const sheets = [
    instructionsSheet({ customerName, productName, planName, generatedDay: formatDay(today) }),
    valuesSheet(plan.tasks, today),
    summarySheet(plan.tasks),
  ];
  const origin = { kind: 'adoption_plan', id: plan.planId, version: plan.snapshotVersion } as const;
  const title = `${customerName} – ${productName} telemetry`;
  const bytes = await write(sheets, properties(title, origin, nowMs));
  return { fileName: planFileName(customerName, productName), bytes, ...counts(plan.tasks) };
}

/** For all customers of a product: no values yet, and three more sheets about the attributes. */
export async function exportTemplate(
  template: WorkbookTemplate,
  nowMs: number,
  today: number,
): Promise<ExportedWorkbook> {
  const tasks = template.tasks.map((task) => {
    const attributes = task.attributes.map((attribute) => ({ ...attribute, isMet: false, latest: undefined }));
    return { ...task, status: 'NOT_STARTED' as const, completion: taskCompletion(attributes), attributes };
  });
  const names = { customerName: '[Customer Name]', productName: template.productName, planName: '[Assignment Name]' };
  const sheets = [
    instructionsSheet({ ...names, generatedDay: formatDay(today) }, MORE_SHEETS),
    valuesSheet(tasks, today),
    summarySheet(tasks),
    attributesSheet(tasks),
    samplesSheet(tasks, today),
    dailySheet(tasks, today),
  ];
  const origin = { kind: 'product_template', id: template.productId, version: template.version } as const;
  const bytes = await write(sheets, properties(`${template.productName} telemetry template`, origin, nowMs));
  return { fileName: templateFileName(template.productName), bytes, ...counts(tasks) };
}

const MORE_SHEETS = [
  '',
  'More sheets of a product template:',
  `- ${SHEETS.attributes}: all tasks with their telemetry parameters`,
  `- ${SHEETS.samples}: example data for demo purposes`,
  `- ${SHEETS.daily}: values day by day; copy a row for every further day`,
];

type Task = {
  readonly name: string;
  readonly status: TaskStatus;
  readonly completion: TaskCompletion;
  readonly attributes: readonly Omit<WorkbookAttribute, 'id'>[];
};

function valuesSheet(tasks: readonly Task[], today: number): WriteSheet {
  const types: DataType[] = [];
  const rows = tasks.flatMap((task, index) =>
    task.attributes.map((attribute): readonly TableCell[] => {
      types.push(attribute.dataType);
      return [
        index + 1,
        task.name,
        attribute.name,
        attribute.dataType,
        summariseCriterion(attribute.criterion, attribute.dataType),
        valueCell(attribute.latest?.value, attribute.dataType),
        dateOf(today),
        attribute.latest?.notes || null,
        isMetCell(attribute),
      ];
    }),
  );
  const [value, date] = [letterOf(VALUES_COLUMNS, 'Current Value'), letterOf(VALUES_COLUMNS, 'Date')];
  return {
    ...tableSheet(SHEETS.values, VALUES_COLUMNS, rows),
    dataValidations: [...valueValidations(value, types), ...dateValidation(date, rows.length)],
  };
}

function isMetCell({ latest, isMet }: Pick<WorkbookAttribute, 'latest' | 'isMet'>): TableCell {
  if (isMet) return { value: 'Yes', style: MET };
  return latest === undefined ? 'Will compute' : { value: 'No', style: NOT_MET };
}

function summarySheet(tasks: readonly Task[]): WriteSheet {
  const rows = tasks.map(({ name, status, completion }): readonly TableCell[] => [
    name,
    completion.totalAttributes,
    completion.metAttributes,
    completionCell(completion),
    status,
    recommendedStatus(status, completion),
  ]);
  return tableSheet(SHEETS.summary, SUMMARY_COLUMNS, rows);
}

function completionCell({ percentage, allRequired }: TaskCompletion): TableCell {
  if (percentage === undefined) return 'No required attributes';
  const style = allRequired ? MET : percentage === 0 ? NOT_MET : PARTIAL;
  return { value: percentage / 100, style: { ...style, numFmt: PERCENT_FORMAT } };
}

function attributesSheet(tasks: readonly Task[]): WriteSheet {
  const rows = everyAttribute(tasks, (task, { name, dataType, criterion }) => [
    task.name,
    name,
    dataType,
    formatJson(criterionToJson(criterion)),
    null,
    null,
    null,
  ]);
  return tableSheet(SHEETS.attributes, ATTRIBUTES_COLUMNS, rows);
}

function samplesSheet(tasks: readonly Task[], today: number): WriteSheet {
  const rows = everyAttribute(tasks, (task, { name, dataType, criterion }) => {
    const sample = valueCell(sampleValue(criterion, dataType, today), dataType);
    return [task.name, name, dataType, relocked(sample), summariseCriterion(criterion, dataType)];
  });
  return tableSheet(SHEETS.samples, SAMPLES_COLUMNS, rows);
}

function dailySheet(tasks: readonly Task[], today: number): WriteSheet {
  const types: DataType[] = [];
  const rows = everyAttribute(tasks, (task, { name, dataType }) => {
    types.push(dataType);
    return [dateOf(today), task.name, name, dataType, valueCell(undefined, dataType), null];
  });
  const [value, date] = [letterOf(DAILY_COLUMNS, 'Value'), letterOf(DAILY_COLUMNS, 'Date')];
  const sheet = tableSheet(SHEETS.daily, DAILY_COLUMNS, rows);
  return {
    ...sheet,
    // Rows are added here, day after day; a lock would be in the way.
    protection: undefined,
    dataValidations: [...valueValidations(value, types), ...dateValidation(date, rows.length)],
  };
}

function everyAttribute(
  tasks: readonly Task[],
  row: (task: Task, attribute: Task['attributes'][number]) => readonly TableCell[],
): readonly (readonly TableCell[])[] {
  return tasks.flatMap((task) => task.attributes.map((attribute) => row(task, attribute)));
}

function relocked(cell: TableCell): TableCell {
  if (typeof cell !== 'object' || cell === null || !('style' in cell)) return cell;
  return {
    value: cell.value,
    style: { ...LOCKED, ...(cell.style.numFmt === undefined ? {} : { numFmt: cell.style.numFmt }) },
  };
}

/** With spaces after colons and commas, as the contract shows it. */
function formatJson(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(formatJson).join(', ')}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  return `{${Object.entries(json)
    .map(([key, value]) => `${JSON.stringify(key)}: ${formatJson(value)}`)
    .join(', ')}}`;
}

function letterOf(columns: readonly { readonly header: string }[], header: string): string {
  return colToLetter(columns.findIndex((column) => column.header === header));
}

function counts(tasks: readonly Task[]): { taskCount: number; attributeCount: number } {
  return { taskCount: tasks.length, attributeCount: tasks.reduce((sum, { attributes }) => sum + attributes.length, 0) };
}

type Origin = { readonly kind: OriginKind; readonly id: string; readonly version: number };

function properties(title: string, { kind, id, version }: Origin, nowMs: number): WorkbookProperties {
  return {
    title,
    creator: 'Uptake',
    created: new Date(nowMs),
    modified: new Date(nowMs),
    custom: { [ORIGIN.kind]: kind, [ORIGIN.id]: id, [ORIGIN.version]: version },
  };
}

function write(sheets: WriteSheet[], about: WorkbookProperties): Promise<Uint8Array> {
  return writeXlsx({
    sheets,
    properties: about,
    activeSheet: 1,
    workbookProtection: { lockStructure: true },
    defaultFont: { name: 'Calibri', size: 11 },
  });
}
